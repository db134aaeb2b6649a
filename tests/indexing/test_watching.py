"""What appears or changes is found while somebody watches."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

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
from tests.commands import newsstand
from tests.web.conftest import serving


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


@contextmanager
def started(*arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A command of its own, which doesn't outlive a test that fails."""
    with subprocess.Popen(newsstand(*arguments), stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_searcher_finds_what_appears_without_being_opened_again(tmp_path: Path) -> None:
    news, index = tmp_path / "news", tmp_path / "news/index"
    news.mkdir()
    (news / "a.txt").write_text("The talks began.")
    with started("--index", index, "watch", "--prune", news) as process:
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


def test_a_served_page_shows_what_appears_and_changes(tmp_path: Path) -> None:
    news, index = tmp_path / "news", tmp_path / "index"
    news.mkdir()
    (news / "a.txt").write_text("The talks began.")
    with started("--index", index, "watch", "--quiet", news) as watch:
        until(lambda: any(index.glob("_MAIN_1.toc")))
        with serving(index) as (_, site):

            def titles(query: str) -> list[str]:
                with urlopen(f"{site}/search.json?q={query}") as answer:
                    return sorted(hit["title"] for hit in json.load(answer)["hits"])

            assert titles("talks") == ["The talks began."]
            (news / "b.jsonl").write_text('{"title": "Second round", "text": "More talks."}')
            until(lambda: len(titles("talks")) == 2)
            (news / "a.txt").write_text("Nothing was said.")
            until(lambda: titles("talks") == ["Second round"])
            assert titles("nothing") == ["Nothing was said."]
        watch.send_signal(signal.SIGINT)
        assert watch.wait(10) == 0
