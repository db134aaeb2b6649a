"""The words of the page, and how dates and numbers are written in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Flask, url_for

from search.article import DateFrom, LanguageFrom
from search.dates import display, parse_partial
from search.query.ast import Filter, FilterName
from web import foreign

FACET_TITLES = {"language": "Language", "year": "Year", "source": "Source"}

SORT_TITLES = {"relevance": "Best match", "newest": "Newest", "oldest": "Oldest"}

FILTER_TITLES = {
    FilterName.LANGUAGE: "language",
    FilterName.YEAR: "year",
    FilterName.DATE: "date",
    FilterName.AFTER: "from",
    FilterName.BEFORE: "until",
    FilterName.SOURCE: "source",
}

DATE_FROM = {
    DateFrom.DECLARED: "as declared",
    DateFrom.METADATA: "from the file’s metadata",
    DateFrom.URL: "read in the address",
    DateFrom.TEXT: "found in the text",
}

LANGUAGE_FROM = {
    LanguageFrom.DECLARED: "as declared",
    LanguageFrom.DETECTED: "detected from the text",
    LanguageFrom.UNKNOWN: "could not be told",
}


def when(date: str) -> str:
    """A date at its precision: `September 2023`; as it stands where it is no date."""
    partial = parse_partial(date)
    return display(partial) if partial else date


def number(value: int) -> str:
    """
    >>> number(12345)
    '12,345'
    """
    return f"{value:,}"


def took(milliseconds: float) -> str:
    """
    >>> took(0.042), took(1.94), took(1234.5)
    ('0.1 ms', '1.9 ms', '1,234 ms')
    """
    return f"{max(milliseconds, 0.1):.1f} ms" if milliseconds < 10 else f"{milliseconds:,.0f} ms"


def filter_value(filter: Filter, language_name: Callable[[str], str]) -> str:
    match filter.name:
        case FilterName.LANGUAGE:
            return language_name(filter.value)
        case FilterName.DATE | FilterName.AFTER | FilterName.BEFORE:
            return when(filter.value)
        case FilterName.YEAR | FilterName.SOURCE:
            return filter.value


def install(app: Flask, versions: Mapping[str, str]) -> None:
    """Put them, and the treatment of foreign text, within reach of the templates."""
    app.jinja_env.globals.update(
        static_url=lambda name: url_for("static", filename=name, v=versions[name]),
        language_attributes=foreign.language_attributes,
        FACET_TITLES=FACET_TITLES,
        SORT_TITLES=SORT_TITLES,
        FILTER_TITLES=FILTER_TITLES,
        DATE_FROM=DATE_FROM,
        LANGUAGE_FROM=LANGUAGE_FROM,
    )
    app.jinja_env.filters.update(marked=foreign.marked, when=when, number=number, took=took, filter_value=filter_value)
