"""SQLite FTS5 with BM25 order and its own snippets; languages and years in a table beside."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from bench.contenders import LIMIT
from bench.corpus import read
from bench.queries import Query

NAME = "SQLite FTS5"
_FILE = "fts5.db"
_SHOWN = "title, snippet(texts, 1, '[', ']', '…', 30)"


def build(corpus: Path, folder: Path) -> None:
    base = sqlite3.connect(folder / _FILE)
    base.execute("create virtual table texts using fts5(title, text, tokenize='unicode61 remove_diacritics 0')")
    base.execute("create table facts(number integer primary key, id, language, year integer, date)")
    with base:
        for number, one in enumerate(read(corpus)):
            base.execute("insert into texts(rowid, title, text) values (?, ?, ?)", (number, one.title, one.text))
            base.execute("insert into facts values (?, ?, ?, ?, ?)", (number, one.id, one.language, one.year, one.date))
    with base:
        base.execute("insert into texts(texts) values ('optimize')")
    base.close()


class Fts5:
    def __init__(self, folder: Path) -> None:
        self._base = sqlite3.connect(f"file:{folder / _FILE}?mode=ro", uri=True)
        self._base.execute("pragma mmap_size = 4000000000")

    def page(self, query: Query) -> int:
        words = " ".join(f'"{word}"' for word in query.words)
        text = f'"{" ".join(query.words)}"' if query.phrase else words + "*" * query.prefix
        where, values = "texts match ?", [text]
        joined = "texts join facts on number = texts.rowid"
        if query.only:
            where, values = f"{where} and language = ?", [text, query.only]
        counts = f"select language, year, count(*) from {joined} where {where} group by 1, 2"
        # FTS5 orders by rank itself where nothing is joined
        plain = not query.only and not query.newest
        source, order = ("texts", "rank") if plain else (joined, "date desc" if query.newest else "rank")
        hits = f"select texts.rowid, {_SHOWN} from {source} where {where} order by {order} limit {LIMIT}"
        self._base.execute(hits, values).fetchall()
        return sum(count for *_, count in self._base.execute(counts, values))

    def close(self) -> None:
        self._base.close()
