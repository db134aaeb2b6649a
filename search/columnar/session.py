"""One search over all segments: what its evaluations share, and what counts over the whole index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from search.columnar import formulas, queries, sets
from search.columnar.columns import Array
from search.columnar.evaluate import Evaluation
from search.columnar.queries import Leaf
from search.columnar.sets import Matches
from search.columnar.view import SegmentView, View


class Session:
    """A search, or several one after the other: what they share. `prior` turns on the factors of partitions."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._found: dict[tuple[int, bool], tuple[Any, list[tuple[SegmentView, Matches]]]] = {}

    def matches(self, query: Any, prior: bool = False) -> list[tuple[SegmentView, Matches]]:
        """Live matches in every segment, with their scores; kept for the next who asks with the same object."""
        known = self._found.get((id(query), prior))
        if known is None:
            known = self._found[id(query), prior] = query, self._matches(query, prior)
        return known[1]

    def _matches(self, query: Any, prior: bool) -> list[tuple[SegmentView, Matches]]:
        for segment in self.view.segments:
            if segment.postings is not None:
                segment.postings.read(queries.keys_of(query))
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
        mask[sets.inside(ids, found.ids, segment.count) if len(found) < len(ids) else slice(None)] = True
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
        return Evaluation(self, segment, scored, factors)
