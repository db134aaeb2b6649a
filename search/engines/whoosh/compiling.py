"""Keyed trees → Whoosh queries, and filters with them."""

from __future__ import annotations

from itertools import repeat
from typing import Any, assert_never

from whoosh.query import Term

from search.columnar import queries
from search.columnar import search as columnar
from search.engines.whoosh.layout import FIELDS
from search.query.ast import Zone
from search.query.keyed import (
    And,
    Everything,
    Facet,
    Group,
    Key,
    Keyed,
    Kind,
    Maybe,
    Member,
    Near,
    Not,
    Or,
    Pool,
    Run,
    Selection,
    Sequence,
)


def filter_of(selection: Selection) -> columnar.Filter:
    query: Any
    if selection.facet in (Facet.LANGUAGE, Facet.SOURCE):
        query = queries.Membership(selection.facet, selection.values)
    else:
        spans = tuple((span.start, span.end) for span in selection.spans)
        query = queries.Overlap("start", "end", spans, missing=selection.undated)
    if selection.exclude:
        return columnar.Filter(queries.Not(query))
    return columnar.Filter(query, selection.facet)


def compile(query: Keyed) -> Any:
    """The Whoosh query that means the same."""
    match query:
        case Group(members, zone):
            return queries.Leaf(queries.BestOf(tuple(_member(member, zone) for member in members)), _evidence(query))
        case And(children):
            return queries.And(tuple(compile(child) for child in children))
        case Or(children):
            return queries.Or(tuple(compile(child) for child in children))
        case Maybe(required, optional):
            return queries.Maybe((compile(required), compile(optional)))
        case Not(child):
            return queries.Not(compile(child))
        case Everything():
            return queries.Every()
        case _:
            assert_never(query)


_NO_KEYS: tuple[tuple[str, float], ...] = ()


def _evidence(group: Group) -> queries.Pooled | None:
    """The leaf's own word, by which the prior of languages is counted."""
    kind, keys = Kind.STEM, _NO_KEYS
    match group.members[:1]:
        case (Key(kind, text, weight),):
            keys = ((text, weight),)
        case (Pool(kind, keys),):
            pass
        case (Run(texts),):
            keys = tuple(zip(texts, repeat(1 / len(texts))))
    return queries.Pooled(FIELDS[kind, group.zone], keys) if keys else None


def _member(member: Member, zone: Zone) -> Any:
    match member:
        case Key(kind, text, weight):
            return Term(FIELDS[kind, zone], text, boost=weight)
        case Pool(kind, keys, weight):
            return queries.Pooled(FIELDS[kind, zone], keys, boost=weight) if keys else queries.Or(())
        case Run(keys, minimum, scale):
            field = FIELDS[Kind.STEM, zone]
            return queries.AtLeast(tuple(Term(field, text) for text in keys), minimum, boost=scale)
        case Sequence(slots, weight):
            return queries.Sequence(FIELDS[Kind.WORD, zone], slots, boost=weight)
        case Near(slots, distance, weight):
            return queries.Near(FIELDS[Kind.WORD, zone], slots, distance, boost=weight)
        case _:
            assert_never(member)
