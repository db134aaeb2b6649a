"""What a page says in its language, and what it calls what the search names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from search.article import DateFrom, LanguageFrom
from search.query.ast import Filter, FilterName
from search.query.filters import UNDATED
from search.results import Bar
from search.searching import Archive
from web import foreign, phrases
from web.tongues import catalogue


def _(text: str) -> str:
    """Marks a text for the catalogues; what is in a table is translated when it is looked up."""
    return text


FACET_TITLES = {"language": _("Language"), "year": _("Year"), "source": _("Source")}

SORT_TITLES = {"relevance": _("Best match"), "newest": _("Newest"), "oldest": _("Oldest")}

FILTER_TITLES = {
    FilterName.LANGUAGE: _("language"),
    FilterName.YEAR: _("year"),
    FilterName.DATE: _("date"),
    FilterName.AFTER: _("from"),
    FilterName.BEFORE: _("until"),
    FilterName.SOURCE: _("source"),
}

DATE_FROM: Mapping[str, str] = {
    DateFrom.DECLARED: _("declared"),
    DateFrom.METADATA: _("from the file’s metadata"),
    DateFrom.URL: _("read in the address"),
    DateFrom.TEXT: _("found in the text"),
}

LANGUAGE_FROM = {
    LanguageFrom.DECLARED: _("declared"),
    LanguageFrom.DETECTED: _("detected from the text"),
    LanguageFrom.UNKNOWN: _("could not be told"),
}


class Label(Struct, frozen=True):
    """What a facet value is called; `own` is a language's own name where that is another one, with its attributes."""

    text: str
    own: str | None = None
    attributes: Markup | str = ""


class Dated(Struct, frozen=True):
    """A date as it is shown, and where it came from; `iso` is None for what is undated. `guessed` is not declared."""

    iso: str | None
    shown: str
    origin: str | None
    guessed: bool


class Speech(Struct, frozen=True):
    """What is said in one of the page's languages."""

    tongue: str
    archive: Archive

    def gettext(self, text: str, **values: str) -> str:
        translated = catalogue(self.tongue).gettext(text)
        return translated % values if values else translated

    def ngettext(self, one: str, many: str, count: int, **values: str) -> str:
        translated = catalogue(self.tongue).ngettext(one, many, count)
        return translated % values if values else translated

    def number(self, value: int) -> str:
        return phrases.number(value, self.tongue)

    def span(self, period: str) -> str:
        return phrases.span(period, self.tongue)

    def share(self, part: int, whole: int) -> str:
        return phrases.share(part, whole, self.tongue)

    def took(self, milliseconds: float) -> str:
        return phrases.took(milliseconds, self.tongue)

    def titled(self, titles: Mapping[Any, str]) -> Callable[[Any], str]:
        said = {name: self.gettext(title) for name, title in titles.items()}
        return said.__getitem__

    def dated(self, iso: str | None, origin: str | None) -> Dated:
        if iso is None:
            return Dated(None, self.gettext("undated"), None, False)
        told = DATE_FROM.get(origin) if origin else None
        guessed = origin in (DateFrom.TEXT, DateFrom.URL)
        return Dated(iso, phrases.when(iso, self.tongue), told and self.gettext(told), guessed)

    def language_name(self, tag: str) -> str:
        if tag == "und":
            return self.gettext("unknown language")
        return phrases.language_name(tag, self.tongue) or self.archive.language_name(tag)

    def facet_label(self, facet: str, value: str) -> Label:
        if value == UNDATED and facet == "year":
            return Label(self.gettext("undated"))
        if facet != "language":
            return Label(value)
        name, own = self.language_name(value), phrases.own_name(value)
        if own is None or own.casefold() == name.casefold():
            return Label(name)
        return Label(name, own, foreign.language_attributes(value))

    def filter_value(self, filter: Filter) -> str:
        match filter.name:
            case FilterName.LANGUAGE:
                return self.language_name(filter.value)
            case FilterName.DATE | FilterName.AFTER | FilterName.BEFORE:
                return self.span(filter.value)
            case FilterName.YEAR:
                return self.facet_label("year", filter.value).text
            case FilterName.SOURCE:
                return filter.value

    def articles(self, count: int) -> str:
        return self.ngettext("%(shown)s article", "%(shown)s articles", count, shown=self.number(count))

    def versions(self, count: int) -> str:
        return self.ngettext("%(shown)s other version", "%(shown)s other versions", count, shown=self.number(count))

    def bar(self, bar: Bar, shares: bool) -> str:
        """What a bar of the timeline says to who can't see it."""
        if not shares:
            return f"{self.span(bar.period)}: {self.articles(bar.count)}"
        published = bar.published or 0
        told = self.gettext(
            "%(share)s, %(count)s of %(all)s",
            share=self.share(bar.count, published),
            count=self.number(bar.count),
            all=self.number(published),
        )
        return f"{self.span(bar.period)}: {told}"

    def tick(self, period: str) -> str:
        return phrases.tick(period, self.tongue)
