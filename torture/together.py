"""Readers and one writer at once, in threads and processes: every answer is of one whole generation.

Each generation replaces every article by one of its own version, so an answer that mixes two shows.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from search import Archive, open_archive
from torture.crash import run
from torture.tries import Try

ARTICLES = 40


def write_version(folder: Path, version: int) -> None:
    """Its articles, and how many of them there are, are of that version alone."""
    (folder / "news").mkdir(exist_ok=True)
    count = ARTICLES + version % 3
    lines = [
        json.dumps({"id": str(n), "title": f"Release {version}", "text": f"v{version} number{n}"}) for n in range(count)
    ]
    (folder / "news" / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")


def index(folder: Path, version: int) -> str:
    """Why it failed, if it did."""
    write_version(folder, version)
    status, said = run(
        folder, ("index", "--quiet", "--jobs", "1", *(("--rebuild",) if version % 4 == 3 else ()), "news")
    )
    return said if status else ""


def wrong(archive: Archive) -> str:
    """What is wrong with one answer of an archive."""
    page = archive.search("release", limit=100)
    versions = {hit.title for hit in page.hits}
    if len(versions) != 1:
        return f"versions {sorted(versions)}"
    version = int(versions.pop().split()[1])
    if page.total != len(page.hits) or page.total != ARTICLES + version % 3:
        return f"{page.total} articles, {len(page.hits)} hits in version {version}"
    if sum(value.count for value in page.facets["language"]) != page.total:
        return f"facets of another generation than {version}"
    found = archive.search(f"v{version}*", limit=0).total  # by the lexicon; may be of a newer generation
    return "" if found in (0, page.total) else f"the lexicon of another generation: {found} of {page.total}"


def read(place: Path, stop: Path) -> int:
    """Another process: ask until there is a file `stop`; prints how often, and ends with 1 if an answer was wrong."""
    asked = 0
    with open_archive(place) as archive:
        while not stop.exists():
            asked += 1
            problem = wrong(archive)
            if asked % 10 == 0 and not problem:
                with open_archive(place) as other:  # one that has seen nothing yet
                    problem = wrong(other)
            if problem:
                print(problem)
                return 1
    print(asked)
    return 0


def tries(folder: Path, commits: int, threads: int = 2, processes: int = 2) -> Iterator[Try]:
    folder.mkdir(parents=True, exist_ok=True)
    place, stop = folder / "index", folder / "stop"
    failed = index(folder, 0)
    if failed:
        yield Try(1, "first run", [failed])
        return
    command = [sys.executable, "-c", "import sys; from pathlib import Path; from torture.together import read; "]
    command[-1] += "sys.exit(read(Path(sys.argv[1]), Path(sys.argv[2])))"
    others = [
        subprocess.Popen([*command, place, stop], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(processes)
    ]
    problems: list[str] = []
    asked = [0]
    with open_archive(place) as archive:
        readers = [threading.Thread(target=_ask, args=(archive, stop, problems, asked)) for _ in range(threads)]
        for reader in readers:
            reader.start()
        for version in range(1, commits + 1):
            if failed := index(folder, version):
                problems.append(failed)
        stop.touch()
        for reader in readers:
            reader.join()
    for other in others:
        said = other.communicate(timeout=60)[0]
        if other.returncode:
            problems.append(said)
        else:
            asked[0] += int(said)
    files = sorted(path.suffix for path in place.iterdir())
    if files != ["", ".blobs", ".col", ".toc"]:
        problems.append(f"files left: {files}")
    yield Try(asked[0], f"{commits} commits", problems)


def _ask(archive: Archive, stop: Path, problems: list[str], asked: list[int]) -> None:
    try:
        while not stop.exists() and not problems:
            asked[0] += 1
            if problem := wrong(archive):
                problems.append(problem)
    except Exception as error:  # told by the thread that waits
        problems.append(f"{type(error).__name__}: {error}")
