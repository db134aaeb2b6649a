"""Every term of a field with its live documents counted by partition."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from search.columnar.alphabet import stretches, union
from search.columnar.columns import Array
from search.columnar.segment_data import FieldData
from search.columnar.texts import Texts
from search.columnar.view import SegmentView, View

_NONE = np.empty(0, dtype=np.int64)

#: Terms that are read at once.
_STRETCH = 1 << 13


class Tallies(Struct, frozen=True):
    """Terms of live documents in order, with an entry for each partition that a term is in.

    Term i has the entries `edges[i]:edges[i + 1]` of `partitions` (rising places in `view.partitions`) and `counts`.
    """

    terms: Texts
    edges: Array
    partitions: Array
    counts: Array


def tallied_terms(view: View, field: str) -> Tallies:
    """Of all segments together, a stretch of the alphabet at a time."""
    width = max(len(view.partitions), 1)
    held = [(one, one.data, one.data.fields[field]) for one in view.segments if one.data and field in one.data.fields]
    tables = [found.terms for _, _, found in held]
    guide = max(tables, key=len, default=None)
    terms = Texts()
    owners, partitions, counts = [_NONE], [_NONE], [_NONE]
    cuts = range(_STRETCH, len(guide), _STRETCH) if guide else ()
    for ranges in stretches(tables, guide, cuts) if guide else ():
        together, places = union([table.read(*bounds) for table, bounds in zip(tables, ranges, strict=True)])
        tallies = np.zeros((len(together), width), dtype=np.int64)
        for (segment, data, found), bounds, own in zip(held, ranges, places, strict=True):
            tallies[own] += _tallies(segment, found, *bounds, width)
            data.file.let_go()
        is_live = tallies.any(axis=1)
        rows, columns = np.nonzero(tallies[is_live])
        owners.append(rows + len(terms))
        partitions.append(columns)
        counts.append(tallies[is_live][rows, columns])
        terms.extend(together.take(np.flatnonzero(is_live)))
    sizes = np.bincount(np.concatenate(owners), minlength=len(terms))
    edges = np.concatenate([[0], np.cumsum(sizes)])
    return Tallies(terms, edges, np.concatenate(partitions), np.concatenate(counts))


def _tallies(segment: SegmentView, found: FieldData, first: int, last: int, width: int) -> Array:
    """A row for each of the terms first, …, last - 1, a column for each partition."""
    if first == last:
        return np.zeros((0, width), dtype=np.int64)
    starts = found.starts(first, last)
    cells = np.repeat(np.arange(last - first) * (width + 1), np.diff(starts))
    cells += segment.tallied[found.ids_of_terms(starts)]  # the last column is for deleted documents
    return np.bincount(cells, minlength=(last - first) * (width + 1)).reshape(-1, width + 1)[:, :width]
