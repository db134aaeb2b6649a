"""A damaged index, served or asked on the command line: what is right, or one clear error with the way to mend it.

A seventh of the kinds of damage: `make torture` tries all.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import IndexDamaged, open_archive
from torture.served import commanded, harmed, prepare, served
from torture.tries import Try

STEP = 7


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    prepare(folder)
    return folder


def problems_of(tries: Iterator[Try]) -> list[str]:
    found = list(tries)
    assert len(found) > 15
    return [f"{one.where}: {problem}" for one in found for problem in one.problems]


def test_a_served_index_that_is_damaged_gives_what_is_right_or_503(made: Path, tmp_path: Path) -> None:
    index = Path(shutil.copytree(made / "index", tmp_path / "index"))
    assert problems_of(served(index, STEP)) == []


def test_every_command_does_what_is_right_or_ends_with_2(made: Path) -> None:
    assert problems_of(commanded(made, STEP)) == []


def test_what_makes_no_sense_since_it_changed_under_a_search_is_told(made: Path, tmp_path: Path) -> None:
    """Its block was checked when the index was opened, and fitted then."""
    index = Path(shutil.copytree(made / "index", tmp_path / "index"))
    (harm,) = (harm for harm in harmed(index) if harm[0] == ".col columns/language/codes")
    _, path, data = harm
    with open_archive(index) as archive:
        with path.open("r+b") as file:
            file.write(data or b"")
        with pytest.raises(IndexDamaged, match=r"\.col is damaged.*--rebuild"):
            archive.search(years=("2003",))
