"""Runs of indexing that are killed at random moments while somebody searches; then one that is left alone."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from threading import Event, Thread

from search.engines.whoosh import WhooshEngine
from search.indexing import Options, index_paths
from search.searching import Archive
from torture.tries import Try

TODAY = date(2024, 1, 1)

_SUBJECTS = ("ministers", "striker", "våpenhvile", "wapenstilstand", "budget", "停火", "storm", "court", "fisheries")
_QUERIES = ("", "talks", "ministers budget", "våpenhvile", "year:2020 storm", "停火", '"the court"', "sto*")

#: What a run is started as: few seconds between commits, and several processes at once.
_RUN = """
import sys
from pathlib import Path
from torture.kills import run
if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def write_news(folder: Path, count: int, seed: int = 1) -> None:
    """Articles in files of every kind that matters here: long and short ones, copies, equal and missing ids."""
    choose = random.Random(seed)
    folder.mkdir(parents=True)
    for part in range(4):
        with (folder / f"{part}.jsonl").open("w", encoding="utf-8") as file:
            for number in range(count // 5):
                file.write(json.dumps(_article(choose, part, number), ensure_ascii=False) + "\n")
    for number in range(count // 5):
        (folder / f"{number:05}.txt").write_text(_text(choose, number), encoding="utf-8")


def _article(choose: random.Random, part: int, number: int) -> dict[str, str]:
    article = {"text": _text(choose, number), "title": f"{choose.choice(_SUBJECTS)} {number % 97}"}
    article |= ({"id": f"{part}-{number}"}, {"id": f"{number % 50}"}, {})[number % 3]
    return article | ({"date": f"20{number % 25:02}-0{number % 9 + 1}"} if number % 4 else {})


def _text(choose: random.Random, number: int) -> str:
    """One in four is the same as another."""
    if number % 4 == 0:
        return f"The talks of {number % 40} went on, and the court heard of it. " * 5
    return " ".join(choose.choices((*_SUBJECTS, "the", "talks", "of", "and"), k=80))


def run(index: Path, news: Path, commit_seconds: float = 0.2) -> None:
    from search.indexing import crew

    crew._PATIENCE = 0.0
    with closing(WhooshEngine.create(index)) as engine:
        index_paths(engine, [news], Options(jobs=2, commit_seconds=commit_seconds), today=TODAY)


def kills(folder: Path, count: int, articles: int = 3000, seed: int = 1) -> Iterator[Try]:
    """`count` kills, then the comparison with an index that was made in one go."""
    choose = random.Random(seed)
    write_news(folder / "news", articles)
    (folder / "empty").mkdir()
    started = time.monotonic()
    run(folder / "whole", folder / "news", commit_seconds=60)
    whole = time.monotonic() - started
    run(folder / "index", folder / "empty")
    searching = _Searching(folder / "index")
    for number in range(count):
        process = _start(folder / "index", folder / "news")
        after = choose.uniform(0.3, whole + 1)
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        yield Try(1, f"kill {number} after {after:.1f} s", searching.problems())
    process = _start(folder / "index", folder / "news")
    ended = process.wait()
    problems = [] if ended == 0 else [f"the run that was left alone ended with {ended}"]
    problems += [*searching.stop(), *_differences(folder / "whole", folder / "index")]
    yield Try(1, f"after {count} kills", problems)


def _start(index: Path, news: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _RUN, str(index), str(news)])


def _differences(one: Path, other: Path) -> list[str]:
    found = []
    with Archive(WhooshEngine.open(one)) as whole, Archive(WhooshEngine.open(other)) as killed:
        for query in _QUERIES:
            expected, got = (archive.search(query, limit=1000) for archive in (whole, killed))
            for name in ("total", "facets", "hits"):
                if getattr(expected, name) != getattr(got, name):
                    found.append(f"{query!r} finds other {name}")
    return found


class _Searching:
    """Searches all the time, and keeps what went wrong."""

    def __init__(self, index: Path) -> None:
        self._index = index
        self._found: list[str] = []
        self._is_over = Event()
        self._thread = Thread(target=self._search, daemon=True)
        self._thread.start()

    def _search(self) -> None:
        with Archive(WhooshEngine.open(self._index)) as archive:
            most = 0
            while not self._is_over.is_set():
                try:
                    total = archive.search("").total
                    archive.search("talks of the court")
                except Exception as error:  # nothing at all may go wrong
                    self._found.append(f"a search failed: {type(error).__name__}: {error}")
                else:
                    if total < most:
                        self._found.append(f"{total} articles were found after {most}")
                    most = max(most, total)

    def problems(self) -> list[str]:
        found, self._found = self._found, []
        return found

    def stop(self) -> list[str]:
        self._is_over.set()
        self._thread.join()
        return self.problems()
