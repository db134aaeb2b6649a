"""Operations on rising arrays of document numbers with scores beside them. Nothing here loops over documents."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search.columnar.columns import Array

#: Bisecting is preferred to marking when one side is so many times larger.
_LOPSIDED = 16
#: Results smaller than 1/so many of the documents are merged by sorting, larger ones added up in a dense array.
_SPARSE = 24


class Matches:
    """`ids` rise; no `scores` means that all are 0, `positive` that none is. A search makes dozens of these."""

    __slots__ = ("ids", "positive", "scores")

    def __init__(self, ids: Array, scores: Array | None = None, positive: bool = False) -> None:
        self.ids, self.scores, self.positive = ids, scores, positive

    def __len__(self) -> int:
        return len(self.ids)

    def chosen(self, mask: Array) -> Matches:
        return Matches(self.ids[mask], None if self.scores is None else self.scores[mask], self.positive)


NOTHING = Matches(np.empty(0, dtype=np.int64))


def marked(ids: Array, count: int) -> Array:
    """A mask over all documents."""
    mask = np.zeros(count, dtype=bool)
    mask[ids] = True
    return mask


def places(few: Array, many: Array) -> tuple[Array, Array]:
    """For two rising arrays: a mask of the members of `few` that are in `many`, and where these stand there."""
    if not len(many):
        return np.zeros(len(few), dtype=bool), np.empty(0, dtype=np.int64)
    at = np.searchsorted(many, few)
    at[at == len(many)] = 0
    inside = many[at] == few
    return inside, at[inside]


class Among:
    """Tells which documents are among some that rise, of `count` in all. What is marked for one question serves all."""

    def __init__(self, ids: Array, count: int) -> None:
        self.ids, self._count = ids, count
        self._mask: Array | None = None

    def of(self, numbers: Array) -> Array:
        """The places in a rising array of those that are: a mask or indices."""
        if len(self.ids) * _LOPSIDED < len(numbers):
            return places(self.ids, numbers)[1]
        if self._mask is None:
            if len(numbers) * _LOPSIDED < len(self.ids):
                return places(numbers, self.ids)[0]
            self._mask = marked(self.ids, self._count)
        inside: Array = self._mask[numbers]
        return inside


def inside(one: Array, other: Array, count: int) -> Array:
    """The places in a rising array of the members that another has, too: a mask or indices."""
    return Among(other, count).of(one)


def within(matches: Matches, ids: Array, count: int) -> Matches:
    """Only the matches among `ids`."""
    return matches.chosen(inside(matches.ids, ids, count))


def added(parts: Sequence[Matches], count: int) -> Matches:
    """The union, scores added up in the order of the parts."""
    return _joined(parts, count, np.add)


def best(parts: Sequence[Matches], count: int) -> Matches:
    """The union, with the largest score of each document; scores are not negative."""
    return _joined(parts, count, np.maximum)


def _joined(parts: Sequence[Matches], count: int, join: np.ufunc) -> Matches:
    parts = [part for part in parts if len(part)]
    if len(parts) <= 1:
        return parts[0] if parts else NOTHING
    if all(part.scores is None for part in parts):
        return Matches(union([part.ids for part in parts], count))
    if sum(map(len, parts)) * _SPARSE < count:
        return _reduced(parts, join)
    dense = np.zeros(count)
    for place, part in enumerate(parts):
        if part.scores is not None:
            dense[part.ids] = part.scores if place == 0 else join(dense[part.ids], part.scores)
    return _gathered(parts, dense, count)


def _gathered(parts: Sequence[Matches], dense: Array, count: int) -> Matches:
    positive = all(part.positive for part in parts)
    if not positive:
        ids = union([part.ids for part in parts], count)
        return Matches(ids, dense[ids])
    mask, largest = dense > 0, max(parts, key=len)
    # One part often has all that the others have: a stem what its word has. Listing what a mask holds takes longest.
    ids = largest.ids if np.count_nonzero(mask) == len(largest) else mask.nonzero()[0]
    return Matches(ids, dense[ids], True)


def union(parts: Sequence[Array], count: int) -> Array:
    if len(parts) == 1:
        return parts[0]
    if sum(map(len, parts)) * _SPARSE < count:
        both = np.concatenate([NOTHING.ids, *parts])
        both.sort()
        return both[np.concatenate([[True], both[1:] != both[:-1]])] if len(both) else both
    mask = np.zeros(count, dtype=bool)
    for part in parts:
        mask[part] = True
    return mask.nonzero()[0]


def frequent(parts: Sequence[Matches], minimum: int, count: int) -> Array:
    """The documents in at least `minimum` of the parts."""
    seen = np.zeros(count, dtype=np.uint16)
    for part in parts:
        seen[part.ids] += 1
    return (seen >= minimum).nonzero()[0]


def _reduced(parts: Sequence[Matches], operation: np.ufunc) -> Matches:
    ids = np.concatenate([part.ids for part in parts])
    scores = np.concatenate([np.zeros(len(part)) if part.scores is None else part.scores for part in parts])
    order = np.argsort(ids, kind="stable")
    ids = ids[order]
    first = np.ones(len(ids), dtype=bool)
    np.not_equal(ids[1:], ids[:-1], out=first[1:])
    starts = first.nonzero()[0]
    positive = all(part.positive for part in parts)
    return Matches(ids[starts], operation.reduceat(scores[order], starts), positive)
