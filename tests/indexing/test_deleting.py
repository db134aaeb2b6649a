"""What was taken out stays out."""

from __future__ import annotations

import shutil
from pathlib import Path

from search.engines.memory import MemoryEngine
from tests.indexing.folders import (
    counts,
    generation,
    held,
    index,
    take_out,
    two_roots,
    write,
)


def test_what_was_deleted_stays_out(engine: MemoryEngine, news: Path) -> None:
    index(engine, news)
    assert take_out(engine, "c1", "a.txt", "nothing", "c1") == ("c1", "a.txt")
    assert sorted(held(engine).values()) == ["Beta", "Delta"]
    assert counts(index(engine, news)) == {"unchanged": 2, "withheld": 2}
    write(news / "c.jsonl", {"id": "c1", "text": "Gamma 2"}, {"text": "Epsilon"})
    write(news / "a.txt", "Alfa 2")
    assert counts(index(engine, news)) == {"added": 1, "unchanged": 1, "withheld": 2, "removed": 1}
    assert sorted(held(engine).values()) == ["Beta", "Epsilon"]


def test_another_file_does_not_inherit_a_deletion(engine: MemoryEngine, tmp_path: Path) -> None:
    one, other = two_roots(tmp_path)
    index(engine, one)
    take_out(engine, "a.txt")
    assert counts(index(engine, other)) == {"added": 1}
    assert list(held(engine).values()) == ["Beta"]


def test_a_deletion_outlives_its_file(engine: MemoryEngine, tmp_path: Path) -> None:
    one, other = two_roots(tmp_path)
    index(engine, one)
    take_out(engine, "a.txt")
    shutil.move(one / "a.txt", tmp_path / "aside")
    index(engine, one, prune=True)
    assert counts(index(engine, other)) == {"added": 1}
    shutil.move(tmp_path / "aside", one / "a.txt")
    assert counts(index(engine, one)) == {"withheld": 1}
    assert list(held(engine).values()) == ["Beta"]


def test_deleting_nothing_makes_no_generation(engine: MemoryEngine, news: Path) -> None:
    index(engine, news)
    assert take_out(engine, "nothing") == ()
    assert generation(engine) == 1
