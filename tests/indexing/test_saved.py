"""What a generation saves beside its documents, with the real analysis."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from search.article import decode_article
from search.engines.memory import MemoryEngine
from search.indexing import delete, index_paths, ledger
from search.lexicon import Lexicon
from search.settings import INDEX_VERSION
from tests.indexing.folders import (
    TODAY,
    counts,
    write,
)


def test_what_is_saved_with_a_generation(engine: MemoryEngine, tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "lang nb\ndate 2023-09\ntitle Fred\nPartene er enige om våpenhvile.")
    write(
        tmp_path / "b.jsonl", {"id": "b", "text": "The parties agree.", "lang": "en", "date": "2999-01-01"}, {"id": 1}
    )
    report = index_paths(engine, [tmp_path], today=TODAY)
    assert (counts(report), report.rejected) == ({"added": 2}, 1)
    article = decode_article(engine.held["a.txt"].document.stored)
    assert (article.title, article.language, article.date and article.date.iso) == ("Fred", "nb", "2023-09")
    assert decode_article(engine.held["b"].document.stored).date is None
    with closing(engine.snapshot()) as snapshot:
        facts, lexicon = snapshot.blob("facts"), snapshot.kept("lexicon")
    assert facts and lexicon
    assert json.loads(bytes(facts)) == {
        "version": INDEX_VERSION,
        "languages": {"en": "English", "nb": "Norwegian Bokmål"},
    }
    assert "våpenhvile" in Lexicon(lexicon)
    assert delete(engine, ["b"]) == ("b",)
    json.dumps(report.as_json())


def test_a_full_folder_of_temporary_files_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is where the ledger goes that is too large for memory."""
    opened = ledger.Ledger.__init__

    def small(self: ledger.Ledger, *given: Any) -> None:
        opened(self, *given)
        self._db.execute("PRAGMA max_page_count = 30")

    monkeypatch.setattr(ledger.Ledger, "__init__", small)
    write(tmp_path / "a.jsonl", *({"id": f"{number}", "text": f"Number {number}."} for number in range(2000)))
    with closing(MemoryEngine()) as engine, pytest.raises(OSError, match="temporary file: database or disk is full"):
        index_paths(engine, [tmp_path], today=TODAY)
