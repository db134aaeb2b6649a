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
from search.lexicon.blocks import Array, Column

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
    pieces, count = encoded("\n".join(strings)).split(b"\n"), len(strings)
    if len(pieces) != count:  # there are line feeds in some
        pieces = list(map(encoded, strings))
    sizes, hashes = np.fromiter(map(len, pieces), np.int64, count), np.fromiter(map(crc32, pieces), np.uint32, count)
    lengths = np.fromiter(map(len, strings), np.int64, count)
    return b"".join(pieces), sizes, hashes, lengths, _letter_sets(strings)


def _joined(arrays: Sequence[Array], dtype: type[np.generic]) -> npt.NDArray[Any]:
    return np.concatenate([np.empty(0, dtype), *arrays])


class Strings:
    """A view of packed strings; opening it costs the same for any number of them."""

    __slots__ = (
        "_check", "_count", "_ends", "_ends_at", "_ends_column", "_lengths", "_letters", "_mask", "_members",
        "_members_at", "_seen", "_shift", "_slot_mask", "_slots", "_slots_at", "_sorted", "_text", "_text_at",
        "_text_column",
    )  # fmt: skip

    def __init__(self, columns: Mapping[str, Column], prefix: str = "") -> None:
        names = "text", "ends", "slots", "members", "sorted", "lengths", "letters"
        text, ends, slots, members, self._sorted, self._lengths, self._letters = (
            columns[prefix + name] for name in names
        )
        self._text_column, self._ends_column = text, ends
        self._count = len(members)
        self._slot_mask = len(slots) - 2
        self._mask = _number_mask(self._count)
        # What a query does most is to look at single items of these: to call something for each takes twice the time.
        self._text, self._ends, self._slots, self._members = (one.unchecked for one in (text, ends, slots, members))
        self._text_at, self._ends_at, self._slots_at, self._members_at = (
            text.start,
            ends.start,
            slots.start,
            members.start,
        )
        self._seen, self._shift, self._check = text.kept.seen, text.kept.shift, text.kept.check

    def __len__(self) -> int:
        return self._count

    @property
    def lengths(self) -> npt.NDArray[np.uint8]:
        return self._lengths.whole().view(np.uint8)

    @property
    def letters(self) -> Numbers:
        return self._letters.whole().view(np.uint32)

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), _BLOCK):
            yield from self.take_many(np.arange(start, min(start + _BLOCK, len(self)), dtype=np.uint32))

    def find(self, text: str) -> int:
        """Its number, -1 if it is not there."""
        wanted = text.encode("utf-8", _ERRORS)
        hashed, mask = crc32(wanted), self._mask
        slot = hashed & self._slot_mask
        slots, seen, shift, at = self._slots, self._seen, self._shift, self._slots_at + 4 * slot
        if not (seen[at >> shift] and seen[at + 4 >> shift]):
            self._check(at, at + 8)
        place, last = slots[slot], slots[slot + 1]
        while place < last:
            at = self._members_at + 4 * place
            if not seen[at >> shift]:
                self._check(at, at + 4)
            member: int = self._members[place]
            if member ^ hashed <= mask:
                number = member & mask
                if self._spelt(number) == wanted:
                    return number
            place += 1
        return -1

    def _spelt(self, number: int) -> memoryview:
        ends, seen, shift, at = self._ends, self._seen, self._shift, self._ends_at + 4 * number
        if not (seen[at >> shift] and seen[at + 4 >> shift]):
            self._check(at, at + 8)
        start, end = ends[number], ends[number + 1]
        first, last = self._text_at + start, self._text_at + end
        if last - first > 1 << shift or not (seen[first >> shift] and seen[last - 1 >> shift]):
            self._check(first, last)
        return self._text[start:end]

    def __getitem__(self, number: int) -> str:
        return str(self._spelt(number), "utf-8", _ERRORS)

    def take(self, numbers: Iterable[int]) -> list[str]:
        return [str(spelt, "utf-8", _ERRORS) for spelt in map(self._spelt, numbers)]

    def take_many(self, numbers: Numbers) -> list[str]:
        """The same, faster for hundreds and more. The numbers are different."""
        text, places, sizes = self._places(numbers)
        lines = np.full(len(places) + len(numbers), ord("\n"), np.uint8)
        lines[np.arange(len(places)) + np.repeat(np.arange(len(numbers)), sizes)] = text[places]
        return lines.tobytes().decode("utf-8", _ERRORS).split("\n")[:-1]

    def _places(self, numbers: Numbers) -> tuple[Array, npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """All text, where in it the bytes of these strings are, one after the other, and how many each has.

        Raises IndexDamaged.
        Who forges where they end asks for any memory: different strings have no more bytes than there are.
        """
        text, ends = self._text_column.whole(), self._ends_column.whole().view(np.uint32)
        starts = ends[numbers].astype(np.intp)
        sizes = ends[numbers + np.uint32(1)] - starts
        if len(sizes) and (sizes.min() < 0 or sizes.sum() > len(text)):
            raise IndexDamaged("The index's word table does not fit its text: index again with --rebuild.")
        return text, np.arange(sizes.sum()) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes), sizes

    def codes(self, numbers: Numbers, width: int) -> Numbers:
        """Their code points: one row for each place in a string, up to `width`; one column a string, 0 beyond its end.

        For different strings of at most `width` characters, which is less than 255.
        """
        whole, places, _ = self._places(numbers)
        text = whole[places].tobytes().decode("utf-8", _ERRORS)
        table = np.zeros((len(numbers), width), np.uint32)
        table[np.arange(width) < self.lengths[numbers, None]] = np.frombuffer(
            text.encode("utf-32-le", _ERRORS), np.uint32
        )
        return np.ascontiguousarray(table.T)

    def starting(self, prefix: str) -> Numbers:
        """The numbers of the strings that begin with `prefix`, by code point."""
        first = encoded(prefix)
        return self._sorted.part(self._place(first), self._place(first + b"\xff")).view(np.uint32)

    def holding(self, piece: str) -> Numbers:
        """The numbers of the strings that have `piece`, which is not empty, in them; ascending. It reads all text."""
        text, wanted = self._text_column.whole().tobytes(), encoded(piece)
        found, at = [], text.find(wanted)
        while at >= 0:
            found.append(at)
            at = text.find(wanted, at + 1)
        places = np.array(found, np.int64)
        ends = self._ends_column.whole().view(np.uint32)
        owners = np.searchsorted(ends, places, "right") - 1
        within: Numbers = np.unique(owners[places + len(wanted) <= ends[owners + 1]]).astype(np.uint32)
        return within

    def _place(self, wanted: bytes) -> int:
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if bytes(self._spelt(self._sorted[middle])) < wanted:
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
