"""Every term of a field with its live documents counted by partition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from search.columnar.columns import Array
from search.columnar.view import SegmentView, View

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
    width = len(view.partitions)
    parts = [part for segment in view.segments for part in _stretches(segment, field, width)]
    if len(view.segments) < 2:
        terms = [term for some, _, _ in parts for term in some]
        before = np.cumsum([0, *(len(some) for some, _, _ in parts)])
        keys = [cells + first * width for (_, cells, _), first in zip(parts, before.tolist(), strict=False)]
        return _tallies(terms, width, _joined(keys), _joined([counts for _, _, counts in parts]))
    # To sort what is in order, end to end, is to merge it.
    terms = list(dict.fromkeys(sorted(term for some, _, _ in parts for term in some)))
    places = dict(zip(terms, range(len(terms)), strict=True))
    keys = []
    for some, cells, _ in parts:
        owners, partitions = np.divmod(cells, width)
        keys.append(np.fromiter(map(places.__getitem__, some), dtype=np.int64)[owners] * width + partitions)
    distinct, inverse = np.unique(_joined(keys), return_inverse=True)
    return _tallies(terms, width, distinct, np.bincount(inverse, _joined([counts for _, _, counts in parts])))


def _tallies(terms: list[str], width: int, cells: Array, counts: Array) -> Tallies:
    """`cells` rise and are term × width + partition."""
    owners, partitions = np.divmod(cells, max(width, 1))
    edges = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(terms)))])
    return Tallies(terms, edges, partitions, counts.astype(np.int64))


def _joined(arrays: list[Array]) -> Array:
    return np.concatenate([np.empty(0, dtype=np.int64), *arrays])


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
