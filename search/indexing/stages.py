"""The pure part: what is made of one record, and what is saved beside the documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol

from msgspec import Struct

from search.article import Article, Document, Record, Rejected
from search.engines.base import Snapshot, Vocabulary
from search.errors import IndexStale
from search.settings import INDEX_VERSION

#: What is saved with a generation: `facts`, `lexicon`, `names` and `copies` for searching, the others for indexing.
FACTS, LEXICON, NAMES, COPIES = "facts", "lexicon", "names", "copies"

#: Vocabulary → the blobs that searching needs, but for the copies.
Blobs = Callable[[Vocabulary], Mapping[str, bytes]]


class Stages(Protocol):
    """What is done to a record. Can be pickled, so that any process can do it."""

    @property
    def today(self) -> date:
        """The newest date that is believed."""

    def article(self, record: Record, id: str, language: str | None) -> Article | Rejected:
        """`language` is that of a record that declares none."""

    def document(self, article: Article) -> Document: ...


class Analysis(Struct, frozen=True):
    """The real one."""

    today: date

    def article(self, record: Record, id: str, language: str | None) -> Article | Rejected:
        from search.normalize import normalize

        return normalize(record, id=id, today=self.today, default_language=language)

    def document(self, article: Article) -> Document:
        from search.analysis import document

        return document(article)


def blobs(vocabulary: Vocabulary) -> Mapping[str, bytes]:
    """The blobs that searching reads. `facts` is JSON: {"version": 1, "languages": {TAG: ENGLISH NAME}}."""
    from search.language import english_name
    from search.lexicon import Lexicon
    from search.lexicon.blocks import made
    from search.lexicon.build import build_lexicon
    from search.names.places import build_names

    languages = {tag: english_name(tag) for tag in sorted(vocabulary.documents)}
    facts = json.dumps({"version": INDEX_VERSION, "languages": languages}, ensure_ascii=False)
    lexicon = build_lexicon(vocabulary.words, vocabulary.frequencies, vocabulary.documents)
    return {FACTS: facts.encode(), LEXICON: lexicon, NAMES: build_names(Lexicon(made(lexicon)))}


def check_version(snapshot: Snapshot) -> None:
    """Raises IndexStale for an index of another version."""
    if snapshot.generation == 0:
        return
    facts = snapshot.blob(FACTS)
    version = json.loads(bytes(facts)).get("version") if facts is not None else None
    if version != INDEX_VERSION:
        raise IndexStale(
            f"This index is of version {version or 'unknown'}, Newsstand now writes version {INDEX_VERSION}. "
            "Make it anew with: newsstand index --rebuild PATH…"
        )
