"""The date that the address of an article contains."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

from search.analysis.patterns import later
from search.article import PartialDate
from search.dates.partial import MONTHS, is_past, make

_MONTH_NAMES = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}
_YEAR = r"(?P<year>(?:19|20)\d\d)"

#: Most telling first.
_PATTERNS = tuple(
    later(pattern, re.ASCII)
    for pattern in (
        rf"(?<!\d){_YEAR}(?P<mark>[-/_.])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)(?!\d)",
        rf"/{_YEAR}/(?P<name>{'|'.join(_MONTH_NAMES)})[a-z]*/(?P<day>\d\d?)(?!\d)",
        rf"/{_YEAR}/(?P<month>\d\d)(?P<day>\d\d)(?!\d)",
        rf"(?<!\d){_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?!\d)",
        rf"/{_YEAR}[-/](?P<month>\d\d)/",
    )
)


def find_in_url(url: str, today: date) -> PartialDate | None:
    """The date in the path of `url`, to the day or, as in `/2020/10/`, the month; None if it has none or a future one.

    >>> find_in_url("https://example.org/world/2020/oct/14/talks?from=2019-01-01", date(2023, 1, 1)).iso
    '2020-10-14'
    """
    try:
        path = urlsplit(url).path.lower()
    except ValueError:
        return None
    for pattern in _PATTERNS:
        for match in pattern.finditer(path):
            found = _date(match.groupdict())
            if found is not None and is_past(found, today):
                return found
    return None


def _date(parts: dict[str, str]) -> PartialDate | None:
    month = _MONTH_NAMES[parts["name"]] if "name" in parts else int(parts["month"])
    return make(int(parts["year"]), month, int(parts["day"]) if "day" in parts else None)
