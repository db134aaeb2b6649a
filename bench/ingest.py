"""How fast input of each format is indexed, with one worker and with several, and whether memory grows with it.

    python -m bench.ingest CORPUS.jsonl [--articles N] [--jobs 1 2] [--growth N N]

Pages and crawls are made from the corpus, so that all formats hold the same articles.
"""

from __future__ import annotations

import argparse
import html
import io
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from search.engines.whoosh import WhooshEngine
from search.indexing import Options, index_paths

#: Seconds between two looks at the memory of processes.
_EVERY = 0.1

#: Around the article, what pages have around articles.
_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{title} | The Daily Bench</title>
<meta property="og:title" content="{title}"><meta property="article:published_time" content="2023-05-0{day}T10:00:00Z">
</head><body><header><nav>{menu}</nav></header><main><article><h1>{title}</h1>{paragraphs}</article></main>
<aside><h2>Most read</h2>{menu}</aside><footer><p>All rights reserved.</p></footer></body></html>
"""
_MENU = "<ul>" + "".join(f'<li><a href="/section/{number}">Section {number}</a></li>' for number in range(30)) + "</ul>"


@dataclass(frozen=True, slots=True)
class Measured:
    """`memory` is the most that all processes together shared with nobody, in bytes."""

    articles: int
    size: int
    seconds: float
    memory: int

    def row(self, *before: object) -> str:
        rates = f"{self.articles / self.seconds:,.0f} | {self.size / self.seconds / 1e6:.1f}"
        cells = (*before, f"{self.articles:,}", f"{self.size / 1e6:.0f}", rates, f"{self.memory / 1e6:.0f}")
        return f"| {' | '.join(map(str, cells))} |"


def measured(input: Path, index: Path, jobs: int) -> Measured:
    process = get_context("spawn").Process(target=_index, args=(input, index, jobs))
    started = time.perf_counter()
    process.start()
    most = 0
    while process.is_alive():
        most = max(most, sum(map(_private, _family(process.pid or 0))))
        time.sleep(_EVERY)
    seconds = time.perf_counter() - started
    if process.exitcode:
        raise RuntimeError(f"indexing {input} failed")
    with closing(WhooshEngine.open(index)) as engine, closing(engine.snapshot()) as snapshot:
        articles = sum(snapshot.languages.values())
    files = input.rglob("*") if input.is_dir() else (input,)
    return Measured(articles, sum(file.stat().st_size for file in files if file.is_file()), seconds, most)


def _index(input: Path, index: Path, jobs: int) -> None:
    with closing(WhooshEngine.create(index)) as engine:
        index_paths(engine, [input], Options(jobs=jobs, keep_copies=True), today=date.today())


def _family(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found = children.read_text().split()
        except OSError:  # it has just ended
            continue
        for child in found:
            yield from _family(int(child))


def _private(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty")) * 1024


def _bare(corpus: Path, count: int) -> Iterator[dict[str, str]]:
    """Without language and date, so that finding them is part of the work; round and round if there are too few."""
    number = 0
    while number < count:
        with corpus.open(encoding="utf-8") as lines:
            for line in islice(lines, count - number):
                article = json.loads(line)
                yield {"id": f"a{number}", "title": article.get("title") or "", "text": article["text"]}
                number += 1


def _lines(articles: Iterable[dict[str, str]], folder: Path) -> Path:
    path = folder / "articles.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(article, ensure_ascii=False) + "\n" for article in articles)
    return path


def _page(article: dict[str, str], number: int) -> bytes:
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in article["text"].split("\n") if line.strip())
    title = html.escape(article["title"])
    return _PAGE.format(title=title, day=number % 9 + 1, menu=_MENU, paragraphs=paragraphs).encode()


def _pages(articles: Iterable[dict[str, str]], folder: Path) -> Path:
    for number, article in enumerate(articles):
        path = folder / "pages" / f"{number // 1000:03}" / f"{number}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_page(article, number))
    return folder / "pages"


def _crawl(articles: Iterable[dict[str, str]], folder: Path) -> Path:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    path = folder / "crawl.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, article in enumerate(articles):
            said = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"https://bench.example/{number}", "response", io.BytesIO(_page(article, number)), http_headers=said
            )
            writer.write_record(record)
    return path


FORMATS: dict[str, tuple[Callable[[Iterable[dict[str, str]], Path], Path], float]] = {
    "JSONL": (_lines, 1.0),
    "HTML": (_pages, 0.1),
    "WARC": (_crawl, 0.1),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--articles", type=int, default=20_000, help="of JSONL; a tenth of pages (20000)")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, os.cpu_count() or 1])
    parser.add_argument("--growth", type=int, nargs="*", default=[], metavar="N", help="JSONL of so many articles too")
    chosen = parser.parse_args()
    print("| format | workers | articles | MB | articles/s | MB/s | private memory, MB |")
    print("|---|---|---|---|---|---|---|")
    for name, (make, share) in FORMATS.items():
        with tempfile.TemporaryDirectory() as folder:
            input = make(_bare(chosen.corpus, int(chosen.articles * share)), Path(folder))
            for jobs in chosen.jobs:
                print(measured(input, Path(folder, f"index-{jobs}"), jobs).row(name, jobs), flush=True)
    for count in chosen.growth:
        with tempfile.TemporaryDirectory() as folder:
            input = _lines(_bare(chosen.corpus, count), Path(folder))
            jobs = max(chosen.jobs)
            print(measured(input, Path(folder, "index"), jobs).row("JSONL", jobs), flush=True)


if __name__ == "__main__":
    main()
