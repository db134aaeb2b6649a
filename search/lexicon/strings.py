"""A fixed set of distinct strings, in an order of the builder's choosing, found by hashing and by prefix.

Arrays, for n strings numbered from 0: `text` their UTF-8, end to end, `ends` where each begins and ends (n + 1);
`slots` and `members`, the hash table (the strings whose CRC-32 falls in slot s are `members[slots[s]:slots[s + 1]]`:
as many low bits as n has are a string's number, the others those of its CRC-32, which tells most strings apart);
`sorted`, their numbers by code point; `lengths` in characters, at most 255; `letters`, a 32-bit set of the letters of
each (a letter's bit is its code point modulo 32: no two of a–z share one, nor of а–я).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias
from zlib import crc32

import numpy as np

from search.errors import IndexDamaged
from search.lexicon.blocks import Array

if TYPE_CHECKING:
    import numpy.typing as npt

Numbers: TypeAlias = "npt.NDArray[np.uint32]"

#: Strings that are taken apart at once, which takes twelve bytes for each of their characters.
_BLOCK = 1 << 16

#: Lone surrogates may come in through JSON escapes and the command line.
_ERRORS = "surrogatepass"


def encoded(text: str) -> bytes:
    return text.encode("utf-8", _ERRORS)


def letters(text: str) -> int:
    """The letter set of `text`, as in `Strings`."""
    bits = 0
    for char in text:
        bits |= 1 << (ord(char) & 31)
    return bits


def pack_strings(strings: Sequence[str], order: Numbers | None = None) -> dict[str, Array]:
    """The arrays of `strings`: distinct, none empty; their numbers are their places.

    `order` are their numbers by code point, for who knows them already.
    """
    count = len(strings)
    blocks = [_packed_block(strings[start : start + _BLOCK]) for start in range(0, count, _BLOCK)]
    text, sizes, hashes, lengths, letters = zip(*blocks, strict=True) if blocks else [()] * 5
    mask = _slot_count(count) - 1
    hashed = _joined(hashes, np.uint32)
    slot = hashed & np.uint32(mask)
    return {
        "text": np.frombuffer(b"".join(text), np.uint8),
        "ends": _edges(_joined(sizes, np.int64)),
        "slots": _edges(np.bincount(slot, minlength=mask + 1)),
        "members": _members(hashed, slot),
        # UTF-8 has the order of code points
        "sorted": np.array(sorted(range(count), key=strings.__getitem__), np.uint32) if order is None else order,
        "lengths": np.minimum(_joined(lengths, np.int64), 255).astype(np.uint8),
        "letters": _joined(letters, np.uint32),
    }


def _members(hashed: Numbers, slot: Numbers) -> Numbers:
    numbers = np.argsort(slot, kind="stable").astype(np.uint32)
    return numbers | hashed[numbers] & ~np.uint32(_number_mask(len(hashed)))


def _packed_block(strings: Sequence[str]) -> tuple[bytes, Array, Array, Array, Array]:
    """Text, sizes in bytes, hashes, lengths, sets of letters."""
    pieces, count = list(map(encoded, strings)), len(strings)
    sizes, hashes = np.fromiter(map(len, pieces), np.int64, count), np.fromiter(map(crc32, pieces), np.uint32, count)
    lengths = np.fromiter(map(len, strings), np.int64, count)
    return b"".join(pieces), sizes, hashes, lengths, _letter_sets(strings)


def _joined(arrays: Sequence[Array], dtype: type[np.generic]) -> npt.NDArray[Any]:
    return np.concatenate([np.empty(0, dtype), *arrays])


class Strings:
    """A view of packed strings; opening it costs the same for any number of them."""

    __slots__ = (
        "_bytes", "_ends", "_mask", "_members", "_slot_mask", "_slots", "_starts", "_text",
        "lengths", "letters", "sorted",
    )  # fmt: skip

    def __init__(self, arrays: Mapping[str, Array], prefix: str = "") -> None:
        self._bytes = arrays[f"{prefix}text"].view(np.uint8)
        self._text = arrays[f"{prefix}text"].data
        self._starts = arrays[f"{prefix}ends"].view(np.uint32)
        self._ends = arrays[f"{prefix}ends"].data
        self._slots = arrays[f"{prefix}slots"].data
        self._members = arrays[f"{prefix}members"].data
        self._slot_mask = len(self._slots) - 2
        self._mask = _number_mask(len(self._members))
        self.sorted: Numbers = arrays[f"{prefix}sorted"].view(np.uint32)
        self.lengths: npt.NDArray[np.uint8] = arrays[f"{prefix}lengths"].view(np.uint8)
        self.letters: Numbers = arrays[f"{prefix}letters"].view(np.uint32)

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), _BLOCK):
            yield from self.take_many(np.arange(start, min(start + _BLOCK, len(self)), dtype=np.uint32))

    def find(self, text: str) -> int:
        """Its number, -1 if it is not there."""
        wanted = text.encode("utf-8", _ERRORS)
        hashed, slots, mask = crc32(wanted), self._slots, self._mask
        slot = hashed & self._slot_mask
        place, last = slots[slot], slots[slot + 1]
        while place < last:  # this is what a query does most: a range is slower
            member: int = self._members[place]
            if member ^ hashed <= mask:
                number = member & mask
                if self._text[self._ends[number] : self._ends[number + 1]] == wanted:
                    return number
            place += 1
        return -1

    def __getitem__(self, number: int) -> str:
        return str(self._text[self._ends[number] : self._ends[number + 1]], "utf-8", _ERRORS)

    def take(self, numbers: Iterable[int]) -> list[str]:
        text, ends = self._text, self._ends
        return [str(text[ends[number] : ends[number + 1]], "utf-8", _ERRORS) for number in numbers]

    def take_many(self, numbers: Numbers) -> list[str]:
        """The same, faster for hundreds and more. The numbers are different."""
        places, sizes = self._places(numbers)
        lines = np.full(len(places) + len(numbers), ord("\n"), np.uint8)
        lines[np.arange(len(places)) + np.repeat(np.arange(len(numbers)), sizes)] = self._bytes[places]
        return lines.tobytes().decode("utf-8", _ERRORS).split("\n")[:-1]

    def _places(self, numbers: Numbers) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Where the bytes of these strings are, one after the other, and how many each has. Raises IndexDamaged.

        Who forges where they end asks for any memory: different strings have no more bytes than there are.
        """
        starts = self._starts[numbers].astype(np.intp)
        sizes = self._starts[numbers + np.uint32(1)] - starts
        if len(sizes) and (sizes.min() < 0 or sizes.sum() > len(self._bytes)):
            raise IndexDamaged("The index's word table does not fit its text: index again with --rebuild.")
        return np.arange(sizes.sum()) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes), sizes

    def codes(self, numbers: Numbers, width: int) -> Numbers:
        """Their code points: one row for each place in a string, up to `width`; one column a string, 0 beyond its end.

        For different strings of at most `width` characters, which is less than 255.
        """
        places, _ = self._places(numbers)
        text = self._bytes[places].tobytes().decode("utf-8", _ERRORS)
        table = np.zeros((len(numbers), width), np.uint32)
        table[np.arange(width) < self.lengths[numbers, None]] = np.frombuffer(
            text.encode("utf-32-le", _ERRORS), np.uint32
        )
        return np.ascontiguousarray(table.T)

    def starting(self, prefix: str) -> Numbers:
        """The numbers of the strings that begin with `prefix`, by code point."""
        first = encoded(prefix)
        return self.sorted[self._place(first) : self._place(first + b"\xff")]

    def holding(self, piece: str) -> Numbers:
        """The numbers of the strings that have `piece`, which is not empty, in them; ascending. It reads all text."""
        text, wanted = self._bytes.tobytes(), encoded(piece)
        found, at = [], text.find(wanted)
        while at >= 0:
            found.append(at)
            at = text.find(wanted, at + 1)
        places = np.array(found, np.int64)
        owners = np.searchsorted(self._starts, places, "right") - 1
        within: Numbers = np.unique(owners[places + len(wanted) <= self._starts[owners + 1]]).astype(np.uint32)
        return within

    def _place(self, wanted: bytes) -> int:
        low, high = 0, len(self)
        order, ends, text = self.sorted.data, self._ends, self._text
        while low < high:
            middle = (low + high) // 2
            number = order[middle]
            if bytes(text[ends[number] : ends[number + 1]]) < wanted:
                low = middle + 1
            else:
                high = middle
        return low


def _slot_count(count: int) -> int:
    """A power of two: one slot for one to two strings."""
    return 1 << max(count.bit_length() - 1, 0)


def _number_mask(count: int) -> int:
    """The bits of a member that are its number."""
    return (1 << count.bit_length()) - 1


def _edges(sizes: npt.NDArray[np.int64]) -> Numbers:
    edges = np.zeros(len(sizes) + 1, np.uint32)
    np.cumsum(sizes, out=edges[1:])
    return edges


def _letter_sets(strings: Sequence[str]) -> Numbers:
    codes = np.frombuffer("".join(strings).encode("utf-32-le", _ERRORS), np.uint32)
    starts = np.cumsum([0, *map(len, strings[:-1])])
    bits = np.left_shift(np.uint32(1), codes & 31)
    return np.bitwise_or.reduceat(bits, starts)
