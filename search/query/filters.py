"""Filters: what their values may be, and what engines are asked for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from search.analysis.patterns import later
from search.dates import parse_partial
from search.query.ast import Filter, FilterName, Span
from search.query.keyed import Facet, Selection
from search.wording import Worded

#: What a value must look like, for the note on one that doesn't.
EXPECTED: Mapping[FilterName, str] = {
    FilterName.LANGUAGE: Worded("a language tag such as nb or pt-BR is wanted"),
    FilterName.YEAR: Worded("a year, a range such as 2019-2023, or undated is wanted"),
    FilterName.DATE: Worded("a date such as 2020, 2020-10 or 2020-10-14 is wanted"),
    FilterName.AFTER: Worded("a date such as 2020, 2020-10 or 2020-10-14 is wanted"),
    FilterName.BEFORE: Worded("a date such as 2020, 2020-10 or 2020-10-14 is wanted"),
    FilterName.SOURCE: Worded("the name of a source is wanted"),
}

#: The value of `year:`, and of the year facet, for articles that have no date.
UNDATED = "undated"

_TAG = later(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)
_YEARS = later(r"(\d{4})(?:-(\d{4}))?")

#: A macrolanguage finds its members. Norwegian is stored as nb or nn, but declared as `no` nearly everywhere.
_MEMBERS = {"no": ("nb", "nn")}


def parse_filter(name: FilterName, value: str, negated: bool = False) -> Filter | None:
    """None if the value makes no sense for this filter."""
    if name is FilterName.LANGUAGE:
        return Filter(name, value, negated) if _TAG.fullmatch(value) else None
    if name is FilterName.SOURCE:
        return Filter(name, value.strip(), negated) if value.strip() else None
    if name is FilterName.YEAR:
        return _year(value, negated)
    date = parse_partial(value)
    if date is None or (name is not FilterName.DATE and not value):
        return None
    start = None if name is FilterName.BEFORE else date.start
    end = None if name is FilterName.AFTER else date.end
    return Filter(name, value, negated, Span(start, end))


def _year(value: str, negated: bool) -> Filter | None:
    if value.lower() == UNDATED:
        return Filter(FilterName.YEAR, UNDATED, negated)
    match = _YEARS.fullmatch(value)
    if match is None:
        return None
    first, last = sorted((match[1], match[2] or match[1]))
    start, end = parse_partial(first), parse_partial(last)
    if start is None or end is None:
        return None
    return Filter(FilterName.YEAR, first if first == last else f"{first}-{last}", negated, Span(start.start, end.end))


def selections(filters: Iterable[Filter], languages: Iterable[str], sources: Iterable[str]) -> tuple[Selection, ...]:
    """Values of one filter are OR, different filters AND; negated ones are each their own.

    `languages` and `sources` are those of the archive: a language value also finds its regions, scripts and members,
    and a source is found whatever its case.
    """
    groups: dict[tuple[FilterName, bool], list[Filter]] = {}
    for chosen in filters:
        groups.setdefault((chosen.name, chosen.negated), []).append(chosen)
    tags, names = tuple(languages), tuple(sources)
    return tuple(_selection(name, negated, values, tags, names) for (name, negated), values in groups.items())


def _selection(
    name: FilterName, negated: bool, chosen: list[Filter], tags: tuple[str, ...], names: tuple[str, ...]
) -> Selection:
    if name is FilterName.LANGUAGE:
        values = frozenset(tag for tag in tags for one in chosen if speaks(tag, one.value))
        return Selection(Facet.LANGUAGE, values=values, exclude=negated)
    if name is FilterName.SOURCE:
        wanted = {one.value.casefold() for one in chosen}
        values = frozenset(source for source in names if source.casefold() in wanted)
        return Selection(Facet.SOURCE, values=values, exclude=negated)
    return Selection(
        facet=Facet.YEAR if name is FilterName.YEAR else None,
        spans=tuple(one.span for one in chosen if one.span),
        undated=any(one.span is None for one in chosen),
        exclude=negated,
    )


def speaks(tag: str, wanted: str) -> bool:
    """Whether articles tagged `tag` are found by `lang:wanted`.

    >>> speaks("pt-BR", "pt"), speaks("nn", "no"), speaks("nb", "NB"), speaks("nb", "nn")
    (True, True, True, False)
    """
    tag, wanted = tag.lower(), wanted.lower()
    return any(tag == one or tag.startswith(f"{one}-") for one in (wanted, *_MEMBERS.get(wanted, ())))
