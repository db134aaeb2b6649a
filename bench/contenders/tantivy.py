"""tantivy-py: its default tokenizer, its own snippets, and aggregations over fast fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tantivy as library

from bench.contenders import LIMIT
from bench.corpus import read
from bench.queries import Query

NAME = "tantivy"
_BUDGET = 256 << 20
COUNTS = {
    "language": {"terms": {"field": "language", "size": 1000}},
    "year": {"terms": {"field": "year", "size": 1000}},
}


def _schema() -> Any:
    builder = library.SchemaBuilder()
    builder.add_text_field("title", stored=True)
    builder.add_text_field("text", stored=True)
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("language", tokenizer_name="raw", fast=True)
    builder.add_unsigned_field("year", fast=True)
    builder.add_unsigned_field("day", fast=True)
    return builder.build()


def build(corpus: Path, folder: Path) -> None:
    writer = library.Index(_schema(), path=str(folder)).writer(_BUDGET, 2)
    for one in read(corpus):
        day = int(one.date[:10].replace("-", "") or 0)
        article = library.Document(title=one.title, text=one.text, id=one.id, language=one.language)
        article.add_unsigned("year", one.year)
        article.add_unsigned("day", day)
        writer.add_document(article)
    writer.commit()
    writer.wait_merging_threads()


class Tantivy:
    def __init__(self, folder: Path) -> None:
        index = library.Index.open(str(folder))
        self._schema, self._searcher = index.schema, index.searcher()

    def page(self, query: Query) -> int:
        wanted = self._query(query)
        by = {"order_by_field": "day"} if query.newest else {}
        found = self._searcher.search(wanted, limit=LIMIT, count=True, **by)
        self._searcher.aggregate(wanted, COUNTS)
        snippets = library.SnippetGenerator.create(self._searcher, wanted, self._schema, "text")
        for _, address in found.hits:
            article = self._searcher.doc(address)
            article.to_dict()
            snippets.snippet_from_doc(article).to_html()
        return int(found.count)

    def _query(self, query: Query) -> Any:
        parts = [self._phrase(query)] if query.phrase else [self._word(word, query.prefix) for word in query.words]
        if query.only:
            parts.append(library.Query.term_query(self._schema, "language", query.only))
        return library.Query.boolean_query([(library.Occur.Must, part) for part in parts])

    def _phrase(self, query: Query) -> Any:
        return _either(library.Query.phrase_query(self._schema, name, list(query.words)) for name in ("title", "text"))

    def _word(self, word: str, prefix: bool) -> Any:
        if prefix:
            return _either(library.Query.regex_query(self._schema, name, f"{word}.*") for name in ("title", "text"))
        return _either(library.Query.term_query(self._schema, name, word) for name in ("title", "text"))

    def close(self) -> None:
        del self._searcher


def _either(parts: Any) -> Any:
    return library.Query.boolean_query([(library.Occur.Should, part) for part in parts])
