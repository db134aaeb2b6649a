"""Whoosh's matcher over the postings of one term, decoded whole."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import Any

from whoosh.matching import NullMatcher, ReadTooFar
from whoosh.matching.mcore import LeafMatcher

from search.columnar.segment_data import FieldData


class PostingsMatcher(LeafMatcher):
    def __init__(self, field: FieldData, span: tuple[int, int], format_: Any, term: Any, scorer: Any) -> None:
        self._field, self._span, self._term = field, span, term
        self.format, self.scorer = format_, scorer
        self._ids: list[int] = field.ids(span).tolist()
        self._at = 0

    @cached_property
    def _weights(self) -> list[float]:
        weights: list[float] = self._field.weights(self._span).tolist()
        return weights

    @cached_property
    def _positions(self) -> list[list[int]]:
        counts, positions = self._field.positions(self._span)
        return _cut(counts.tolist(), positions.tolist())

    @cached_property
    def _bytes(self) -> list[bytes]:
        counts, data = self._field.bytes_of(self._span)
        return _cut(counts.tolist(), data)

    def is_active(self) -> bool:
        return self._at < len(self._ids)

    def reset(self) -> None:
        self._at = 0

    def copy(self) -> PostingsMatcher:
        twin = PostingsMatcher(self._field, self._span, self.format, self._term, self.scorer)
        twin._at = self._at
        return twin

    def replace(self, minquality: float = 0) -> Any:
        return self if self.is_active() else NullMatcher()

    def id(self) -> int:
        return self._ids[self._at]

    def next(self) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._at += 1

    def skip_to(self, id: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._at = bisect_left(self._ids, id, self._at)

    def all_ids(self) -> Any:
        return iter(self._ids)

    def weight(self) -> float:
        return self._weights[self._at]

    def value(self) -> bytes:
        if self._field.values == "positions":
            encoded: bytes = self.format.encode(self._positions[self._at])
            return encoded
        return self._bytes[self._at] if self._field.values == "bytes" else b""

    def value_as(self, astype: str) -> Any:
        if astype == "positions" and self._field.values == "positions":
            return self._positions[self._at]
        if astype == "weight":
            return self.weight()
        return self.format.decoder(astype)(self.value())

    def supports_block_quality(self) -> bool:
        return False


def _cut(counts: list[int], items: Any) -> list[Any]:
    parts, at = [], 0
    for count in counts:
        parts.append(items[at : at + count])
        at += count
    return parts
