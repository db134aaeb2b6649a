"""What every page is given: its language, its links, and the texts for what the search names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, request

from search.article import DateFrom, LanguageFrom
from search.query.ast import Filter, FilterName
from search.query.filters import UNDATED
from search.searching import Archive, SearchRequest
from search.settings import Settings
from web import foreign, phrases
from web.links import Links
from web.params import MAX_QUERY, Display
from web.tongues import TONGUES, catalogue, chosen


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

DATE_FROM = {
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


@dataclass(frozen=True, slots=True)
class Label:
    """What a facet value is called; `own` is a language's own name where that is another one."""

    text: str
    own: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    archive: Archive
    settings: Settings

    def install(self, app: Flask) -> None:
        app.jinja_env.globals.update(
            language_attributes=foreign.language_attributes, outside=foreign.original, TONGUES=TONGUES
        )
        app.jinja_env.filters.update(marked=foreign.marked)
        app.before_request(_choose_tongue)
        app.context_processor(self.given)

    def given(self) -> dict[str, object]:
        """`asked` and `links` are overridden by the views that could read the whole address."""
        tongue: str = g.tongue
        return {
            "tongue": tongue,
            "_": partial(_translated, tongue),
            "ngettext": partial(_counted, tongue),
            "asked": SearchRequest(query=request.args.get("q", "")[:MAX_QUERY], limit=self.settings.limit),
            "links": self.links(Display(ui=tongue if request.args.get("ui") == tongue else None)),
            "nothing": SearchRequest(limit=self.settings.limit),
            "spoken": _spoken,
            "language_name": partial(self.language_name, tongue),
            "facet_label": partial(self.facet_label, tongue),
            "filter_value": partial(self.filter_value, tongue),
            **{name: partial(_titled, titles) for name, titles in _TITLES.items()},
            **{name: _last(function, tongue) for name, function in _WRITTEN.items()},
        }

    def links(self, display: Display) -> Links:
        return Links(request.script_root, self.settings, display)

    def language_name(self, tongue: str, tag: str) -> str:
        if tag == "und":
            return catalogue(tongue).gettext("unknown language")
        return phrases.language_name(tag, tongue) or self.archive.language_name(tag)

    def facet_label(self, tongue: str, facet: str, value: str) -> Label:
        if value == UNDATED and facet == "year":
            return Label(catalogue(tongue).gettext("undated"))
        if facet != "language":
            return Label(value)
        name, own = self.language_name(tongue, value), phrases.own_name(value)
        return Label(name, own if own and own.casefold() != name.casefold() else None)

    def filter_value(self, tongue: str, filter: Filter) -> str:
        match filter.name:
            case FilterName.LANGUAGE:
                return self.language_name(tongue, filter.value)
            case FilterName.DATE | FilterName.AFTER | FilterName.BEFORE:
                return phrases.span(filter.value, tongue)
            case FilterName.YEAR:
                return self.facet_label(tongue, "year", filter.value).text
            case FilterName.SOURCE:
                return filter.value


_TITLES: Mapping[str, Mapping[Any, str]] = {
    "facet_title": FACET_TITLES,
    "sort_title": SORT_TITLES,
    "filter_title": FILTER_TITLES,
    "date_from": DATE_FROM,
    "language_from": LANGUAGE_FROM,
}
_WRITTEN: Mapping[str, Callable[..., str]] = {
    "when": phrases.when,
    "span": phrases.span,
    "tick": phrases.tick,
    "number": phrases.number,
    "share": phrases.share,
    "took": phrases.took,
}


# Jinja's own extension makes four calls and a markup of each of these; a page has a hundred.
def _translated(tongue: str, text: str, **values: str) -> str:
    translated = catalogue(tongue).gettext(text)
    return translated % values if values else translated


def _counted(tongue: str, one: str, many: str, count: int, **values: str) -> str:
    translated = catalogue(tongue).ngettext(one, many, count)
    return translated % values if values else translated


def _choose_tongue() -> None:
    g.tongue = chosen(request.args.get("ui"), request.accept_languages)


def _titled(titles: Mapping[Any, str], name: str) -> str:
    return catalogue(g.tongue).gettext(titles[name])


def _last(function: Callable[..., str], tongue: str) -> Callable[..., str]:
    """With the page's language as the last argument."""
    return lambda *values: function(*values, tongue)


def _spoken(tongue: str) -> str:
    """This page in another language."""
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != "ui"]
    return f"?{urlencode([*rest, ('ui', tongue)], safe=':/,')}"
