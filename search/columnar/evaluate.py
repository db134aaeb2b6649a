"""Evaluation of Whoosh query trees on whole arrays, one segment at a time.

The meaning is that of the queries' Whoosh matchers. Deleted documents take part until the end (`Session.matches` drops
them); only counting leaves them out earlier.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from whoosh.query import NullQuery, Term

from search.columnar import filters, phrases, queries, sets, sizes
from search.columnar.columns import Array
from search.columnar.key_scores import KeyScores
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


class Evaluation(KeyScores):
    """One walk over a query tree for one segment. Everywhere `ids`, if given, restrict the result to its members."""

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

    def _best_of(self, children: Sequence[Any], ids: Array | None) -> Matches:
        plain, rest = self._parted(children)
        best = self._best_key(plain, ids) if plain else None
        if best is None:
            return sets.best([self.evaluate(child, ids) for child in children], self._count)
        return sets.best([best, *[self.evaluate(child, ids) for child in rest]], self._count) if rest else best

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
