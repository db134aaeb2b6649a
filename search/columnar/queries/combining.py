"""Queries that combine others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from search.columnar.matchers import Scores, scores_of
from search.columnar.queries.base import Compound, ScoredQuery, Wrapper, best, summed
from search.columnar.queries.keys import Pooled


class And(Struct, Compound, frozen=True):
    """With no children, every document."""

    subqueries: tuple[Any, ...]
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        parts = [scores_of(Every(), searcher, context), *self.all_scores(searcher, context)]
        common = set.intersection(*(set(part) for part in parts))
        return {number: sum(part[number] for part in parts) for number in common}


class Or(Struct, Compound, frozen=True):
    """With no children, nothing."""

    subqueries: tuple[Any, ...]
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        return summed(self.all_scores(searcher, context))


class BestOf(Struct, Compound, frozen=True):
    subqueries: tuple[Any, ...]
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        return best(self.all_scores(searcher, context))


class AtLeast(Struct, Compound, frozen=True):
    """`minimum` is at least 1."""

    subqueries: tuple[Any, ...]
    minimum: int
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        parts = self.all_scores(searcher, context)
        return {n: score for n, score in summed(parts).items() if sum(n in part for part in parts) >= self.minimum}


class Leaf(Struct, Wrapper, frozen=True, cache_hash=True):
    """Marks one leaf of a person's query: what the prior of partitions counts. Below `Not` it is not counted.

    Counted are the weighted frequencies of `evidence`, the leaf's own word; where that is nowhere, the documents that
    `child` matches.
    """

    child: Any
    evidence: Pooled | None = None
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        return scores_of(self.child, searcher, context)


class Maybe(Struct, Compound, frozen=True):
    """The first of `subqueries` decides what matches; what the others score there is added."""

    subqueries: tuple[Any, ...]
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        required, *optional = self.all_scores(searcher, context)
        return {n: score + sum(part.get(n, 0.0) for part in optional) for n, score in required.items()}


class Not(Struct, Wrapper, frozen=True):
    child: Any
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        hidden = scores_of(self.child, searcher, context)
        return {number: 0.0 for number in searcher.reader().all_doc_ids() if number not in hidden}


class Every(Struct, ScoredQuery, frozen=True):
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        return dict.fromkeys(searcher.reader().all_doc_ids(), 0.0)


def leaves(query: Any) -> Iterator[Leaf]:
    """The `Leaf` nodes that count for the prior, in order."""
    if isinstance(query, Leaf):
        yield query
    elif not isinstance(query, Not):
        for child in query.children():
            yield from leaves(child)
