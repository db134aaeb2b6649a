"""What all queries of this package have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec.structs import replace
from whoosh.query.qcore import Query

from search.columnar.matchers import Scores, ScoresMatcher, scores_of


class ScoredQuery(Query):
    """A query that is its mapping from documents to scores."""

    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        raise NotImplementedError

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        scores = self.scores(searcher, context)
        return ScoresMatcher({number: score * self.boost for number, score in scores.items()})

    def field(self) -> str | None:
        return getattr(self, "fieldname", None)

    def with_boost(self, boost: float) -> Any:
        return replace(self, boost=boost)

    def estimate_size(self, ixreader: Any) -> int:
        return int(ixreader.doc_count())

    def estimate_min_size(self, ixreader: Any) -> int:
        return 0

    def __str__(self) -> str:
        return repr(self)


class Compound(ScoredQuery):
    """Several queries."""

    subqueries: tuple[Any, ...]

    def is_leaf(self) -> bool:
        return False

    def children(self) -> Iterator[Any]:
        return iter(self.subqueries)

    def apply(self, fn: Callable[[Any], Any]) -> Any:
        return replace(self, subqueries=tuple(fn(query) for query in self.subqueries))

    def all_scores(self, searcher: Any, context: Any) -> list[Scores]:
        return [scores_of(query, searcher, context) for query in self.subqueries]


class Wrapper(ScoredQuery):
    """One query."""

    child: Any

    def is_leaf(self) -> bool:
        return False

    def children(self) -> Iterator[Any]:
        return iter((self.child,))

    def apply(self, fn: Callable[[Any], Any]) -> Any:
        return replace(self, child=fn(self.child))


def summed(parts: Iterable[Scores]) -> Scores:
    total: Scores = {}
    for part in parts:
        for number, score in part.items():
            total[number] = total.get(number, 0.0) + score
    return total


def best(parts: Iterable[Scores]) -> Scores:
    largest: Scores = {}
    for part in parts:
        for number, score in part.items():
            largest[number] = max(largest.get(number, score), score)
    return largest
