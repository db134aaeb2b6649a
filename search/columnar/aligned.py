"""The keys of a group side by side: one list of documents, and for each member how far its weights count there.

A word is asked for as itself, as the words that fold alike and as stems of many languages, of which the best counts.
Their documents are mostly the same, so lists are united once, when such a group is first asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from search.columnar import formulas, sets
from search.columnar.columns import Array
from search.columnar.sets import Matches

#: A field, and (text, weight) of keys there that are counted as one.
Member = tuple[str, tuple[tuple[str, float], ...]]


class Aligned(Struct, frozen=True):
    """`ids` rise. `saturations` has a row for each member: 0 where a document has none of its keys."""

    ids: Array
    saturations: Array

    @property
    def size(self) -> int:
        """In postings, of 16 bytes."""
        return (self.ids.size + self.saturations.size) // 2 + 1

    def chosen(self, places: Array) -> Aligned:
        """Only these documents: a mask or rising places."""
        if places.dtype == bool:
            places = places.nonzero()[0]
        return Aligned(self.ids.take(places), self.saturations.take(places, axis=1))


def aligned(members: Sequence[Matches], norms: Array) -> Aligned:
    """Of members whose scores are weights above 0; `norms` are those of all documents."""
    if len(members) == 1:
        (one,) = members
        weights = np.zeros((1, 0)) if one.scores is None else one.scores[None, :]
        return Aligned(one.ids, formulas.saturation(weights, norms.take(one.ids)))
    ids = sets.union([member.ids for member in members], len(norms))
    weights = np.zeros((len(members), len(ids)))
    for row, member in zip(weights, members, strict=True):
        if member.scores is not None:
            row[slice(None) if len(member) == len(ids) else np.searchsorted(ids, member.ids)] = member.scores
    return Aligned(ids, formulas.saturation(weights, norms.take(ids)))
