"""Several processes: the same index as one makes, and nothing lost when one of them dies."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from functools import partial
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import pytest

from search.article import Article, Record, Rejected
from search.engines.memory import MemoryEngine, _MemoryWriter
from search.engines.whoosh import WhooshEngine
from search.errors import WorkerLost
from search.indexing import Options, Report, index_paths
from search.searching import Archive
from tests.commands import newsstand
from tests.indexing.folders import TODAY, Plain, articles, blobs, copies, counts, refused, write

WORDS = ("ceasefire", "talks", "minister", "regjering", "våpenhvile", "停火", "wapenstilstand", "budget", "election")


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes are started at once, and files cut into pieces of some articles."""
    monkeypatch.setattr("search.indexing.crew._PATIENCE", -1.0)
    monkeypatch.setattr("search.indexing.planning._CUT", 2000)
    monkeypatch.setattr("search.readers.pieces.PIECE", 2000)


def many(count: int) -> Iterator[Mapping[str, object]]:
    """Articles with ids that are equal, missing and their own, copies among them, and now and then something else."""
    for number in range(count):
        words = " ".join(WORDS[(number * step) % len(WORDS)] for step in range(1, 9))
        yield {"text": f"{words} {number % (count * 2 // 3)}.", "id": ("x", None, f"a{number}")[number % 3]}
        if number % 50 == 7:
            yield {"id": number}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "news/a.jsonl", *many(300))
    write(tmp_path / "news/b.jsonl", *many(200))
    for number in range(60):
        write(tmp_path / f"news/c/{number}.txt", f"Article {number % 40} of the talks.")
    return tmp_path / "news"


def indexed(engine: WhooshEngine | MemoryEngine, folder: Path, jobs: int, commit: float = 60) -> Report:
    return index_paths(engine, [folder], Options(jobs=jobs, commit_seconds=commit), today=TODAY)


def seen(folder: Path, query: str) -> list[object]:
    with Archive(WhooshEngine.open(folder)) as archive:
        page = archive.search(query, limit=100)
        hits = [(hit.id, hit.title, hit.score, tuple(copy.id for copy in hit.copies)) for hit in page.hits]
        return [page.total, page.facets, *hits]


def test_the_same_with_any_number_of_them(folder: Path, tmp_path: Path) -> None:
    reports = []
    for name, jobs, commit in (("one", 1, 60), ("three", 3, 60), ("often", 2, 0)):
        with closing(WhooshEngine.create(tmp_path / name)) as engine:
            reports.append(indexed(engine, folder, jobs, commit))
    assert len({(tuple(counts(report).items()), report.refusals, report.renamed) for report in reports}) == 1
    for query in ("", "talks", "våpenhvile minister", "停火", "article 7"):
        assert seen(tmp_path / "one", query) == seen(tmp_path / "three", query) == seen(tmp_path / "often", query)


def test_a_commit_has_things_done_elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = []

    def commit(self: _MemoryWriter, finish: Any, elsewhere: Any = None) -> None:
        waiting, failing = elsewhere(os.getpid), elsewhere(partial(os.stat, "nowhere"))
        done.append(waiting())
        with pytest.raises(FileNotFoundError):
            failing()
        usual(self, finish)

    usual = _MemoryWriter.commit
    monkeypatch.setattr(_MemoryWriter, "commit", commit)
    with closing(MemoryEngine()) as engine:
        assert indexed(engine, folder, 2).added
    assert done and os.getpid() not in done


class Deadly(Plain, frozen=True):
    """Has what reads an article of the text `die` killed, and fails at `fail` and `full`."""

    def article(self, record: Record, id: str, language: str | None) -> Article | Rejected:
        if record.text in ("die", "fail", "full") and parent_process() is None:
            raise AssertionError("no other process was there to read it")
        if record.text == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if record.text == "fail":
            raise ZeroDivisionError("a bug")
        if record.text == "full":
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().article(record, id, language)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("die", WorkerLost, r"was killed by SIGKILL, .* run the same command again"),
        ("fail", RuntimeError, "ZeroDivisionError: a bug"),
        ("full", OSError, r"^\[Errno 28\] No space left on device$"),
    ],
)
def test_what_was_committed_outlives_a_process(tmp_path: Path, text: str, error: type[Exception], message: str) -> None:
    with closing(MemoryEngine()) as engine:
        write(tmp_path / "a.jsonl", *({"id": f"a{number}", "text": f"Alfa {number}"} for number in range(500)))
        write(tmp_path / "b.jsonl", *({"id": f"b{number}", "text": f"{text}"} for number in range(500)))
        options = Options(jobs=2, commit_seconds=0)
        with pytest.raises(error, match=message):
            index_paths(engine, [tmp_path], options, today=TODAY, stages=Deadly(), blobs=blobs)
        kept = articles(engine)
        assert kept and all(article.text.startswith("Alfa") for article in kept.values())
        write(tmp_path / "b.jsonl", {"id": "b", "text": "Beta"})
        report = index_paths(engine, [tmp_path], options, today=TODAY, stages=Deadly(), blobs=blobs)
        assert report.unchanged >= len(kept) and len(articles(engine)) == 501


def test_a_piece_knows_its_lines(tmp_path: Path) -> None:
    lines = [
        *({"text": f"Alfa {number}"} for number in range(400)),
        "{broken",
        *({"text": f"Beta {n}"} for n in range(9)),
    ]
    write(tmp_path / "a.jsonl", *lines)
    with closing(MemoryEngine()) as engine:
        report = index_paths(engine, [tmp_path], Options(jobs=2), today=TODAY, stages=Plain(), blobs=blobs)
        assert [one.position for one in refused(report)] == [401]
        assert (len(articles(engine)), copies(engine)) == (409, {})


def test_what_is_given_up_is_given_up_for_good(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", {"text": "Alfa"}, *["{broken"] * 3000, {"text": "Beta"})
    with pytest.MonkeyPatch.context() as patch, closing(MemoryEngine()) as engine:
        patch.setattr("search.readers.pieces.PIECE", 10_000)
        report = index_paths(engine, [tmp_path], Options(jobs=2), today=TODAY, stages=Plain(), blobs=blobs)
        assert len(articles(engine)) == 1
        assert refused(report)[-1].reason.endswith("the rest was not read")
        assert report.rejected < 2600


def test_an_interrupted_run_says_what_is_left_and_leaves_no_process(tmp_path: Path) -> None:
    write(tmp_path / "news/a.jsonl", *({"text": f"{' '.join(WORDS)} {number}"} for number in range(50_000)))
    command = newsstand("--index", tmp_path / "index", "index", "--jobs", "2", tmp_path / "news")
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while len(workers := below(process.pid)) < 4 and time.monotonic() < deadline:  # two, what forks them, a tracker
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        said = process.stderr.read()
        assert process.wait(30) == 130
    assert said.startswith("newsstand: interrupted; what was committed is kept")
    assert len(workers) >= 4
    while any(map(is_running, workers)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_long_path_of_the_temporary_folder_is_no_hindrance(tmp_path: Path) -> None:
    temporary = tmp_path / ("t" * 90)
    temporary.mkdir()
    write(tmp_path / "a.jsonl", *({"id": f"a{n}", "text": f"{' '.join(WORDS)} {n}"} for n in range(4000)))
    command = newsstand("--index", tmp_path / "index", "index", "--jobs", "2", "--quiet", tmp_path / "a.jsonl")
    assert subprocess.run(command, env={**os.environ, "TMPDIR": str(temporary)}, check=False).returncode == 0


def test_nothing_is_imported_from_the_current_folder(tmp_path: Path) -> None:
    write(tmp_path / "search/__init__.py", "import pathlib; pathlib.Path('imported').touch(); raise SystemExit(1)")
    write(tmp_path / "a.jsonl", *({"id": f"a{n}", "text": f"{' '.join(WORDS) * 20} {n}"} for n in range(8000)))
    command = [Path(sys.executable).with_name("newsstand"), "index", "--jobs", "2", "--quiet", "a.jsonl"]
    started = 0
    with subprocess.Popen(command, cwd=tmp_path) as process:
        while process.poll() is None:
            with suppress(OSError):  # one has just ended
                started = max(started, len(below(process.pid)))
            time.sleep(0.05)
    assert started >= 4
    assert process.returncode == 0
    assert not (tmp_path / "imported").exists()


def below(process: int) -> list[str]:
    """The processes that it began, and that these began."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [*children, *(other for child in children for other in below(int(child)))]


def is_running(process: str) -> bool:
    """One that has ended may still wait for somebody to notice."""
    try:
        return ") Z " not in Path("/proc", process, "stat").read_text()
    except FileNotFoundError:
        return False
