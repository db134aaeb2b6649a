"""The pages: each reads its address, asks the archive once, and lays out what it was given."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from flask import Flask, abort, g, request
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from werkzeug.routing import BaseConverter

from search.article import Article
from search.query.filters import UNDATED
from search.results import FacetValue, Hit, Page
from search.searching import Archive, SearchRequest
from search.settings import Settings
from web import foreign
from web.answers import Answers
from web.chart import chart
from web.choices import FACETS, Choice, chips, choices, cleared, orders, paging
from web.failures import GONE
from web.frame import Frame
from web.links import Links
from web.params import MAX_VALUE, Display, read, read_display, read_place
from web.speech import Dated, Label, Speech
from web.tongues import said

#: Values of a facet that stand on the page of results, beside those that are chosen.
FOREMOST = 7
#: Values that a page of one facet lists; of so many at most, those are found that are called as wanted.
LISTED, MOST_VALUES = 500, 100_000


class AnyText(BaseConverter):
    """The rest of an address, whatever it holds: ids are paths, and werkzeug's own `path` refuses a leading slash."""

    regex = "(?s:.+)"
    part_isolating = False


class Neighbours(Struct, frozen=True):
    """An article's place among the hits of its search, from 1, and the hits beside it."""

    place: int
    total: int
    previous: Hit | None
    next: Hit | None


class Views(Struct, frozen=True):
    archive: Archive
    settings: Settings
    frame: Frame

    def install(self, app: Flask, answers: Answers) -> None:
        app.url_map.converters["any_text"] = AnyText
        app.add_url_rule("/", "search", answers.unless_known(self.search))
        app.add_url_rule("/facet/<name>", "facet", answers.unless_known(self.facet))
        app.add_url_rule("/article/<any_text:id>", "article", answers.unless_known(self.article))

    def search(self) -> str:
        asked, display = read(request.args, self.settings), read_display(request.args)
        page = self.archive.run(asked, timeline=True, shares=display.shares)
        return self.rendered("search.html", asked, display, **self.layout(asked, page, display))

    def facet(self, name: str) -> str:
        """All values of a facet, or those that have a text in what they are called."""
        if name not in FACETS:
            abort(404)
        asked, display = read(request.args, self.settings), read_display(request.args)
        links = self.frame.links(display)
        having = request.args.get("having", "")[:MAX_VALUE].strip()
        page = self.archive.run(replace(asked, offset=0, limit=0), sources=MOST_VALUES)
        kept = [value for value in page.facets[name] if self.has(name, value, having.casefold())]
        return self.rendered(
            "facet.html",
            asked,
            display,
            name=name,
            having=having,
            values=self.values(asked, name, page.facets[name], kept[:LISTED], links),
            left=len(kept[LISTED:]),
            **self.narrowed(asked, page),
        )

    def article(self, id: str) -> str:
        asked, display = read(request.args, self.settings), read_display(request.args)
        place = read_place(request.args, self.settings)
        article = self.archive.article(id)
        if article is None:
            abort(404, GONE)
        return self.rendered("article.html", asked, display, article=article, **self.reading(article, asked, place))

    def rendered(self, template: str, asked: SearchRequest, display: Display, **given: object) -> str:
        links = self.frame.links(display)
        return self.frame.filled(template, asked=asked, links=links, shares=display.shares, **given)

    def layout(self, asked: SearchRequest, page: Page, display: Display) -> Mapping[str, object]:
        links, start = self.frame.links(display), replace(asked, offset=0)
        return {
            "page": page,
            "hits": shown(page, links.articles(asked), self.frame.speech),
            "facets": {
                name: (self.values(asked, name, values, some := foremost(values), links), len(some) < len(values))
                for name in FACETS
                if (values := page.facets.get(name, ()))
            },
            "paging": paging(asked, page, self.settings.max_offset),
            "orders": orders(asked),
            **self.in_time(asked, page, display.shares, links),
            "undated": replace(start, years=(UNDATED,), after=None, before=None),
            "rewritten": lambda **changes: replace(start, **changes),
            "notes": [said(note, g.tongue) for note in page.notes if not (page.also and note.startswith("also "))],
            **self.narrowed(asked, page),
        }

    def in_time(self, asked: SearchRequest, page: Page, shares: bool, links: Links) -> Mapping[str, object]:
        """`bars` are columns of the chart with what each says, and what stands below it."""
        if page.timeline is None:
            return {"chart": None}
        drawn, speech = chart(page.timeline, asked, shares, links), self.frame.speech
        bars = [
            (column, speech.bar(column.bar, shares), speech.tick(column.label) if column.label else None)
            for column in drawn.columns
        ]
        return {"chart": drawn, "bars": bars}

    def values(
        self, asked: SearchRequest, name: str, all: Sequence[FacetValue], some: Sequence[FacetValue], links: Links
    ) -> list[tuple[Choice, Label, str, str]]:
        """Values of a facet as they are listed: what each is called, its count, and the word for what is counted."""
        speech = self.frame.speech
        return [
            (
                choice,
                speech.facet_label(name, choice.value.value),
                speech.number(choice.value.count),
                speech.ngettext("article", "articles", choice.value.count),
            )
            for choice in choices(links, asked, name, all, some)
        ]

    def narrowed(self, asked: SearchRequest, page: Page) -> Mapping[str, object]:
        return {
            "start": replace(asked, offset=0),
            "chips": chips(asked, page.filters),
            "unfiltered": cleared(asked, page.filters),
        }

    def has(self, facet: str, value: FacetValue, wanted: str) -> bool:
        label = self.frame.speech.facet_label(facet, value.value)
        return any(wanted in text.casefold() for text in (label.text, label.own or "", value.value))

    def reading(self, article: Article, asked: SearchRequest, place: int | None) -> Mapping[str, object]:
        title, text = self.archive.marks(article, asked.query) if asked.query.strip() else ((), ())
        telling, similar = self.archive.similar(article)
        page = (place - 1) // asked.limit * asked.limit if place else asked.offset
        return {
            "title": foreign.marked(article.title, title),
            "paragraphs": foreign.paragraphs(article.text, text),
            "original": foreign.original(article.url),
            "extra": {name: as_text(value) for name, value in article.extra.items()},
            "telling": telling[:6],
            "similar": similar,
            "back": replace(asked, offset=page),
            "neighbours": self.neighbours(article, asked, place) if place else None,
        }

    def neighbours(self, article: Article, asked: SearchRequest, place: int) -> Neighbours | None:
        """None if the article is no longer at that place of its search."""
        first = max(place - 2, 0)
        found = self.archive.run(replace(asked, offset=first, limit=3))
        hits = dict(enumerate(found.hits, first + 1))
        if place not in hits or hits[place].id != article.id:
            return None
        return Neighbours(place, found.total, hits.get(place - 1), hits.get(place + 1))


class Shown(Struct, frozen=True):
    """A hit as it stands on the page."""

    address: str
    attributes: Markup
    title: Markup | str
    source: str | None
    language: str
    versions: str | None
    dated: Dated
    snippets: list[Markup]


def shown(page: Page, address: Callable[[str, int | None], str], speech: Speech) -> list[Shown]:
    return [
        Shown(
            address=address(hit.id, place),
            attributes=foreign.language_attributes(hit.language),
            title=foreign.marked(hit.title, hit.title_marks) if hit.title.strip() else hit.id,
            source=hit.source,
            language=speech.language_name(hit.language),
            versions=speech.versions(len(hit.copies)) if hit.copies else None,
            dated=speech.dated(hit.date, hit.date_from),
            snippets=[foreign.marked(snippet.text, snippet.marks) for snippet in hit.snippets],
        )
        for place, hit in enumerate(page.hits, page.offset + 1)
    ]


def foremost(values: Sequence[FacetValue]) -> list[FacetValue]:
    """The first few, and all that are chosen."""
    return [value for place, value in enumerate(values) if place < FOREMOST or value.selected]


def as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
