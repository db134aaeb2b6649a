"""Which keys are certainly in no table: a Bloom filter (Bloom 1970) of two bits a key.

Nearly every word of a query names no place. This says so of 19 in 20 of them, for a byte where a table has thirty.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from search.lexicon.strings import encoded

if TYPE_CHECKING:
    import numpy.typing as npt

#: Bits for each key, at least.
_BITS = 8

#: Bits of a CRC-32 that the second place leaves out: enough are left for half a million keys.
_SHIFT = 10


def pack_sieve(keys: Iterable[str]) -> npt.NDArray[np.uint8]:
    hashes = np.fromiter(map(crc32, map(encoded, keys)), np.uint32)
    held = np.zeros(1 << (_BITS * len(hashes) | _BITS - 1).bit_length(), np.bool_)
    for shift in (0, _SHIFT):
        held[hashes >> np.uint32(shift) & np.uint32(len(held) - 1)] = True
    return np.packbits(held, bitorder="little")


class Sieve:
    """A view of what `pack_sieve` made."""

    __slots__ = ("_bits", "_mask")

    def __init__(self, bits: npt.NDArray[np.uint8]) -> None:
        self._bits = bits.data
        self._mask = 8 * len(bits) - 1

    def may_hold(self, key: str) -> bool:
        hashed, bits, mask = crc32(key.encode("utf-8", "surrogatepass")), self._bits, self._mask
        first, second = hashed & mask, hashed >> _SHIFT & mask
        return bool(bits[first >> 3] >> (first & 7) & bits[second >> 3] >> (second & 7) & 1)
