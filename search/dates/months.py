"""How a language writes its dates, from CLDR."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from msgspec import Struct

#: English is read in every language: agencies and page frames write it.
_ENGLISH = ("en", "en-GB")

#: Hebrew writes `in` and the month as one word.
_PREFIXES = ("בְ", "ב")

#: Years of the Buddhist era are so much ahead.
_BUDDHIST = 543


class Writing(Struct, frozen=True):
    """`months` are names, `alike` and without the dot of an abbreviation; `dates` finds dates written with one, in text
    that is `alike`.

    `order` is `dmy`, `mdy` or `ymd`, as the language writes dates in figures, or "" where that is not known. `ahead`
    is how many years its own calendar is ahead.
    """

    months: Mapping[str, int]
    dates: re.Pattern[str]
    order: str
    ahead: int
    _names: tuple[str, ...]

    def names_month(self, text: str) -> bool:
        """Whether a month's name is anywhere in what is `alike`; a far quicker look than `dates` takes."""
        return any(name in text for name in self._names)


@lru_cache(maxsize=512)
def writing(language: str) -> Writing:
    """Of a language that CLDR doesn't know, that of English, without its order."""
    locale = _locale(language)
    months = {name: number for tag in _ENGLISH for name, number in _names(Locale.parse(tag, sep="-"))}
    if locale is not None:
        months |= dict(_names(locale))
    in_words, in_figures = _order(locale, "long"), _order(locale, "short")
    ahead = _BUDDHIST if locale and locale.language == "th" else 0
    spelled = {alike(name): number for name, number in months.items()}
    pattern = _pattern(spelled, year_first=in_words.startswith("y"))
    return Writing(spelled, pattern, in_figures, ahead, _shortest(spelled))


def alike(text: str) -> str:
    """Small and capital letters made one, also the dotless: patterns that mind case are tried several times as fast."""
    return text.casefold().replace("i\u0307", "i").replace("ı", "i")


def _shortest(names: Iterable[str]) -> tuple[str, ...]:
    """Those that hold no other."""
    kept: list[str] = []
    for name in sorted(names, key=lambda name: (len(name), name)):
        if not any(other in name for other in kept):
            kept.append(name)
    return tuple(kept)


def _locale(language: str) -> Locale | None:
    for tag in (language, language.split("-")[0]) if language != "und" else ():
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None


def _names(locale: Locale) -> Iterator[tuple[str, int]]:
    """Names that are no mere figures: those of Japanese or Korean are read by figures."""
    for context in ("stand-alone", "format"):
        for width in ("abbreviated", "wide"):
            for number, name in locale.months[context][width].items():
                folded = name.casefold().rstrip(".")
                if len(folded) > 1 and not folded[0].isdigit():
                    yield folded, number


def _pattern(months: Mapping[str, int], year_first: bool) -> re.Pattern[str]:
    """Day, month by name and year, in any order in use, with a few letters between: `20. de`, `of`, `r.`.

    A name may be inflected, so up to four letters may follow one of four letters or more.
    """
    names = sorted(months, key=lambda name: (-len(name), name))
    month = "|".join(re.escape(name) + (r"\w{0,4}" if len(name) > 3 else "") for name in names)
    name = rf"(?<!\w)(?:{'|'.join(_PREFIXES)})?(?P<month>{month})(?!\w)"
    day, year = r"(?<!\d)(?P<day>\d\d?)(?!\d)", r"(?<!\d)(?P<year>\d{4})(?!\d)"
    between, mark = r"[^\d\n]{1,7}?", r"[^\d\n]{0,6}?"
    orders = [f"{day}{mark}{name}{between}{year}", f"{name}{mark}{day}{between}{year}"]
    if year_first:
        orders += [f"{year}{between}{name}{mark}{day}", f"{year}{between}{day}{mark}{name}"]
    return re.compile("|".join(_numbered(order, number) for number, order in enumerate(orders)))


def _numbered(order: str, number: int) -> str:
    """Group names may stand only once in a pattern."""
    return re.sub(r"\?P<(\w+)>", rf"?P<\g<1>{number}>", order)


def _order(locale: Locale | None, length: str) -> str:
    if locale is None:
        return ""
    pattern = re.sub("'[^']*'", "", locale.date_formats[length].pattern.lower())
    return "".join(sorted((part for part in "dmy" if part in pattern), key=pattern.index))
