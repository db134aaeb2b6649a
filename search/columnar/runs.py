"""Runs of neighbouring items of an array: where they begin, how long they are, what they add up to."""

from __future__ import annotations

import numpy as np

from search.columnar.columns import Array


def run_starts(changes: Array, count: int) -> Array:
    """Where runs begin among `count` items; `changes` says it of all but the first."""
    if not count:
        return np.empty(0, dtype=np.int64)
    return np.concatenate([np.zeros(1, dtype=np.int64), np.flatnonzero(changes) + 1])


def run_sizes(starts: Array, count: int) -> Array:
    """Of runs that go on until the next begins, or to `count`."""
    sizes = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=sizes[:-1])
    sizes[-1:] = count - starts[-1:]
    return sizes


def run_sums(values: Array, ends: Array) -> Array:
    """Of neighbouring runs of unsigned numbers. Their totals may overflow, which differences don't show."""
    sums = np.cumsum(values, dtype=np.uint32).take(ends - 1)
    sums[1:] -= sums[:-1].copy()
    return sums


def distinct(values: Array) -> tuple[Array, Array]:
    """The different values of a sorted array, and how often each stands there."""
    starts = run_starts(values[1:] != values[:-1], len(values))
    return values.take(starts), run_sizes(starts, len(values))


def stretched(starts: Array, sizes: Array) -> Array:
    """From each start on so many numbers, end to end.

    >>> stretched(np.array([7, 2]), np.array([2, 3])).tolist()
    [7, 8, 2, 3, 4]
    """
    ends = np.cumsum(sizes, dtype=np.int64)
    places = np.repeat(starts - (ends - sizes), sizes)
    places += np.arange(len(places))
    return places


def steps(numbers: Array, starts: Array) -> Array:
    """Each number minus the one before, but whole at the starts of runs."""
    numbers = numbers.astype(np.uint32, copy=False)
    result = np.empty_like(numbers)
    np.subtract(numbers[1:], numbers[:-1], out=result[1:])
    result[starts] = numbers[starts]
    return result


def unstepped(numbers: Array, starts: Array, sizes: Array) -> Array:
    """The inverse of `steps`, as int64."""
    sums = np.cumsum(numbers, dtype=np.int64)
    return sums - np.repeat(sums[starts] - numbers[starts], sizes)
