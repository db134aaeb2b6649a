"""Whoosh as it comes: its own codec, matchers, collectors and grouping, over the keys that Newsstand indexes.

The trees are Newsstand's, so hits and totals are its own; the passages are made by Newsstand, which is faster than
Whoosh's highlighting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any

from whoosh import fields, index
from whoosh.codec.whoosh3 import W3Codec

from bench.contenders import LIMIT
from bench.contenders.newsstand import stored_articles
from bench.queries import Query
from search import open_archive
from search.analysis import document
from search.article import Article, Document, Stemming, Tokens, decode_article
from search.columnar.fields import Category, Integer, Keys, identity
from search.columnar.queries import And, Membership
from search.columnar.scoring import PartitionedBM25, prior
from search.engines.shared import TITLE_GAP
from search.engines.whoosh.compiling import compile
from search.engines.whoosh.layout import LAYOUT
from search.query.expand import expand
from search.query.parse import parse
from search.settings import RANKING
from search.snippets import markers, passages, shown

NAME = "Whoosh"


def build(ours: Path, folder: Path) -> None:
    """From the articles of Newsstand's index."""
    schema = fields.Schema(
        id=identity(),
        words=Keys(positions=True),
        stems=Keys(),
        language=Category(),
        start=Integer(),
        length=Integer(),
        year=fields.STORED(),
        stored=fields.STORED(),
    )
    writer = index.create_in(str(folder), schema).writer(codec=W3Codec(), limitmb=512)
    for article in stored_articles(ours):
        writer.add_document(**_fields(article, document(article)))
    writer.commit(optimize=True)


def _fields(article: Article, keys: Document) -> dict[str, Any]:
    words: dict[str, tuple[float, list[int]]] = {}
    stems: Counter[str] = Counter()
    title, lead, body = keys.title.tokens(), keys.lead.tokens(), keys.body.tokens()
    start = len(title.words) + TITLE_GAP
    parts = ((title, 0, RANKING.title), (lead, start, RANKING.lead), (body, start + len(lead.words), 1))
    for tokens, start, weight in parts:
        for position, word in enumerate(tokens.words, start):
            count, positions = words.get(word, (0.0, []))
            words[word] = count + weight, [*positions, position]
        for stem in _stems(keys.stems, tokens):
            stems[stem] += weight
    named = {"id": article.id, "words": words, "stems": {stem: (count, None) for stem, count in stems.items()}}
    dated = {"start": article.date.start, "year": article.date.iso[:4]} if article.date else {}
    length = sum(len(part.words) for part, _, _ in parts)
    return {**named, **dated, "language": article.language, "length": length, "stored": keys.stored}


def _stems(stems: Stemming, tokens: Tokens) -> Iterable[str]:
    return chain(stems(tokens.words)[0], tokens.pairs)


class Whoosh:
    """Expands queries by the lexicon of Newsstand's index beside it."""

    def __init__(self, folder: Path, ours: Path) -> None:
        self._reader = index.open_dir(str(folder)).reader()
        self._archive = open_archive(ours)

    def page(self, query: Query) -> int:
        from whoosh.searching import Searcher

        with self._archive._snapshot() as (_, view):
            keyed = expand(parse(query.text).root, view.known).query
        tree = compile(keyed)
        with Searcher(self._reader, closereader=False) as plain:
            factors = prior(plain, tree, LAYOUT)
        wanted = And((tree, Membership("language", frozenset({query.only})))) if query.only else tree
        with Searcher(self._reader, weighting=PartitionedBM25(LAYOUT, factors=factors), closereader=False) as searcher:
            order: dict[str, Any] = {"sortedby": "start", "reverse": True} if query.newest else {}
            results = searcher.search(wanted, limit=LIMIT, groupedby="language", **order)
            in_body = markers(keyed)[1]
            articles = [decode_article(hit["stored"]) for hit in results]
            glimpsed = in_body.glimpsed([(article.text, article.language) for article in articles])
            for article, marks in zip(articles, glimpsed, strict=True):
                for passage in passages(article.text, marks, 2, 200):
                    shown(article.text, passage, marks)
            return len(results)

    def close(self) -> None:
        self._archive.close()
