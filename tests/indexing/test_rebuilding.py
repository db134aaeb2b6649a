"""Building an index anew beside the old one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from search import open_archive
from search.engines.memory import MemoryEngine
from search.engines.whoosh import WhooshEngine, locked
from search.errors import BadValue, IndexLocked
from search.indexing import Report, index_paths, recover
from search.indexing import rebuild as rebuild_index
from search.indexing.rebuild import rebuilding
from tests.indexing.folders import (
    TODAY,
    Plain,
    blobs,
    counts,
    held,
    index,
    take_out,
    write,
)


class Folder(MemoryEngine):
    """A memory engine that lives as long as its folder does: it is found by a number that lies there."""

    all: dict[str, Folder] = {}  # noqa: RUF012

    @classmethod
    def open(cls, path: Path) -> Folder:
        name = path / "number"
        if not name.exists():
            name.write_text(str(len(cls.all)))
            cls.all[name.read_text()] = cls()
        return cls.all[name.read_text()]

    def close(self) -> None:
        """What is on disk stays there."""


def rebuild(path: Path, *paths: Path) -> Report:
    return rebuild_index(path, paths, open_engine=Folder.open, today=TODAY, stages=Plain(), blobs=blobs)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where an index is that holds one article, beside a file that is not the index's."""
    path = tmp_path / "index"
    path.mkdir()
    (path / ".gitignore").write_text("*")
    index(Folder.open(path), write(tmp_path / "old.txt", "Old"))
    return path


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.name.startswith(".") or entry.is_dir())


def test_rebuilding_starts_afresh(place: Path, news: Path) -> None:
    index(Folder.open(place), news)
    take_out(Folder.open(place), "a.txt")
    assert counts(rebuild(place, news)) == {"added": 4}
    assert sorted(held(Folder.open(place)).values()) == ["Alfa", "Beta", "Delta", "Gamma"]
    assert (place / ".gitignore").read_text() == "*"
    assert names(place.parent) == ["index", "news"]


def test_rebuilding_makes_what_is_not_there(tmp_path: Path, news: Path) -> None:
    assert counts(rebuild(tmp_path / "deep/index", news)) == {"added": 4}


def test_a_failure_leaves_the_old_index(place: Path, news: Path) -> None:
    with pytest.raises(BadValue):
        rebuild(place, news / "nowhere")
    assert held(Folder.open(place)) == {"old.txt": "Old"}
    assert names(place.parent) == ["index", "news"]


def test_rebuilding_waits_for_no_writer(place: Path, news: Path) -> None:
    with Folder.open(place).writer(), pytest.raises(IndexLocked):
        rebuild(place, news)
    assert held(Folder.open(place)) == {"old.txt": "Old"}


@pytest.mark.parametrize("harm", ["", "*.toc", "*.blobs", "*.col"])
def test_of_two_that_rebuild_one_does_and_the_other_is_told(tmp_path: Path, news: Path, harm: str) -> None:
    place = tmp_path / "index"
    rest: dict[str, Any] = {"open_engine": WhooshEngine.create, "today": TODAY}
    rebuild_index(place, [news], **rest)
    for path in place.glob(harm) if harm else ():
        path.write_bytes(path.read_bytes()[:-1])
    with rebuilding(place, WhooshEngine.create) as engine:
        for _ in range(2):
            with pytest.raises(IndexLocked, match=f"Process {os.getpid()} is writing"):
                rebuild_index(place, [news], **rest)
        index_paths(engine, [news / "a.txt"], today=TODAY)
    with open_archive(place) as archive:
        assert archive.search("").total == 1
    assert names(place.parent) == ["index", "news"]


def test_what_was_put_in_place_is_not_written_to_until_the_old_is_gone(place: Path, news: Path) -> None:
    found = []
    remove = shutil.rmtree

    def rmtree(path: Path, **rest: bool) -> None:
        if path.name == ".index-old" and path.exists():
            with pytest.raises(IndexLocked), locked(place):
                pass
            found.append(names(place.parent))
        remove(path, **rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shutil, "rmtree", rmtree)
        rebuild(place, news)
    assert found == [[".index-old", "index", "news"]]


def test_an_interrupted_swap_is_recovered(place: Path, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    move = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.name.endswith("-rebuild"):
            raise Killed
        return move(self, target)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Path, "rename", rename)
        rebuild(place, news)
    assert not place.exists()
    recover(place)
    assert held(Folder.open(place)) == {"old.txt": "Old"}
    # What it left behind is in nobody's way.
    (place.parent / ".index-old").mkdir()
    rebuild(place, news)
    assert names(place.parent) == ["index", "news"]
