"""How fast input of each format is indexed, by one worker and by several, and whether memory grows with the input.

Pages and crawls are made from the articles of a JSONL, so that all formats hold the same. `python -m bench.ingest
CORPUS.jsonl` measures this alone.
"""

from __future__ import annotations

import argparse
import html
import io
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measuring import in_process
from bench.report import Cell, Section, markdown
from search.engines.whoosh import WhooshEngine
from search.indexing import Options, index_paths

#: Around the article, what pages have around articles.
_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{title} | The Daily Bench</title>
<meta property="og:title" content="{title}"><meta property="article:published_time" content="2023-05-0{day}T10:00:00Z">
</head><body><header><nav>{menu}</nav></header><main><article><h1>{title}</h1>{paragraphs}</article></main>
<aside><h2>Most read</h2>{menu}</aside><footer><p>All rights reserved.</p></footer></body></html>
"""
_MENU = "<ul>" + "".join(f'<li><a href="/section/{number}">Section {number}</a></li>' for number in range(30)) + "</ul>"


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


#: How each is made, and which share of the articles there are of it.
FORMATS: dict[str, tuple[Callable[[Iterable[dict[str, str]], Path], Path], float]] = {
    "JSONL": (_lines, 1.0),
    "HTML": (_pages, 0.1),
    "WARC": (_crawl, 0.1),
}


def measured(corpus: Path, articles: int, jobs: Sequence[int], growth: Sequence[int] = ()) -> Section:
    """`growth` are numbers of articles to be indexed from JSONL besides, with the most workers."""
    tried = [(name, int(articles * share), jobs) for name, (_, share) in FORMATS.items()]
    tried += [("JSONL", count, jobs[-1:]) for count in growth]
    rows = tuple(row for name, count, each in tried for row in _rows(name, corpus, count, each))
    note = (
        "Indexing with everything in it: reading, finding language and date, committing. Memory of all "
        "processes together, mapped files left out, at most, in MB. A crawl is packed; its MB are as it lies on disk."
    )
    return Section("Input", note, ("format", "workers", "articles", "MB", "articles/s", "MB/s", "memory"), rows)


def _rows(name: str, corpus: Path, count: int, jobs: Sequence[int]) -> Iterator[tuple[Cell, ...]]:
    with TemporaryDirectory() as folder:
        made, index = FORMATS[name][0](_bare(corpus, count), Path(folder)), Path(folder, "index")
        size = sum(file.stat().st_size for file in (made, *made.rglob("*")) if file.is_file()) / 1e6
        for each in jobs:
            shutil.rmtree(index, ignore_errors=True)
            run = in_process(_index, made, index, each)
            yield name, each, _count(index), size, count / run.seconds, size / run.seconds, run.memory / 1e6


def _index(made: Path, index: Path, jobs: int) -> None:
    with closing(WhooshEngine.create(index)) as engine:
        index_paths(engine, [made], Options(jobs=jobs, keep_copies=True), today=date.today())


def _count(index: Path) -> int:
    with closing(WhooshEngine.open(index)) as engine, closing(engine.snapshot()) as snapshot:
        return sum(snapshot.languages.values())


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench.ingest", description=__doc__)
    parser.add_argument("corpus", type=Path, metavar="FILE")
    parser.add_argument("--articles", type=int, default=20_000, metavar="N", help="of JSONL; a tenth of pages (20000)")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, os.cpu_count() or 1], metavar="N")
    parser.add_argument("--growth", type=int, nargs="*", default=[], metavar="N", help="JSONL of so many articles too")
    chosen = parser.parse_args(words)
    print(*markdown(measured(chosen.corpus, chosen.articles, chosen.jobs, chosen.growth)), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
