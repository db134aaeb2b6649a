"""tantivy over the very keys that Newsstand indexes, asked the very trees that Newsstand evaluates: search alone.

Best-of is tantivy's disjunction max, keys counted as one term are the sum of theirs (tantivy can't pool frequencies),
and a phrase takes the first spelling of each word. Both count languages and years of all matches and give ten ids.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any, assert_never

import tantivy as library
from msgspec import Struct

from bench.contenders import LIMIT
from bench.contenders.newsstand import stored_articles
from bench.contenders.tantivy import COUNTS
from bench.queries import Query
from search import open_archive
from search.analysis import document
from search.article import Article, Document, Tokens
from search.columnar import search as columnar
from search.columnar.queries import Membership
from search.columnar.view import Facet, View
from search.engines.whoosh import WhooshEngine
from search.engines.whoosh.compiling import compile
from search.query.ast import Zone
from search.query.expand import expand
from search.query.keyed import (
    And,
    Everything,
    Group,
    Key,
    Keyed,
    Kind,
    Maybe,
    Member,
    Near,
    Not,
    Or,
    Pool,
    Run,
    Sequence,
)
from search.query.parse import parse

NAME = "tantivy on the same keys"
_BUDGET = 256 << 20
_FACETS = {"language": Facet("language"), "year": Facet("start", years=True)}
_FIELDS = {
    (Kind.WORD, Zone.ALL): "words",
    (Kind.STEM, Zone.ALL): "stems",
    (Kind.WORD, Zone.TITLE): "title_words",
    (Kind.STEM, Zone.TITLE): "title_stems",
}


class Evaluated(Struct, frozen=True):
    """The same question for both."""

    ours: columnar.Request
    theirs: Any
    newest: bool


def build(ours: Path, folder: Path) -> None:
    """From the articles of Newsstand's index."""
    builder = library.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("stems", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("title_words", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("title_stems", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("language", tokenizer_name="raw", fast=True)
    builder.add_unsigned_field("year", fast=True)
    builder.add_integer_field("day", fast=True)
    writer = library.Index(builder.build(), path=str(folder)).writer(_BUDGET, 2)
    for article in stored_articles(ours):
        writer.add_document(_document(article))
    writer.commit()
    writer.wait_merging_threads()


def _document(article: Article) -> Any:
    keys, date = document(article), article.date
    parts = title, *_ = (keys.title.tokens(), keys.lead.tokens(), keys.body.tokens())
    result = library.Document(
        words=" ".join(word for part in parts for word in part.words),
        stems=" ".join(stem for part in parts for stem in _stems(keys, part)),
        title_words=" ".join(title.words),
        title_stems=" ".join(_stems(keys, title)),
        id=article.id,
        language=article.language,
    )
    result.add_unsigned("year", int(date.iso[:4]) if date else 0)
    result.add_integer("day", date.start if date else -(1 << 62))
    return result


def _stems(keys: Document, tokens: Tokens) -> Iterable[str]:
    return chain(keys.stems(tokens.words)[0], tokens.pairs)


class Both:
    """Newsstand's own index and tantivy's beside it."""

    def __init__(self, ours: Path, theirs: Path) -> None:
        self._archive = open_archive(ours)
        self._snapshot = WhooshEngine.open(ours).snapshot()
        self._view: View = self._snapshot._view  # type: ignore[attr-defined]
        index = library.Index.open(str(theirs))
        self._schema, self._searcher = index.schema, index.searcher()

    def question(self, query: Query) -> Evaluated:
        with self._archive._snapshot() as (_, view):
            keyed = expand(parse(query.text).root, view.known).query
        filters = (columnar.Filter(Membership("language", frozenset({query.only})), "language"),) if query.only else ()
        order = columnar.Order.NEWEST if query.newest else columnar.Order.SCORE
        ours = columnar.Request(compile(keyed), None, filters, _FACETS, order, 0, LIMIT)
        theirs = self._compiled(keyed)
        if query.only:
            theirs = _all([theirs, library.Query.term_query(self._schema, "language", query.only)])
        return Evaluated(ours, theirs, query.newest)

    def ours(self, question: Evaluated) -> int:
        return columnar.search(self._view, question.ours).total

    def theirs(self, question: Evaluated) -> int:
        by = {"order_by_field": "day"} if question.newest else {}
        found = self._searcher.search(question.theirs, limit=LIMIT, count=True, **by)
        self._searcher.aggregate(question.theirs, COUNTS)
        for _, address in found.hits:
            self._searcher.doc(address)
        return int(found.count)

    def close(self) -> None:
        self._snapshot.close()
        self._archive.close()

    def _compiled(self, query: Keyed) -> Any:
        match query:
            case Group(members, zone):
                return library.Query.disjunction_max_query([self._member(member, zone) for member in members])
            case And(children):
                return _all([self._compiled(child) for child in children])
            case Or(children):
                return _some([self._compiled(child) for child in children])
            case Maybe(required, optional):
                must, should = self._compiled(required), self._compiled(optional)
                return library.Query.boolean_query([(library.Occur.Must, must), (library.Occur.Should, should)])
            case Not() | Everything():
                raise ValueError("no query of the bench has one")
            case _:
                assert_never(query)

    def _member(self, member: Member, zone: Zone) -> Any:
        match member:
            case Key(kind, text, weight):
                return _weighed(library.Query.term_query(self._schema, _FIELDS[kind, zone], text), weight)
            case Pool(kind, keys, weight):
                return _weighed(_some([self._member(Key(kind, *key), zone) for key in keys]), weight)
            case Run(keys, _, scale):
                return _weighed(_all([self._member(Key(Kind.STEM, text), zone) for text in keys]), scale)
            case Sequence(slots, weight):
                words = [slot[0] for slot in slots]
                return _weighed(library.Query.phrase_query(self._schema, _FIELDS[Kind.WORD, zone], words), weight)
            case Near():
                raise ValueError("no query of the bench has one")
            case _:
                assert_never(member)


def _weighed(query: Any, weight: float) -> Any:
    return query if weight == 1 else library.Query.boost_query(query, weight)


def _all(parts: list[Any]) -> Any:
    return library.Query.boolean_query([(library.Occur.Must, part) for part in parts])


def _some(parts: list[Any]) -> Any:
    return library.Query.boolean_query([(library.Occur.Should, part) for part in parts])
