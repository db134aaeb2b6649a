"""Documents by period of time: each in the finest whole period that holds its interval."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from search.columnar.columns import Array

#: Seconds since 1970 with which the year 1 begins and the year 9999 ends. What lies beyond, such as MISSING, is no
#: date: a column that somebody forged could ask for billions of years.
_FIRST, _LAST = -62_135_596_800, 253_402_300_799


class Periods(Struct, frozen=True):
    """Intervals in two columns of seconds since 1970, both inclusive. `unit` is the finest to tell: Y, M or D."""

    start: str
    end: str
    unit: str


def periods(starts: Array, ends: Array, unit: str) -> tuple[tuple[str, ...], Array]:
    """The periods that occur, rising (a year before its months), and each document's place among them.

    `2020`, `2020-10`, `2020-10-14`; the empty string, which is first, for a document without an interval. One that is
    longer than a year is in the year of its start.
    """
    dated = is_dated(starts)
    first, last = (np.where(dated, bounds, 0).astype("M8[s]") for bounds in (starts, ends))
    numbers = _number(first, "Y") * 10_000
    if unit in "MD":
        numbers += np.where(_same(first, last, "M"), _number(first, "M") * 100, 0)
    if unit == "D":
        numbers += np.where(_same(first, last, "D"), _number(first, "D"), 0)
    values, places = np.unique(np.where(dated, numbers, -1), return_inverse=True)
    return tuple(map(_label, values.tolist())), places.astype(np.intp)


def is_dated(seconds: Array) -> Array:
    dated: Array = (seconds >= _FIRST) & (seconds <= _LAST)
    return dated


def _same(first: Array, last: Array, unit: str) -> Array:
    same: Array = first.astype(f"M8[{unit}]") == last.astype(f"M8[{unit}]")
    return same


def _number(times: Array, unit: str) -> Array:
    """The year, the month within it, or the day within that, each as people count them."""
    wider = {"M": "Y", "D": "M"}.get(unit)
    units = times.astype(f"M8[{unit}]")
    if wider is None:
        years: Array = units.astype(np.int64) + 1970
        return years
    within: Array = (units - times.astype(f"M8[{wider}]").astype(f"M8[{unit}]")).astype(np.int64) + 1
    return within


def _label(number: int) -> str:
    if number < 0:
        return ""
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")
