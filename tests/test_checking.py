"""`newsstand check` reads every byte of an index and names what is damaged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from search.cli import main


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    (folder / "krig.txt").write_text("Det er krig i landet, sier statsministeren i dag.", encoding="utf-8")
    assert main(["--index", str(folder / "index"), "index", str(folder / "krig.txt"), "--quiet"]) == 0
    return folder / "index"


@pytest.fixture
def index(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "index"))


def the(index: Path, pattern: str) -> Path:
    (path,) = index.glob(pattern)
    return path


def flipped(share: float) -> Callable[[Path], None]:
    def flip(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[int(share * len(data))] ^= 1
        path.write_bytes(data)

    return flip


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("pattern", ["*.col", "*.blobs", "*.toc"])
@pytest.mark.parametrize("harm", [flipped(0.01), flipped(0.5), flipped(0.99), cut, emptied, Path.unlink])
def test_what_is_damaged_is_named(
    index: Path, pattern: str, harm: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    path = the(index, pattern)
    harm(path)
    assert main(["--index", str(index), "check"]) == 2
    said = capsys.readouterr()
    if path.exists() or pattern != "*.toc":  # without a table of contents there is no index
        assert f"newsstand: {path.name} " in said.err.replace(",", " ")
        assert f"{path.name} " in said.out and "damaged" in said.out


def test_a_whole_index_is_told_file_by_file(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--index", str(index), "check"]) == 0
    said = capsys.readouterr()
    assert [line.split()[0] for line in said.out.splitlines()] == [
        the(index, pattern).name for pattern in ("*.toc", "*.col", "*.blobs")
    ]
    assert all(line.endswith("whole") for line in said.out.splitlines())
    assert said.err == ""


def test_what_is_left_over_is_no_damage(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (index / "MAIN_abc.col").write_bytes(b"half")
    assert main(["--index", str(index), "check", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["whole"], report["left_over"]) == (True, ["MAIN_abc.col"])
    assert all(file["problems"] == [] and file["bytes"] for file in report["files"])


def test_a_folder_without_an_index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--index", str(tmp_path), "check"]) == 2
    assert "There is no index" in capsys.readouterr().err
