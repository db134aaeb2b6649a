"""Sorted tables of byte strings: the distinct terms of a field, the distinct values of a category."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

import numpy as np

from search.columnar.columns import Array
from search.columnar.container import Container, ContainerWriter

_SPOOL = 1 << 22
_BATCH = 1 << 14


class TableWriter:
    """Takes strings in rising order, in any portions; `save` writes the sections `name/text` and `name/offsets`."""

    def __init__(self) -> None:
        self.count = 0
        self._text = tempfile.SpooledTemporaryFile(_SPOOL)  # noqa: SIM115
        self._length = 0
        self._ends: list[Array] = []

    def append(self, strings: Sequence[bytes]) -> None:
        self.count += len(strings)
        self._text.write(b"".join(strings))
        ends = np.fromiter(accumulate(map(len, strings)), dtype=np.int64, count=len(strings)) + self._length
        self._length = int(ends[-1]) if len(ends) else self._length
        self._ends.append(ends)

    def save(self, file: ContainerWriter, name: str) -> None:
        offsets = np.concatenate([np.zeros(1, dtype=np.int64), *self._ends])
        file.add(f"{name}/offsets", narrow(offsets))
        self._text.seek(0)
        with file.section(f"{name}/text", "|u1") as write:
            while chunk := self._text.read(_SPOOL):
                write(chunk)
        self._text.close()


class Table:
    """Reads what TableWriter saved. Strings are found by bisection of the mapped bytes."""

    def __init__(self, file: Container, name: str) -> None:
        self._offsets = file.section(f"{name}/offsets")
        self._text = file.section(f"{name}/text")

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, ordinal: int) -> bytes:
        start, stop = self._offsets.rows(ordinal, ordinal + 2).tolist()
        return self._text.rows(start, stop).tobytes()

    def place(self, string: bytes) -> int:
        """How many strings of the table are smaller."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self[middle] < string:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, string: bytes) -> int | None:
        place = self.place(string)
        return place if place < len(self) and self[place] == string else None

    def read(self, first: int, last: int) -> list[bytes]:
        """The strings first, …, last - 1."""
        offsets = self._offsets.rows(first, last + 1).tolist()
        text = self._text.rows(offsets[0], offsets[-1]).tobytes()
        base = offsets[0]
        return [text[start - base : stop - base] for start, stop in pairwise(offsets)]

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
