"""Readers and a writer at once, in threads and processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from search import open_archive
from torture.crash import run
from torture.together import index, tries, write_version


def test_every_answer_is_of_one_whole_generation(tmp_path: Path) -> None:
    (one,) = tries(tmp_path / "place", commits=8)
    assert one.problems == []
    assert one.count > 8


def test_of_several_writers_one_writes_and_the_others_are_told(tmp_path: Path) -> None:
    assert index(tmp_path, 0) == ""
    write_version(tmp_path, 1)
    command = [sys.executable, "-m", "search", "--index", tmp_path / "index", "index", tmp_path / "news"]
    writers = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    said = {writer.pid: (writer.communicate()[1], writer.returncode) for writer in writers}
    assert {status for _, status in said.values()} <= {0, 2}
    assert any(status == 0 for _, status in said.values())
    for message, status in said.values():
        if status:
            assert any(f"Process {pid} is writing" in message for pid in said), message
    with open_archive(tmp_path / "index") as archive:
        assert {hit.title for hit in archive.search("release").hits} == {"Release 1"}
    assert run(tmp_path, ("index", "news"))[0] == 0
