"""What a search gives: the one shape that terminal, page, JSON and Python share. Neither of them computes."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import asdict

from search.article import Copy
from search.query.ast import Filter


class Snippet(Struct, frozen=True):
    """A passage and, as code point offsets into it, the spans [start, end) of every word that matched. Never HTML."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


class Hit(Struct, frozen=True):
    """`language_name` is English. `date` is at its precision: `2023`, `2023-09`, `2023-09-20` or a timestamp.

    `title_marks` are spans of `title`, as in Snippet. `copies` are the same text under other ids.
    """

    id: str
    title: str
    title_marks: tuple[tuple[int, int], ...]
    url: str | None
    source: str | None
    language: str
    language_name: str
    date: str | None
    date_precision: str | None
    date_from: str | None
    score: float
    snippets: tuple[Snippet, ...]
    copies: tuple[Copy, ...] = ()

    def as_json(self) -> dict[str, object]:
        fields: dict[str, object] = asdict(self)
        del fields["title_marks"]
        fields["copies"] = [copy.as_json() for copy in self.copies]
        fields["snippets"] = [{"text": s.text, "marks": [list(mark) for mark in s.marks]} for s in self.snippets]
        return fields


class FacetValue(Struct, frozen=True):
    value: str
    label: str
    count: int
    selected: bool


class Bar(Struct, frozen=True):
    """The matches of one period: `1990-1999`, `2020`, `2020-10` or `2020-10-14`.

    `languages` are tags with their part of `count`, the most first. `published` is how many articles of that period
    pass the filters, whatever their words; None if that wasn't asked for.
    """

    period: str
    count: int
    languages: tuple[tuple[str, int], ...]
    published: int | None


class Timeline(Struct, frozen=True):
    """The matches in time. `unit` is decade, year, month or day.

    `bars` are in order, empty ones between others too. `vague` holds the matches that are dated to no unit, by what
    they are dated to; with `undated`, every match is in one of the three.
    """

    unit: str
    bars: tuple[Bar, ...]
    vague: tuple[Bar, ...]
    undated: int


class Page(Struct, frozen=True):
    """`match` is `all` or `any`: whether every word was found together, or articles with at least one are shown.

    `filters` are all that were in force, from the query text and beside it. `also` are the names that were searched
    beside the words. `timeline` is there if it was asked for.
    """

    query: str
    match: str
    total: int
    offset: int
    limit: int
    took_ms: float
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    notes: tuple[str, ...]
    suggestion: str | None
    filters: tuple[Filter, ...] = ()
    also: tuple[str, ...] = ()
    timeline: Timeline | None = None

    def as_json(self) -> dict[str, object]:
        """The documented JSON shape, ready for `json.dumps`."""
        return {
            "query": self.query,
            "match": self.match,
            "total": self.total,
            "offset": self.offset,
            "limit": self.limit,
            "took_ms": self.took_ms,
            "hits": [hit.as_json() for hit in self.hits],
            "facets": {name: [asdict(value) for value in values] for name, values in self.facets.items()},
            "notes": list(self.notes),
            "suggestion": self.suggestion,
        }
