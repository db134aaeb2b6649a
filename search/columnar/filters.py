"""Filters: which documents have a value in their columns. `ids`, if given, restrict the result to its members."""

from __future__ import annotations

import numpy as np

from search.columnar.columns import Array
from search.columnar.fields import MISSING
from search.columnar.queries import Membership, Overlap
from search.columnar.sets import Matches
from search.columnar.view import SegmentView


def member(segment: SegmentView, query: Membership, ids: Array | None) -> Matches:
    codes = segment.category(query.fieldname)
    wanted = np.array([bool(label) and label in query.values for label in codes.labels], dtype=bool)
    numbers = codes.numbers if ids is None else codes.numbers[ids]
    return _filtered(wanted[numbers], ids)


def overlap(segment: SegmentView, query: Overlap, ids: Array | None) -> Matches:
    starts, ends = segment.integers(query.start), segment.integers(query.end)
    if ids is not None:
        starts, ends = starts[ids], ends[ids]
    missing = starts == MISSING
    mask = missing if query.missing else np.zeros(len(starts), dtype=bool)
    for low, high in query.spans:
        after = ~missing if low is None else ~missing & (ends >= low)
        mask = mask | (after if high is None else after & (starts <= high))
    return _filtered(mask, ids)


def _filtered(mask: Array, ids: Array | None) -> Matches:
    return Matches(np.flatnonzero(mask) if ids is None else ids[mask])
