"""Evaluation of Whoosh query trees on whole arrays, one segment at a time.

The meaning is that of the queries' Whoosh matchers. Deleted documents take part until the end (`Session.matches` drops
them); only counting leaves them out earlier. The prior's factor of a document's partition is put into every term's
score, since sums, largest and boosts all pass it on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh.query import NullQuery, Term

from search.columnar import filters, formulas, phrases, queries, sets, sizes
from search.columnar.aligned import Aligned, Member
from search.columnar.columns import Array
from search.columnar.matchers import weights_of
from search.columnar.postings import SegmentPostings
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
from search.columnar.view import SegmentView

if TYPE_CHECKING:
    from search.columnar.session import Session


def _member(query: Any) -> Member:
    return query.fieldname, ((queries.text_of(query), 1.0),) if isinstance(query, Term) else query.keys


class Evaluation:
    """One walk over a query tree for one segment. Everywhere `ids`, if given, restrict the result to its members."""

    def __init__(
        self,
        session: Session,
        segment: SegmentView,
        scored: bool,
        factors: Array | None,
    ) -> None:
        self._session, self._view, self._segment = session, session.view, segment
        self._scored, self._factors = scored, factors
        self._count = segment.count
        self._last = sets.Among(NOTHING.ids, self._count)
        # Whether the prior leaves something of every score.
        self._always = factors is None or self._view.parameters.floor > 0

    def evaluate(self, query: Any, ids: Array | None) -> Matches:
        found = self._plain(query, ids)
        boost = getattr(query, "boost", 1.0)
        if boost != 1.0 and found.scores is not None and not isinstance(query, Term):
            return Matches(found.ids, found.scores * boost, found.positive and boost > 0)
        return found

    def _within(self, matches: Matches, ids: Array | None) -> Matches:
        return matches if ids is None else matches.chosen(self._among(ids).of(matches.ids))

    def _among(self, ids: Array) -> sets.Among:
        """Many lists are narrowed to the same documents, one after the other."""
        if self._last.ids is not ids:
            self._last = sets.Among(ids, self._count)
        return self._last

    def _plain(self, query: Any, ids: Array | None) -> Matches:
        match query:
            case Leaf():
                return self.evaluate(query.child, ids)
            case BestOf():
                return self._best_of(query.subqueries, ids)
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
                return filters.member(self._segment, query, ids)
            case Overlap():
                return filters.overlap(self._segment, query, ids)
        return self._leaf(query, ids)

    def _leaf(self, query: Any, ids: Array | None) -> Matches:
        if query == NullQuery:
            return NOTHING
        postings = self._segment.postings
        if postings is not None:
            match query:
                case Term() if self._is_keyed(query.fieldname):
                    return self._term(postings, query, ids)
                case Pooled() if self._is_keyed(query.fieldname):
                    return self._pooled(postings, query, ids)
                case queries.Sequence() | Near() if self._has_positions(query.fieldname):
                    return self._placed(postings, query, ids)
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
        return self._within(found, ids)

    # Keys

    def _term(self, postings: SegmentPostings, query: Any, ids: Array | None) -> Matches:
        field, text = query.fieldname, queries.text_of(query)
        if ids is not None and (long := postings.long(field, text, ids)) is not None:
            inside, places = long[0].lookup(long[1], ids)
            numbers, weights = ids[inside], long[0].weights_at(places) if self._scored and len(places) else None
        elif (found := postings.get(field, text)) is None:
            return NOTHING
        else:
            chosen = None if ids is None else self._among(ids).of(found.ids)
            numbers = found.ids if chosen is None else found.ids[chosen]
            weights = found.weights(chosen) if self._scored else None
        if weights is None:
            return Matches(numbers)
        return self._scores(numbers, weights, self._inverse(field, (text,), query.boost), query.boost > 0)

    def _best_of(self, children: Sequence[Any], ids: Array | None) -> Matches:
        postings = self._segment.postings
        keyed: list[Any] = []
        rest: list[Any] = []
        for child in children:
            (keyed if postings is not None and self._is_plain(child) else rest).append(child)
        members = tuple([_member(child) for child in keyed])
        if postings is None or not members or not postings.is_worth(members, ids):
            return sets.best([self.evaluate(child, ids) for child in children], self._count)
        found = postings.aligned(members, self._count)
        if ids is not None:
            found = found.chosen(self._among(ids).of(found.ids))
        best = self._best(keyed, members, found)
        return sets.best([best, *[self.evaluate(child, ids) for child in rest]], self._count) if rest else best

    def _is_plain(self, query: Any) -> bool:
        """Whether it is keys, one or several counted as one, all of weights above 0."""
        if not isinstance(query, Term | Pooled) or query.boost <= 0 or not self._is_keyed(query.fieldname):
            return False
        return isinstance(query, Term) or query.is_positive

    def _best(self, keyed: Sequence[Any], members: Sequence[Member], found: Aligned) -> Matches:
        if not self._scored or not len(found.ids):
            return Matches(found.ids)
        norms, codes = self._segment.norms.take(found.ids), self._segment.partitions.take(found.ids)
        best: Array | None = None
        for query, (field, keys), weights in zip(keyed, members, found.weights, strict=True):
            scores = weights + norms
            np.divide(weights, scores, out=scores)
            scores *= self._inverse(field, tuple([text for text, _ in keys]), query.boost).take(codes)
            best = scores if best is None else np.maximum(best, scores, out=best)
        return Matches(found.ids, best, self._always)

    def _scores(self, ids: Array, weights: Array, inverse: Array, positive: bool) -> Matches:
        scores = self._segment.norms[ids]
        scores += weights
        np.divide(weights, scores, out=scores)
        scores *= inverse[self._segment.partitions[ids]]
        return Matches(ids, scores, positive and self._always)

    def _inverse(self, field: str, texts: tuple[str, ...], boost: float = 1.0) -> Array:
        """What multiplies the saturation of keys counted as one term, by partition."""
        key = (field, texts)
        scale = self._view.recall(key)
        if scale is None:
            counts = self._session.tally(lambda evaluation: evaluation.union(field, texts))
            inverse = formulas.inverse_frequencies(counts, self._view.sizes, self._view.parameters)
            scale = self._view.remember(key, inverse * (self._view.parameters.k1 + 1))
        if boost != 1.0:
            scale = scale * boost
        return scale if self._factors is None else scale * self._factors

    def union(self, field: str, texts: Iterable[str]) -> Array:
        postings = self._segment.postings
        return NOTHING.ids if postings is None else postings.union(field, texts, self._count)

    def spoken(self, evidence: Pooled) -> Array:
        """The weighted frequencies of live documents, by partition."""
        size = len(self._view.partitions)
        counts = np.zeros(size)
        for text, weight in evidence.keys:
            ids, weights = self._weighted(evidence.fieldname, text)
            if len(ids):
                counts += weight * np.bincount(self._segment.tallied[ids], weights, minlength=size)[:size]
        return counts

    def _weighted(self, field: str, text: str) -> tuple[Array, Array]:
        """A key's documents and weights."""
        if self._segment.postings is None:
            found = weights_of(self._segment.reader, field, text)
            return np.fromiter(found, dtype=np.intp, count=len(found)), np.array(list(found.values()))
        postings = self._segment.postings.get(field, text)
        return (NOTHING.ids, NOTHING.ids) if postings is None else (postings.ids, postings.weights())

    def _pooled(self, postings: SegmentPostings, query: Pooled, ids: Array | None) -> Matches:
        parts = []
        for text, weight in query.keys:
            if (found := postings.get(query.fieldname, text)) is not None:
                part = Matches(found.ids, found.weights() * weight if self._scored else None, weight > 0)
                parts.append(self._within(part, ids))
        pool = sets.added(parts, self._count)
        if pool.scores is None or not self._scored:
            return pool
        inverse = self._inverse(query.fieldname, query.texts)
        return self._scores(pool.ids, pool.scores, inverse, all(weight > 0 for _, weight in query.keys))

    def _placed(self, postings: SegmentPostings, query: Any, ids: Array | None) -> Matches:
        found = phrases.placed(postings, query, ids, self._count)
        if found is None:
            return self._by_matcher(query, ids)
        if not self._scored or not len(found):
            return Matches(found)
        slots = [tuple(dict.fromkeys(slot)) for slot in query.slots]
        best = {slot: BestOf(tuple(Term(query.fieldname, word) for word in slot)) for slot in slots}
        scored = {slot: self.evaluate(one, found) for slot, one in best.items()}
        return Matches(found, self._aligned([scored[slot] for slot in slots], found), True)

    # Combinations

    def _all(self, children: Sequence[Any], ids: Array | None) -> Matches:
        """The rarest first; each child is evaluated among the matches of those before."""
        parts: list[Matches] = []
        for child in sorted(children, key=partial(sizes.guess, segment=self._segment)):
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
        more = [self._within(self.evaluate(child, found.ids), found.ids) for child in optional]
        return sets.added([found, *more], self._count)

    def _aligned(self, parts: Sequence[Matches], ids: Array) -> Array:
        total: Array | None = None
        for part in parts:
            assert part.scores is not None
            full = len(part) == len(ids)
            scores = part.scores if full else part.scores[self._among(ids).of(part.ids)]
            total = scores if total is None else total + scores
        assert total is not None
        return total

    def _without(self, child: Any, ids: Array | None) -> Matches:
        hidden = self._session.evaluation(self._segment).evaluate(child, ids).ids
        if ids is None:
            mask = np.ones(self._count, dtype=bool)
            mask[hidden] = False
            return Matches(mask.nonzero()[0])
        mask = np.ones(len(ids), dtype=bool)
        mask[sets.inside(ids, hidden, self._count)] = False
        return Matches(ids[mask])

    def _at_least(self, query: AtLeast, ids: Array | None) -> Matches:
        if query.minimum == len(query.subqueries) and (field := self._common_field(query.subqueries)):
            return self._together(field, query.subqueries, ids)
        parts = [self.evaluate(child, ids) for child in query.subqueries]
        if sum(len(part) > 0 for part in parts) < query.minimum:
            return NOTHING
        total = sets.added(parts, self._count)
        if query.minimum <= 1:
            return total
        return sets.within(total, sets.frequent(parts, query.minimum, self._count), self._count)

    def _common_field(self, children: Sequence[Any]) -> str:
        """The one that all these terms are keys of; empty if there is none."""
        names = {child.fieldname if isinstance(child, Term) else "" for child in children}
        name = names.pop()
        return name if not names and self._segment.postings is not None and self._is_keyed(name) else ""

    def _together(self, field: str, terms: Sequence[Any], ids: Array | None) -> Matches:
        """The documents that have all of these keys, and the sum of their scores: counted for these alone."""
        postings = self._segment.postings
        assert postings is not None
        texts = list(map(queries.text_of, terms))
        for text in sorted(dict.fromkeys(texts), key=partial(postings.size, field)):
            ids = postings.having(field, text, ids, self._count)
            if not len(ids):
                return NOTHING
        assert ids is not None
        if not self._scored:
            return Matches(ids)
        inverse = np.array([self._inverse(field, (text,), term.boost) for text, term in zip(texts, terms, strict=True)])
        weights = np.array([postings.weights_in(field, text, ids) for text in texts])
        scores = weights / (weights + self._segment.norms[ids]) * inverse[:, self._segment.partitions[ids]]
        return Matches(ids, scores.sum(axis=0), self._always and any(term.boost > 0 for term in terms))
