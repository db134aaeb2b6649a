"""Scores of keys in one segment, alone, several counted as one, or the best of several.

The prior's factor of a document's partition is put into every key's score, since sums, largest and boosts all pass it
on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh.query import Term

from search.columnar import formulas, queries, sets
from search.columnar.aligned import Member
from search.columnar.columns import Array
from search.columnar.matchers import weights_of
from search.columnar.postings import SegmentPostings
from search.columnar.queries import Pooled
from search.columnar.sets import NOTHING, Matches
from search.columnar.view import SegmentView

if TYPE_CHECKING:
    from search.columnar.session import Session


class KeyScores:
    """Everywhere `ids`, if given, restrict the result to its members. Only with `scored` there are scores."""

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

    def _within(self, matches: Matches, ids: Array | None) -> Matches:
        return matches if ids is None else matches.chosen(self._among(ids).of(matches.ids))

    def _among(self, ids: Array) -> sets.Among:
        """Many lists are narrowed to the same documents, one after the other."""
        if self._last.ids is not ids:
            self._last = sets.Among(ids, self._count)
        return self._last

    def _is_keyed(self, name: str) -> bool:
        return self._segment.is_keyed(name)

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
        return self._scores(pool.ids, pool.scores, inverse, query.is_positive)

    def _parted(self, children: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """Those that are keys, one or several counted as one, all of weights above 0; and the rest."""
        plain: list[Any] = []
        rest: list[Any] = []
        for child in children:
            (plain if self._segment.postings is not None and self._is_plain(child) else rest).append(child)
        return plain, rest

    def _is_plain(self, query: Any) -> bool:
        if not isinstance(query, Term | Pooled) or query.boost <= 0 or not self._is_keyed(query.fieldname):
            return False
        return isinstance(query, Term) or query.is_positive

    def _best_key(self, plain: Sequence[Any], ids: Array | None) -> Matches | None:
        """The best of such queries for each document; None if that is quicker found by looking `ids` up in each."""
        postings = self._segment.postings
        members = tuple([_member(query) for query in plain])
        if postings is None or not postings.is_worth(members, ids):
            return None
        found = postings.aligned(members, self._segment.norms)
        if ids is not None:
            found = found.chosen(self._among(ids).of(found.ids))
        if not self._scored or not len(found.ids):
            return Matches(found.ids)
        codes = self._segment.partitions.take(found.ids)
        best: Array | None = None
        for query, (field, keys), own in zip(plain, members, found.saturations, strict=True):
            scores = self._inverse(field, tuple([text for text, _ in keys]), query.boost).take(codes)
            scores *= own
            best = scores if best is None else np.maximum(best, scores, out=best)
        return Matches(found.ids, best, self._always)

    def _scores(self, ids: Array, weights: Array, inverse: Array, positive: bool) -> Matches:
        scale = inverse.take(self._segment.partitions.take(ids))
        return Matches(
            ids, formulas.saturation(weights, self._segment.norms.take(ids)) * scale, positive and self._always
        )

    def _inverse(self, field: str, texts: tuple[str, ...], boost: float = 1.0) -> Array:
        """What multiplies the saturation of keys counted as one term, by partition."""
        key = (field, texts)
        scale = self._view.recall(key)
        if scale is None:
            counts = self._session.tally(lambda evaluation: evaluation.union(field, texts))
            inverse = formulas.inverse_frequencies(counts, self._view.sizes, self._view.parameters)
            scale = self._view.remember(key, formulas.scale(inverse, self._view.parameters))
        if boost != 1.0:
            scale = scale * boost
        return scale if self._factors is None else scale * self._factors

    def _together(self, field: str, terms: Sequence[Any], ids: Array | None) -> Matches:
        """The documents that have all of these keys, and the sum of their scores: counted for these alone."""
        postings = self._segment.postings
        assert postings is not None
        texts = tuple(map(queries.text_of, terms))
        found = postings.together(field, texts, ids, self._segment.norms)
        if ids is not None and found.ids is not ids:
            found = found.chosen(self._among(ids).of(found.ids))
        if not self._scored or not len(found.ids):
            return Matches(found.ids)
        codes = self._segment.partitions.take(found.ids)
        total = np.zeros(len(found.ids))
        for text, term, own in zip(texts, terms, found.saturations, strict=True):
            total += self._inverse(field, (text,), term.boost).take(codes) * own
        return Matches(found.ids, total, self._always and any(term.boost > 0 for term in terms))

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


def _member(query: Any) -> Member:
    return query.fieldname, ((queries.text_of(query), 1.0),) if isinstance(query, Term) else query.keys
