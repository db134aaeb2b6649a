"""The bench measures what it says: its corpus, its queries and its pages of results."""

from __future__ import annotations

import json
import xml.etree.ElementTree as xml
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from bench import corpus, leaves, load, queries
from bench.contenders import newsstand, whoosh_page
from bench.plots import plot
from bench.report import Section, markdown, remarks
from search import open_archive

WORDS = ("war", "peace", "talks", "market", "prices", "river", "minister", "village", "harvest", "winter")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "news.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(60):
            first, second = WORDS[number % 10], WORDS[number % 7]
            text = f"The {first} and the {second} were in the news that day. Nobody knew what the {first} would bring."
            record = {
                "id": f"a{number}",
                "title": f"{first} and {second} in the news",
                "text": text,
                "lang": "en",
                "date": "2020-10-05",
            }
            file.write(json.dumps(record) + "\n")
    return path


def test_a_corpus_is_the_first_articles_or_mixed_of_their_sentences(source: Path, tmp_path: Path) -> None:
    assert [one.id for one in corpus.read(corpus.make(source, 3, tmp_path))] == ["a0", "a1", "a2"]
    mixed = list(corpus.read(corpus.make(source, 100, tmp_path)))
    (tmp_path / "again").mkdir()
    assert mixed == list(corpus.read(corpus.make(source, 100, tmp_path / "again")))
    sentences = {line for one in corpus.read(source) for line in one.text.split(". ")}
    assert len(mixed) == 100
    assert all(line.rstrip(".") in {s.rstrip(".") for s in sentences} for line in mixed[0].text.splitlines())


def test_what_has_to_be_found_out_is_not_declared(source: Path, tmp_path: Path) -> None:
    made = corpus.bare(corpus.make(source, 6, tmp_path))
    bare = [json.loads(line) for line in made.read_text(encoding="utf-8").splitlines()]
    assert [record.get("date") for record in bare] == [None, "2020-10", "2020-10"] * 2
    assert not any("lang" in record for record in bare)


def test_queries_are_the_same_for_the_same_articles(source: Path) -> None:
    drawn = queries.draw(corpus.read(source))
    assert drawn == queries.draw(corpus.read(source))
    assert {query.kind for query in drawn} <= set(queries.CLASSES)
    assert [query.kind for query in drawn] == sorted((q.kind for q in drawn), key=queries.CLASSES.index)
    common = {query.words for query in drawn if query.kind == "common word"}
    assert common and all(sum(words[0] in one.text.lower() for one in corpus.read(source)) >= 6 for words in common)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (queries.Query("two words", "en", ("war", "peace")), "war peace"),
        (queries.Query("phrase", "en", ("war", "peace"), phrase=True), '"war peace"'),
        (queries.Query("prefix", "en", ("pea",), prefix=True), "pea*"),
    ],
)
def test_queries_are_typed_as_people_do(query: queries.Query, text: str) -> None:
    assert query.text == text


def test_the_page_that_whoosh_makes_alone_has_the_same_articles(source: Path, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    theirs.mkdir()
    newsstand.build(source, ours)
    whoosh_page.build(ours, theirs)
    browser = whoosh_page.application(theirs).test_client()
    with open_archive(ours) as archive:
        for text, filters in [("war", ""), ("war peace", "&lang=en"), ("war", "&after=2020-10&before=2020-10")]:
            page = browser.get(f"/?q={text}{filters}").get_data(as_text=True)
            total = archive.search(" ".join(f"={word}" for word in text.split())).total
            assert f"<p>{total} articles</p>" in page
            assert page.count("<li><h2>") == min(total, 10)
            assert '<b class="match' in page
            assert "<li>en " in page
        assert "<p>0 articles</p>" in browser.get("/?q=war&after=2021").get_data(as_text=True)


def test_the_readers_of_the_page_ask_for_every_kind_as_often_as_said(source: Path, tmp_path: Path) -> None:
    newsstand.build(source, tmp_path / "index")
    by_kind = load.addresses(tmp_path / "index")
    asked = Counter(kind for kind, _ in islice(load.mixed(by_kind, 1), 5000))
    assert by_kind.keys() == load.SHARES.keys() == asked.keys()
    assert sum(load.SHARES.values()) == 100
    assert all(abs(asked[kind] / 50 - share) < 3 for kind, share in load.SHARES.items())
    assert load.addresses(tmp_path / "index", load.PLAIN).keys() == load.PLAIN


def test_results_are_a_table() -> None:
    section = Section("Pages", "In ms.", ("", "p50"), (("rare word", 1.234), ("all", 1234)))
    assert list(markdown(section)) == [
        "## Pages",
        "",
        "In ms.",
        "",
        "|           |   p50 |",
        "| --------- | ----: |",
        "| rare word |  1.23 |",
        "| all       | 1,234 |",
        "",
    ]


def test_what_was_written_above_the_figures_is_kept(tmp_path: Path) -> None:
    kept = tmp_path / "BENCHMARKS.md"
    assert remarks(kept) == []
    kept.write_text("# Benchmarks\n\na machine\na command\n\n## Indexing\n\na note\n", encoding="utf-8")
    assert remarks(kept) == []
    written = "# Benchmarks\n\na machine\na command\n\nWhy so slow?\n\nBecause.\n\n## Indexing\n\na note\n"
    kept.write_text(written, encoding="utf-8")
    assert "\n".join(remarks(kept)) == "Why so slow?\n\nBecause.\n"


def test_a_plot_is_drawn_within_its_frame() -> None:
    drawn = xml.fromstring(plot("Rate", "articles", "articles/s", {"<one>": [(10, 5), (1000, 50)], "two": [(100, 7)]}))
    circles = [(float(c.get("cx", 0)), float(c.get("cy", 0))) for c in drawn.iter("{http://www.w3.org/2000/svg}circle")]
    assert len(circles) == 3
    assert all(0 < x < 640 and 0 < y < 400 for x, y in circles)


def test_leaves_are_measured_in_an_archive_of_thirty_languages(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    newsstand.build(source, folder)
    section = leaves.measured(folder)
    assert f"{leaves.LANGUAGES} languages" in section.note
    ((kind, words, *times),) = section.rows
    assert kind == "ASCII"
    assert words
    assert all(isinstance(time, float) and time > 0 for time in times)
