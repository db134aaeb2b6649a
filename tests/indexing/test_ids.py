"""Which ids articles get, and that they keep them."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from search.article import DateFrom, Record
from search.engines.memory import MemoryEngine
from search.indexing.ids import LONGEST, url_safe
from search.indexing.offers import Manner, Offer, offer
from tests.indexing.folders import (
    TODAY,
    URL_SAFE,
    counts,
    held,
    index,
    two_roots,
    write,
)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("000_328e7e0a.txt", "000_328e7e0a.txt"),
        ("2020/10/a.txt", "2020~10~a.txt"),
        ("17", "17"),
    ],
)
def test_ids_that_are_url_safe_stay(text: str, id: str) -> None:
    assert url_safe(text) == id


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("https://nrk.no/a?b=1", "https-~~nrk.no~a-b-1-"),
        ("våpen", "v-pen-"),
        # What a shell or a browser reads as something else, at the front.
        ("-a", "a-"),
        (".a", "a-"),
        ("~a", "a-"),
        ("/a", "a-"),
        ("..", ""),
        ("停戦", ""),
        ("a" * 200, "a" * (LONGEST - 11) + "-"),
    ],
)
def test_other_ids_are_told_apart_by_a_digest(text: str, start: str) -> None:
    assert re.fullmatch(re.escape(start) + "[0-9a-f]{10,16}", url_safe(text))
    assert url_safe(text) != url_safe(f"{text}é")


@given(st.text(min_size=1))
def test_any_text_gives_an_id_that_is_url_safe(text: str) -> None:
    assert URL_SAFE.fullmatch(url_safe(text)) and len(url_safe(text)) <= LONGEST


RECORD = Record("Ord og ord.", "news", "a.jsonl", 1, id="a", extra={"a": 1, "b": [None]})


@pytest.mark.parametrize(
    ("change", "same"),
    [
        # Where it lies.
        ({"root": "other", "path": "b.jsonl", "position": 2, "member": "c"}, True),
        ({"extra": {"b": [None], "a": 1}}, True),
        ({"extra": {"a": 1, "b": []}}, False),
        # The text, blanks and forms of characters included.
        ({"text": "Ord og ord!"}, False),
        ({"text": "Ord og\xa0ord."}, False),
        ({"text": "Ord  og ord."}, False),
        ({"title": "A"}, False),
        ({"url": "A"}, False),
        ({"source": "A"}, False),
        ({"language": "nb"}, False),
        ({"date": "2020"}, False),
        ({"date_from": DateFrom.URL}, False),
        ({"version": 0}, False),
        ({"withdrawn": True}, False),
    ],
)
def test_a_fingerprint_is_of_all_that_makes_an_article(change: dict[str, Any], same: bool) -> None:
    marks = {
        one.mark
        for one in (offer(record, "a", Manner(), TODAY) for record in (RECORD, replace(RECORD, **change)))
        if isinstance(one, Offer)
    }
    assert len(marks) == (1 if same else 2)


def test_where_ids_come_from(engine: MemoryEngine, news: Path) -> None:
    write(news / "d.json", {"text": "Zeta"})
    write(news / "e.json", {"id": "own", "text": "Eta"})
    index(engine, news)
    by_text = {text: id for id, text in held(engine).items()}
    assert by_text == {
        "Alfa": "a.txt",
        "Beta": "b~b.txt",
        "Gamma": "c1",
        "Delta": by_text["Delta"],
        "Zeta": "d.json",
        "Eta": "own",
    }
    assert re.fullmatch("[0-9a-f]{16}", by_text["Delta"])


def test_the_same_id_from_another_file_gets_a_suffix(engine: MemoryEngine, tmp_path: Path) -> None:
    one, other = two_roots(tmp_path)
    report = index(engine, other, one)
    (renamed,) = report.renamed
    assert (renamed.wanted, renamed.root, renamed.path) == ("a.txt", str(other), "a.txt")
    assert held(engine) == {"a.txt": "Alfa", renamed.id: "Beta"}
    # However often, and in whatever order.
    os.utime(one / "a.txt", ns=(9, 9))
    index(engine, one)
    write(other / "a.txt", "Beta 2")
    index(engine, one, other)
    assert held(engine) == {"a.txt": "Alfa", renamed.id: "Beta 2"}


def test_an_id_once_given_stays(engine: MemoryEngine, tmp_path: Path) -> None:
    one, other = two_roots(tmp_path)
    (renamed,) = index(engine, one, other).renamed
    (one / "a.txt").unlink()
    index(engine, one, prune=True)
    write(other / "a.txt", "Beta 2")
    index(engine, other)
    assert held(engine) == {renamed.id: "Beta 2"}


def test_equal_ids_within_a_file_lose_nothing(engine: MemoryEngine, tmp_path: Path) -> None:
    alfa, beta, gamma = ({"id": "x", "text": text} for text in ("Alfa", "Beta", "Gamma"))
    file = write(tmp_path / "a.jsonl", alfa, beta, alfa, gamma, beta)
    report = index(engine, file)
    assert counts(report) == {"added": 3, "repeated": 2}
    assert len(report.renamed) == 2
    before = {text: id for id, text in held(engine).items()}
    # Each keeps its id when the others go or change places.
    write(file, gamma, beta, alfa)
    assert counts(index(engine, file)) == {"unchanged": 3}
    write(file, gamma, beta)
    assert counts(index(engine, file)) == {"unchanged": 2, "removed": 1}
    assert {text: id for id, text in held(engine).items()} == {text: before[text] for text in ("Beta", "Gamma")}


def test_a_file_that_moved_keeps_its_ids(engine: MemoryEngine, news: Path) -> None:
    index(engine, news)
    before = held(engine)
    news.rename(news.parent / "moved")
    report = index(engine, news.parent / "moved")
    assert (counts(report), report.renamed) == ({"changed": 4}, ())
    assert held(engine) == before
    assert counts(index(engine, news.parent / "moved")) == {"unchanged": 4}


def test_another_article_in_the_place_of_a_file_that_is_gone(engine: MemoryEngine, tmp_path: Path) -> None:
    one, other = two_roots(tmp_path)
    index(engine, one)
    shutil.rmtree(one)
    (renamed,) = index(engine, other).renamed
    assert held(engine) == {"a.txt": "Alfa", renamed.id: "Beta"}
