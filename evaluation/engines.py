"""Newsstand and two plain baselines, each built from the same articles and asked the same queries.

An engine is a context manager: articles and an empty folder in, a `Search` out.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from whoosh import fields, index, scoring
from whoosh.analysis.analyzers import StemmingAnalyzer
from whoosh.query.compound import Or
from whoosh.query.terms import Term

from evaluation.data import Item

#: Ids and scores of the best `limit` articles for a text, best first.
Search = Callable[[str, int], list[tuple[str, float]]]
Engine = Callable[[Iterable[Item], Path], AbstractContextManager[Search]]

#: Memory of the Whoosh writer in MB: enough for one segment.
WRITER_MEMORY = 512


@contextmanager
def whoosh_engine(items: Iterable[Item], folder: Path) -> Iterator[Search]:
    """Whoosh with its own codec, StemmingAnalyzer and BM25F; the analysed words of the query, OR-ed."""
    analyzer = StemmingAnalyzer()
    schema = fields.Schema(id=fields.ID(stored=True), text=fields.TEXT(analyzer=analyzer, phrase=False))
    opened = index.create_in(str(folder), schema)
    with opened.writer(limitmb=WRITER_MEMORY) as writer:
        for item in items:
            writer.add_document(id=item.id, text=whole(item))
    with opened.searcher(weighting=scoring.BM25F()) as searcher:

        def search(text: str, limit: int) -> list[tuple[str, float]]:
            words = [Term("text", token.text) for token in analyzer(text, mode="query")]
            return [(hit["id"], hit.score) for hit in searcher.search(Or(words), limit=limit)] if words else []

        yield search


@contextmanager
def fts5_engine(items: Iterable[Item], folder: Path) -> Iterator[Search]:
    """SQLite FTS5 with the porter tokenizer over unicode61 and its own bm25; the words of the query, OR-ed."""
    with closing(sqlite3.connect(folder / "articles.sqlite")) as database:
        database.execute("CREATE VIRTUAL TABLE articles USING fts5(id UNINDEXED, text, tokenize='porter unicode61')")
        database.executemany("INSERT INTO articles VALUES (?, ?)", ((item.id, whole(item)) for item in items))

        def search(text: str, limit: int) -> list[tuple[str, float]]:
            statement = "SELECT id, -rank FROM articles WHERE articles MATCH ? ORDER BY rank LIMIT ?"
            return database.execute(statement, (fts5_query(text), limit)).fetchall()

        yield search


def fts5_query(text: str) -> str:
    """Each run of letters and digits as a string of its own, so that nothing in it is syntax; `""` finds nothing.

    Quoting whole words between spaces instead, which makes `foo-bar` a phrase, scored 0.015 less in macro MRR@10.
    """
    return " OR ".join(f'"{word}"' for word in dict.fromkeys(re.findall(r"[^\W_]+", text))) or '""'


def whole(item: Item) -> str:
    return f"{item.title}\n{item.text}".strip()


@contextmanager
def newsstand_engine(items: Iterable[Item], folder: Path) -> Iterator[Search]:
    """Newsstand by its public functions, from a JSONL file as a user would bring it, any of the words wanted."""
    raise NotImplementedError
    yield


ENGINES: Mapping[str, Engine] = {
    "Newsstand": newsstand_engine,
    "Whoosh": whoosh_engine,
    "SQLite FTS5": fts5_engine,
}
