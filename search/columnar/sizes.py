"""How many documents a query may match, told from the lengths of lists of postings."""

from __future__ import annotations

from typing import Any

from whoosh.query import Term

from search.columnar import queries
from search.columnar.queries import And, AtLeast, BestOf, Leaf, Maybe, Near, Not, Or, Pooled
from search.columnar.view import SegmentView


def guess(query: Any, segment: SegmentView) -> float:
    """To begin with the fewest. Filters come last: they only test."""
    match query:
        case Term():
            return _total(segment, query.fieldname, (queries.text_of(query),))
        case Leaf():
            return guess(query.child, segment)
        case Pooled():
            return _total(segment, query.fieldname, query.texts)
        case queries.Sequence() | Near():
            return min((_total(segment, query.fieldname, slot) for slot in query.slots), default=0)
        case Maybe():
            return guess(query.subqueries[0], segment)
        case And():
            return min((guess(child, segment) for child in query.subqueries), default=segment.count)
        case Or() | BestOf() | AtLeast():
            return min(sum(guess(child, segment) for child in query.subqueries), segment.count)
    return 2 * segment.count + isinstance(query, Not)


def _total(segment: SegmentView, field: str, texts: tuple[str, ...]) -> int:
    postings = segment.postings
    return 0 if postings is None else postings.total(field, texts)
