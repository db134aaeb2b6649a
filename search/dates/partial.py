"""PartialDate from numbers and from ISO 8601, and back to words."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from search.article import PartialDate, Precision

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()

_ISO = re.compile(
    r"""
    (?P<year>\d{4}) (?: -(?P<month>\d{2}) (?: -(?P<day>\d{2}) (?P<time>
        [Tt ] (?P<hour>\d{2}) : (?P<minute>\d{2}) (?: :(?P<second>\d{2}) (?:[.,]\d+)? )?
        \s? (?P<offset>[Zz] | [+-]\d{2} (?: :?\d{2} )? )?
    )? )? )?
    """,
    re.ASCII | re.VERBOSE,
)


def make(year: int, month: int | None = None, day: int | None = None) -> PartialDate | None:
    """The year, month or day; None if there is no such date. Without a month the day is not looked at."""
    try:
        first = date(year, 1 if month is None else month, 1 if month is None or day is None else day)
    except ValueError:
        return None
    if month is None:
        return PartialDate(f"{year:04}", Precision.YEAR, _start(first), _end(date(year, 12, 31)))
    if day is None:
        last = first.replace(day=monthrange(year, month)[1])
        return PartialDate(f"{year:04}-{month:02}", Precision.MONTH, _start(first), _end(last))
    return PartialDate(first.isoformat(), Precision.DAY, _start(first), _end(first))


def make_time(moment: datetime) -> PartialDate:
    """The second of `moment`, its UTC offset kept if it has one."""
    start = _start(moment.date()) + moment.hour * 3600 + moment.minute * 60 + moment.second
    return PartialDate(moment.isoformat(timespec="seconds"), Precision.TIME, start, start)


def parse_partial(text: str) -> PartialDate | None:
    """`2020`, `2020-10`, `2020-10-14`, or a timestamp of ISO 8601 to the minute or finer; None for anything else.

    >>> parse_partial("2020-10-14 11:30:59.25+0200").iso
    '2020-10-14T11:30:59+02:00'
    """
    match = _ISO.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second = (
        int(match[part]) if match[part] else None for part in ("year", "month", "day", "hour", "minute", "second")
    )
    assert year is not None  # the pattern demands it
    whole = make(year, month, day)
    if whole is None or hour is None or minute is None:
        return whole
    return _at(whole, hour, minute, second, match["offset"] or "")


def _at(day: PartialDate, hour: int, minute: int, second: int | None, offset: str) -> PartialDate | None:
    if hour > 23 or minute > 59 or (second or 0) > 59:
        return None
    zone = _zone(offset)
    if zone is None:
        return None
    start = day.start + hour * 3600 + minute * 60 + (second or 0)
    clock = f"{hour:02}:{minute:02}" if second is None else f"{hour:02}:{minute:02}:{second:02}"
    return PartialDate(f"{day.iso}T{clock}{zone}", Precision.TIME, start, start + 59 if second is None else start)


def _zone(offset: str) -> str | None:
    """`+02:00` for the ways to write it; "" for no offset, None for one that the earth doesn't have."""
    if not offset:
        return ""
    if offset in "Zz":
        return "+00:00"
    hours, minutes = offset[1:3], offset[3:].removeprefix(":") or "00"
    return f"{offset[0]}{hours}:{minutes}" if int(hours) < 24 and int(minutes) < 60 else None


def is_past(found: PartialDate, today: date) -> bool:
    """Whether it has begun by tomorrow: somewhere it already is."""
    return found.start < _start(today + timedelta(days=2))


def display(date: PartialDate) -> str:
    """In English: `2023`, `September 2023`, `20 September 2023`, or `20 September 2023, 11:30`."""
    year, month, day = date.iso[:4].lstrip("0"), date.iso[5:7], date.iso[8:10]
    words = [str(int(day))] if day else []
    words += [MONTHS[int(month) - 1]] if month else []
    time = f", {date.iso[11:16]}" if date.precision is Precision.TIME else ""
    return " ".join([*words, year]) + time


def _start(day: date) -> int:
    return (day.toordinal() - _EPOCH) * _DAY


def _end(day: date) -> int:
    return _start(day) + _DAY - 1
