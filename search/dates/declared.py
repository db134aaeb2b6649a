"""Dates as sources declare them: in headers, fields, feeds and the metadata of pages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

from dateutil.parser import ParserError, parse

from search.article import PartialDate
from search.dates.partial import is_past, make, make_time, parse_partial
from search.dates.text import find_in_text

#: Longer than any date. dateutil's time grows with the length.
_LONGEST = 80
#: Before this, a date is a default value that nobody set.
_EARLIEST = 1600

_EPOCH = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?", re.ASCII)
_MAIL = re.compile(
    r"(?:[A-Za-z]{3}, *)?\d{1,2} [A-Za-z]{3} \d{2,4} \d\d:\d\d(?::\d\d)? (?:[+-]\d{4}|[A-Z]{1,3})", re.ASCII
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_FIGURES = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)", re.ASCII)
_YEAR = re.compile(r"(?<!\d)\d{4}|^\d{8}(?:T|$)", re.ASCII)
#: Stand-ins for what a date leaves out; what differs between the results was not given.
_DEFAULTS = (datetime(2000, 1, 1), datetime(2001, 2, 2, 1, 1, 1))


def parse_declared(text: str, today: date, language: str = "und") -> PartialDate | None:
    """The date meant, as precise as it was given; None if it is ambiguous, impossible, or later than tomorrow.

    ISO 8601 and its neighbours, RFC 822 and 2822, seconds or milliseconds since 1970, figures of which the day is
    certain, and dates in words of English or `language`.
    """
    stripped = text.strip()
    if not stripped or len(stripped) > _LONGEST:
        return None
    found = parse_partial(stripped) or _machine(stripped) or _loose(stripped)
    if found is None and any(map(str.isalpha, stripped)):
        found = find_in_text(stripped, language, today)
    return found if found and int(found.iso[:4]) >= _EARLIEST and is_past(found, today) else None


def _machine(text: str) -> PartialDate | None:
    """Forms that only machines write."""
    if compact := _COMPACT.fullmatch(text):
        return make(*map(int, compact.groups()))
    try:
        if _EPOCH.fullmatch(text):
            seconds = float(text) / (1000 if len(text.split(".")[0]) == 13 else 1)
            return make_time(datetime.fromtimestamp(seconds, UTC))
        return make_time(parsedate_to_datetime(text)) if _MAIL.fullmatch(text) else None
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None


def _loose(text: str) -> PartialDate | None:
    """What dateutil reads the same way whatever it assumes of the order of day and month, and of what is left out."""
    figures = _FIGURES.match(text)
    if not _YEAR.search(text) or (figures and figures[2] != "." and _either(int(figures[1]), int(figures[3]))):
        return None
    day_first = bool(figures)
    try:
        one, other = (parse(text, default=d, dayfirst=day_first, tzinfos=_zone) for d in _DEFAULTS)
    except (ParserError, ValueError, TypeError, OverflowError, AttributeError, IndexError):
        return None
    if one.year != other.year:
        return None
    if one.minute == other.minute and one.day == other.day:
        return make_time(one)
    month, day = one.month == other.month, one.day == other.day
    return make(one.year, one.month if month else None, one.day if month and day else None)


def _either(first: int, second: int) -> bool:
    """Whether either could be the day."""
    return first <= 12 and second <= 12 and first != second


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    """The offset that was given. Names of zones mean different things in different places, except these."""
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    return UTC if name in ("UTC", "GMT", "Z") else None
