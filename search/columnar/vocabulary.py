"""The terms of a field with their document frequencies by partition, counted whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from search.columnar.columns import Array
from search.columnar.segment_data import FieldData
from search.columnar.view import SegmentView, View

#: Postings, and counters, that are held at a time.
_POSTINGS, _COUNTERS = 1 << 21, 1 << 22


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms of live documents, rising. Term i's counts are those at starts[i], …, starts[i + 1] - 1: `frequencies`

    has the number of live documents that have it, `partitions` the partition they are in.
    """

    terms: list[str]
    starts: Array
    partitions: Array
    frequencies: Array


def vocabulary(view: View, field: str) -> Vocabulary:
    """Of a field, over all segments. Segments of other codecs are not counted."""
    terms: list[bytes] = []
    rows, partitions, frequencies = [np.empty(0, dtype=np.int64)], [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for segment in view.segments:
        if segment.data is not None and field in segment.data.fields:
            for some, row, partition, frequency in _counted(view, segment, segment.data.fields[field]):
                rows.append(row + len(terms))
                partitions.append(partition)
                frequencies.append(frequency)
                terms += some
    return _joined(terms, np.concatenate(rows), np.concatenate(partitions), np.concatenate(frequencies))


def _counted(view: View, segment: SegmentView, field: FieldData) -> Iterator[tuple[list[bytes], Array, Array, Array]]:
    """Terms, and counts by place in them and partition; nothing for those without live documents."""
    width = len(view.partitions) + 1
    starts = field.starts(0, len(field.terms))
    most = max(_COUNTERS // width, 1)
    first = 0
    while first < len(field.terms):
        last = int(np.searchsorted(starts, starts[first] + _POSTINGS, "right")) - 1
        last = min(max(last, first + 1), first + most, len(field.terms))
        bounds = starts[first : last + 1]
        places = np.repeat(np.arange(last - first), np.diff(bounds))
        keys = places * width + segment.tallied[field.ids_of_terms(bounds)]
        counts = np.bincount(keys, minlength=(last - first) * width).reshape(-1, width)[:, :-1]
        rows, partitions = np.nonzero(counts)
        yield field.terms.read(first, last), rows, partitions, counts[rows, partitions]
        first = last


def _joined(terms: list[bytes], rows: Array, partitions: Array, frequencies: Array) -> Vocabulary:
    used = np.flatnonzero(np.bincount(rows, minlength=len(terms)))
    distinct = sorted({terms[row] for row in used.tolist()})
    order = {term: ordinal for ordinal, term in enumerate(distinct)}
    ordinals = np.zeros(len(terms), dtype=np.int64)
    ordinals[used] = [order[terms[row]] for row in used.tolist()]
    width = int(partitions.max(initial=0)) + 1
    keys, places = np.unique(ordinals[rows] * width + partitions, return_inverse=True)
    starts = np.searchsorted(keys // width, np.arange(len(distinct) + 1))
    sums = np.bincount(places, frequencies, minlength=len(keys)).astype(np.int64)
    return Vocabulary([term.decode("utf-8", "surrogatepass") for term in distinct], starts, keys % width, sums)
