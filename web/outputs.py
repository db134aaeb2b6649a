"""The same search for programs: JSON, CSV, an Atom feed, suggestions, and how a browser can search here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import version
from itertools import chain, islice

from flask import Flask, Response, g, request, stream_with_context
from msgspec import Struct
from msgspec.structs import replace

from search.engines.base import Sort
from search.formats import csv_rows
from search.query.show import show_filter
from search.searching import Archive, SearchRequest
from search.settings import Settings
from web import openapi
from web.answers import Answers
from web.feed import Feed, feed
from web.frame import Frame
from web.opensearch import described
from web.params import MAX_QUERY, read, read_display

#: Entries of the feed.
NEWEST = 50
#: Suggestions for what is being typed.
SUGGESTIONS = 8
#: Rows of a table that are sent together.
BLOCK = 250


class Outputs(Struct, frozen=True):
    archive: Archive
    settings: Settings
    frame: Frame

    def install(self, app: Flask, answers: Answers) -> None:
        app.add_url_rule("/search.json", "search_json", answers.unless_known(self.search_json))
        app.add_url_rule("/search.csv", "search_csv", answers.unless_known(self.search_csv))
        app.add_url_rule("/feed.atom", "feed", answers.unless_known(self.feed))
        app.add_url_rule("/suggest.json", "suggest", answers.unless_known(self.suggest))
        app.add_url_rule("/opensearch.xml", "opensearch", answers.unless_known(self.opensearch))
        app.add_url_rule("/openapi.json", "openapi", answers.unless_known(self.openapi))
        app.add_url_rule("/healthz", "healthz", self.healthz)

    def search_json(self) -> Response:
        return as_json(self.archive.run(read(request.args, self.settings)).as_json())

    def search_csv(self) -> Response:
        """All matches. Each row says which search it is of, so that a file is understood without its address."""
        asked = read(request.args, self.settings)
        filters = self.archive.run(replace(asked, offset=0, limit=0)).filters
        beside = {
            "query": asked.query,
            "filters": " ".join(map(show_filter, filters)),
            "index": self.archive.edition,
        }
        rows = csv_rows(self.archive.every(asked), beside)
        # With the header comes the first batch, so that an index that can't be read is told by the status.
        begun = list(islice(rows, 2))
        # The mark tells spreadsheets that this is UTF-8.
        blocks = _blocks(chain(["\ufeff"], begun, rows))
        response = Response(stream_with_context(blocks), content_type="text/csv; charset=utf-8; header=present")
        response.headers["Content-Disposition"] = 'attachment; filename="newsstand.csv"'
        return response

    def feed(self) -> Response:
        asked, display = read(request.args, self.settings), read_display(request.args)
        newest = replace(asked, sort=Sort.NEWEST.value, offset=0, limit=NEWEST)
        links, host = self.frame.links(display), request.host_url.rstrip("/")
        start = replace(asked, offset=0)
        made = feed(
            Feed(
                query=asked.query,
                address=host + links.search(start, "/feed.atom"),
                page=host + links.search(start),
                language=g.tongue,
                updated=self.archive.made,
            ),
            self.archive.run(newest).hits,
            lambda id: host + links.article(id, SearchRequest(limit=self.settings.limit)),
        )
        return Response(made, content_type="application/atom+xml; charset=utf-8")

    def suggest(self) -> Response:
        """As browsers want it: what was typed, and whole queries that begin so."""
        typed = request.args.get("q", "")[:MAX_QUERY]
        found = self.archive.suggest(typed, SUGGESTIONS) if typed.strip() else ()
        return as_json([typed, list(found)], content_type="application/x-suggestions+json")

    def opensearch(self) -> Response:
        described_ = described(request.host_url.rstrip("/") + request.script_root, g.tongue)
        return Response(described_, content_type="application/opensearchdescription+xml; charset=utf-8")

    def openapi(self) -> Response:
        return as_json(openapi.described(version("newsstand"), self.settings))

    def healthz(self) -> Response:
        return as_json({"status": "ok", "generation": self.archive.generation})


def _blocks(lines: Iterator[str]) -> Iterator[str]:
    """To send one by one would take as long as to find them."""
    while block := "".join(islice(lines, BLOCK)):
        yield block


def as_json(value: object, status: int = 200, content_type: str = "application/json") -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status, content_type=content_type)
