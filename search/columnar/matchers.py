"""Matchers over scores that are already computed, and the ways of reading scores and positions out of Whoosh's."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from whoosh.matching import Matcher, NullMatcher

Scores = dict[int, float]


class ScoresMatcher(Matcher):
    """Matches the documents of a mapping from document number to score."""

    def __init__(self, scores: Mapping[int, float]) -> None:
        self._ids = sorted(scores)
        self._scores = scores
        self._at = 0

    def is_active(self) -> bool:
        return self._at < len(self._ids)

    def id(self) -> int:
        return self._ids[self._at]

    def score(self) -> float:
        return self._scores[self._ids[self._at]]

    def weight(self) -> float:
        return self.score()

    def next(self) -> None:
        self._at += 1

    def skip_to(self, id: int) -> None:
        self._at = max(self._at, bisect_left(self._ids, id))

    def reset(self) -> None:
        self._at = 0

    def all_ids(self) -> Iterator[int]:
        return iter(self._ids[self._at :])

    def copy(self) -> ScoresMatcher:
        twin = ScoresMatcher(self._scores)
        twin._at = self._at
        return twin

    def replace(self, minquality: float = 0) -> Any:
        return self if self.is_active() else NullMatcher()

    def max_quality(self) -> float:
        return max(self._scores.values(), default=0.0)

    def value(self) -> bytes:
        return b""

    def supports(self, astype: str) -> bool:
        return False

    def spans(self) -> list[Any]:
        return []


def scores_of(query: Any, searcher: Any, context: Any) -> Scores:
    """Every live match of a query in the searcher's documents, with its score."""
    matcher = query.matcher(searcher, context)
    found: Scores = {}
    while matcher.is_active():
        found[matcher.id()] = matcher.score()
        matcher.next()
    return found


def weights_of(reader: Any, field: str, text: str) -> Scores:
    """Live document → weight of a key; empty where the reader has no such key."""
    key = text.encode()
    if (field, key) not in reader:
        return {}
    matcher, found = reader.postings(field, key), {}
    while matcher.is_active():
        found[matcher.id()] = matcher.weight()
        matcher.next()
    return found


def positions_of(reader: Any, field: str, texts: Iterable[str]) -> dict[int, list[int]]:
    """Live document → rising positions of any of the keys."""
    found: dict[int, set[int]] = {}
    for key in {text.encode() for text in texts}:
        if (field, key) not in reader:
            continue
        matcher = reader.postings(field, key)
        while matcher.is_active():
            found.setdefault(matcher.id(), set()).update(matcher.value_as("positions"))
            matcher.next()
    return {number: sorted(positions) for number, positions in found.items()}


def in_sequence(slots: Sequence[Sequence[int]]) -> bool:
    """True if positions p, p+1, … can be taken from the slots in order."""
    later = [set(slot) for slot in slots[1:]]
    return any(all(first + step in slot for step, slot in enumerate(later, 1)) for first in slots[0])


def are_near(slots: Sequence[Sequence[int]], distance: int) -> bool:
    """True if a position of each slot can be chosen, all different, none farther than `distance` from another."""
    starts = sorted({position for slot in slots for position in slot})
    windows = ([[p for p in slot if start <= p <= start + distance] for slot in slots] for start in starts)
    return any(_distinct(window) for window in windows)


def _distinct(slots: Sequence[Sequence[int]]) -> bool:
    """True if each slot can be given a position of its own: bipartite matching by augmenting paths."""
    taken: dict[int, int] = {}

    def assign(slot: int, seen: set[int]) -> bool:
        for position in slots[slot]:
            if position in seen:
                continue
            seen.add(position)
            if position not in taken or assign(taken[position], seen):
                taken[position] = slot
                return True
        return False

    return all(assign(slot, set()) for slot in range(len(slots)))
