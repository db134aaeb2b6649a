"""Extraction of articles from saved pages: title, day and body, beside trafilatura alone.

A title is right if its words are those expected, case, punctuation and width aside. A day is right if it is the one
expected, as the page gives it, in its own offset. A body's F1 is of its words as Newsstand cuts them, each counted as
often as it stands there: words in common, twice, by the words of both. What was rejected counts as found nothing.
"""

from __future__ import annotations

import gzip
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from msgspec import Struct

from evaluation.metrics import mean
from evaluation.report import Section
from search.analysis.words import tokens
from search.article import Rejected
from search.normalize import normalize
from search.readers import Origin, read_stream

TITLE = "extraction from pages"


class Found(Struct, frozen=True):
    """What a page is expected to hold, or what was found on it. `day` is empty if there is none."""

    title: str
    day: str
    body: str


class Page(Struct, frozen=True):
    name: str
    url: str
    data: bytes
    expected: Found


Extract = Callable[[Page], Found]


def pages(folder: Path) -> Iterator[Page]:
    """Those that `folder`/html/expected.jsonl names."""
    with (folder / "html" / "expected.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            data = gzip.decompress((folder / "html" / row["file"]).read_bytes())
            expected = Found(row["title"], (row["date"] or "")[:10], row["body"])
            yield Page(row["file"].removesuffix(".gz"), row["url"], data, expected)


def by_newsstand(page: Page) -> Found:
    origin = Origin("pages", page.name, Path("/pages", page.name), Path("/pages"))
    (record,) = read_stream(io.BytesIO(page.data), origin)
    article = record if isinstance(record, Rejected) else normalize(record, id=page.name, today=date.today())
    if isinstance(article, Rejected):
        return Found("", "", "")
    return Found(article.title, article.date.iso[:10] if article.date else "", article.text)


def by_trafilatura(page: Page) -> Found:
    from trafilatura import bare_extraction

    found = bare_extraction(page.data, url=page.url, with_metadata=True)
    if found is None:
        return Found("", "", "")
    return Found(getattr(found, "title", "") or "", getattr(found, "date", "") or "", getattr(found, "text", "") or "")


def is_right_title(expected: str, found: str) -> bool:
    return tokens(expected).words == tokens(found).words


def f1(expected: str, found: str) -> float:
    """
    >>> f1("the ice and the lake", "the ice")
    0.5714285714285714
    """
    one, other = Counter(tokens(expected).words), Counter(tokens(found).words)
    return 2 * (one & other).total() / max(1, one.total() + other.total())


def measured(folder: Path) -> tuple[Section, ...]:
    return (section(list(pages(folder)), {"Newsstand": by_newsstand, "trafilatura": by_trafilatura}),)


def section(all_pages: Iterable[Page], systems: dict[str, Extract]) -> Section:
    all_pages = list(all_pages)
    rows = {name: scores(all_pages, extract) for name, extract in systems.items()}
    names = ("title", "day", "body F1")
    figures = {f"{TITLE}: {name}": score for name, score in zip(names, rows["Newsstand"], strict=True)}
    table = tuple((name, len(all_pages), *row) for name, row in rows.items())
    return Section(TITLE, "every page whole", ("system", "pages", *names), table, figures)


def scores(all_pages: Iterable[Page], extract: Extract) -> tuple[float, float, float]:
    """The shares of right titles and right days, and the mean F1 of bodies."""
    pairs = [(page.expected, extract(page)) for page in all_pages]
    title = mean(float(is_right_title(expected.title, found.title)) for expected, found in pairs)
    day = mean(float(expected.day == found.day) for expected, found in pairs)
    return title, day, mean(f1(expected.body, found.body) for expected, found in pairs)
