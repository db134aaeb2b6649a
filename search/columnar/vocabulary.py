"""Every term of a field with its live documents counted by partition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from search.columnar.columns import Array
from search.columnar.dictionary import Numbers
from search.columnar.view import SegmentView, View

_NONE = np.empty(0, dtype=np.int64)

#: Terms that are read at once.
_STRETCH = 1 << 14


@dataclass(frozen=True, slots=True)
class Tallies:
    """Terms of live documents in order, with an entry for each partition that a term is in.

    Term i has the entries `edges[i]:edges[i + 1]` of `partitions` (rising places in `view.partitions`) and `counts`.
    """

    terms: list[str]
    edges: Array
    partitions: Array
    counts: Array


def tallied_terms(view: View, field: str) -> Tallies:
    width = max(len(view.partitions), 1)
    numbers, cells, counts = Numbers(), [_NONE], [_NONE]
    for segment in view.segments:
        # one segment's terms after another's, so that what all of them have is held once
        for terms, occupied, tallies in _stretches(segment, field, width):
            owners, partitions = np.divmod(occupied, width)
            own = np.fromiter(map(numbers.__getitem__, terms), dtype=np.int64, count=len(terms))
            cells.append(own[owners] * width + partitions)
            counts.append(tallies)
    ordered = sorted(numbers)
    ranks = np.empty(len(ordered), dtype=np.int64)
    ranks[np.fromiter(map(numbers.__getitem__, ordered), dtype=np.int64, count=len(ordered))] = np.arange(len(ordered))
    owners, partitions = np.divmod(np.concatenate(cells), width)
    distinct, inverse = np.unique(ranks[owners] * width + partitions, return_inverse=True)
    totals = np.bincount(inverse, np.concatenate(counts), minlength=len(distinct)).astype(np.int64)
    owners, partitions = np.divmod(distinct, width)
    edges = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(ordered)))])
    return Tallies(ordered, edges, partitions, totals)


def _stretches(segment: SegmentView, field: str, width: int) -> Iterator[tuple[list[str], Array, Array]]:
    """Terms of live documents, the cells that aren't empty (term × width + partition), and their counts."""
    data = None if segment.data is None else segment.data.fields.get(field)
    if segment.data is None or data is None:
        return
    for first in range(0, len(data.terms), _STRETCH):
        last = min(first + _STRETCH, len(data.terms))
        starts = data.starts(first, last)
        cells = np.repeat(np.arange(last - first) * (width + 1), np.diff(starts))
        cells += segment.tallied[data.ids_of_terms(starts)]  # the last column is for deleted documents
        tallies = np.bincount(cells, minlength=(last - first) * (width + 1)).reshape(-1, width + 1)[:, :width]
        is_live = tallies.any(axis=1)
        terms = data.terms.read(first, last)
        live = [terms[place].decode("utf-8", "surrogatepass") for place in np.flatnonzero(is_live).tolist()]
        flat = tallies[is_live].reshape(-1)
        occupied = np.flatnonzero(flat)
        segment.data.file.let_go()
        yield live, occupied, flat[occupied]
