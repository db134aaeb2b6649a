"""How dates, numbers and languages are written in the page's language."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent

from search.article import Precision
from search.dates import parse_partial

#: The page's languages as CLDR knows them: English as it is written where days come before months.
_LOCALES = {"en": Locale("en", "GB"), "nb": Locale("nb"), "nl": Locale("nl")}
_PERCENT = {"en": "#,##0.#%", "nb": "#,##0.# %", "nl": "#,##0.#%"}


@lru_cache(maxsize=4096)
def when(iso: str, tongue: str) -> str:
    """A date at its precision; as it stands where it is no date.

    >>> when("2023-09", "en"), when("2023-09-20", "nb"), when("2023-09-20T11:30:00+02:00", "nl")
    ('September 2023', '20. september 2023', '20 september 2023, 11:30')
    """
    partial = parse_partial(iso)
    if partial is None:
        return iso
    year, month, day = partial.iso[:4].lstrip("0"), partial.iso[5:7], partial.iso[8:10]
    if not month:
        return year
    whole = date(int(partial.iso[:4]), int(month), int(day or 1))
    if not day:
        return format_skeleton("yMMMM", whole, locale=_LOCALES[tongue])
    time = f", {partial.iso[11:16]}" if partial.precision is Precision.TIME else ""
    return format_date(whole, "long", locale=_LOCALES[tongue]) + time


@lru_cache(maxsize=4096)
def span(period: str, tongue: str) -> str:
    """What a bar of the timeline stands for: a date, or a decade such as `1990-1999`."""
    first, dash, last = period.partition("-")
    return f"{first}–{last}" if dash and len(last) == 4 else when(period, tongue)


@lru_cache(maxsize=1024)
def tick(period: str, tongue: str) -> str:
    """The same below a bar, where there is room for little: `2020`, `Oct`, `14`, `1990s`.

    >>> tick("2020-10", "nb"), tick("2020-10-04", "en"), tick("1990-1999", "en")
    ('okt.', '4', '1990')
    """
    year, _, rest = period.partition("-")
    if not rest or len(rest) == 4:
        return year
    month, _, day = rest.partition("-")
    return str(int(day)) if day else format_date(date(2000, int(month), 1), "LLL", locale=_LOCALES[tongue])


@lru_cache(maxsize=4096)
def number(value: int, tongue: str) -> str:
    """
    >>> number(12345, "en"), number(12345, "nl")
    ('12,345', '12.345')
    """
    return str(format_decimal(value, locale=_LOCALES[tongue]))


@lru_cache(maxsize=4096)
def share(part: int, whole: int, tongue: str) -> str:
    """
    >>> share(1, 3, "en"), share(0, 0, "nl")
    ('33.3%', '0%')
    """
    return str(format_percent(part / whole if whole else 0, _PERCENT[tongue], locale=_LOCALES[tongue]))


def took(milliseconds: float, tongue: str) -> str:
    """
    >>> took(0.042, "en"), took(1.94, "nb"), took(1234.5, "en")
    ('0.1 ms', '1,9 ms', '1,234 ms')
    """
    shown = round(max(milliseconds, 0.1), 1) if milliseconds < 10 else int(milliseconds)
    return f"{format_decimal(shown, locale=_LOCALES[tongue])}\u00a0ms"


@lru_cache(maxsize=4096)
def language_name(tag: str, tongue: str) -> str | None:
    """In the page's language, as CLDR has it; None for one that it hasn't.

    >>> language_name("nb", "nl"), language_name("pt-BR", "en"), language_name("tlh", "en")
    ('Noors - Bokmål', 'Portuguese (Brazil)', None)
    """
    asked = _locale(tag)
    return asked.get_display_name(_LOCALES[tongue]) if asked else _LOCALES[tongue].languages.get(tag)


@lru_cache(maxsize=4096)
def own_name(tag: str) -> str | None:
    """In the language itself: `norsk bokmål`; None where CLDR doesn't know."""
    asked = _locale(tag)
    return asked.get_display_name() if asked else None


def _locale(tag: str) -> Locale | None:
    try:
        return None if tag == "und" else Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return None
