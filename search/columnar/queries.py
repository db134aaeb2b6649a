"""Whoosh queries whose matchers work on any codec: plain, slow, and the meaning that array evaluation must have.

Scores: `BestOf` takes the largest of its children's on each document, `Pooled` counts its keys as one term,
`Sequence` and `Near` sum over their slots the best key of the slot wherever it stands, `AtLeast` sums and scales,
`And` and `Or` sum, `Leaf` passes on; `Not`, `Every`, `Membership` and `Overlap` give 0. A `boost` multiplies. Only
live documents match. For one key use Whoosh's `Term`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from whoosh.query import Term
from whoosh.query.qcore import Query

from search.columnar.columns import categories, integers
from search.columnar.fields import MISSING
from search.columnar.matchers import (
    Scores,
    ScoresMatcher,
    are_near,
    in_sequence,
    positions_of,
    scores_of,
    weights_of,
)

#: Inclusive bounds; None is open.
Bounds = tuple[int | None, int | None]


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


class _Compound(ScoredQuery):
    subqueries: tuple[Any, ...]

    def is_leaf(self) -> bool:
        return False

    def children(self) -> Iterator[Any]:
        return iter(self.subqueries)

    def apply(self, fn: Callable[[Any], Any]) -> Any:
        return replace(self, subqueries=tuple(fn(query) for query in self.subqueries))

    def _all(self, searcher: Any, context: Any) -> list[Scores]:
        return [scores_of(query, searcher, context) for query in self.subqueries]


@dataclass(frozen=True)
class And(_Compound):
    """With no children, every document."""

    subqueries: tuple[Any, ...]
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        parts = [scores_of(Every(), searcher, context), *self._all(searcher, context)]
        common = set.intersection(*(set(part) for part in parts))
        return {number: sum(part[number] for part in parts) for number in common}


@dataclass(frozen=True)
class Or(_Compound):
    """With no children, nothing."""

    subqueries: tuple[Any, ...]
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        return _summed(self._all(searcher, context))


@dataclass(frozen=True)
class BestOf(_Compound):
    subqueries: tuple[Any, ...]
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        return _best(self._all(searcher, context))


@dataclass(frozen=True)
class AtLeast(_Compound):
    """`minimum` is at least 1."""

    subqueries: tuple[Any, ...]
    minimum: int
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        parts = self._all(searcher, context)
        return {n: score for n, score in _summed(parts).items() if sum(n in part for part in parts) >= self.minimum}


class _Wrapper(ScoredQuery):
    child: Any

    def is_leaf(self) -> bool:
        return False

    def children(self) -> Iterator[Any]:
        return iter((self.child,))

    def apply(self, fn: Callable[[Any], Any]) -> Any:
        return replace(self, child=fn(self.child))


@dataclass(frozen=True)
class Leaf(_Wrapper):
    """Marks one leaf of a person's query: what the prior of partitions counts. Below `Not` it is not counted.

    Counted are the weighted frequencies of `evidence`, the leaf's own word; where that is nowhere, the documents that
    `child` matches.
    """

    child: Any
    evidence: Pooled | None = None
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        return scores_of(self.child, searcher, context)


@dataclass(frozen=True)
class Maybe(_Compound):
    """The first of `subqueries` decides what matches; what the others score there is added."""

    subqueries: tuple[Any, ...]
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        required, *optional = self._all(searcher, context)
        return {n: score + sum(part.get(n, 0.0) for part in optional) for n, score in required.items()}


@dataclass(frozen=True)
class Not(_Wrapper):
    child: Any
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        hidden = scores_of(self.child, searcher, context)
        return {number: 0.0 for number in searcher.reader().all_doc_ids() if number not in hidden}


@dataclass(frozen=True)
class Every(ScoredQuery):
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        return dict.fromkeys(searcher.reader().all_doc_ids(), 0.0)


@dataclass(frozen=True)
class Pooled(ScoredQuery):
    """`keys` are (text, weight). Their weighted frequencies add up; the document frequency is that of their union.

    Needs a weighting that has `pooled_scorer`; under any other the score is the weighted frequency itself.
    """

    fieldname: str
    keys: tuple[tuple[str, float], ...]
    boost: float = 1.0

    def has_terms(self) -> bool:
        return True

    def terms(self, phrases: bool = False) -> Iterator[tuple[str, str]]:
        return ((self.fieldname, text) for text, _ in self.keys)

    def scores(self, searcher: Any, context: Any) -> Scores:
        reader = searcher.reader()
        parts = [
            {number: frequency * weight for number, frequency in weights_of(reader, self.fieldname, text).items()}
            for text, weight in self.keys
        ]
        frequencies = _summed(parts)
        weighting = getattr(context, "weighting", None) or searcher.weighting
        if not frequencies or not hasattr(weighting, "pooled_scorer"):
            return frequencies
        score = weighting.pooled_scorer(searcher, self.fieldname, tuple(text for text, _ in self.keys))
        return {number: score(number, frequency) for number, frequency in frequencies.items()}


class _Slotted(ScoredQuery):
    fieldname: str
    slots: tuple[tuple[str, ...], ...]

    def has_terms(self) -> bool:
        return True

    def terms(self, phrases: bool = False) -> Iterator[tuple[str, str]]:
        return ((self.fieldname, text) for slot in self.slots for text in slot)

    def matches(self, positions: list[list[int]]) -> bool:
        raise NotImplementedError

    def scores(self, searcher: Any, context: Any) -> Scores:
        if not self.slots:
            return {}
        slots = [positions_of(searcher.reader(), self.fieldname, slot) for slot in self.slots]
        common = set.intersection(*(set(slot) for slot in slots))
        matched = [number for number in common if self.matches([slot[number] for slot in slots])]
        parts = [_best([self._term(text, searcher, context) for text in dict.fromkeys(slot)]) for slot in self.slots]
        return {number: sum(part[number] for part in parts) for number in matched}

    def _term(self, text: str, searcher: Any, context: Any) -> Scores:
        return scores_of(Term(self.fieldname, text), searcher, context)


@dataclass(frozen=True)
class Sequence(_Slotted):
    """Each slot's keys are alternatives; the slots stand at positions p, p+1, … of one document."""

    fieldname: str
    slots: tuple[tuple[str, ...], ...]
    boost: float = 1.0

    def matches(self, positions: list[list[int]]) -> bool:
        return in_sequence(positions)


@dataclass(frozen=True)
class Near(_Slotted):
    """One position can be chosen for each slot, all different, the largest minus the smallest at most `distance`."""

    fieldname: str
    slots: tuple[tuple[str, ...], ...]
    distance: int
    boost: float = 1.0

    def matches(self, positions: list[list[int]]) -> bool:
        return are_near(positions, self.distance)


@dataclass(frozen=True)
class Membership(ScoredQuery):
    """Documents whose category is one of `values`."""

    fieldname: str
    values: frozenset[str]
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        reader = searcher.reader()
        names, codes = categories(reader, self.fieldname)
        wanted = {code for code, name in enumerate(names) if name and name in self.values}
        return {number: 0.0 for number in reader.all_doc_ids() if int(codes[number]) in wanted}


@dataclass(frozen=True)
class Overlap(ScoredQuery):
    """Documents whose interval, given by two integer columns, shares a number with one of `spans`.

    `missing` asks for the documents that have none, too: those whose `start` is MISSING.
    """

    start: str
    end: str
    spans: tuple[Bounds, ...]
    missing: bool = False
    boost: float = 1.0

    def scores(self, searcher: Any, context: Any) -> Scores:
        reader = searcher.reader()
        starts, ends = integers(reader, self.start).tolist(), integers(reader, self.end).tolist()
        return {number: 0.0 for number in reader.all_doc_ids() if self._passes(starts[number], ends[number])}

    def _passes(self, start: int, end: int) -> bool:
        if start == MISSING:
            return self.missing
        return any((low is None or low <= end) and (high is None or start <= high) for low, high in self.spans)


def leaves(query: Any) -> Iterator[Leaf]:
    """The `Leaf` nodes that count for the prior, in order."""
    if isinstance(query, Leaf):
        yield query
    elif not isinstance(query, Not):
        for child in query.children():
            yield from leaves(child)


def _summed(parts: Iterable[Scores]) -> Scores:
    total: Scores = {}
    for part in parts:
        for number, score in part.items():
            total[number] = total.get(number, 0.0) + score
    return total


def _best(parts: Iterable[Scores]) -> Scores:
    best: Scores = {}
    for part in parts:
        for number, score in part.items():
            best[number] = max(best.get(number, score), score)
    return best
