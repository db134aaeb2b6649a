from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from search.article import Article
from search.engines.memory import MemoryEngine
from search.engines.whoosh import WhooshEngine
from tests.articles import archive_of, put
from tests.web.cable import CABLE
from tests.web.fakes import Browser
from tests.web.scripts import ARTICLES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it aloud if no browser has seen the page: a dot that is an `s` is soon overlooked."""
    skipped = [each for each in terminalreporter.getreports("skipped") if "test_web_browser" in each.nodeid]
    if skipped:
        reason = str(skipped[0].longrepr[2]).removeprefix("Skipped: ")
        terminalreporter.write_line(f"{len(skipped)} browser tests DID NOT RUN: {reason}", yellow=True, bold=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The pages of a real archive in memory."""
    with archive_of(MemoryEngine(), ARTICLES) as archive:
        yield Browser(archive)


#: What is started in the background ignores interrupts, and so would the server without its second line.
_PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from web.serve import serve
serve(sys.argv[1], sys.argv[2], port=0, workers=int(sys.argv[3]))
"""


@contextmanager
def serving(folder: Path, host: str = "127.0.0.1", workers: int = 1) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process over the index in `folder`, and the address it told."""
    command = [sys.executable, "-c", _PROGRAM, str(folder), host, str(workers)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr
            told = server.stderr.readline()
            assert told.startswith("Newsstand is at http://"), told + server.stderr.read()
            yield server, told.split()[3].rstrip("/")
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index that a server can open."""
    return _indexed(tmp_path_factory.mktemp("served") / "index", ARTICLES)


@pytest.fixture(scope="session")
def cable_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of the news of the cable."""
    return _indexed(tmp_path_factory.mktemp("cable") / "index", CABLE)


def _indexed(folder: Path, articles: tuple[Article, ...]) -> Path:
    engine = WhooshEngine.create(folder)
    put(engine, *articles)
    engine.close()
    return folder


@pytest.fixture(scope="session")
def site(index: Path) -> Iterator[str]:
    """The address of a server, without a slash at its end."""
    with serving(index) as (_, address):
        yield address
