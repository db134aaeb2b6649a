"""Folders of small articles, and an index of them that keeps no more than tests look at."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from msgspec import Struct

from search.article import (
    Article,
    Document,
    LanguageFrom,
    Record,
    Rejected,
    Spaced,
    Stems,
    decode_article,
    encode_article,
)
from search.copies import Copies
from search.engines.base import Engine, Vocabulary
from search.engines.memory import MemoryEngine
from search.indexing import Options, Report, delete, index_paths
from search.settings import INDEX_VERSION

TODAY = date(2024, 1, 1)
URL_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._~-]*")


def no_stems(words: Sequence[str]) -> Stems:
    return [], [0] * len(words)


class Plain(Struct, frozen=True):
    """Takes articles as they are, without a key, and rejects what tests ask to be rejected."""

    today: date = TODAY

    def article(self, record: Record, id: str, language: str | None) -> Article | Rejected:
        if record.text == "refuse":
            return Rejected(record.root, record.path, "was refused", record.position)
        return Article(
            id=id,
            title=record.title or "",
            text=record.text,
            url=record.url,
            source=record.source,
            language=record.language or language or "und",
            language_from=LanguageFrom.UNKNOWN,
            confidence=0.0,
            date=None,
            date_from=None,
            path=record.path,
            extra={"date": record.date},
        )

    def document(self, article: Article) -> Document:
        nothing, origins = Spaced(b""), (LanguageFrom.UNKNOWN, None)
        return Document(
            article.id, "und", None, None, None, nothing, nothing, nothing, no_stems, encode_article(article), origins
        )


def blobs(_: Vocabulary) -> Mapping[str, bytes]:
    return {"facts": json.dumps({"version": INDEX_VERSION}).encode()}


def index(engine: Engine, *paths: str | Path, stdin: str | None = None, **options: object) -> Report:
    return index_paths(
        engine,
        paths,
        Options(**options),  # type: ignore[arg-type]
        today=TODAY,
        stdin=io.BytesIO(stdin.encode()) if stdin is not None else None,
        stages=Plain(),
        blobs=blobs,
    )


def take_out(engine: Engine, *ids: str) -> tuple[str, ...]:
    return delete(engine, ids, blobs=blobs)


def articles(engine: MemoryEngine) -> dict[str, Article]:
    return {id: decode_article(one.document.stored) for id, one in engine.held.items()}


def held(engine: MemoryEngine) -> dict[str, str]:
    """Text by id."""
    return {id: article.text for id, article in articles(engine).items()}


def copies(engine: Engine) -> dict[str, tuple[str, ...]]:
    """The ids of all copies, by that of the article they are copies of."""
    with closing(engine.snapshot()) as snapshot:
        table = Copies(snapshot.kept("copies"))
    found = {id: tuple(copy.id for copy in table.of(id)) for id in articles(engine)}  # type: ignore[arg-type]
    return {id: ids for id, ids in found.items() if ids}


def generation(engine: Engine) -> int:
    with closing(engine.snapshot()) as snapshot:
        return snapshot.generation


def write(path: Path, *records: str | Mapping[str, object]) -> Path:
    """Text, or objects as JSON Lines; always with a modification time of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in records))
    os.utime(path, ns=(before + 10**9, before + 10**9))
    return path


def counts(report: Report) -> dict[str, int]:
    names = ("added", "changed", "unchanged", "removed", "copies", "superseded", "withdrawn", "withheld", "repeated")
    return {name: count for name in names if (count := getattr(report, name))}


def refused(report: Report) -> list[Rejected]:
    """The rejections that a report names."""
    return [rejected for kind in report.refusals for rejected in kind.first]


def two_roots(tmp_path: Path) -> tuple[Path, Path]:
    one, other = tmp_path / "one", tmp_path / "two"
    write(one / "a.txt", "Alfa")
    write(other / "a.txt", "Beta")
    return one, other
