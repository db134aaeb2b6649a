"""A page of results by stock Whoosh alone: its text fields and query parser, its grouping for facets, its highlighter.

    python -m bench.contenders.whoosh_page INDEX WORKERS

serves it as Newsstand's page is served, with the same server and number of workers, to whoever measures it.
"""

from __future__ import annotations

import socket
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import waitress
from flask import Flask, request
from whoosh import fields, index, query
from whoosh.analysis import LowercaseFilter, RegexTokenizer
from whoosh.qparser import MultifieldParser

from bench.contenders import LIMIT
from bench.contenders.newsstand import stored_articles
from search.article import Article
from web.workers import supervise

NAME = "Whoosh’s own page"
_THREADS = 4


def build(ours: Path, folder: Path) -> None:
    """From the articles of Newsstand's index, with the languages and dates that it found."""
    words = RegexTokenizer() | LowercaseFilter()
    schema = fields.Schema(
        id=fields.ID(stored=True, unique=True),
        title=fields.TEXT(words, stored=True),
        text=fields.TEXT(words, stored=True),
        source=fields.ID(stored=True, sortable=True),
        language=fields.ID(stored=True, sortable=True),
        year=fields.NUMERIC(stored=True, sortable=True),
        month=fields.NUMERIC(stored=True, sortable=True),
    )
    writer = index.create_in(str(folder), schema).writer(limitmb=512)
    for article in stored_articles(ours):
        writer.add_document(**dict(_fields(article)))
    writer.commit(optimize=True)


def _fields(article: Article) -> Iterator[tuple[str, object]]:
    yield from (("id", article.id), ("title", article.title), ("text", article.text), ("language", article.language))
    yield "source", article.source or ""
    if article.date:
        year, month = article.date.iso[:4], article.date.iso[5:7]
        yield from (("year", int(year)), ("month", int(f"{year}{month or '00'}")))


def application(folder: Path) -> Flask:
    app, opened = Flask(__name__), index.open_dir(str(folder))
    reader, parser = opened.searcher(), MultifieldParser(["title", "text"], opened.schema)

    @app.get("/")
    def page() -> str:
        words = request.args.get("q", "")
        results = reader.search(
            parser.parse(words), filter=_filter(), limit=LIMIT, groupedby=["language", "source", "year"], terms=True
        )
        return "\n".join(_page(words, results))

    return app


def _filter() -> Any:
    """Of language and months, as Newsstand's addresses have them."""
    wanted = [query.Term("language", tag) for tag in request.args.getlist("lang")]
    after, before = (request.args.get(name, "").replace("-", "") for name in ("after", "before"))
    if after or before:
        wanted.append(query.NumericRange("month", int(f"{after:0<6}"), int(f"{before:9<6}")))
    return query.And(wanted) if wanted else None


def _page(words: str, results: Any) -> Iterator[str]:
    yield f"<!doctype html><title>{escape(words)}</title><form><input name=q value='{escape(words)}'></form>"
    yield f"<p>{len(results)} articles</p><ol>"
    for hit in results[:LIMIT]:  # where it groups, it gives more than were asked for
        title = hit.highlights("title", top=1, minscore=0) or escape(hit["title"])
        yield f"<li><h2>{title}</h2><p>{escape(hit['source'])} {hit['language']} {hit.get('year', 'undated')}</p>"
        yield f"<p>{hit.highlights('text', top=2)}</p></li>"
    yield "</ol>"
    for name in ("language", "source", "year"):
        counts = Counter({value: len(found) for value, found in results.groups(name).items()})
        values = (f"<li>{escape(str(value))} {count}</li>" for value, count in counts.most_common(8))
        yield f"<h3>{name}</h3><ul>{''.join(values)}</ul>"


def main(folder: Path, workers: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(f"Whoosh is at http://127.0.0.1:{listening.getsockname()[1]}/", file=sys.stderr, flush=True)
        serve = partial(waitress.serve, sockets=[listening], threads=_THREADS, ident=None, _quiet=True)
        supervise(lambda: serve(application(folder)), workers)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
