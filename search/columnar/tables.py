"""Sorted tables of byte strings: the distinct terms of a field, the distinct values of a category."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from search.columnar.bytestrings import Bytestrings
from search.columnar.columns import Array
from search.columnar.container import BLOCK, SHIFT, Container, ContainerWriter
from search.columnar.spool import Spool

_BATCH = 1 << 14
#: Strings that a table remembers.
_REMEMBERED = 1 << 14


class TableWriter:
    """Takes strings in rising order, in any portions; `save` writes the sections `name/text` and `name/offsets`."""

    def __init__(self, strings: Bytestrings | None = None) -> None:
        self.count = 0
        self._text = Spool()
        self._length = 0
        self._ends: list[Array] = []
        if strings is not None:
            self.append(strings)

    def append(self, strings: Bytestrings) -> None:
        self.count += len(strings)
        edges = strings.edges
        self._text.write(strings.text[edges[0] : edges[-1]].data)
        self._ends.append(edges[1:] - edges[0] + self._length)
        self._length += int(edges[-1] - edges[0])

    def save(self, file: ContainerWriter, name: str) -> None:
        offsets = np.concatenate([np.zeros(1, dtype=np.int64), *self._ends])
        file.add(f"{name}/offsets", narrow(offsets))
        with file.section(f"{name}/text", "|u1") as write:
            for chunk in self._text.drain():
                write(chunk)


class Table:
    """Reads what TableWriter saved. Strings are found by bisection of the mapped bytes."""

    def __init__(self, file: Container, name: str) -> None:
        self._offsets = file.section(f"{name}/offsets")
        self._text = file.section(f"{name}/text")
        self._length = len(self._offsets) - 1
        #: Every bisection begins with the same few strings.
        self._seen: dict[int, bytes] = {}
        # A first search looks at hundreds of strings. Items of a memoryview are read several times faster than those of
        # an array, and most blocks were checked before.
        self._quick_offsets, self._quick_text = self._offsets.array.data, self._text.array.data
        self._verified, self._verify = file.verified, file.verify
        self._offsets_at, self._width, self._text_at = self._offsets.start, self._offsets.row, self._text.start

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, ordinal: int) -> bytes:
        offsets, verified, width = self._quick_offsets, self._verified, self._width
        at = self._offsets_at + ordinal * width
        if not (verified[at >> SHIFT] and verified[at + width >> SHIFT]):
            self._verify(at, at + 2 * width)
        start, stop = offsets[ordinal], offsets[ordinal + 1]
        first, last = self._text_at + start, self._text_at + stop
        if stop - start > BLOCK or not (verified[first >> SHIFT] and verified[last - 1 >> SHIFT]):
            self._verify(first, last)
        return bytes(self._quick_text[start:stop])

    def place(self, string: bytes) -> int:
        """How many strings of the table are smaller."""
        low, high, seen = 0, len(self), self._seen
        while low < high:
            middle = (low + high) // 2
            probe = seen.get(middle)
            if probe is None:
                probe = self[middle]
                if len(seen) < _REMEMBERED:
                    seen[middle] = probe
            if probe < string:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, string: bytes) -> int | None:
        place = self.place(string)
        return place if place < len(self) and self[place] == string else None

    def read(self, first: int, last: int) -> Bytestrings:
        """The strings first, …, last - 1."""
        edges = self._offsets.rows(first, last + 1).astype(np.int64)
        return Bytestrings(self._text.rows(int(edges[0]), int(edges[-1])), edges - edges[0])

    def __iter__(self) -> Iterator[bytes]:
        return self.iterate(0)

    def iterate(self, first: int) -> Iterator[bytes]:
        for start in range(first, len(self), _BATCH):
            yield from self.read(start, min(start + _BATCH, len(self)))


def narrow(numbers: Array) -> Array:
    """The same numbers in the narrowest unsigned type that holds them, or as int64."""
    low, high = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
    for dtype in ("<u1", "<u2", "<u4"):
        if low >= 0 and high <= np.iinfo(dtype).max:
            return numbers.astype(dtype)
    return numbers.astype("<i8")
