"""The measurement of extraction counts what it says it counts."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from evaluation import pages
from evaluation.pages import Found, Page, by_newsstand, by_trafilatura, f1, is_right_title, section

PARAGRAPH = "The harbour froze early this winter, and the ferries have waited for the ice to break since Monday."
HTML = f"""<html lang="en"><head><title>Ice on the lake | Example</title>
<meta property="article:published_time" content="2021-02-03T23:30:00-05:00"></head>
<body><nav><a href="/">Home</a></nav><article><h1>Ice on the lake</h1>{f"<p>{PARAGRAPH}</p>" * 1}
<p>Nobody can say when it will break, says the captain, who has seen many such winters.</p></article></body></html>"""


@pytest.mark.parametrize(
    ("expected", "found", "right"),
    [
        ("Ice on the lake", "ICE on the lake!", True),
        ("“Ice” – on the lake", "Ice on the lake", True),
        ("Ice on the lake", "Ice on the lake | Example", False),
        ("Ice on the lake", "", False),
    ],
)
def test_right_titles(expected: str, found: str, right: bool) -> None:
    assert is_right_title(expected, found) is right


@pytest.mark.parametrize(
    ("expected", "found", "score"),
    [
        ("a b", "a b", 1.0),
        # A word counts as often as it stands there: one of two in common, of two and one.
        ("a a", "a", 2 / 3),
        ("a", "b", 0.0),
        ("", "", 0.0),
        # Words of scripts without spaces are their characters.
        ("停火", "停戦", 0.5),
    ],
)
def test_f1_of_bodies(expected: str, found: str, score: float) -> None:
    assert f1(expected, found) == pytest.approx(score)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "html").mkdir()
    row = {"file": "a.html.gz", "url": "https://a.example/1", "title": "Ice on the lake", "date": "2021-02-03 23:30"}
    (tmp_path / "html/a.html.gz").write_bytes(gzip.compress(HTML.encode()))
    (tmp_path / "html/expected.jsonl").write_text(json.dumps(row | {"body": PARAGRAPH}) + "\n")
    return tmp_path


def test_pages_and_what_is_found_on_them(folder: Path) -> None:
    (page,) = pages.pages(folder)
    assert page.expected == Found("Ice on the lake", "2021-02-03", PARAGRAPH)
    found = by_newsstand(page)
    assert (found.title, found.day) == ("Ice on the lake", "2021-02-03")
    assert 0.5 < f1(PARAGRAPH, found.body) < 1
    assert PARAGRAPH in by_trafilatura(page).body


def test_a_page_without_an_article_is_nothing_found() -> None:
    assert by_newsstand(Page("a.html", "", b"<html><body></body></html>", Found("A", "", "B"))) == Found("", "", "")


def test_shares_and_mean() -> None:
    there = [Page(str(n), "", b"", Found(f"Title {n}", "2021-02-03", "a b")) for n in range(4)]
    found = {"0": Found("Title 0", "2021-02-03", "a b"), "1": Found("title 1", "", "a"), "2": Found("", "", "")}
    table = section(there, {"Newsstand": lambda page: found.get(page.name, Found("", "2021-02-03", ""))})
    assert table.rows == (("Newsstand", 4, 0.5, 0.5, pytest.approx((1 + 2 / 3) / 4)),)
    assert list(table.figures) == [f"{pages.TITLE}: {name}" for name in ("title", "day", "body F1")]
