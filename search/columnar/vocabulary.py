"""Every term of a field with its live documents counted by partition, a stretch of terms at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from search.columnar.columns import Array
from search.columnar.view import SegmentView, View

#: Terms that are read at once.
_STRETCH = 1 << 14


def tallied_terms(view: View, field: str) -> Iterator[tuple[str, Array]]:
    """Terms in byte order within each segment, with the number of live documents in each of `view.partitions`.

    A term comes once for each segment that has it, and may count nothing but deleted documents.
    """
    for segment in view.segments:
        yield from _of_segment(segment, field, len(view.partitions))


def _of_segment(segment: SegmentView, field: str, partitions: int) -> Iterator[tuple[str, Array]]:
    data = None if segment.data is None else segment.data.fields.get(field)
    if data is None:
        return
    for first in range(0, len(data.terms), _STRETCH):
        last = min(first + _STRETCH, len(data.terms))
        starts = data.starts(first, last)
        owners = np.repeat(np.arange(last - first), np.diff(starts))
        width = partitions + 1  # the last column is for deleted documents
        places = owners * width + segment.tallied[data.ids_of_terms(starts)]
        tallies = np.bincount(places, minlength=(last - first) * width).reshape(-1, width)[:, :partitions]
        texts = (term.decode("utf-8", "surrogatepass") for term in data.terms.read(first, last))
        yield from zip(texts, tallies, strict=True)
