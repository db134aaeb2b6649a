"""The templates, filled with what every page is given: its language, its links, and what is said in it.

Each language of the page has templates of its own, in which the texts are constants: looked up when a template is
compiled rather than a hundred times a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
import jinja2.visitor
from flask import Flask, g, request

from search.searching import Archive, SearchRequest
from search.settings import Settings
from web import foreign
from web.links import Links
from web.params import MAX_QUERY, Display
from web.speech import FACET_TITLES, FILTER_TITLES, LANGUAGE_FROM, SORT_TITLES, Speech
from web.tongues import TONGUES, chosen

TEMPLATES = Path(__file__).parent / "templates"


class Frame:
    """Fills templates, in the language of the request at hand."""

    def __init__(self, archive: Archive, settings: Settings, static: Mapping[str, str]) -> None:
        self.settings = settings
        self.speeches = {tongue: Speech(tongue, archive) for tongue in TONGUES}
        self._sheets = {tongue: _sheets(speech, static) for tongue, speech in self.speeches.items()}

    def install(self, app: Flask) -> None:
        app.before_request(_choose_tongue)

    @property
    def speech(self) -> Speech:
        return self.speeches[g.tongue]

    def links(self, display: Display) -> Links:
        return Links(request.script_root, self.settings, display)

    def filled(self, template: str, **given: object) -> str:
        """`asked` and `links` are given by the views that could read the whole address."""
        tongue: str = g.tongue
        asked = SearchRequest(query=request.args.get("q", "")[:MAX_QUERY], limit=self.settings.limit)
        own = {
            "asked": asked,
            "links": self.links(Display(ui=tongue if request.args.get("ui") == tongue else None)),
            "nothing": SearchRequest(limit=self.settings.limit),
            "spoken": _spoken,
        }
        return self._sheets[tongue].get_template(template).render(own | given)


class _Sheets(jinja2.Environment):
    """Templates with the texts of one language in them."""

    speech: Speech

    def _parse(self, source: str, name: str | None, filename: str | None) -> jinja2.nodes.Template:
        parsed: jinja2.nodes.Template = _Translation(self.speech).visit(super()._parse(source, name, filename))
        return parsed


class _Translation(jinja2.visitor.NodeTransformer):
    """Puts a text in place of each `_("…")` that takes no values."""

    def __init__(self, speech: Speech) -> None:
        self.speech = speech

    def visit_Call(self, node: jinja2.nodes.Call) -> jinja2.nodes.Node:
        self.generic_visit(node)
        match node:
            case jinja2.nodes.Call(node=jinja2.nodes.Name(name="_"), args=[jinja2.nodes.Const(value=text)], kwargs=[]):
                return jinja2.nodes.Const(self.speech.gettext(text), lineno=node.lineno)
            case _:
                return node


def _sheets(speech: Speech, static: Mapping[str, str]) -> _Sheets:
    sheets = _Sheets(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sheets.speech = speech
    sheets.globals.update(
        {name: getattr(speech, name) for name in _SAID},
        _=speech.gettext,
        tongue=speech.tongue,
        TONGUES=TONGUES,
        static=static,
        language_attributes=foreign.language_attributes,
        outside=foreign.original,
        **{name: speech.titled(titles) for name, titles in _TITLES.items()},
    )
    sheets.filters["marked"] = foreign.marked
    return sheets


_SAID = ("ngettext", "number", "span", "share", "took", "dated", "language_name", "filter_value", "articles")
_TITLES: Mapping[str, Mapping[Any, str]] = {
    "facet_title": FACET_TITLES,
    "sort_title": SORT_TITLES,
    "filter_title": FILTER_TITLES,
    "language_from": LANGUAGE_FROM,
}


def _choose_tongue() -> None:
    g.tongue = chosen(request.args.get("ui"), request.accept_languages)


def _spoken(tongue: str) -> str:
    """This page in another language."""
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != "ui"]
    return f"?{urlencode([*rest, ('ui', tongue)], safe=':/,')}"
