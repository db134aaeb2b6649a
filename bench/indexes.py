"""The indexes that are measured, and what making them took."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from bench.contenders import fts5, keyed, newsstand, tantivy, whoosh_own, whoosh_page
from bench.corpus import bare
from bench.measuring import Run, in_process, size
from bench.report import Section

Build = Callable[[Path, Path], None]

#: By the name of a folder.
BUILDS: dict[str, Build] = {
    "newsstand": newsstand.build,
    "fts5": fts5.build,
    "tantivy": tantivy.build,
    "keyed": keyed.build,
    "whoosh": whoosh_own.build,
    "whoosh_page": whoosh_page.build,
}
_NAMES = {
    "newsstand": newsstand.NAME,
    "fts5": fts5.NAME,
    "tantivy": tantivy.NAME,
    "keyed": keyed.NAME,
    "whoosh": whoosh_own.NAME,
    "whoosh_page": whoosh_page.NAME,
}

#: Those that are given the articles that Newsstand has stored, so that all have the same keys.
_FED = frozenset({"keyed", "whoosh", "whoosh_page"})


class Made(Struct, frozen=True):
    """An index of one contender; `bytes` are those on disk."""

    name: str
    folder: Path
    articles: int
    corpus: int
    seconds: float
    memory: int
    bytes: int


def make(name: str, corpus: Path, articles: int, folder: Path, *, reuse: bool) -> Made:
    """Index the corpus, unless an index made before may be used again."""
    index, record = folder / f"{name}-{articles}", folder / f"{name}-{articles}.json"
    if not (reuse and record.exists()):
        if name in _FED:
            make("newsstand", corpus, articles, folder, reuse=True)
        shutil.rmtree(index, ignore_errors=True)
        index.mkdir(parents=True)
        run = in_process(BUILDS[name], _source(name, corpus, articles, folder), index)
        record.write_text(json.dumps(asdict(run)))
    run = Run(**json.loads(record.read_text()))
    return Made(_NAMES[name], index, articles, corpus.stat().st_size, run.seconds, run.memory, size(index))


def _source(name: str, corpus: Path, articles: int, folder: Path) -> Path:
    """What the contender reads: the bare corpus, the declared one, or the articles that Newsstand has stored."""
    if name == "newsstand":
        return bare(corpus)
    return folder / f"newsstand-{articles}" if name in _FED else corpus


def measured(made: Sequence[Made]) -> Section:
    rows = tuple(
        (one.name, one.articles, one.articles / one.seconds, one.bytes / 1e6, one.bytes / one.corpus, one.memory / 1e6)
        for one in made
    )
    note = (
        "Articles a second; bytes on disk, texts included, in MB and as a multiple of the JSONL; peak memory "
        "of all processes, mapped files left out, in MB. Newsstand finds out languages and dates; the others are given "
        "them."
    )
    return Section("Indexing", note, ("", "articles", "articles/s", "MB", "× JSONL", "memory"), rows)
