"""The latest full date that an article mentions and that is not in the future."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from search.article import PartialDate
from search.dates.months import Writing, alike, writing
from search.dates.partial import is_past, make

#: Characters of an article that are looked at.
_LIMIT = 100_000
#: Every full date has a year of four figures, the first 1 or 2 in some script. Patterns that begin with one certain
#: character are found many times faster than any other.
_YEARS = tuple(re.compile(rf"{first}(?<!\d\d)\d{{3}}(?!\d)") for first in "12")
_FOREIGN_YEAR = re.compile(r"[\u0660-\U0010ffff](?<=\d)(?<!\d\d)\d{3}(?!\d)")
#: What figures of other scripts begin with in UTF-8, made another byte: bytes without them come back as they are.
_FOREIGN = bytes.maketrans(b"\xd9\xdb\xdf\xe0\xe1\xea\xef\xf0", bytes(8))
#: Dates are looked for this near to a year.
_NEAR = 40
#: A day or month in figures.
_NUMBER = re.compile(r"(?<!\d)\d\d?(?!\d)")
#: Newspapers are younger than the first; from the last on a year is of a calendar that is ahead.
_EARLIEST, _LATEST = 1600, 2400

_YMD = re.compile(r"(\d{4})(?:[-/.]|\. )(\d\d?)(?:[-/.]|\. )(\d\d?)(?!\d)")
_SIGNS = re.compile(r"(\d{4}) ?[年년] ?(\d\d?) ?[月월] ?(\d\d?) ?[日일]")
_DMY = re.compile(r"(?<![\d./-])(\d\d?)([./-])(\d\d?)\2(\d{4})(?![./-]?\d)")
#: What stands after a year in figures, or before one, tells which of these to try.
_AFTER = {**dict.fromkeys("-/.", _YMD), **dict.fromkeys(" 年년", _SIGNS)}
_BEFORE = frozenset("-/.")


def find_in_text(text: str, language: str, today: date) -> PartialDate | None:
    """Reads dates of day, month and year only: by month names in `language` and in English, or in figures.

    Figures that could mean two dates are read in the order of the language, and not at all if that is not known.
    """
    text = text[:_LIMIT]
    years = _year_starts(text)
    near = "\n".join(_near(text, years))  # no date goes on in the next line
    if not _NUMBER.search(near):
        return None
    written = writing(language)
    found = (*_named(near, written), *_in_figures(text, years, written.order))
    past = (day for day in _days(found, written.ahead) if is_past(day, today))
    return max(past, key=lambda day: day.start, default=None)


def _year_starts(text: str) -> list[int]:
    patterns = (*_YEARS, _FOREIGN_YEAR) if _may_have_foreign(text) else _YEARS
    return sorted([year.start() for pattern in patterns for year in pattern.finditer(text)])


def _may_have_foreign(text: str) -> bool:
    if text.isascii():
        return False
    data = text.encode("utf-8", "surrogatepass")
    return data.translate(_FOREIGN) is not data


def _near(text: str, years: Iterable[int]) -> Iterator[str]:
    """What stands around each year, overlapping pieces joined."""
    start = end = 0
    for year in years:
        if year - _NEAR > end:
            yield text[start:end]
            start = year - _NEAR
        end = year + 4 + _NEAR
    yield text[start:end]


def _days(dates: Iterable[tuple[int, int, int]], ahead: int) -> Iterator[PartialDate]:
    for year, month, day in dates:
        common = year - ahead if year > _LATEST else year
        found = make(common, month, day) if common >= _EARLIEST else None
        if found is not None:
            yield found


def _named(text: str, written: Writing) -> Iterator[tuple[int, int, int]]:
    spelled = alike(text)
    if not written.names_month(spelled):
        return
    for match in written.dates.finditer(spelled):
        # The pattern is four orders; the one that matched has its groups numbered alike.
        order = match.lastgroup[-1] if match.lastgroup else ""
        month = _month(match[f"month{order}"], written)
        yield int(match[f"year{order}"]), month, int(match[f"day{order}"])


def _month(name: str, written: Writing) -> int:
    """The month of a name that may be inflected: the longest that it begins with."""
    return next(written.months[name[:n]] for n in range(len(name), 0, -1) if name[:n] in written.months)


def _in_figures(text: str, years: Iterable[int], order: str) -> Iterator[tuple[int, int, int]]:
    for at in years:
        pattern = _AFTER.get(text[at + 4 : at + 5])
        if pattern and (match := pattern.match(text, at)):
            yield int(match[1]), int(match[2]), int(match[3])
        if text[at - 1 : at] in _BEFORE and (match := _DMY.search(text, max(at - 6, 0), at + 6)):
            first, mark, second, year = int(match[1]), match[2], int(match[3]), int(match[4])
            if first > 12 or first == second or order == "dmy" or (mark == "." and order != "mdy"):
                yield year, second, first
            elif second > 12 or order == "mdy":
                yield year, first, second
