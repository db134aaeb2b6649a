"""Evaluation of Whoosh query trees on whole arrays, one segment at a time.

The meaning is that of the queries' Whoosh matchers. Deleted documents take part until the end (`Session.matches` drops
them); only counting leaves them out earlier. The prior's factor of a document's partition is put into every term's
score, since sums, largest and boosts all pass it on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from whoosh.query import NullQuery, Term

from search.columnar import formulas, places, queries, sets
from search.columnar.columns import Array
from search.columnar.fields import MISSING
from search.columnar.matchers import weights_of
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
from search.columnar.segment_data import FieldData
from search.columnar.sets import NOTHING, Matches
from search.columnar.view import SegmentView, View

#: Documents are looked up in the blocks of a term that has so many times more postings.
_LOOKUP = 256


class Session:
    """One search: what its parts share. `prior` turns on the factors of partitions."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._known: tuple[dict[tuple[str, str], Postings | None], ...] = tuple({} for _ in view.segments)

    def matches(self, query: Any, prior: bool = False) -> list[tuple[SegmentView, Matches]]:
        """Live matches in every segment, with their scores."""
        factors = self.factors(query) if prior else None
        parts = []
        for segment in self.view.segments:
            found = self.evaluation(segment, True, factors).evaluate(query, None)
            parts.append((segment, found if segment.alive is None else found.chosen(segment.alive[found.ids])))
        return parts

    def among(self, query: Any, segment: SegmentView, ids: Array) -> Array:
        """A mask of those of the rising `ids` that match."""
        found = self.evaluation(segment).evaluate(query, ids)
        mask = np.zeros(len(ids), dtype=bool)
        mask[sets.common(ids, found.ids, segment.count)[0] if len(found) < len(ids) else slice(None)] = True
        return mask

    def factors(self, query: Any) -> Array:
        """The prior of partitions for a query, as a factor for each."""
        parameters = self.view.parameters
        leaves = tuple(queries.leaves(query))
        known = self.view.recall(("factors", leaves))
        if known is None:
            logs = [log for log in map(self._log_shares, leaves) if len(log)]
            known = formulas.combined(logs, len(self.view.partitions), parameters)
            self.view.remember(("factors", leaves), known)
        return known

    def _log_shares(self, leaf: Leaf) -> Array:
        """Empty for a leaf that is nowhere."""
        key = ("shares", leaf)
        known = self.view.recall(key)
        if known is None:
            shares = formulas.log_shares(self._spoken(leaf), self.view.words, self.view.parameters)
            known = self.view.remember(key, np.empty(0) if shares is None else shares)
        return known

    def _spoken(self, leaf: Leaf) -> Array:
        """How often each partition has the leaf's own word; if none has, how many of its documents match."""
        if leaf.evidence is not None:
            counts = sum(self.evaluation(segment).spoken(leaf.evidence) for segment in self.view.segments)
            if np.any(counts):
                return np.asarray(counts)
        return self.tally(lambda evaluation: evaluation.evaluate(leaf.child, None).ids)

    def tally(self, ids: Callable[[Evaluation], Array]) -> Array:
        """How many live documents of those that `ids` gives for each segment are in each partition."""
        counts = np.zeros(len(self.view.partitions), dtype=np.int64)
        for segment in self.view.segments:
            counts += self.view.tally(segment, ids(self.evaluation(segment)))
        return counts

    def evaluation(self, segment: SegmentView, scored: bool = False, factors: Array | None = None) -> Evaluation:
        return Evaluation(self, segment, self._known[segment.index], scored, factors)


@dataclass(frozen=True, slots=True)
class Postings:
    """Of one key in one segment. `weights` are read when asked for."""

    field: FieldData
    span: tuple[int, int]
    ids: Array

    def weights(self, chosen: Array | None = None) -> Array:
        weights: Array = self.field.weights(self.span, chosen)
        return weights


class Evaluation:
    """One walk over a query tree for one segment. Everywhere `ids`, if given, restrict the result to its members."""

    def __init__(
        self,
        session: Session,
        segment: SegmentView,
        known: dict[tuple[str, str], Postings | None],
        scored: bool,
        factors: Array | None,
    ) -> None:
        self._session, self._view, self._segment = session, session.view, segment
        self._known, self._scored, self._factors = known, scored, factors
        self._count = segment.count
        # Whether the prior leaves something of every score.
        self._always = factors is None or self._view.parameters.floor > 0

    def evaluate(self, query: Any, ids: Array | None) -> Matches:
        found = self._plain(query, ids)
        boost = getattr(query, "boost", 1.0)
        if boost != 1.0 and found.scores is not None and not isinstance(query, Term):
            return Matches(found.ids, found.scores * boost, found.positive and boost > 0)
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
            case queries.Maybe():
                return self._maybe(query, ids)
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
        # `evaluate` multiplies by the boost of our own queries, which their matchers have done already.
        boost = (query.boost or 1.0) if isinstance(query, queries.ScoredQuery) else 1.0
        matcher, numbers, scores = query.matcher(searcher, searcher.context()), [], []
        while matcher.is_active():
            numbers.append(matcher.id())
            scores.append(matcher.score() / boost)
            matcher.next()
        found = Matches(np.array(numbers, dtype=np.int64), np.array(scores, dtype=np.float64))
        if self._factors is not None and found.scores is not None:
            found.scores[:] *= self._factors[self._segment.partitions[found.ids]]
        return found if ids is None else sets.within(found, ids, self._count)

    # Keys

    def _postings(self, field: str, text: str) -> Postings | None:
        key = (field, text)
        if key not in self._known:
            assert self._segment.data is not None
            data = self._segment.data.fields.get(field)
            span = None if data is None else data.find(_bytes(text))
            self._known[key] = None if data is None or span is None else Postings(data, span, data.ids(span))
        return self._known[key]

    def _long(self, field: str, text: str, ids: Array) -> tuple[FieldData, tuple[int, int]] | None:
        """A term that has so many more postings than `ids` that these are better looked up in it."""
        assert self._segment.data is not None
        data = self._segment.data.fields.get(field)
        span = None if data is None or (field, text) in self._known else data.find(_bytes(text))
        if data is None or span is None or not len(ids) or span[1] - span[0] < len(ids) * _LOOKUP:
            return None
        return data, span

    def _term(self, field: str, text: str, boost: float, ids: Array | None) -> Matches:
        if ids is not None and (long := self._long(field, text, ids)) is not None:
            inside, places = long[0].lookup(long[1], ids)
            numbers, weights = ids[inside], long[0].weights_at(places) if self._scored and len(places) else None
        elif (postings := self._postings(field, text)) is None:
            return NOTHING
        else:
            chosen = None if ids is None else sets.common(postings.ids, ids, self._count)[0]
            numbers = postings.ids if chosen is None else postings.ids[chosen]
            weights = postings.weights(chosen) if self._scored else None
        if weights is None:
            return Matches(numbers)
        return self._scores(numbers, weights, self._inverse(field, (text,), boost), boost > 0 and self._always)

    def _scores(self, ids: Array, weights: Array, inverse: Array, positive: bool = True) -> Matches:
        scores = self._segment.norms[ids]
        scores += weights
        np.divide(weights, scores, out=scores)
        scores *= inverse[self._segment.partitions[ids]]
        return Matches(ids, scores, positive)

    def _inverse(self, field: str, texts: tuple[str, ...], boost: float = 1.0) -> Array:
        """What multiplies the saturation of keys counted as one term, by partition."""
        key = (field, texts)
        known = self._view.recall(key)
        if known is None:
            counts = self._session.tally(lambda evaluation: evaluation.union(field, texts))
            inverse = formulas.inverse_frequencies(counts, self._view.sizes, self._view.parameters)
            known = self._view.remember(key, inverse * (self._view.parameters.k1 + 1))
        scale: Array = known * boost
        return scale if self._factors is None else scale * self._factors

    def union(self, field: str, texts: Iterable[str]) -> Array:
        found = [postings.ids for postings in (self._postings(field, text) for text in texts) if postings is not None]
        return sets.union(found, self._count) if found else NOTHING.ids

    def spoken(self, evidence: Pooled) -> Array:
        """The weighted frequencies of live documents, by partition."""
        size = len(self._view.partitions)
        counts = np.zeros(size)
        for text, weight in evidence.keys:
            if self._segment.data is None:
                found = weights_of(self._segment.reader, evidence.fieldname, text)
                ids, weights = np.fromiter(found, dtype=np.intp, count=len(found)), np.array(list(found.values()))
            elif (postings := self._postings(evidence.fieldname, text)) is not None:
                ids, weights = postings.ids, postings.weights()
            else:
                continue
            counts += weight * np.bincount(self._segment.tallied[ids], weights, minlength=size)[:size]
        return counts

    def _pooled(self, query: Pooled, ids: Array | None) -> Matches:
        parts = []
        for text, weight in query.keys:
            if (postings := self._postings(query.fieldname, text)) is not None:
                found = Matches(postings.ids, postings.weights() * weight if self._scored else None, weight > 0)
                parts.append(found if ids is None else sets.within(found, ids, self._count))
        positive = all(weight > 0 for _, weight in query.keys)
        pool = sets.added(parts, self._count)
        if pool.scores is None or not self._scored:
            return pool
        inverse = self._inverse(query.fieldname, tuple(text for text, _ in query.keys))
        return self._scores(pool.ids, pool.scores, inverse, positive and self._always)

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
        positive = any(part.positive for part in scored)
        return Matches(ids, self._aligned(scored, ids), positive) if scored else Matches(ids)

    def _maybe(self, query: queries.Maybe, ids: Array | None) -> Matches:
        required, *optional = query.subqueries
        found = self.evaluate(required, ids)
        if not self._scored or not len(found):
            return found
        more = [sets.within(self.evaluate(child, found.ids), found.ids, self._count) for child in optional]
        return sets.added([found, *more], self._count)

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
            case queries.Maybe():
                return self._size(query.subqueries[0])
            case And():
                return min(map(self._size, query.subqueries), default=self._count)
            case Or() | BestOf() | AtLeast():
                return min(sum(map(self._size, query.subqueries)), self._count)
        return 2 * self._count + isinstance(query, Not)

    def _term_size(self, field: str, text: str) -> int:
        data = None if self._segment.data is None else self._segment.data.fields.get(field)
        span = None if data is None else data.find(_bytes(text))
        return 0 if span is None else span[1] - span[0]

    def _without(self, child: Any, ids: Array | None) -> Matches:
        hidden = self._session.evaluation(self._segment).evaluate(child, ids).ids
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
        return Matches(found, self._aligned([self.evaluate(slot, found) for slot in best], found), True)

    def _candidates(self, field: str, slots: Sequence[Sequence[str]], ids: Array | None) -> Array:
        """The documents that have a word of every slot."""
        for slot in sorted(slots, key=lambda slot: sum(self._term_size(field, text) for text in slot)):
            long = self._long(field, slot[0], ids) if ids is not None and len(slot) == 1 else None
            if ids is None:
                ids = self.union(field, slot)
            elif long is not None:
                ids = ids[long[0].lookup(long[1], ids)[0]]
            else:
                ids = ids[sets.common(ids, self.union(field, slot), self._count)[0]]
        return NOTHING.ids if ids is None or not slots else ids

    def _keys(self, field: str, text: str, candidates: Array) -> Array:
        """Where a word stands in the candidates, as keys of `places`."""
        if (long := self._long(field, text, candidates)) is not None:
            inside, numbers = long[0].lookup(long[1], candidates)
            return long[0].keys_at(numbers, candidates[inside], places.SHIFT) if len(numbers) else NOTHING.ids
        postings = self._postings(field, text)
        if postings is None:
            return NOTHING.ids
        chosen, _ = sets.common(postings.ids, candidates, self._count)
        if chosen.dtype == bool:
            chosen = np.flatnonzero(chosen)
        if not len(chosen):
            return NOTHING.ids
        keys: Array = postings.field.keys(postings.span, postings.ids, chosen, places.SHIFT)
        return keys


def _filtered(mask: Array, ids: Array | None) -> Matches:
    return Matches(np.flatnonzero(mask) if ids is None else ids[mask])


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(text: Any) -> str:
    return text.decode("utf-8", "surrogatepass") if isinstance(text, bytes) else text
