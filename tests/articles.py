"""Small articles for tests, and engines to put them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from search.analysis import document
from search.article import Article, Document, LanguageFrom, PartialDate
from search.dates import parse_partial
from search.engines.base import Engine, Vocabulary
from search.engines.memory import MemoryEngine
from search.engines.whoosh import WhooshEngine
from search.indexing.stages import blobs
from search.searching import Archive

ENGINES = ("memory", "whoosh")


def engine_of(kind: str, folder: Path) -> Engine:
    return MemoryEngine() if kind == "memory" else WhooshEngine.create(folder / "index")


def article(
    id: str,
    text: str,
    *,
    title: str = "",
    language: str = "en",
    date: str | None = None,
    source: str | None = None,
) -> Article:
    parsed: PartialDate | None = parse_partial(date) if date else None
    return Article(
        id=id,
        title=title,
        text=text,
        url=None,
        source=source,
        language=language,
        language_from=LanguageFrom.DECLARED,
        confidence=1.0,
        date=parsed,
        date_from=None,
        path=f"{id}.txt",
        extra={},
    )


def no_blobs(vocabulary: Vocabulary) -> Mapping[str, bytes]:
    return {}


def put(engine: Engine, *articles: Article) -> None:
    with engine.writer() as writer:
        for one in articles:
            writer.add(document(one))
        writer.commit(blobs)


def archive_of(engine: Engine, articles: Iterable[Article]) -> Archive:
    put(engine, *articles)
    return Archive(engine)


def documents(*articles: Article) -> tuple[Document, ...]:
    return tuple(document(one) for one in articles)
