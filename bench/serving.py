"""What an index costs while it is searched: cold starts of the command, and memory."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench.contenders.newsstand import Newsstand
from bench.measuring import command, own_memory
from bench.queries import Query
from bench.report import Section

_STARTS = 9


def measured(indexes: Sequence[tuple[int, Path]], queries: Sequence[Query]) -> Section:
    rows = tuple((articles, cold(index, queries), memory(index, queries) / 1e6) for articles, index in indexes)
    note = (
        "Milliseconds of a whole process of `newsstand search WORD`, the median of some; memory of a process, "
        "mapped files left out, in MB, after it made a page for every query of the bench."
    )
    return Section("Starting and serving", note, ("articles", "cold start", "memory"), rows)


def cold(index: Path, queries: Sequence[Query]) -> float:
    words = [query.text for query in queries if query.kind == "medium word"][:_STARTS]
    return median(command("--index", index, "search", word) for word in words)


def memory(index: Path, queries: Sequence[Query]) -> int:
    """In a process of its own."""
    asked = [sys.executable, "-m", "bench.serving", str(index)]
    return int(subprocess.run(asked, input=pickle.dumps(queries), stdout=subprocess.PIPE, check=True).stdout)


def _serve(index: Path, queries: Sequence[Query]) -> int:
    newsstand = Newsstand(index)
    for query in queries:
        newsstand.page(query)
    return own_memory()


if __name__ == "__main__":
    print(_serve(Path(sys.argv[1]), pickle.load(sys.stdin.buffer)))
