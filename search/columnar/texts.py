"""Many strings as one run of bytes."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import overload

import numpy as np

from search.columnar.bytestrings import Bytestrings
from search.columnar.columns import Array

_LINE = b"\n"


class Texts(Sequence[str]):
    """Strings that are made when they are asked for: as objects they take five times the memory, and give little back.

    >>> texts = Texts()
    >>> texts.extend(Bytestrings.of([b"a", b"bc", b"def"]))
    >>> texts[1], texts[-2:], list(texts)
    ('bc', ['bc', 'def'], ['a', 'bc', 'def'])
    """

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("q", [0])
        self._has_lines = False

    def extend(self, strings: Bytestrings) -> None:
        text = strings.text[strings.edges[0] : strings.edges[-1]].tobytes()
        self._has_lines = self._has_lines or _LINE in text
        self._ends.frombytes((strings.edges[1:] - strings.edges[0] + len(self._bytes)).tobytes())
        self._bytes += text

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        chosen = range(len(self))[place]
        return self.take(np.array(chosen)) if isinstance(chosen, range) else self._text(chosen)

    def _text(self, place: int) -> str:
        return self._bytes[self._ends[place] : self._ends[place + 1]].decode("utf-8", "surrogatepass")

    def take(self, places: Array) -> list[str]:
        """Those at any places; most are joined, decoded and parted again together."""
        if self._has_lines or not len(places):
            return list(map(self._text, places.tolist()))
        ends = np.frombuffer(self._ends, dtype=np.int64)
        starts, sizes = ends[places], ends[places + 1] - ends[places]
        letters = np.arange(sizes.sum())
        lines = np.full(len(letters) + len(places), ord(_LINE), dtype=np.uint8)
        chosen = letters + np.repeat(starts - np.cumsum(sizes) + sizes, sizes)
        lines[letters + np.repeat(np.arange(len(places)), sizes)] = np.frombuffer(self._bytes, dtype=np.uint8)[chosen]
        return lines.tobytes().decode("utf-8", "surrogatepass").split("\n")[:-1]
