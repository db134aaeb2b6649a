"""What a query says, free of any engine and any language.

Leaves are nouns of the query language; `And`, `Or` and `Not` join them. Filters stand beside the tree, since they
hold for the whole query wherever they were typed.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Zone(StrEnum):
    """Where a leaf may match."""

    ALL = "all"
    TITLE = "title"


class Word(Struct, frozen=True):
    """`text` as typed. `exact` (`=word`) asks for this word only: no stem, no folding."""

    text: str
    zone: Zone = Zone.ALL
    exact: bool = False


class Phrase(Struct, frozen=True):
    """`"a b"`: these words in this order; with `within`, `"a b"~5`: within so many words of each other, any order."""

    text: str
    zone: Zone = Zone.ALL
    within: int | None = None


class Wildcard(Struct, frozen=True):
    """`word*`, `w?rd`: `*` is any run of letters, `?` one letter."""

    pattern: str
    zone: Zone = Zone.ALL


class Typo(Struct, frozen=True):
    """`word~`, `word~2`: words at most so many edits away."""

    text: str
    edits: int
    zone: Zone = Zone.ALL


class And(Struct, frozen=True):
    children: tuple[Node, ...]


class Or(Struct, frozen=True):
    children: tuple[Node, ...]


class Not(Struct, frozen=True):
    child: Node


Leaf = Word | Phrase | Wildcard | Typo
Node = Leaf | And | Or | Not


class FilterName(StrEnum):
    LANGUAGE = "lang"
    YEAR = "year"
    DATE = "date"
    AFTER = "after"
    BEFORE = "before"
    SOURCE = "source"


class Span(Struct, frozen=True):
    """Seconds of wall clock as in PartialDate, both ends inclusive; None is open."""

    start: int | None
    end: int | None


class Filter(Struct, frozen=True):
    """One chosen value. `value` is as it would be typed again; `span` is set for the date-like names.

    `year:undated` has no span.
    """

    name: FilterName
    value: str
    negated: bool = False
    span: Span | None = None


class Query(Struct, frozen=True):
    """A whole query. `root` is None when there are no words: everything that passes the filters.

    `notes` tell a person what was read in a way that may surprise.
    """

    text: str
    root: Node | None
    filters: tuple[Filter, ...] = ()
    notes: tuple[str, ...] = ()
