"""What appears or changes is found while somebody watches."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from watchdog.events import (
    DirCreatedEvent,
    DirModifiedEvent,
    FileClosedNoWriteEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileOpenedEvent,
    FileSystemEvent,
)

from search import open_archive
from search.indexing.watching import Changes


@pytest.mark.parametrize(
    ("event", "matters"),
    [
        (FileCreatedEvent("/news/a.txt"), True),
        (FileModifiedEvent("/news/a.txt"), True),
        (DirCreatedEvent("/news/b"), True),
        (FileMovedEvent("/news/.a.part", "/news/a.txt"), True),
        # Reading a file changes nothing; that a folder changed is told of what is in it.
        (FileOpenedEvent("/news/a.txt"), False),
        (FileClosedNoWriteEvent("/news/a.txt"), False),
        (DirModifiedEvent("/news"), False),
        # What is hidden isn't read, and the index is not an article.
        (FileModifiedEvent("/news/.a.part"), False),
        (FileModifiedEvent("/news/index/MAIN_1.col"), False),
    ],
)
def test_which_changes_matter(event: FileSystemEvent, matters: bool) -> None:
    changes = Changes(Path("/news/index"))
    changes.tell(event)
    assert changes.wait(0) is matters
    assert not changes.wait(0)


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_searcher_finds_what_appears_without_being_opened_again(tmp_path: Path) -> None:
    news, index = tmp_path / "news", tmp_path / "news/index"
    news.mkdir()
    (news / "a.txt").write_text("The talks began.")
    command = [sys.executable, "-m", "search", "--index", str(index), "watch", "--prune", str(news)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("newsstand: 1 added")
        with open_archive(index) as archive:
            (news / "b").mkdir()
            (news / "b/b.txt").write_text("The talks ended.")
            until(lambda: archive.search("talks").total == 2)
            (news / "a.txt").write_text("Nothing was said.")
            until(lambda: archive.search("talks").total == 1)
            (news / "b/b.txt").unlink()
            until(lambda: archive.search("").total == 1)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read().splitlines()
        assert process.wait(10) == 0
    # It may have been interrupted before it could tell of the last change.
    told = ["newsstand: 1 added, 1 unchanged", "newsstand: 1 changed, 1 unchanged", "newsstand: 1 removed, 1 unchanged"]
    assert [line.split(" (")[0] for line in said] in (told, told[:2])
