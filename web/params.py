"""URL ⇄ SearchRequest and Display, both ways: `read` of what `write` gives is the same again.

    q  lang…  year…  after  before  source…  sort  match  names  page | offset  limit  timeline  ui

Empty and unknown parameters are passed over; a known one with a value out of bounds is a BadValue. What a year, a
date or a language may look like is the archive's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol
from urllib.parse import quote_plus

from msgspec import Struct

from search.engines.base import Sort
from search.errors import BadValue
from search.searching import SearchRequest
from search.settings import Settings
from search.wording import Worded
from web.tongues import TONGUES

MAX_QUERY = 2000
MAX_VALUE = 200
MAX_VALUES = 100

MATCHES = ("auto", "all", "any")
NAMES = ("yes", "no")
TIMELINES = ("counts", "shares")


class Display(Struct, frozen=True):
    """How a page is shown. `ui` is its language if the address names one; `shares` are those of the timeline."""

    ui: str | None = None
    shares: bool = False


class Arguments(Protocol):
    """The part of werkzeug's MultiDict that is read."""

    def getlist(self, key: str) -> list[str]: ...


def read(arguments: Arguments, settings: Settings) -> SearchRequest:
    """Raises BadValue, with a sentence for the person who typed the address."""
    limit = _number(arguments, "limit", settings.limit, 1, settings.max_limit)
    last_page = settings.max_offset // limit + 1
    page = _number(arguments, "page", 1, 1, last_page)
    return SearchRequest(
        query=_query(arguments),
        languages=_values(arguments, "lang"),
        years=_values(arguments, "year"),
        after=_value(arguments, "after"),
        before=_value(arguments, "before"),
        sources=_values(arguments, "source"),
        sort=_choice(arguments, "sort", tuple(Sort)),
        match=_choice(arguments, "match", MATCHES),
        offset=_number(arguments, "offset", (page - 1) * limit, 0, settings.max_offset),
        limit=limit,
        names=_choice(arguments, "names", NAMES) == "yes",
    )


def read_display(arguments: Arguments) -> Display:
    """Raises BadValue likewise."""
    return Display(
        ui=_choice(arguments, "ui", ("", *TONGUES)) or None,
        shares=_choice(arguments, "timeline", TIMELINES) == "shares",
    )


def read_place(arguments: Arguments, settings: Settings) -> int | None:
    """Which hit of its search an article is, from 1; None if the address doesn't say. Raises BadValue."""
    place = _number(arguments, "hit", 0, 0, settings.max_offset)
    return place or None


def write(request: SearchRequest, settings: Settings, display: Display = Display()) -> str:
    """The query string, without `?`; empty for a request that asks nothing special."""
    pairs = (*chosen(request, settings, display), *_place(request))
    return "&".join([f"{name}={quoted(value)}" for name, value in pairs])


def slot(
    request: SearchRequest, settings: Settings, display: Display, names: Sequence[str], kept: bool
) -> tuple[str, str]:
    """What `write` gives before and after parameters that stand side by side, `&` included; no place in the result.

    With `kept`, their own values come before.
    """
    first, last = _ORDER[names[0]], _ORDER[names[-1]]
    pairs = [(_ORDER[name], f"{name}={quoted(value)}") for name, value in chosen(request, settings, display)]
    before = [f"{pair}&" for at, pair in pairs if at < first or (kept and at <= last)]
    after = [f"&{pair}" for at, pair in pairs if at > last]
    return "".join(before), "".join(after)


def chosen(request: SearchRequest, settings: Settings, display: Display) -> list[tuple[str, str]]:
    """All parameters that differ from their default, but the place in the result."""
    return [
        *([("q", request.query)] if request.query else ()),
        *[("lang", value) for value in request.languages],
        *[("year", value) for value in request.years],
        *([("after", request.after)] if request.after else ()),
        *([("before", request.before)] if request.before else ()),
        *[("source", value) for value in request.sources],
        *([("sort", request.sort)] if request.sort != Sort.RELEVANCE else ()),
        *([("match", request.match)] if request.match != "auto" else ()),
        *([] if request.names else [("names", "no")]),
        *([("limit", str(request.limit))] if request.limit != settings.limit else ()),
        *([("timeline", "shares")] if display.shares else ()),
        *([("ui", display.ui)] if display.ui else ()),
    ]


_NAMES = ("q", "lang", "year", "after", "before", "source", "sort", "match", "names", "limit", "timeline", "ui")
_ORDER = {name: place for place, name in enumerate(_NAMES)}


# A page has a hundred links that differ in one value.
@lru_cache(maxsize=4096)
def quoted(value: str) -> str:
    return quote_plus(value, safe=":/,")


def _place(request: SearchRequest) -> list[tuple[str, str]]:
    page, within = divmod(request.offset, request.limit)
    if within:
        return [("offset", str(request.offset))]
    return [("page", str(page + 1))] if page else []


def _query(arguments: Arguments) -> str:
    query = next((value for value in arguments.getlist("q") if value), "")
    if len(query) > MAX_QUERY:
        raise BadValue(
            Worded(
                "The query has {count:,} characters, and {most:,} is the most: shorten it.",
                count=len(query),
                most=MAX_QUERY,
            )
        )
    return query


def _values(arguments: Arguments, name: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(stripped for value in arguments.getlist(name) if (stripped := value.strip())))
    if len(values) > MAX_VALUES:
        raise BadValue(
            Worded(
                "“{name}” is given {count:,} times, and {most} is the most: leave some out.",
                name=name,
                count=len(values),
                most=MAX_VALUES,
            )
        )
    for value in values:
        if len(value) > MAX_VALUE:
            raise BadValue(
                Worded(
                    "A value of “{name}” has {count:,} characters, and {most} is the most.",
                    name=name,
                    count=len(value),
                    most=MAX_VALUE,
                )
            )
    return values


def _value(arguments: Arguments, name: str) -> str | None:
    return next(iter(_values(arguments, name)), None)


def _choice(arguments: Arguments, name: str, choices: tuple[str, ...]) -> str:
    """The first choice is the default."""
    value = _value(arguments, name) or choices[0]
    if value not in choices:
        others = ", ".join(filter(None, choices[:-1]))
        raise BadValue(
            Worded(
                "“{name}” can be {others} or {last}, not “{value}”.",
                name=name,
                others=others,
                last=choices[-1],
                value=_short(value),
            )
        )
    return str(value)


def _number(arguments: Arguments, name: str, default: int, least: int, most: int) -> int:
    value = _value(arguments, name)
    if value is None:
        return default
    # ASCII digits only, and few: int() also takes "١", "1_0" and numbers that take long to read.
    if not (value.isascii() and value.isdigit() and len(value) <= 9 and least <= int(value) <= most):
        raise BadValue(
            Worded(
                "“{name}” must be a whole number from {least:,} to {most:,}, not “{value}”.",
                name=name,
                least=least,
                most=most,
                value=_short(value),
            )
        )
    return int(value)


def _short(value: str) -> str:
    return value if len(value) <= 40 else value[:39] + "…"
