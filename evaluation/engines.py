"""Newsstand and two plain baselines, each built from the same articles and asked the same queries.

An engine is a context manager: articles and an empty folder in, a `Search` out. An article's `language` is declared to
Newsstand where it is not empty; the baselines know nothing of languages.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from whoosh import fields, index, scoring
from whoosh.analysis.analyzers import StemmingAnalyzer
from whoosh.matching import Matcher
from whoosh.query.terms import Term

from evaluation.data import Item
from search.engines.whoosh import WhooshEngine
from search.indexing import Options, index_paths
from search.searching import Archive
from search.settings import Settings

#: Ids and scores of the best `limit` articles for a text, best first.
Search = Callable[[str, int], list[tuple[str, float]]]
Engine = Callable[[Iterable[Item], Path], AbstractContextManager[Search]]

#: Memory of the Whoosh writer in MB: enough for one segment.
WRITER_MEMORY = 512

#: Quotation marks, brackets and what stands for letters; signs that begin a word; operators; what makes a filter.
_MARKS = re.compile('["“”„‟″＂()*?~]')
_SIGNS = re.compile(r"(?<!\S)[-=]+")
_OPERATORS = re.compile(r"\b(AND|OR|NOT)\b")
_FIELDS = re.compile(r":(?=\S)")

#: No article can be younger. Fixed, so that a run gives the same figures on any day.
TODAY = date(2026, 12, 31)


@contextmanager
def whoosh_engine(items: Iterable[Item], folder: Path) -> Iterator[Search]:
    """Whoosh with its own codec, StemmingAnalyzer and BM25F; the analysed words of the query, OR-ed.

    Every word's scores are Whoosh's own, kept and added up here: its matchers would take a second a query for the same.
    """
    analyzer = StemmingAnalyzer()
    schema = fields.Schema(id=fields.ID(stored=True), text=fields.TEXT(analyzer=analyzer, phrase=False))
    opened = index.create_in(str(folder), schema)
    with opened.writer(limitmb=WRITER_MEMORY) as writer:
        for item in items:
            writer.add_document(id=item.id, text=whole(item))
    with opened.searcher(weighting=scoring.BM25F()) as searcher:
        ids = [fields["id"] for fields in searcher.reader().all_stored_fields()]
        scored = cache(lambda word: posted(Term("text", word).matcher(searcher)))

        def search(text: str, limit: int) -> list[tuple[str, float]]:
            total = np.zeros(len(ids))
            for token in analyzer(text, mode="query"):
                numbers, scores = scored(token.text)
                total[numbers] += scores
            best = np.argsort(-total, kind="stable")[:limit]
            return [(ids[number], float(total[number])) for number in best.tolist() if total[number] > 0]

        yield search


def posted(matcher: Matcher) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """The documents that match, each once, and what they score."""
    found: list[tuple[int, float]] = []
    while matcher.is_active():
        found.append((matcher.id(), matcher.score()))
        matcher.next()
    return np.array([number for number, _ in found], np.intp), np.array([score for _, score in found])


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
    """Newsstand as a user meets it: JSON Lines indexed, any of the words of a query wanted.

    All articles stand in the index of each engine, so those of the same text do here.
    """
    source, path = folder / "articles.jsonl", folder / "index"
    count = written(items, source)
    with closing(WhooshEngine.create(path)) as engine:
        report = index_paths(engine, [source], Options(keep_copies=True), today=TODAY)
    if report.added != count or report.renamed:
        raise ValueError(f"{count - report.added} of {count} articles were not indexed, {len(report.renamed)} renamed")
    with Archive(WhooshEngine.open(path), Settings(snippets=0)) as archive:
        yield lambda text, limit: [
            (hit.id, hit.score) for hit in archive.search(plain(text), match="any", limit=limit).hits
        ]


def plain(text: str) -> str:
    """The words of `text` without what Newsstand's syntax would make of them, as the baselines are asked.

    Of Finnish headlines `Still Game -sarjan` would else want no `sarjan`, and of Somali ones a third are quotations.
    """
    unmarked = _MARKS.sub(" ", _OPERATORS.sub(lambda operator: operator[0].lower(), text))
    return _SIGNS.sub("", _FIELDS.sub(": ", unmarked))


def written(items: Iterable[Item], path: Path) -> int:
    """Items as JSON Lines, without what is unknown of them; how many they were."""
    with path.open("w", encoding="utf-8") as file:
        return sum(file.write(json.dumps(fields_of(item)) + "\n") > 0 for item in items)


def fields_of(item: Item) -> dict[str, str]:
    fields = {"id": item.id, "title": item.title, "text": item.text, "lang": item.language}
    return {name: value for name, value in fields.items() if value}


ENGINES: Mapping[str, Engine] = {
    "Newsstand": newsstand_engine,
    "Whoosh": whoosh_engine,
    "SQLite FTS5": fts5_engine,
}
