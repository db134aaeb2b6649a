"""The pure part: what is made of one record, and what is saved beside the documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date

from search.article import Document, Record, Rejected
from search.engines.base import Snapshot, Vocabulary
from search.errors import IndexStale
from search.indexing.ledger import Ledger, decode_ledger
from search.settings import INDEX_VERSION

#: What is saved with a generation: `facts`, `lexicon` and `names` for searching, `ledger` for indexing.
FACTS, LEXICON, NAMES, LEDGER = "facts", "lexicon", "names", "ledger"

#: Record, id and default language → Document. Depends on its arguments only, so that any process can run it.
Analyse = Callable[[Record, str, str | None], Document | Rejected]

#: Vocabulary → the blobs that searching needs.
Blobs = Callable[[Vocabulary], Mapping[str, bytes]]


def analysis(today: date) -> Analyse:
    """`today` is the newest date that is believed."""
    from search.analysis import document
    from search.normalize import normalize

    def analyse(record: Record, id: str, default_language: str | None) -> Document | Rejected:
        article = normalize(record, id=id, today=today, default_language=default_language)
        return article if isinstance(article, Rejected) else document(article)

    return analyse


def blobs(vocabulary: Vocabulary) -> Mapping[str, bytes]:
    """The blobs that searching reads. `facts` is JSON: {"version": 1, "languages": {TAG: ENGLISH NAME}}."""
    from search.language import english_name
    from search.lexicon import Lexicon
    from search.lexicon.build import build_lexicon
    from search.names.places import build_names

    languages = {tag: english_name(tag) for tag in sorted(vocabulary.documents)}
    facts = json.dumps({"version": INDEX_VERSION, "languages": languages}, ensure_ascii=False)
    lexicon = build_lexicon(vocabulary.words, vocabulary.frequencies, vocabulary.documents)
    return {FACTS: facts.encode(), LEXICON: lexicon, NAMES: build_names(Lexicon(lexicon))}


def remembered(snapshot: Snapshot) -> Ledger:
    """The ledger saved with a generation. Raises IndexStale for an index of another version."""
    if snapshot.generation == 0:
        return Ledger()
    facts, ledger = snapshot.blob(FACTS), snapshot.blob(LEDGER)
    version = json.loads(bytes(facts)).get("version") if facts is not None else None
    if version != INDEX_VERSION:
        raise IndexStale(
            f"This index is of version {version or 'unknown'}, Newsstand now writes version {INDEX_VERSION}. "
            "Make it anew with: newsstand index --rebuild PATH…"
        )
    return decode_ledger(ledger) if ledger is not None else Ledger()
