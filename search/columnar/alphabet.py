"""Sorted tables side by side, a stretch of the alphabet at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import ne

import numpy as np

from search.columnar.bytestrings import Bytestrings
from search.columnar.columns import Array
from search.columnar.tables import Table


def stretches(tables: Sequence[Table], guide: Table, cuts: Iterable[int]) -> Iterator[list[tuple[int, int]]]:
    """Ranges of strings of the same stretch, one of each table. `cuts` are rising places in `guide`, to cut before."""
    before = [0] * len(tables)
    for cut in cuts:
        after = [table.place(guide[cut]) for table in tables]
        yield list(zip(before, after, strict=True))
        before = after
    yield list(zip(before, map(len, tables), strict=True))


def union(tables: Sequence[Bytestrings]) -> tuple[Bytestrings, list[Array]]:
    """The distinct strings of several sorted tables in order, and for each table the places of its own among them.

    To sort tables put end to end is to merge them, as Python's sort finds out; it compares Latin-1 fastest.
    """
    joined = Bytestrings.joined(tables)
    strings = joined.latin()
    order = sorted(range(len(strings)), key=strings.__getitem__)
    rising = list(map(strings.__getitem__, order))
    is_first = np.fromiter(map(ne, rising, chain((None,), rising)), dtype=bool, count=len(rising))
    rank = np.array(order, dtype=np.int64)
    places = np.empty(len(strings), dtype=np.int64)
    places[rank] = np.cumsum(is_first) - 1
    ends = np.cumsum([len(table) for table in tables])
    return joined.take(rank[is_first]), np.split(places, ends[:-1])
