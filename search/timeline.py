"""How the matches lie in time: which periods to count by, and the counts as bars, none left out between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from search.dates import parse_partial
from search.engines.base import Hits, Retrieval, Snapshot, Unit
from search.query.ast import Filter, FilterName, Span
from search.query.filters import UNDATED
from search.query.keyed import Everything
from search.results import Bar, Timeline

#: So many years at most are shown one by one, and so many decades: of more, the empty ones are left out.
MOST_YEARS = 60

Counts = Mapping[str, Mapping[str, int]]

_FINER = {Unit.YEAR: Unit.MONTH, Unit.MONTH: Unit.DAY}
_LENGTH = {Unit.YEAR: 4, Unit.MONTH: 7, Unit.DAY: 10}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTH, _YEAR = timedelta(days=31), timedelta(days=366)
_DATES = (FilterName.YEAR, FilterName.AFTER, FilterName.BEFORE, FilterName.DATE)


def dated(retrieval: Retrieval, filters: Iterable[Filter], snapshot: Snapshot, shares: bool) -> tuple[Hits, Timeline]:
    """The hits, and how they lie in time; with `shares`, beside everything else that passes the selections.

    The unit is that of the window that the filters leave. Where that is open and all matches fall in one period, a
    finer unit tells more.
    """
    span = window(filters)
    unit = unit_of(span)
    hits = snapshot.search(replace(retrieval, timeline=unit))
    counts = hits.timeline
    while _is_open(span) and len(_exact(counts, unit)) == 1 and unit in _FINER:
        closer = snapshot.search(replace(retrieval, timeline=_FINER[unit], limit=0)).timeline
        if not _exact(closer, _FINER[unit]):
            break
        unit, counts = _FINER[unit], closer
    published: Counts = {}
    if shares:
        everything = replace(retrieval, query=Everything(), fallback=None, timeline=unit, limit=0)
        published = snapshot.search(everything).timeline
    return hits, timeline(counts, unit, span, published)


def window(filters: Iterable[Filter]) -> Span:
    """The stretch of time that all filters leave, as far as it is one stretch."""
    asked = [one for one in filters if not one.negated]
    tally = Counter(one.name for one in asked)
    spans = [one.span for one in asked if one.span and one.name in _DATES and tally[one.name] == 1]
    starts = [span.start for span in spans if span.start is not None]
    ends = [span.end for span in spans if span.end is not None]
    return Span(max(starts, default=None), min(ends, default=None))


def unit_of(span: Span) -> Unit:
    """Days for a month, months for up to two years."""
    if span.start is None or span.end is None:
        return Unit.YEAR
    length = timedelta(seconds=span.end - span.start)
    return Unit.DAY if length < _MONTH else Unit.MONTH if length < 2 * _YEAR else Unit.YEAR


def timeline(counts: Counts, unit: Unit, span: Span, published: Counts) -> Timeline:
    """`published` counts everything in the same periods; empty if it isn't wanted."""
    exact = _exact(counts, unit)
    periods = list(_between(exact, unit, span))
    decades = unit is Unit.YEAR and len(periods) > MOST_YEARS
    if decades:
        exact, published = _by_decade(exact), _by_decade(published)
        periods = _decades(int(periods[0]), int(periods[-1]))
        if len(periods) > MOST_YEARS:
            periods = sorted(exact)
    vague = sorted(period for period in counts if period != UNDATED and period not in exact and not decades)
    return Timeline(
        unit="decade" if decades else unit.value,
        bars=tuple(_bar(period, exact, published) for period in periods),
        vague=tuple(_bar(period, counts, published) for period in vague),
        undated=sum(counts.get(UNDATED, {}).values()),
    )


def _exact(counts: Counts, unit: Unit) -> Counts:
    """Of what is dated as finely as that."""
    return {period: of for period, of in counts.items() if len(period) == _LENGTH[unit] and period != UNDATED}


def _is_open(span: Span) -> bool:
    return span.start is None or span.end is None


def _bar(period: str, counts: Counts, published: Counts) -> Bar:
    languages = sorted(counts.get(period, {}).items(), key=lambda item: (-item[1], item[0]))
    return Bar(
        period=period,
        count=sum(count for _, count in languages),
        languages=tuple(languages),
        published=sum(published[period].values()) if period in published else None,
    )


def _between(counts: Counts, unit: Unit, span: Span) -> Iterator[str]:
    """Every period from the first that counts to the last; with both ends of the window known, all of the window's."""
    if not counts:
        return
    first, last = min(counts), max(counts)
    if unit is Unit.YEAR:
        yield from (f"{year:04}" for year in range(int(first), int(last) + 1))
        return
    if span.start is not None and span.end is not None:
        first, last = (_named(bound, unit) for bound in (span.start, span.end))
    while first < last:
        yield first
        first = _next(first)
    yield last


def _named(second: int, unit: Unit) -> str:
    return f"{(_EPOCH + timedelta(seconds=second)).date()}"[: _LENGTH[unit]]


def _next(period: str) -> str:
    date = parse_partial(period)
    assert date is not None  # an engine names periods that are
    after = _EPOCH + timedelta(seconds=date.end + 1)
    return f"{after.date()}"[: len(period)]


def _decades(first: int, last: int) -> list[str]:
    """From that of one year to that of another.

    >>> _decades(1987, 2001)
    ['1980-1989', '1990-1999', '2000-2009']
    """
    return [f"{decade:03}0-{decade:03}9" for decade in range(first // 10, last // 10 + 1)]


def _by_decade(counts: Counts) -> dict[str, Counter[str]]:
    """`1990-1999`, as `year:` takes it."""
    decades: dict[str, Counter[str]] = {}
    for year, of in counts.items():
        if year != UNDATED:
            decades.setdefault(f"{year[:3]}0-{year[:3]}9", Counter()).update(of)
    return decades
