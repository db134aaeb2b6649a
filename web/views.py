"""The pages: each reads its address, asks the archive once, and lays out what it was given."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from flask import Flask, Response, abort, render_template, request, url_for
from werkzeug.routing import BaseConverter

from search.article import Article
from search.results import Page
from search.searching import Archive, SearchRequest
from search.settings import Settings
from web import foreign
from web.choices import FACETS, chips, choices, cleared, orders, paging
from web.params import MAX_QUERY, chosen, read, write


class AnyText(BaseConverter):
    """The rest of an address, whatever it holds: ids are paths, and werkzeug's own `path` refuses a leading slash."""

    regex = "(?s:.+)"
    part_isolating = False


@dataclass(frozen=True, slots=True)
class Views:
    archive: Archive
    settings: Settings

    def install(self, app: Flask) -> None:
        app.url_map.converters["any_text"] = AnyText
        app.add_url_rule("/", "search", self.search)
        app.add_url_rule("/article/<any_text:id>", "article", self.article)
        app.add_url_rule("/search.json", "search_json", self.search_json)
        app.add_url_rule("/healthz", "healthz", self.healthz)
        app.context_processor(self.links)

    def links(self) -> dict[str, object]:
        """What every template may use: addresses, and the search the form is filled with.

        `asked` is overridden by the views that could read it; an error page keeps only the words.
        """
        return {
            "search_url": self.search_url,
            "article_url": self.article_url,
            "kept": self.kept,
            "language_name": self.language_name,
            "asked": SearchRequest(query=request.args.get("q", "")[:MAX_QUERY], limit=self.settings.limit),
        }

    def search(self) -> str:
        asked = read(request.args, self.settings)
        page = self.archive.run(asked)
        return render_template("search.html", asked=asked, page=page, **self.layout(asked, page))

    def search_json(self) -> Response:
        return as_json(self.archive.run(read(request.args, self.settings)).as_json())

    def article(self, id: str) -> str:
        asked = read(request.args, self.settings)
        article = self.archive.article(id)
        if article is None:
            abort(404, "There is no article here. It may have been taken out of the index, or have another id by now.")
        return render_template("article.html", asked=asked, article=article, **self.reading(article, asked))

    def healthz(self) -> Response:
        return as_json({"status": "ok", "generation": self.archive.generation})

    def layout(self, asked: SearchRequest, page: Page) -> dict[str, object]:
        return {
            "facets": {name: choices(asked, name, page.facets[name]) for name in FACETS if page.facets.get(name)},
            "chips": chips(asked, page.filters),
            "unfiltered": cleared(asked, page.filters),
            "paging": paging(asked, page, self.settings.max_offset),
            "orders": orders(asked),
            "rewritten": lambda **changes: replace(asked, offset=0, **changes),
        }

    def reading(self, article: Article, asked: SearchRequest) -> dict[str, object]:
        title, text = self.archive.marks(article, asked.query) if asked.query.strip() else ((), ())
        return {
            "title": foreign.marked(article.title, title),
            "paragraphs": foreign.paragraphs(article.text, text),
            "original": foreign.original(article.url),
            "extra": {name: as_text(value) for name, value in article.extra.items()},
        }

    def language_name(self, tag: str) -> str:
        """The archive names its own languages; a filter may ask for another, such as `no`."""
        from search.language import english_name

        name = self.archive.language_name(tag)
        return english_name(tag) if name == tag else name

    def search_url(self, asked: SearchRequest, endpoint: str = "search") -> str:
        return self._with_query(url_for(endpoint), asked)

    def article_url(self, id: str, asked: SearchRequest) -> str:
        """The search goes along, so that the article shows its marks and the way back."""
        return self._with_query(url_for("article", id=id), asked)

    def kept(self, asked: SearchRequest, *but: str) -> list[tuple[str, str]]:
        """The parameters that a form sends along unseen, because it has no field for them."""
        return [(name, value) for name, value in chosen(asked, self.settings) if name not in but]

    def _with_query(self, address: str, asked: SearchRequest) -> str:
        query = write(asked, self.settings)
        return f"{address}?{query}" if query else address


def as_json(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status, content_type="application/json")


def as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
