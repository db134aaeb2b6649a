"""The first few of many documents by several columns, without sorting the many."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from search.columnar.columns import Array

#: Maxima are taken over so many neighbours to find a bound for the k-th largest.
_STRIDE = 64

Column = Callable[[Array], Array]


def first(columns: Sequence[Column], count: int, wanted: int) -> Array:
    """The places, in order, of the `wanted` first of `count` things: larger before smaller, by the first column, ties

    by the next, and so on. A column gives the values at an array of places.
    """
    return _ordered(columns, _first(columns, np.arange(count), wanted))[:wanted]


def _first(columns: Sequence[Column], places: Array, wanted: int) -> Array:
    """The places that come first, in any order; of those tied by all columns, any."""
    if len(places) <= wanted or not columns:
        return places[:wanted]
    values = columns[0](places)
    bound = kth_largest(values, wanted)
    above, level = values > bound, values == bound
    sure = places[above]
    tied = _first(columns[1:], places[level], wanted - len(sure))
    return np.concatenate([sure, tied])


def kth_largest(values: Array, k: int) -> Array:
    """`k` is at most the number of values."""
    whole = len(values) // _STRIDE
    if whole >= 4 * k:
        peaks = values[: whole * _STRIDE].reshape(_STRIDE, whole).max(axis=0)
        values = values[values >= np.partition(peaks, len(peaks) - k)[len(peaks) - k]]
    bound: Array = np.partition(values, len(values) - k)[len(values) - k]
    return bound


def _ordered(columns: Sequence[Column], places: Array) -> Array:
    if not len(places):
        return places
    ordered: Array = places[np.lexsort([-column(places) for column in reversed(columns)])]
    return ordered
