"""Counts of matches as a page shows them: in order, with labels, and what is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from search.engines.base import Hits
from search.query.ast import Filter, FilterName
from search.query.filters import UNDATED, speaks
from search.query.keyed import Facet
from search.results import FacetValue


def facets_of(
    hits: Hits, filters: Sequence[Filter], archive: Iterable[str], names: Mapping[str, str], most: int
) -> Mapping[str, tuple[FacetValue, ...]]:
    """Of each facet its values, of sources the `most` frequent. `archive` has these languages, called by `names`.

    Chosen values stay, with a count of 0 if need be, so that they can be taken back.
    """
    languages, years = dict(hits.facets[Facet.LANGUAGE]), dict(hits.facets[Facet.YEAR])
    tags = [chosen.value for chosen in filters if chosen.name is FilterName.LANGUAGE and not chosen.negated]
    picked = [chosen for chosen in filters if chosen.name is FilterName.YEAR and not chosen.negated]
    chosen_tags = set()
    for wanted in tags:
        meant = {tag for tag in archive if speaks(tag, wanted)} or {wanted}
        chosen_tags |= meant
        # of the regions of a language only those that were found, or that were asked for by name
        if wanted in meant or not meant & languages.keys():
            meant &= {wanted} if wanted in meant else meant
            languages = {**dict.fromkeys(meant, 0), **languages}
    for chosen in picked:
        if chosen.span is None or chosen.value.isdigit():
            years.setdefault(chosen.value, 0)
    return {
        "language": tuple(
            [FacetValue(tag, names.get(tag, tag), count, tag in chosen_tags) for tag, count in by_count(languages)]
        ),
        "year": tuple(
            [
                FacetValue(year, "Undated" if year == UNDATED else year, years[year], _year_chosen(year, picked))
                for year in newest(years)
            ]
        ),
        "source": _sources(hits.facets[Facet.SOURCE], filters, most),
    }


def _sources(counts: Mapping[str, int], filters: Iterable[Filter], most: int) -> tuple[FacetValue, ...]:
    """The `most` frequent, and all that are chosen."""
    chosen = {one.value.casefold(): one.value for one in filters if one.name is FilterName.SOURCE and not one.negated}
    if not chosen:
        return tuple([FacetValue(source, source, count, False) for source, count in by_count(counts)[:most]])
    known = {source.casefold() for source in counts}
    counts = {**counts, **{value: 0 for folded, value in chosen.items() if folded not in known}}
    values = [FacetValue(one, one, count, one.casefold() in chosen) for one, count in by_count(counts)]
    return tuple([value for place, value in enumerate(values) if place < most or value.selected])


def _year_chosen(year: str, picked: Sequence[Filter]) -> bool:
    return bool(picked) and any(_covers(chosen.value, year) for chosen in picked)


def _covers(value: str, year: str) -> bool:
    first, _, last = value.partition("-")
    return value == year or (UNDATED not in (value, year) and first <= year <= (last or first))


def by_count(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(sorted(counts.items()), key=itemgetter(1), reverse=True)


def newest(years: Iterable[str]) -> list[str]:
    """Newest first, undated last."""
    return sorted(years, key=lambda year: (year != UNDATED, year), reverse=True)
