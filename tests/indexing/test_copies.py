"""The same text under several ids is one article, which knows its copies."""

from __future__ import annotations

import itertools
import json
import shutil
import unicodedata
from contextlib import closing
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.memory import MemoryEngine
from search.engines.whoosh import WhooshEngine
from search.indexing import Options, delete, index_paths
from search.indexing.offers import text_digest
from search.searching import Archive
from tests.indexing.folders import TODAY, copies, counts, generation, held, index, take_out, write

LONG = "Partene er enige om en våpenhvile fra midnatt. " * 6

#: Three that are the same, of which `b` says it was published first, and one that is not.
A, B, C, OTHER = (
    {"id": "a", "title": "Fred", "text": LONG, "date": "2023-09-21"},
    {"id": "b", "title": "Enige", "text": LONG, "date": "2023-09-20"},
    {"id": "c", "title": "Fred", "text": LONG},
    {"id": "d", "title": "Fred", "text": f"{LONG}Det sier de."},
)


def laid(folder: Path, *articles: dict[str, str]) -> list[Path]:
    """Each in a file of its own."""
    return [write(folder / f"{article['id']}.jsonl", article) for article in articles]


@pytest.mark.parametrize("order", list(itertools.permutations((A, B, C, OTHER))))
@pytest.mark.parametrize("together", [True, False])
def test_the_first_published_stands_for_all_in_whatever_order(
    engine: MemoryEngine, tmp_path: Path, order: tuple[dict[str, str], ...], together: bool
) -> None:
    if together:
        report = index(engine, write(tmp_path / "all.jsonl", *order))
        assert counts(report) == {"added": 2, "copies": 2}
    else:
        for path in laid(tmp_path, *order):
            index(engine, path)
    assert set(held(engine)) == {"b", "d"}
    assert copies(engine) == {"b": ("a", "c")}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        # Blanks, and the forms of characters.
        ({"text": LONG}, {"text": LONG.replace(" ", "\n ")}, True),
        ({"text": f"{LONG}ﬁn…"}, {"text": f"{LONG}fin..."}, True),
        ({"text": LONG}, {"text": LONG.upper()}, False),
        # The title only of what is short.
        ({"title": "A", "text": LONG}, {"title": "B", "text": LONG}, True),
        ({"title": "A", "text": "Log in to read."}, {"title": "B", "text": "Log in to read."}, False),
        ({"title": "A", "text": "Log in to read."}, {"title": "A", "text": "Log in to read."}, True),
        ({"title": "A"}, {"title": "A"}, True),
        ({"title": "A"}, {"title": "B"}, False),
    ],
)
def test_which_texts_are_the_same(
    engine: MemoryEngine, tmp_path: Path, one: dict[str, str], other: dict[str, str], same: bool
) -> None:
    index(engine, write(tmp_path / "a.jsonl", {"id": "a", **one}, {"id": "b", **other}))
    assert copies(engine) == ({"a": ("b",)} if same else {})
    assert len(held(engine)) == 2 - same


@given(
    st.text(st.sampled_from("aeﬁ…\u0301\u0327\xa0´é각ᄀ\u1161 \n\r\u2028")),
    st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]),
)
def test_the_form_of_characters_makes_no_other_text(text: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> None:
    """Whatever the blanks between them."""
    spaced = unicodedata.normalize(form, text).replace(" ", "\n\t")
    assert text_digest(f"{LONG}{spaced}", "A") == text_digest(f"{LONG}{text}", "B")


def test_the_next_takes_over(engine: MemoryEngine, tmp_path: Path) -> None:
    laid(tmp_path, A, B, C)
    index(engine, tmp_path)
    for gone, left in (("b", {"a": ("c",)}), ("a", {})):
        (tmp_path / f"{gone}.jsonl").unlink()
        assert counts(index(engine, tmp_path, prune=True))["removed"] == 1
        assert copies(engine) == left
    assert held(engine) == {"c": LONG}
    assert counts(index(engine, tmp_path)) == {"unchanged": 1}


@pytest.mark.parametrize("change", [{"text": "Noe annet."}, {"date": "2023-10"}])
def test_the_next_takes_over_when_the_first_is_another(
    engine: MemoryEngine, tmp_path: Path, change: dict[str, str]
) -> None:
    laid(tmp_path, A, B, C)
    index(engine, tmp_path)
    laid(tmp_path, B | change)
    assert counts(index(engine, tmp_path)) == {"changed": 1, "unchanged": 2}
    assert copies(engine) == {"a": ("c",) if "text" in change else ("b", "c")}
    laid(tmp_path, B)
    index(engine, tmp_path)
    assert (set(held(engine)), copies(engine)) == ({"b"}, {"b": ("a", "c")})


def test_all_go_together_when_one_is_taken_out(engine: MemoryEngine, tmp_path: Path) -> None:
    laid(tmp_path, A, B, OTHER)
    index(engine, tmp_path)
    assert take_out(engine, "a") == ("a",)
    assert set(held(engine)) == {"d"}
    assert counts(index(engine, tmp_path)) == {"unchanged": 1, "withheld": 2}


def test_duplicates_can_be_kept(engine: MemoryEngine, tmp_path: Path) -> None:
    laid(tmp_path, A, B)
    index(engine, tmp_path)
    assert counts(index(engine, tmp_path, keep_copies=True))["changed"] == 2
    assert (set(held(engine)), copies(engine)) == ({"a", "b"}, {})
    assert counts(index(engine, tmp_path, keep_copies=True)) == {"unchanged": 2}
    index(engine, tmp_path)
    assert (set(held(engine)), copies(engine)) == ({"b"}, {"b": ("a",)})


def test_copies_that_come_by_themselves_change_nothing_else(engine: MemoryEngine, tmp_path: Path) -> None:
    index(engine, *laid(tmp_path, B))
    laid(tmp_path, A)
    assert counts(index(engine, tmp_path)) == {"copies": 1, "unchanged": 1}
    assert generation(engine) == 2
    (tmp_path / "a.jsonl").unlink()
    assert counts(index(engine, tmp_path, prune=True)) == {"removed": 1, "unchanged": 1}
    assert (held(engine), copies(engine)) == ({"b": LONG}, {})


def test_copies_are_shown(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    laid(folder, A | {"source": "nrk.no", "url": "https://nrk.no/a"}, B, OTHER)
    with closing(WhooshEngine.create(tmp_path / "index")) as engine:
        index_paths(engine, [folder], Options(), today=TODAY)
        with Archive(WhooshEngine.open(tmp_path / "index")) as archive:
            page = archive.search("våpenhvile")
            assert {hit.id: [copy.id for copy in hit.copies] for hit in page.hits} == {"b": ["a"], "d": []}
            told = json.loads(json.dumps(page.as_json()))["hits"]
            (copy,) = next(hit["copies"] for hit in told if hit["id"] == "b")
            assert (copy["source"], copy["url"], copy["date"]) == ("nrk.no", "https://nrk.no/a", "2023-09-21")
            for id in ("a", "b"):
                article = archive.article(id)
                assert article is not None
                assert (article.id, article.title, [copy.title for copy in article.copies]) == ("b", "Enige", ["Fred"])
            explained = archive.explain("våpenhvile", "a").article
            assert explained is not None and explained.id == "b"
            # The other takes over, with its own title, source and date, and can be found.
            shutil.move(folder / "b.jsonl", tmp_path / "aside.jsonl")
            index_paths(engine, [folder], Options(prune=True), today=TODAY)
            assert {hit.id: hit.source for hit in archive.search("våpenhvile").hits} == {"a": "nrk.no", "d": None}
            assert delete(engine, ["a"]) == ("a",)
            assert archive.article("a") is None
