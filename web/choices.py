"""What is chosen, and the request that each link would make of it: facet values, chips, pages, sorting.

Filters stand beside the query or are typed inside it; a link that takes one away mends whichever holds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from search.engines.base import Sort
from search.query.ast import Filter, FilterName
from search.query.filters import parse_filter
from search.query.parse import parse as parsed
from search.results import FacetValue, Page
from search.searching import SearchRequest
from web.links import Links
from web.params import quoted

FACETS = {"language": FilterName.LANGUAGE, "year": FilterName.YEAR, "source": FilterName.SOURCE}

#: A quoted phrase, or what looks like a filter outside of one, and an operator that would lose an operand with it.
#: Whether it is one, the parser says.
_TYPED = re.compile(
    rf"""(?<![^\s()"])(?P<before>(?:(?-i:AND|OR|NOT)\s+)*)(?P<minus>-)?
       (?P<name>{"|".join(FilterName)}):(?:"(?P<quoted>[^"]*)"|(?P<word>[^\s()"]+))
       |"[^"]*\"""",
    re.IGNORECASE | re.VERBOSE,
)


# Several parts of a page ask what is in its query.
parse = lru_cache(maxsize=64)(parsed)


class Choice(Struct, frozen=True):
    """A facet value, and the addresses that add it or take it away, want it alone instead of others, or exclude it.

    None where only the query text can be changed; `alone` also where there are no others.
    """

    value: FacetValue
    toggled: str | None
    alone: str | None
    excluded: str | None


class Chip(Struct, frozen=True):
    """A filter in force, and the request without it; None where only the query text can be changed."""

    filter: Filter
    without: SearchRequest | None


class Paging(Struct, frozen=True):
    """`page` counts from 1. Past the last hit there is only `previous`: the last page that has hits."""

    page: int
    pages: int
    previous: SearchRequest | None
    next: SearchRequest | None


class Order(Struct, frozen=True):
    sort: Sort
    request: SearchRequest
    is_current: bool


def orders(request: SearchRequest) -> list[Order]:
    """Without words there is no best match: the newest come first."""
    wordless = parse(request.query).root is None
    current = Sort.NEWEST if wordless and request.sort == Sort.RELEVANCE else request.sort
    offered = [sort for sort in Sort if not (wordless and sort is Sort.RELEVANCE)]
    return [Order(sort, replace(request, sort=sort.value, offset=0), sort == current) for sort in offered]


def choices(
    links: Links, request: SearchRequest, facet: str, values: Sequence[FacetValue], shown: Sequence[FacetValue]
) -> list[Choice]:
    """Of the values that are `shown`; all of them tell what else is chosen."""
    name = FACETS[facet]
    rest = _cleared_of(request, name) if any(value.selected for value in values) else None
    added = links.differing(request, name, kept=True)
    alone = None if rest is None else links.differing(rest, name)
    excluded = _excluded(links, request, name)
    made = []
    for value in shown:
        wanted = f"{name}={quoted(value.value)}"
        made.append(
            Choice(
                value,
                _taken_away(links, request, name, value, values) if value.selected else added(wanted),
                None if alone is None else alone(wanted),
                excluded(value.value),
            )
        )
    return made


def chips(request: SearchRequest, filters: Sequence[Filter]) -> list[Chip]:
    """One for each filter, but the two ends of one period are one."""
    found = list(dict.fromkeys(filters))
    ends = [each for each in found if each.name in (FilterName.AFTER, FilterName.BEFORE) and not each.negated]
    if len(ends) == 2 and ends[0].value == ends[1].value:
        period = Chip(Filter(FilterName.DATE, ends[0].value), without(request, *ends))
        return [period if each == ends[0] else Chip(each, without(request, each)) for each in found if each != ends[1]]
    return [Chip(each, without(request, each)) for each in found]


def cleared(request: SearchRequest, filters: Sequence[Filter]) -> SearchRequest:
    """The request without any filter, as far as they can be taken away."""
    return without(request, *filters) or request


def paging(request: SearchRequest, page: Page, max_offset: int) -> Paging:
    number, pages = page.offset // page.limit + 1, -(-page.total // page.limit)
    before = min(page.offset - page.limit, (pages - 1) * page.limit)
    after = page.offset + page.limit
    return Paging(
        number,
        max(pages, 1),
        replace(request, offset=max(before, 0)) if page.offset and page.total else None,
        replace(request, offset=after) if after < page.total and after <= max_offset else None,
    )


def without(request: SearchRequest, *gone: Filter) -> SearchRequest | None:
    """The request without those filters, from its first hit; None if nothing can be taken away."""
    query = _untyped(request.query, gone) if gone else None
    if query is None:
        return None
    rest = replace(request, query=query, offset=0)
    for name in FilterName:
        rest = _with(rest, name, tuple(value for value in _held(rest, name) if _read(name, value) not in gone))
    return None if rest == replace(request, offset=0) else rest


def within(request: SearchRequest, period: str) -> SearchRequest:
    """The request narrowed to a period of the timeline: a date, or a decade such as `1990-1999`."""
    after, before = bounds(period)
    return replace(request, after=after, before=before, offset=0)


def bounds(period: str) -> tuple[str, str]:
    """From when and until when that is.

    >>> bounds("1990-1999"), bounds("2020-10")
    (('1990', '1999'), ('2020-10', '2020-10'))
    """
    first, dash, last = period.partition("-")
    return (first, last) if dash and len(last) == 4 else (period, period)


def anytime(request: SearchRequest) -> SearchRequest:
    return replace(request, after=None, before=None, offset=0)


def _cleared_of(request: SearchRequest, name: FilterName) -> SearchRequest | None:
    """The request with no value of this facet chosen."""
    typed = tuple(each for each in parse(request.query).filters if each.name is name and not each.negated)
    query = _untyped(request.query, typed)
    return None if query is None else replace(_with(request, name, ()), query=query)


def _excluded(links: Links, request: SearchRequest, name: FilterName) -> Callable[[str], str | None]:
    """With `-lang:nb` typed after the query: an address has no parameter for what is not wanted."""
    if not _is_open_ended(request.query):
        return lambda value: None
    typed = quoted(f"{query} " if (query := request.query.strip()) else "")
    quote = '"' if name is FilterName.SOURCE else ""
    address = links.differing(request, "q")
    return lambda value: None if '"' in value else address(f"q={typed}{quoted(f'-{name}:{quote}{value}{quote}')}")


@lru_cache(maxsize=64)
def _is_open_ended(query: str) -> bool:
    """Whether a filter typed after the query is read as one, and changes nothing else in it."""
    before, after = parse(query), parse(f'{query.rstrip()} -source:"x y"')
    return (after.root, after.filters) == (before.root, (*before.filters, Filter(FilterName.SOURCE, "x y", True)))


def _taken_away(
    links: Links, request: SearchRequest, name: FilterName, value: FacetValue, values: Sequence[FacetValue]
) -> str | None:
    narrowed = without(request, _read(name, value.value)) or _unfolded(
        request, name, [each.value for each in values if each.selected and each != value]
    )
    return None if narrowed is None else links.search(narrowed)


def _unfolded(request: SearchRequest, name: FilterName, kept: list[str]) -> SearchRequest | None:
    """With the values that are left written out in place of a wider one (`no`, `2019-2023`) that held them all."""
    typed = tuple(each for each in parse(request.query).filters if each.name is name and not each.negated)
    query = _untyped(request.query, typed)
    return None if query is None else replace(_with(request, name, tuple(kept)), query=query)


def _held(request: SearchRequest, name: FilterName) -> tuple[str, ...]:
    match name:
        case FilterName.LANGUAGE:
            return request.languages
        case FilterName.YEAR:
            return request.years
        case FilterName.SOURCE:
            return request.sources
        case FilterName.AFTER:
            return (request.after,) if request.after else ()
        case FilterName.BEFORE:
            return (request.before,) if request.before else ()
        case FilterName.DATE:
            return ()


def _with(request: SearchRequest, name: FilterName, values: tuple[str, ...]) -> SearchRequest:
    """From its first hit."""
    match name:
        case FilterName.LANGUAGE:
            return replace(request, languages=values, offset=0)
        case FilterName.YEAR:
            return replace(request, years=values, offset=0)
        case FilterName.SOURCE:
            return replace(request, sources=values, offset=0)
        case FilterName.AFTER:
            return replace(request, after=next(iter(values), None), offset=0)
        case FilterName.BEFORE:
            return replace(request, before=next(iter(values), None), offset=0)
        case FilterName.DATE:
            return replace(request, offset=0)


# The links of one page ask for the same few again and again, here and below.
@lru_cache(maxsize=64)
def _untyped(query: str, gone: tuple[Filter, ...]) -> str | None:
    """The query text without those filters; None if they can't be told from the rest of it."""
    read = parse(query)
    if not set(gone).intersection(read.filters):
        return query
    rest = _cut(query, [(start, end) for start, end, filter in _places(query) if filter in gone])
    reread = parse(rest)
    kept = tuple(filter for filter in read.filters if filter not in gone)
    return rest if (reread.root, reread.filters) == (read.root, kept) else None


def _places(query: str) -> Iterator[tuple[int, int, Filter]]:
    for found in _TYPED.finditer(query):
        if found["name"]:
            name, value = FilterName(found["name"].lower()), found["quoted"] or found["word"] or ""
            negations = found["before"].count("NOT") + bool(found["minus"])
            filter = parse_filter(name, value, negated=negations % 2 == 1)
            if filter:
                yield *found.span(), filter


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        head, tail = text[:start].rstrip(), text[end:].lstrip()
        text = f"{head}{tail}" if head.endswith("(") or tail.startswith(")") else f"{head} {tail}".strip()
    return text


@lru_cache(maxsize=2048)
def _read(name: FilterName, value: str) -> Filter:
    return parse_filter(name, value) or Filter(name, value)
