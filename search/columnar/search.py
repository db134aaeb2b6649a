"""A whole search over all segments: matches, filters, facets, the prior, and the first hits in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

import numpy as np
from msgspec import Struct

from search.columnar import formulas, order
from search.columnar.columns import Array
from search.columnar.fields import MISSING
from search.columnar.periods import Periods
from search.columnar.session import Session
from search.columnar.sets import Matches
from search.columnar.view import Facet, SegmentView, View


class Order(Enum):
    """Ties are broken by the larger `newest` (a document without one last), then by id.

    NEWEST and OLDEST go by `newest` itself, documents without one last in both.
    """

    SCORE = "score"
    NEWEST = "newest"
    OLDEST = "oldest"


class Filter(Struct, frozen=True):
    """`query` restricts the result, but not the counts of the facet that is named `facet`."""

    query: Any
    facet: str | None = None


class Request(Struct, frozen=True):
    """`fallback` gives what takes the place of `query` when that, filters aside, matches nothing.

    `timeline` asks for counts by period and value of a facet.
    """

    query: Any
    fallback: Callable[[], Any] | None = None
    filters: tuple[Filter, ...] = ()
    facets: Mapping[str, Facet] = MappingProxyType({})
    order: Order = Order.SCORE
    offset: int = 0
    limit: int = 10
    timeline: tuple[Periods, Facet] | None = None


class Hit(Struct, frozen=True):
    """`number` is the document's in the whole index."""

    number: int
    id: str
    score: float


class Result(Struct, frozen=True):
    """`facets` count matches by value, `timeline` by period and then by value, all filters applied.

    The empty string stands for none, and no count is zero.
    """

    total: int
    fell_back: bool
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]
    timeline: Mapping[str, Mapping[str, int]]


class _Part(Struct, frozen=True):
    """Matches of the query in one segment; `passed` masks them for each filter."""

    segment: SegmentView
    matches: Matches
    passed: tuple[Array, ...]

    def chosen(self, filters: tuple[Filter, ...], but: str | None = None) -> Matches:
        """Those that pass all filters, or all but the ones of a facet."""
        masks = [mask for mask, one in zip(self.passed, filters, strict=True) if but is None or one.facet != but]
        return self.matches.chosen(np.logical_and.reduce(masks)) if masks else self.matches


def search(view: View, request: Request, session: Session | None = None) -> Result:
    """With a session of before, what was found for the very same query object is not looked for again."""
    session = session or Session(view)
    prior = view.parameters.floor < 1
    parts = session.matches(request.query, prior)
    fell_back = False
    if request.fallback is not None and not any(len(found) for _, found in parts):
        parts, fell_back = session.matches(request.fallback(), prior), True
    masked = [_Part(segment, found, _passed(request, segment, found, session)) for segment, found in parts]
    chosen = [(part.segment, part.chosen(request.filters)) for part in masked]
    hits = _hits(view, request, chosen)
    return Result(
        total=sum(len(found) for _, found in chosen),
        fell_back=fell_back,
        hits=tuple(hits),
        facets=_facets(request, masked, chosen),
        timeline=_timeline(request, chosen),
    )


def _passed(request: Request, segment: SegmentView, found: Matches, session: Session) -> tuple[Array, ...]:
    return tuple(session.among(one.query, segment, found.ids) for one in request.filters)


def _hits(view: View, request: Request, parts: list[tuple[SegmentView, Matches]]) -> list[Hit]:
    wanted = request.offset + request.limit
    if not request.limit:
        return []
    rows: list[tuple[Any, ...]] = []
    for segment, found in parts:
        scores = np.zeros(len(found)) if found.scores is None else found.scores
        columns = _columns(request.order, segment, found.ids, scores, segment.integers(view.layout.newest))
        places = order.first(columns, len(found), wanted)
        keys: list[list[float]] = []
        if len(parts) > 1:
            keys = [(-column(places)).tolist() for column in columns[:-1]]
        else:
            places = places[request.offset :]
        numbers = found.ids[places]
        ids, globals = segment.ids(numbers), (numbers + segment.offset).tolist()
        rows += zip(*keys, ids, globals, scores[places].tolist(), strict=True)
    if len(parts) > 1:
        rows.sort(key=lambda row: row[:-2])
        rows = rows[request.offset : wanted]
    return [Hit(number, id, score) for *_, id, number, score in rows]


def _columns(by: Order, segment: SegmentView, ids: Array, scores: Array, newest: Array) -> list[order.Column]:
    """What to order by, larger first; the last is the order of ids within the segment."""

    def late(places: Any) -> Array:
        values: Array = newest[ids[places]].astype(np.float64)
        return values

    def early(places: Any) -> Array:
        values = newest[ids[places]]
        return np.where(values == MISSING, -np.inf, -values.astype(np.float64))

    def settled(places: Any) -> Array:
        rounded: Array = formulas.settled(scores[places])
        return rounded

    primary: dict[Order, list[order.Column]] = {
        Order.SCORE: [settled, late],
        Order.NEWEST: [late],
        Order.OLDEST: [early],
    }
    return [*primary[by], lambda places: -segment.id_order(ids[places])]


def _facets(
    request: Request, masked: list[_Part], chosen: list[tuple[SegmentView, Matches]]
) -> dict[str, dict[str, int]]:
    """Facets without a filter of their own are counted together, over the same matches."""
    filtered = {one.facet for one in request.filters}
    counts: dict[str, dict[str, int]] = {name: {} for name in request.facets}
    for name in filtered & counts.keys():
        own = [(part.segment, part.chosen(request.filters, name)) for part in masked]
        _count(own, (request.facets[str(name)],), [counts[str(name)]])
    shared = [name for name in request.facets if name not in filtered]
    _count(chosen, tuple(request.facets[name] for name in shared), [counts[name] for name in shared])
    return counts


def _count(parts: list[tuple[SegmentView, Matches]], facets: tuple[Facet, ...], totals: list[dict[str, int]]) -> None:
    """Add what is found to the total of each facet."""
    for segment, found in parts:
        if len(found):
            for total, counts in zip(totals, segment.counter(facets).count(found.ids), strict=True):
                if not total:
                    total.update(counts)
                    continue
                for label, number in counts:
                    total[label] = total.get(label, 0) + number


def _timeline(request: Request, parts: list[tuple[SegmentView, Matches]]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    if request.timeline is not None:
        for segment, found in parts:
            for period, value, number in segment.crossing(*request.timeline).count(found.ids):
                of_period = counts.setdefault(period, {})
                of_period[value] = of_period.get(value, 0) + number
    return counts
