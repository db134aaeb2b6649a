"""The first few of many documents by several columns, without sorting the many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from search.columnar.columns import Array

#: Maxima are taken over so many neighbours to find a bound for the k-th largest.
_STRIDE = 64

#: Gives the values at an array of places, or at a slice.
Column = Callable[[Any], Array]
#: Up to so many things are simply sorted.
_FEW = 256


def first(columns: Sequence[Column], count: int, wanted: int) -> Array:
    """The places, in order, of the `wanted` first of `count` things.

    Larger comes before smaller, by the first column, ties by the next, and so on.
    """
    places = np.arange(count) if count <= _FEW else _first(columns, slice(None), wanted)
    values = -columns[0](places)
    order = values.argsort()[: wanted + 1]
    leading = values[order]
    # The other columns are only asked if the first leaves ties among those that come first.
    if (leading[1:] == leading[:-1]).any():
        return _ordered(columns, places)[:wanted]
    return places[order[:wanted]]


def _first(columns: Sequence[Column], places: Any, wanted: int) -> Array:
    """The places that come first, in any order; of those tied by all columns, any."""
    if not columns:
        tied: Array = places[:wanted]
        return tied
    values = columns[0](places)
    if len(values) <= wanted:
        return np.arange(len(values)) if isinstance(places, slice) else places
    bound = kth_largest(values, wanted)
    sure, level = (values > bound).nonzero()[0], (values == bound).nonzero()[0]
    if not isinstance(places, slice):
        sure, level = places[sure], places[level]
    rest = level if len(level) == wanted - len(sure) else _first(columns[1:], level, wanted - len(sure))
    return np.concatenate([sure, rest])


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
