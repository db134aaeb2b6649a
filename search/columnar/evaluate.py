"""Evaluation of Whoosh query trees on whole arrays, one segment at a time.

The meaning is that of the queries' Whoosh matchers. Deleted documents take part until the end (`matches` drops them);
only counting leaves them out earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from whoosh.query import NullQuery, Term

from search.columnar import formulas, places, queries, sets
from search.columnar.columns import Array
from search.columnar.fields import MISSING
from search.columnar.queries import (
    And,
    AtLeast,
    BestOf,
    Every,
    Leaf,
    Membership,
    Near,
    Not,
    Or,
    Overlap,
    Pooled,
)
from search.columnar.sets import NOTHING, Matches
from search.columnar.view import SegmentView, View


def matches(query: Any, segment: SegmentView, view: View) -> Matches:
    """Live matches with their scores, before the prior."""
    found = Evaluation(view, segment).evaluate(query, None)
    return found if segment.alive is None else found.chosen(segment.alive[found.ids])


def among(query: Any, segment: SegmentView, view: View, ids: Array) -> Array:
    """A mask of those of the rising `ids` that match."""
    found = Evaluation(view, segment).evaluate(query, ids)
    mask = np.zeros(len(ids), dtype=bool)
    mask[sets.common(ids, found.ids, segment.count)[0] if len(found) < len(ids) else slice(None)] = True
    return mask


def frequencies(query: Any, view: View) -> Array:
    """How many live documents match, by partition; scores are not computed where that can be helped."""
    known = view.recall(query)
    if known is None:
        known = np.zeros(len(view.partitions), dtype=np.int64)
        for segment in view.segments:
            known = known + view.tally(segment, Evaluation(view, segment, scored=False).evaluate(query, None).ids)
        view.remember(query, known)
    return known


def factors(query: Any, view: View) -> Array:
    """The prior of partitions for a query, as a factor for each."""
    counts = [frequencies(leaf.child, view) for leaf in queries.leaves(query)]
    result: Array = formulas.prior_factors(counts, view.sizes, view.parameters)
    return result


@dataclass(frozen=True, slots=True)
class Postings:
    """Of one key in one segment. `weights` are read when asked for."""

    field: Any
    span: tuple[int, int]
    ids: Array

    def weights(self) -> Array:
        weights: Array = self.field.weights(self.span)
        return weights


class Evaluation:
    """One walk over a query tree for one segment. Everywhere `ids`, if given, restrict the result to its members."""

    def __init__(self, view: View, segment: SegmentView, scored: bool = True) -> None:
        self._view, self._segment, self._scored = view, segment, scored
        self._count = segment.count
        self._known: dict[tuple[str, str], Postings | None] = {}

    def evaluate(self, query: Any, ids: Array | None) -> Matches:
        found = self._plain(query, ids)
        boost = getattr(query, "boost", 1.0)
        if boost != 1.0 and found.scores is not None and not isinstance(query, Term):
            return Matches(found.ids, found.scores * boost)
        return found

    def _plain(self, query: Any, ids: Array | None) -> Matches:
        match query:
            case Leaf():
                return self.evaluate(query.child, ids)
            case BestOf():
                return sets.best([self.evaluate(child, ids) for child in query.subqueries], self._count)
            case And():
                return self._all(query.subqueries, ids)
            case Or():
                return sets.added([self.evaluate(child, ids) for child in query.subqueries], self._count)
            case Not():
                return self._without(query.child, ids)
            case Every():
                return Matches(np.arange(self._count) if ids is None else ids)
            case AtLeast():
                return self._at_least(query, ids)
            case Membership():
                return self._member(query, ids)
            case Overlap():
                return self._overlap(query, ids)
        return self._leaf(query, ids)

    def _leaf(self, query: Any, ids: Array | None) -> Matches:
        if query == NullQuery:
            return NOTHING
        if self._segment.data is not None:
            match query:
                case Term() if self._is_keyed(query.fieldname):
                    return self._term(query.fieldname, _text(query.text), query.boost, ids)
                case Pooled() if self._is_keyed(query.fieldname):
                    return self._pooled(query, ids)
                case queries.Sequence() | Near() if self._has_positions(query.fieldname):
                    return self._placed(query, ids)
        return self._by_matcher(query, ids)

    def _is_keyed(self, name: str) -> bool:
        schema = self._segment.reader.schema
        return name in schema and schema[name].column_type is None

    def _has_positions(self, name: str) -> bool:
        assert self._segment.data is not None
        field = self._segment.data.fields.get(name)
        return self._is_keyed(name) and (field is None or field.values == "positions")

    def _by_matcher(self, query: Any, ids: Array | None) -> Matches:
        searcher = self._segment.searcher
        boost = getattr(query, "boost", 1.0) if isinstance(query, queries.ScoredQuery) else 1.0
        matcher, numbers, scores = query.matcher(searcher, searcher.context()), [], []
        while matcher.is_active():
            numbers.append(matcher.id())
            scores.append(matcher.score() / boost)
            matcher.next()
        found = Matches(np.array(numbers, dtype=np.int64), np.array(scores, dtype=np.float64))
        return found if ids is None else sets.within(found, ids, self._count)

    # Keys

    def _postings(self, field: str, text: str) -> Postings | None:
        key = (field, text)
        if key not in self._known:
            assert self._segment.data is not None
            data = self._segment.data.fields.get(field)
            span = None if data is None else data.find(text.encode("utf-8", "surrogatepass"))
            self._known[key] = None if data is None or span is None else Postings(data, span, data.ids(span))
        return self._known[key]

    def _term(self, field: str, text: str, boost: float, ids: Array | None) -> Matches:
        postings = self._postings(field, text)
        if postings is None:
            return NOTHING
        if not self._scored:
            found = Matches(postings.ids)
            return found if ids is None else sets.within(found, ids, self._count)
        weights, numbers = postings.weights(), postings.ids
        if ids is not None:
            chosen, _ = sets.common(numbers, ids, self._count)
            weights, numbers = weights[chosen], numbers[chosen]
        return self._scores(numbers, weights, self._inverse(field, (text,)) * boost)

    def _scores(self, ids: Array, weights: Array, inverse: Array) -> Matches:
        scores = self._segment.norms[ids]
        scores += weights
        np.divide(weights, scores, out=scores)
        scores *= (inverse * (self._view.parameters.k1 + 1))[self._segment.partitions[ids]]
        return Matches(ids, scores)

    def _inverse(self, field: str, texts: tuple[str, ...]) -> Array:
        """Inverse document frequencies by partition, of keys counted as one term."""
        key = (field, texts)
        known = self._view.recall(key)
        if known is None:
            counts = np.zeros(len(self._view.partitions), dtype=np.int64)
            for segment in self._view.segments:
                other = self if segment is self._segment else Evaluation(self._view, segment, scored=False)
                counts = counts + self._view.tally(segment, other._union(field, texts))
            inverse = formulas.inverse_frequencies(counts, self._view.sizes, self._view.parameters)
            known = self._view.remember(key, inverse)
        return known

    def _union(self, field: str, texts: Iterable[str]) -> Array:
        found = [postings.ids for postings in (self._postings(field, text) for text in texts) if postings is not None]
        return sets.union(found, self._count) if found else NOTHING.ids

    def _pooled(self, query: Pooled, ids: Array | None) -> Matches:
        parts = []
        for text, weight in query.keys:
            if (postings := self._postings(query.fieldname, text)) is not None:
                found = Matches(postings.ids, postings.weights() * weight)
                parts.append(found if ids is None else sets.within(found, ids, self._count))
        pool = sets.added(parts, self._count)
        if pool.scores is None or not self._scored:
            return pool
        return self._scores(
            pool.ids, pool.scores, self._inverse(query.fieldname, tuple(text for text, _ in query.keys))
        )

    # Combinations

    def _all(self, children: Sequence[Any], ids: Array | None) -> Matches:
        """The rarest first; each child is evaluated among the matches of those before."""
        parts: list[Matches] = []
        for child in sorted(children, key=self._size):
            parts.append(self.evaluate(child, ids))
            ids = parts[-1].ids
            if not len(ids):
                return NOTHING
        if ids is None:
            return Matches(np.arange(self._count))
        scored = [part for part in parts if part.scores is not None]
        return Matches(ids, self._aligned(scored, ids)) if scored else Matches(ids)

    def _aligned(self, parts: Sequence[Matches], ids: Array) -> Array:
        total: Array | None = None
        for part in parts:
            assert part.scores is not None
            full = len(part) == len(ids)
            scores = part.scores if full else part.scores[sets.common(part.ids, ids, self._count)[0]]
            total = scores if total is None else total + scores
        assert total is not None
        return total

    def _size(self, query: Any) -> float:
        """A guess at the number of matches, to begin with the fewest. Filters come last: they only test."""
        match query:
            case Term():
                return self._term_size(query.fieldname, _text(query.text))
            case Leaf():
                return self._size(query.child)
            case Pooled():
                return sum(self._term_size(query.fieldname, text) for text, _ in query.keys)
            case queries.Sequence() | Near():
                slots = [sum(self._term_size(query.fieldname, text) for text in slot) for slot in query.slots]
                return min(slots, default=0)
            case And():
                return min(map(self._size, query.subqueries), default=self._count)
            case Or() | BestOf() | AtLeast():
                return min(sum(map(self._size, query.subqueries)), self._count)
        return 2 * self._count + isinstance(query, Not)

    def _term_size(self, field: str, text: str) -> int:
        data = None if self._segment.data is None else self._segment.data.fields.get(field)
        span = None if data is None else data.find(text.encode("utf-8", "surrogatepass"))
        return 0 if span is None else span[1] - span[0]

    def _without(self, child: Any, ids: Array | None) -> Matches:
        hidden = Evaluation(self._view, self._segment, scored=False).evaluate(child, ids).ids
        if ids is None:
            mask = np.ones(self._count, dtype=bool)
            mask[hidden] = False
            return Matches(np.flatnonzero(mask))
        mask = np.ones(len(ids), dtype=bool)
        mask[sets.common(ids, hidden, self._count)[0]] = False
        return Matches(ids[mask])

    def _at_least(self, query: AtLeast, ids: Array | None) -> Matches:
        parts = [self.evaluate(child, ids) for child in query.subqueries]
        if sum(len(part) > 0 for part in parts) < query.minimum:
            return NOTHING
        total = sets.added(parts, self._count)
        if query.minimum <= 1:
            return total
        return sets.within(total, sets.frequent(parts, query.minimum, self._count), self._count)

    # Columns

    def _member(self, query: Membership, ids: Array | None) -> Matches:
        codes = self._segment.category(query.fieldname)
        wanted = np.array([bool(label) and label in query.values for label in codes.labels], dtype=bool)
        numbers = codes.numbers if ids is None else codes.numbers[ids]
        return _filtered(wanted[numbers], ids)

    def _overlap(self, query: Overlap, ids: Array | None) -> Matches:
        starts, ends = self._segment.integers(query.start), self._segment.integers(query.end)
        if ids is not None:
            starts, ends = starts[ids], ends[ids]
        missing = starts == MISSING
        mask = missing if query.missing else np.zeros(len(starts), dtype=bool)
        for low, high in query.spans:
            after = ~missing if low is None else ~missing & (ends >= low)
            mask = mask | (after if high is None else after & (starts <= high))
        return _filtered(mask, ids)

    # Positions

    def _placed(self, query: Any, ids: Array | None) -> Matches:
        slots = [tuple(dict.fromkeys(slot)) for slot in query.slots]
        candidates = self._candidates(query.fieldname, slots, ids)
        if not len(candidates):
            return NOTHING
        words = {word for slot in slots for word in slot}
        keys = {word: self._keys(query.fieldname, word, candidates) for word in words}
        if isinstance(query, Near):
            found = places.near(query.slots, keys, query.distance)
        else:
            found = places.in_sequence([places.merged([keys[word] for word in slot]) for slot in slots])
        if found is None:
            return self._by_matcher(query, ids)
        if not self._scored or not len(found):
            return Matches(found)
        best = [BestOf(tuple(Term(query.fieldname, word) for word in slot)) for slot in slots]
        return Matches(found, self._aligned([self.evaluate(slot, found) for slot in best], found))

    def _candidates(self, field: str, slots: Sequence[Sequence[str]], ids: Array | None) -> Array:
        """The documents that have a word of every slot."""
        unions = sorted((self._union(field, slot) for slot in slots), key=len)
        if not unions:
            return NOTHING.ids
        candidates = unions[0] if ids is None else sets.within(Matches(unions[0]), ids, self._count).ids
        for other in unions[1:]:
            candidates = candidates[sets.common(candidates, other, self._count)[0]]
        return candidates

    def _keys(self, field: str, text: str, candidates: Array) -> Array:
        """Where a word stands in the candidates, as keys of `places`."""
        postings = self._postings(field, text)
        if postings is None:
            return NOTHING.ids
        chosen, _ = sets.common(postings.ids, candidates, self._count)
        if chosen.dtype == bool:
            chosen = np.flatnonzero(chosen)
        if not len(chosen):
            return NOTHING.ids
        counts, positions = postings.field.positions_at(chosen + postings.span[0])
        keys: Array = (np.repeat(postings.ids[chosen], counts) << places.SHIFT) + positions
        return keys


def _filtered(mask: Array, ids: Array | None) -> Matches:
    return Matches(np.flatnonzero(mask) if ids is None else ids[mask])


def _text(text: Any) -> str:
    return text.decode("utf-8", "surrogatepass") if isinstance(text, bytes) else text
