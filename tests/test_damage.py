"""A flipped byte, a cut or a missing file of an index is found by the check and told by a search that reads it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from search import IndexDamaged, IndexMissing, open_archive
from search.columnar.check import check
from torture.crash import run
from torture.damage import damages, prepare


def test_no_damage_goes_unnoticed(tmp_path: Path) -> None:
    tries = damages(prepare(tmp_path), 61)
    assert [f"{one.where}: {problem}" for one in tries for problem in one.problems] == []


@pytest.mark.parametrize("pattern", ["*.toc", "*.col", "*.blobs"])
def test_every_command_says_how_to_mend_it(tmp_path: Path, pattern: str) -> None:
    (path,) = prepare(tmp_path).glob(pattern)
    whole = path.read_bytes()
    for broken in (b"", whole[:-9], None):
        path.write_bytes(broken or b"")
        if broken is None:
            path.unlink()
        for command in (("search", "harbour"), ("show", "a"), ("delete", "a"), ("stats",), ("index", "news")):
            status, said = run(tmp_path, command)
            assert (status, said.count("\n"), "newsstand index --rebuild" in said) == (2, 1, True), said
    assert run(tmp_path, ("index", "--rebuild", "news"))[0] == 0
    assert run(tmp_path, ("search", "harbour"))[0] == 0


def test_a_search_goes_on_with_what_it_has_when_the_index_is_taken_away(tmp_path: Path) -> None:

    index = prepare(tmp_path)
    with open_archive(index) as archive:
        assert archive.search("harbour").total == 1
        shutil.rmtree(index)
        with pytest.raises(IndexMissing, match="newsstand"):
            archive.search("harbour")


@pytest.mark.parametrize("pattern", ["*.toc", "*.col", "*.blobs"])
def test_a_pipe_in_place_of_a_file_is_not_waited_for(tmp_path: Path, pattern: str) -> None:
    index = prepare(tmp_path)
    (path,) = index.glob(pattern)
    path.unlink()
    os.mkfifo(path)
    assert [problem for problem in check(index) if f"{path.name} is no plain file" in problem]
    with pytest.raises(IndexDamaged, match=r"no plain file.*--rebuild"):
        open_archive(index).search("harbour")


def test_nothing_is_written_through_a_link_that_somebody_left(tmp_path: Path) -> None:
    index = prepare(tmp_path)
    (tmp_path / "mine").write_text("mine")
    names = ("MAIN_WRITELOCK", "MAIN.3.blobs", "MAIN.4.blobs", "rejected.jsonl", ".rejected.jsonl")
    toc = f"_MAIN_3.toc.{os.getpid()}"
    for name in (*names, toc):
        (index / name).unlink(missing_ok=True)
        (index / name).symlink_to(tmp_path / "mine")
    (tmp_path / "news" / "more.jsonl").write_text('{"text": "More."}\n{}')
    status, said = run(tmp_path, ("index", "news"))
    assert (status, "1 added" in said) == (0, True), said
    assert run(tmp_path, ("search", "more"))[0] == 0
    assert (tmp_path / "mine").read_text() == "mine"
    assert [path.name for path in index.iterdir() if path.is_symlink()] == []
