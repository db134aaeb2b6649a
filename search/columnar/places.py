"""Phrases and nearness by sorted keys: a key is a document's number and a position in one number."""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import combinations

import numpy as np

from search.columnar.columns import Array

#: Bits of a position in a key; positions are 32-bit.
SHIFT = 32
#: More different slots than this that share keys are left to Whoosh's matcher.
MOST_SHARING = 6


def in_sequence(slots: Sequence[Array]) -> Array:
    """The documents where keys k, k+1, … stand in the slots. Each slot's keys rise; so does the result."""
    order = sorted(range(len(slots)), key=lambda slot: len(slots[slot]))
    first = slots[order[0]] - order[0]
    for slot in order[1:]:
        first = _intersection(first, slots[slot] - slot)
    return _documents(first)


def _intersection(one: Array, other: Array) -> Array:
    if len(one) * 8 < len(other):
        at = np.searchsorted(other, one)
        at[at == len(other)] = 0
        kept: Array = one[other[at] == one] if len(other) else one[:0]
        return kept
    both: Array = np.concatenate([one, other])
    both.sort(kind="stable")  # which merges what is sorted in parts, in a quarter of the time
    twice: Array = both[:-1][both[1:] == both[:-1]]
    return twice


def _documents(keys: Array) -> Array:
    documents: Array = keys >> SHIFT
    if not len(documents):
        return documents
    distinct: Array = documents[np.concatenate([[True], documents[1:] != documents[:-1]])]
    return distinct


def merged(parts: Sequence[Array]) -> Array:
    """The rising union of rising arrays that share nothing."""
    if len(parts) == 1:
        return parts[0]
    both = np.concatenate(parts)
    both.sort(kind="stable")
    return both


def near(slots: Sequence[tuple[str, ...]], keys: dict[str, Array], distance: int) -> Array | None:
    """The documents where each slot has a position of its own in some window of `distance` + 1 positions.

    `keys` has the rising keys of every word. A window serves all slots if, for every set of slots that share words,
    it holds at least as many positions of their words as there are slots (Hall's theorem). None if too many share.
    """
    groups = _sharing([tuple(word for word in slot if len(keys[word])) for slot in slots])
    if any(len(set(group)) > MOST_SHARING for group in groups):
        return None
    windows = _Windows(keys, distance)
    demands = [demand for group in groups for demand in _demands(group)]
    for words, needed in sorted(demands, key=lambda demand: sum(len(keys[word]) for word in demand[0])):
        windows.keep(words, needed)
    return _documents(windows.starts)


def _demands(group: Sequence[tuple[str, ...]]) -> list[tuple[frozenset[str], int]]:
    """Sets of words, and how many positions of them the slots need that have no others."""
    kinds = set(group)
    chosen = (some for size in range(1, len(kinds) + 1) for some in combinations(kinds, size))
    unions = {frozenset(word for slot in some for word in slot) for some in chosen}
    return [(words, sum(words.issuperset(slot) for slot in group)) for words in unions]


class _Windows:
    """Stretches of a document that begin with a position of some word."""

    def __init__(self, keys: dict[str, Array], distance: int) -> None:
        self._words = list(keys)
        places = np.concatenate([keys[word] for word in self._words])
        order = places.argsort(kind="stable")
        self._places = places[order]
        self._kinds = np.repeat(np.arange(len(keys)), [len(keys[word]) for word in self._words])[order]
        self._first = np.arange(len(places))
        self._end = np.searchsorted(self._places, self._places + distance, "right")

    @property
    def starts(self) -> Array:
        starts: Array = self._places[self._first]
        return starts

    def keep(self, words: Set[str], needed: int) -> None:
        """Only those that hold so many positions of the words."""
        is_one = np.array([word in words for word in self._words])[self._kinds]
        before = np.concatenate([[0], np.cumsum(is_one, dtype=np.int32)])
        kept = before[self._end] - before[self._first] >= needed
        self._first, self._end = self._first[kept], self._end[kept]


def _sharing(slots: Sequence[tuple[str, ...]]) -> list[list[tuple[str, ...]]]:
    """The slots, each as a sorted tuple of distinct words, in groups that share no word with one another."""
    groups: list[tuple[set[str], list[tuple[str, ...]]]] = []
    for slot in (tuple(sorted(set(slot))) for slot in slots):
        touched = [group for group in groups if group[0] & set(slot)]
        groups = [group for group in groups if not group[0] & set(slot)]
        words = set(slot).union(*(group[0] for group in touched))
        groups.append((words, [slot, *(member for group in touched for member in group[1])]))
    return [members for _, members in groups]
