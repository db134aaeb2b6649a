"""A whole search over all segments: matches, filters, facets, the prior, and the first hits in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np

from search.columnar import evaluate, formulas, order
from search.columnar.columns import Array
from search.columnar.fields import MISSING
from search.columnar.sets import Matches
from search.columnar.view import Codes, SegmentView, View


class Order(Enum):
    """Ties are broken by the larger `newest` (a document without one last), then by id.

    NEWEST and OLDEST go by `newest` itself, documents without one last in both.
    """

    SCORE = "score"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Facet:
    """Counts by the values of a category column, or with `years` by the years of a column of seconds since 1970."""

    column: str
    years: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """`query` restricts the result, but not the counts of the facet that is named `facet`."""

    query: Any
    facet: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """`fallback` takes the place of `query` when that, filters aside, matches nothing."""

    query: Any
    fallback: Any = None
    filters: tuple[Filter, ...] = ()
    facets: Mapping[str, Facet] = field(default_factory=dict)
    order: Order = Order.SCORE
    offset: int = 0
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """`number` is the document's in the whole index."""

    number: int
    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Result:
    """`facets` count matches by value; the empty string stands for none, and no count is zero."""

    total: int
    fell_back: bool
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class _Part:
    """Matches of the query in one segment; `passed` masks them for each filter."""

    segment: SegmentView
    matches: Matches
    passed: tuple[Array, ...]

    def chosen(self, filters: tuple[Filter, ...], but: str | None = None) -> Matches:
        """Those that pass all filters, or all but the ones of a facet."""
        masks = [mask for mask, one in zip(self.passed, filters, strict=True) if but is None or one.facet != but]
        return self.matches.chosen(np.logical_and.reduce(masks)) if masks else self.matches


def search(view: View, request: Request) -> Result:
    query, parts = request.query, _matches(request.query, view)
    fell_back = request.fallback is not None and not any(len(found) for _, found in parts)
    if fell_back:
        query, parts = request.fallback, _matches(request.fallback, view)
    masked = [_Part(segment, found, _passed(request, segment, found, view)) for segment, found in parts]
    chosen = [(part.segment, part.chosen(request.filters)) for part in masked]
    hits = _hits(view, request, chosen, _factors(query, view, parts))
    facets = {name: _counts(name, facet, request, masked, chosen) for name, facet in request.facets.items()}
    return Result(sum(len(found) for _, found in chosen), fell_back, tuple(hits), facets)


def _matches(query: Any, view: View) -> list[tuple[SegmentView, Matches]]:
    return [(segment, evaluate.matches(query, segment, view)) for segment in view.segments]


def _passed(request: Request, segment: SegmentView, found: Matches, view: View) -> tuple[Array, ...]:
    return tuple(evaluate.among(one.query, segment, view, found.ids) for one in request.filters)


def _factors(query: Any, view: View, parts: list[tuple[SegmentView, Matches]]) -> Array | None:
    """None if every factor is 1, or there is nothing to multiply."""
    if view.parameters.floor >= 1 or all(found.scores is None for _, found in parts):
        return None
    return evaluate.factors(query, view)


def _hits(view: View, request: Request, parts: list[tuple[SegmentView, Matches]], factors: Array | None) -> list[Hit]:
    wanted = request.offset + request.limit
    if not request.limit:
        return []
    rows: list[tuple[Any, ...]] = []
    for segment, found in parts:
        scores = _final(segment, found, factors)
        newest = segment.integers(view.layout.newest)
        columns = _columns(request.order, segment, found.ids, scores, newest)
        places = order.first(columns, len(found), wanted)
        keys = [column(places).tolist() for column in columns[:-1]]
        numbers = found.ids[places].tolist()
        ids = [segment.id(number) for number in numbers]
        negated = [[-key for key in column] for column in keys]
        rows += zip(
            *negated, ids, [number + segment.offset for number in numbers], scores[places].tolist(), strict=True
        )
    if len(parts) > 1:
        rows.sort(key=lambda row: row[:-2])
    return [Hit(number, id, score) for *_, id, number, score in rows[request.offset : wanted]]


def _final(segment: SegmentView, found: Matches, factors: Array | None) -> Array:
    if found.scores is None:
        return np.zeros(len(found))
    return found.scores if factors is None else found.scores * factors[segment.partitions[found.ids]]


def _columns(by: Order, segment: SegmentView, ids: Array, scores: Array, newest: Array) -> list[order.Column]:
    """What to order by, larger first; the last is the order of ids within the segment."""

    def late(places: Array) -> Array:
        return newest[ids[places]].astype(np.float64)

    def early(places: Array) -> Array:
        values = newest[ids[places]]
        return np.where(values == MISSING, -np.inf, -values.astype(np.float64))

    def settled(places: Array) -> Array:
        rounded: Array = formulas.settled(scores[places])
        return rounded

    primary: dict[Order, list[order.Column]] = {
        Order.SCORE: [settled, late],
        Order.NEWEST: [late],
        Order.OLDEST: [early],
    }
    return [*primary[by], lambda places: -segment.id_order(ids[places])]


def _counts(
    name: str,
    facet: Facet,
    request: Request,
    masked: list[_Part],
    chosen: list[tuple[SegmentView, Matches]],
) -> dict[str, int]:
    own = any(one.facet == name for one in request.filters)
    parts = [(part.segment, part.chosen(request.filters, name)) for part in masked] if own else chosen
    counts: dict[str, int] = {}
    for segment, found in parts:
        for label, number in _count(_codes(facet, segment), found.ids):
            counts[label] = counts.get(label, 0) + number
    return counts


def _codes(facet: Facet, segment: SegmentView) -> Codes:
    return segment.years(facet.column) if facet.years else segment.category(facet.column)


def _count(codes: Codes, ids: Array) -> list[tuple[str, int]]:
    tally = np.bincount(codes.numbers[ids], minlength=len(codes.labels))
    present = np.flatnonzero(tally)
    return [
        (codes.labels[code], number) for code, number in zip(present.tolist(), tally[present].tolist(), strict=True)
    ]
