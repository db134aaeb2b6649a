"""Queries for values in columns."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from search.columnar.columns import categories, integers
from search.columnar.fields import MISSING
from search.columnar.matchers import Scores
from search.columnar.queries.base import ScoredQuery

#: Inclusive bounds; None is open.
Bounds = tuple[int | None, int | None]


class Membership(Struct, ScoredQuery, frozen=True):
    """Documents whose category is one of `values`."""

    fieldname: str
    values: frozenset[str]
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        reader = searcher.reader()
        names, codes = categories(reader, self.fieldname)
        wanted = {code for code, name in enumerate(names) if name and name in self.values}
        return {number: 0.0 for number in reader.all_doc_ids() if int(codes[number]) in wanted}


class Overlap(Struct, ScoredQuery, frozen=True):
    """Documents whose interval, given by two integer columns, shares a number with one of `spans`.

    `missing` asks for the documents that have none, too: those whose `start` is MISSING.
    """

    start: str
    end: str
    spans: tuple[Bounds, ...]
    missing: bool = False
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        reader = searcher.reader()
        starts, ends = integers(reader, self.start).tolist(), integers(reader, self.end).tolist()
        return {number: 0.0 for number in reader.all_doc_ids() if self._passes(starts[number], ends[number])}

    def _passes(self, start: int, end: int) -> bool:
        if start == MISSING:
            return self.missing
        return any((low is None or low <= end) and (high is None or start <= high) for low, high in self.spans)
