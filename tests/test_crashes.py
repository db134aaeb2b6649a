"""Whatever happens to the disk, an index is the old one or the new one, and the next run goes on.

A sample of crash points: `make torture` tries every one of them.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.columnar import container, contents
from torture.crash import SCENARIOS, Bench, faults, losses, run
from torture.disk import Crash, Disk, Tree, crash_at, fail_from, torn
from torture.tries import Try

#: Every so many operations.
STEP = 8

# Files are left open by what fails in the midst of writing them.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(params=SCENARIOS, ids=lambda scenario: scenario.name)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    return Bench(request.param, tmp_path)


def lost(tries: Iterator[Try]) -> list[str]:
    found = list(tries)
    assert found
    return [f"{where}: {problem}" for _, where, problems in found for problem in problems]


def test_nothing_is_lost_by_crashes_full_disks_and_errors(bench: Bench) -> None:
    assert lost(faults(bench, STEP, len(bench.scenario.name))) == []


def test_nothing_is_lost_with_the_power(bench: Bench) -> None:
    assert lost(losses(bench, STEP, len(bench.scenario.name), chances=1)) == []


def test_no_file_that_a_search_may_have_mapped_is_written_to(bench: Bench) -> None:
    """Cut short, it would end the process that has it."""
    before = range(1, len(bench.tree.nodes))
    lock = bench.tree.find(("index", "MAIN_WRITELOCK"))
    written = {one.node for one in bench.log if one.what in ("open", "write", "truncate") and one.node in before}
    assert written <= {lock}


def test_merging_merges(tmp_path: Path) -> None:
    (merge,) = (scenario for scenario in SCENARIOS if scenario.name == "merge")
    Bench(merge, tmp_path)
    assert len(list((tmp_path / "place" / "index").glob("*.col"))) == 1


@pytest.mark.parametrize(
    ("forgotten", "what"),
    [((container, "flush"), "data"), ((contents, "flush"), "data"), ((contents, "sync_folder"), "names")],
)
def test_a_sync_that_is_forgotten_would_be_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgotten: tuple[object, str], what: str
) -> None:
    monkeypatch.setattr(*forgotten, lambda file: file.flush() if hasattr(file, "flush") else None)
    (add,) = (scenario for scenario in SCENARIOS if scenario.name == "add")
    assert any(what in problem for problem in lost(losses(Bench(add, tmp_path), 3, chances=0)))


def test_searching_writes_nothing(tmp_path: Path) -> None:
    (add,) = (scenario for scenario in SCENARIOS if scenario.name == "add")
    bench = Bench(add, tmp_path)
    disk = Disk(bench.place, fail_from(0, errno.EROFS))
    with disk.running():
        for command in (("search", "harbour"), ("show", "harbour"), ("stats",), ("explain", "harbour")):
            assert run(bench.place, command)[0] == 0
    assert disk.count == 0
    assert disk.saw_everything()


def test_the_disk_sees_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    (tmp_path / "d").mkdir()
    disk = Disk(tmp_path)
    with disk.running():
        with (tmp_path / "b").open("wb") as file:
            file.write(b"12")
            file.flush()
            file.seek(5)
            file.write(b"3")
        (tmp_path / "b").rename(tmp_path / "d" / "c")
        (tmp_path / "a").unlink()
        (tmp_path / "d").rename(tmp_path / "e")
    assert [one.what for one in disk.log] == ["link", "write", "write", "rename", "unlink", "rename"]
    assert disk.saw_everything()
    assert Tree.of(tmp_path).files() == {"e": {"c": b"12\0\0\0003"}}


def test_half_of_a_write_can_be_left(tmp_path: Path) -> None:
    disk = Disk(tmp_path, torn(crash_at(1)))
    with disk.running():
        file = (tmp_path / "a").open("wb")
        for data in (b"abcdef", b"ghi"):  # nothing more is written after a crash
            file.write(data)
            with pytest.raises(Crash):
                file.flush()
            assert (tmp_path / "a").read_bytes() == b"abc"
    with pytest.raises(Crash):
        file.close()
