"""Numbers for byte strings: a hash table of arrays that is asked for many at once, with no step of Python for each."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from search.columnar.bytestrings import Bytestrings, gathered
from search.columnar.columns import Array

#: Bytes of a string that are hashed at once.
_WORD = 8
#: Keeps the first n bytes of eight.
_KEPT = np.array([(1 << 8 * size) - 1 for size in range(_WORD + 1)], dtype=np.uint64)
_SPACE = ord(" ")
#: Slots of a new table, as a power of two; at most half of them are taken.
_BITS = 12


class Strings(Struct, frozen=True):
    """String i is `text[starts[i]:stops[i]]`. Eight more bytes stand after the last, whatever they are."""

    text: Array
    starts: Array
    stops: Array

    @classmethod
    def of(cls, strings: Bytestrings) -> Strings:
        text = np.concatenate([strings.text, np.zeros(_WORD, dtype=np.uint8)])
        return cls(text, strings.edges[:-1], strings.edges[1:])

    def take(self, places: Array) -> Bytestrings:
        starts = self.starts[places]
        return gathered(self.text, starts, self.stops[places] - starts)

    def hashed(self, salts: Array, first: np.uint64, second: np.uint64) -> Array:
        """64 bits of each, never 0, by multiplying with two odd numbers; strings of other `salts` have others."""
        sizes = self.stops - self.starts
        # Eight bytes from every place, in this machine's order: which, the hash doesn't care.
        eights = np.ndarray(len(self.text) - _WORD + 1, dtype="<u8", buffer=self.text, strides=(1,))
        hashes = eights[self.starts]
        hashes &= _KEPT[np.minimum(sizes, _WORD)]
        hashes ^= salts
        hashes *= first
        hashes ^= hashes >> np.uint64(32)
        hashes += sizes.astype(np.uint64)
        longer, at = np.flatnonzero(sizes > _WORD), _WORD
        while len(longer):
            hashed = hashes[longer] + (eights[self.starts[longer] + at] & _KEPT[np.minimum(sizes[longer] - at, _WORD)])
            hashed *= second
            hashed ^= hashed >> np.uint64(29)
            hashes[longer] = hashed
            at += _WORD
            longer = longer[sizes[longer] > at]
        hashes *= first
        hashes ^= hashes >> np.uint64(32)
        hashes[hashes == 0] = 1
        return hashes


def spaced(texts: Sequence[bytes]) -> tuple[Strings, Array]:
    """What stands between the spaces of texts, all together, and how much there is in each."""
    text = np.frombuffer(b" ".join([b"", *texts, b" " * _WORD]), dtype=np.uint8)
    spaces = np.flatnonzero(text == _SPACE)
    is_word = np.diff(spaces) > 1
    starts, stops = spaces[:-1][is_word] + 1, spaces[1:][is_word]
    ends = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 1)
    return Strings(text, starts, stops), np.diff(np.searchsorted(starts, ends, side="right"), prepend=0)


class Numbers:
    """Numbers strings in the order they come.

    A string is known by 64 bits. What they are multiplied with is random, so nobody can write words that have the same;
    by chance two of ten million strings have in one run of 370,000 (n² / 2⁶⁵).
    """

    def __init__(self) -> None:
        self._first, self._second = (np.uint64(secrets.randbits(64) | 1) for _ in range(2))
        self._strings: list[Bytestrings] = []
        self._hashes: list[Array] = []
        self._count = 0
        self._begin(_BITS)

    def _begin(self, bits: int) -> None:
        self._bits = bits
        self._held, self._numbers = np.zeros(1 << bits, dtype=np.uint64), np.zeros(1 << bits, dtype=np.uint32)

    def __len__(self) -> int:
        return self._count

    @property
    def strings(self) -> Bytestrings:
        """By number."""
        self._strings = [Bytestrings.joined(self._strings)]
        return self._strings[0]

    def number(self, strings: Strings, salts: Array) -> tuple[Array, Array]:
        """The number of each, and the places of those that had none, in the order of their new numbers.

        `salts` has one number a string, or one for all: strings that are alike are told apart by them.
        """
        hashes = strings.hashed(salts * self._second, self._first, self._second)
        numbers, absent = self._find(hashes)
        absent.sort()
        _, first, which = np.unique(hashes[absent], return_index=True, return_inverse=True)
        order = np.argsort(first)
        fresh = np.empty(len(first), dtype=np.uint32)
        fresh[order] = np.arange(self._count, self._count + len(first), dtype=np.uint32)
        numbers[absent] = fresh[which]
        places = absent[first[order]]
        self._add(hashes[places])
        self._strings.append(strings.take(places))
        return numbers, places

    def _find(self, hashes: Array) -> tuple[Array, Array]:
        """The number of each, and the places of those that have none."""
        slots = self._slots(hashes)
        held, numbers = self._held[slots], self._numbers[slots]
        open = np.flatnonzero(held != hashes)
        held, slots = held[open], slots[open]
        absent = []
        while len(open):
            is_free = held == 0
            absent.append(open[is_free])
            open, slots = open[~is_free], (slots[~is_free] + 1) & (len(self._held) - 1)
            held = self._held[slots]
            numbers[open] = self._numbers[slots]
            is_other = held != hashes[open]
            open, held, slots = open[is_other], held[is_other], slots[is_other]
        return numbers, np.concatenate(absent) if absent else open

    def _slots(self, hashes: Array) -> Array:
        return (hashes >> np.uint64(64 - self._bits)).astype(np.int64)

    def _add(self, hashes: Array) -> None:
        """Gives the next numbers to hashes that are not there yet, all different."""
        self._hashes.append(hashes)
        numbers = np.arange(self._count, self._count + len(hashes), dtype=np.uint32)
        self._count += len(hashes)
        if self._count * 2 > len(self._held):
            self._begin((self._count * 4).bit_length())
            self._hashes = [np.concatenate(self._hashes)]
            hashes, numbers = self._hashes[0], np.arange(self._count, dtype=np.uint32)
        slots = self._slots(hashes)
        while len(hashes):
            free = self._held[slots] == 0
            taken = slots[free]
            self._held[taken], self._numbers[taken] = hashes[free], numbers[free]
            left = self._held[slots] != hashes  # several wanted one slot, and the last got it
            hashes, numbers, slots = hashes[left], numbers[left], (slots[left] + 1) & (len(self._held) - 1)
