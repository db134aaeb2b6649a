"""Sorted tables side by side, a stretch of the alphabet at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

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
    """The distinct strings of several sorted tables in order, and for each table the places of its own among them."""
    distinct, places = Bytestrings.joined(tables).ranked()
    return distinct, np.split(places, np.cumsum([len(table) for table in tables])[:-1])
