"""What only an index in a folder can do: locks between processes, and another index in its place."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from search.engines.whoosh import WhooshEngine
from search.errors import IndexDamaged, IndexLocked
from search.indexing import rebuild
from search.searching import open_archive
from tests.articles import article, put

HOLDING = """
import sys
from pathlib import Path
from search.engines.whoosh import WhooshEngine
with WhooshEngine.create(Path(sys.argv[1])).writer():
    print("writing", flush=True)
    sys.stdin.read()
"""


def test_another_process_that_writes_is_named_and_does_not_lock_for_ever(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDING, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with holder, closing(WhooshEngine.create(tmp_path)) as engine:
        assert holder.stdout is not None and holder.stdout.readline()
        with pytest.raises(IndexLocked, match=f"Process {holder.pid} is writing"), engine.writer():
            pass
        holder.kill()
        holder.wait()
        with engine.writer() as writer:
            writer.commit(lambda _: {})


def test_a_writer_without_a_name_holds_the_lock_all_the_same(tmp_path: Path) -> None:
    with closing(WhooshEngine.create(tmp_path)) as engine, engine.writer():
        (tmp_path / "MAIN_WRITELOCK").write_text("")
        with pytest.raises(IndexLocked, match="Another process is writing"), engine.writer():
            pass


def test_an_index_made_anew_is_seen_though_its_generation_has_the_same_number(tmp_path: Path) -> None:
    news, index = tmp_path / "news", tmp_path / "index"
    news.mkdir()
    for word in ("harbour", "airport", "station"):
        (news / "a.txt").write_text(f"The {word} was closed.")
        rebuild(index, [news], open_engine=WhooshEngine.create, today=date(2024, 1, 1))
        if word == "harbour":
            archive = open_archive(index)
        assert archive.search(f"{word[:3]}*").total == 1
        assert archive.generation == 1
    archive.close()


def test_what_a_crash_left_is_removed_by_the_next_writer(tmp_path: Path) -> None:
    with closing(WhooshEngine.create(tmp_path)) as engine, engine.writer() as writer:
        writer.commit(lambda _: {})
    (tmp_path / "notes.txt").write_text("not ours")
    before = {path.name for path in tmp_path.iterdir()}
    for name in ("MAIN_abc.col", "_MAIN_2.toc.77", "MAIN.2.blobs", "_MAIN_0.toc"):
        (tmp_path / name).write_bytes(b"half")
    with closing(WhooshEngine.create(tmp_path)) as engine, engine.writer():
        assert {path.name for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("pattern", ["*.col", "*.blobs"])
def test_a_missing_file_is_told(tmp_path: Path, pattern: str) -> None:
    with closing(WhooshEngine.create(tmp_path)) as engine:
        put(engine, article("oslo", "The harbour is closed."))
    (missing,) = tmp_path.glob(pattern)
    missing.unlink()
    with pytest.raises(IndexDamaged, match="--rebuild"):
        open_archive(tmp_path)
