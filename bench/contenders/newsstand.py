"""Newsstand as its users have it, through the command line and `open_archive`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.contenders import LIMIT
from bench.queries import Query
from search import Page, open_archive
from search.article import Article, decode_article
from search.engines.whoosh import WhooshEngine

NAME = "Newsstand"


def build(corpus: Path, folder: Path) -> None:
    from search.cli import main

    if main(["--index", str(folder), "index", str(corpus), "--quiet"]):
        raise RuntimeError(f"{corpus} could not be indexed")


def stored_articles(folder: Path) -> Iterator[Article]:
    """All articles of an index, as it found them."""
    view = WhooshEngine.open(folder).snapshot()._view  # type: ignore[attr-defined]
    for segment in view.segments:
        for number in range(segment.count):
            yield decode_article(view.stored(segment.offset + number)["stored"])


class Newsstand:
    def __init__(self, folder: Path) -> None:
        self.archive = open_archive(folder)

    def page(self, query: Query) -> int:
        return self._page(query, query.text).total

    def exact(self, query: Query) -> int:
        """The total of the words as they are spelt, as engines without stems count it."""
        spelt = " ".join(f"={word}" for word in query.words)
        return self._page(query, query.text if query.phrase or query.prefix else spelt).total

    def _page(self, query: Query, text: str) -> Page:
        return self.archive.search(
            text,
            languages=[query.only] if query.only else [],
            sort="newest" if query.newest else "relevance",
            limit=LIMIT,
        )

    def close(self) -> None:
        self.archive.close()
