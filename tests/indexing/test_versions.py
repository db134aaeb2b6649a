"""Agencies send an article again when they change it, and withdraw it: what counts doesn't depend on the order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.article import Record, Rejected
from search.engines.memory import MemoryEngine
from search.readers import Origin
from tests.indexing.folders import articles, counts, held, index, take_out, write


@pytest.fixture(autouse=True)
def wire(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of lines like `G 2 text`, `G - text` without a version, or `G 3 !`, which withdraws."""

    def read(origin: Origin, fields: object) -> Iterator[Record | Rejected]:
        for number, line in enumerate(origin.file.read_text().splitlines(), 1):
            id, version, text = line.split(" ", 2)
            known = None if version == "-" else int(version)
            is_kill = text == "!"
            position = number if "\n" in origin.file.read_text() else None
            place = {"root": origin.root, "path": origin.path, "position": position}
            yield Record("" if is_kill else text, **place, id=id, version=known, withdrawn=is_kill)  # type: ignore[arg-type]

    monkeypatch.setattr("search.indexing.worker.read", read)


@pytest.mark.parametrize(
    ("files", "text"),
    [
        (("G 1 one", "G 2 two", "G 3 three"), "three"),
        (("G 1 one", "G 3 three", "G 2 !"), "three"),
        (("G 1 one", "G 2 two", "G 2 !"), None),
        (("G 1 one", "G 2 two", "G 3 !"), None),
        (("G 1 one", "G 2 two", "G - !"), None),
        (("G 1 one", "G 1 one", "G 1 one"), "one"),
    ],
)
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("how", ["one file", "one run", "many runs"])
def test_the_highest_version_counts(
    engine: MemoryEngine, tmp_path: Path, files: tuple[str, ...], text: str | None, order: tuple[int, ...], how: str
) -> None:
    lines = [files[place] for place in order]
    if how == "one file":
        index(engine, write(tmp_path / "all.txt", *lines))
    else:
        paths = [write(tmp_path / f"{number}.txt", line) for number, line in enumerate(lines)]
        for run in [paths] if how == "one run" else [[path] for path in paths]:
            index(engine, *run)
    assert held(engine) == ({} if text is None else {"G": text})
    # And again, nothing changes.
    assert counts(index(engine, tmp_path)).keys() <= {"unchanged", "superseded", "withdrawn", "repeated"}
    assert held(engine) == ({} if text is None else {"G": text})


def test_when_the_highest_goes_the_next_counts_again(engine: MemoryEngine, tmp_path: Path) -> None:
    for number, line in enumerate(("G 1 one", "G 2 two", "G 3 !")):
        write(tmp_path / f"{number}.txt", line)
    index(engine, tmp_path)
    for gone, text in (("2.txt", "two"), ("1.txt", "one")):
        (tmp_path / gone).unlink()
        index(engine, tmp_path, prune=True)
        assert held(engine) == {"G": text}
    # A file whose version is lowered gives way too.
    write(tmp_path / "5.txt", "G 5 five")
    index(engine, tmp_path)
    assert held(engine) == {"G": "five"}
    write(tmp_path / "5.txt", "G 0 nothing")
    index(engine, tmp_path)
    assert held(engine) == {"G": "one"}


def test_versions_leave_others_of_the_same_name_alone(engine: MemoryEngine, tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "G - alone")
    write(tmp_path / "b.txt", "G 1 one")
    write(tmp_path / "c.txt", "G 2 two")
    (renamed,) = {one.id for one in index(engine, tmp_path).renamed}
    assert held(engine) == {"G": "alone", renamed: "two"}
    write(tmp_path / "d.txt", "G 3 !")
    index(engine, tmp_path)
    assert held(engine) == {"G": "alone"}


def test_what_was_taken_out_stays_out_in_every_version(engine: MemoryEngine, tmp_path: Path) -> None:
    index(engine, write(tmp_path / "a.txt", "G 1 one"))
    assert take_out(engine, "G") == ("G",)
    write(tmp_path / "b.txt", "G 2 two")
    assert counts(index(engine, tmp_path)) == {"withheld": 2}
    assert held(engine) == {}


@pytest.mark.parametrize("order", list(itertools.permutations(("G 1 same", "H 1 same", "G 2 other"))))
def test_a_text_whose_version_was_superseded_is_that_of_its_copies(
    engine: MemoryEngine, tmp_path: Path, order: tuple[str, ...]
) -> None:
    for number, line in enumerate(order):
        write(tmp_path / f"{number}.txt", line)
    index(engine, tmp_path)
    assert {id: article.text for id, article in articles(engine).items()} == {"G": "other", "H": "same"}
