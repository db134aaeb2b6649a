"""A flipped byte, a cut or a missing file of an index is found by the check and told by a search that reads it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

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
    from search import IndexMissing, open_archive

    index = prepare(tmp_path)
    with open_archive(index) as archive:
        assert archive.search("harbour").total == 1
        shutil.rmtree(index)
        with pytest.raises(IndexMissing, match="newsstand"):
            archive.search("harbour")
