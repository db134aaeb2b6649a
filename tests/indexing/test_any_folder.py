"""Rules that hold for any folder and any change to it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from search.article import Article
from search.engines.memory import MemoryEngine
from tests.indexing.folders import URL_SAFE, articles, copies, counts, generation, held, index, write

Files = Mapping[str, list[dict[str, str]]]

FILES = st.dictionaries(
    st.sampled_from(["one/a.jsonl", "one/b.jsonl", "two/a.jsonl", "two/c/a.jsonl"]),
    st.lists(
        st.fixed_dictionaries(
            {"text": st.sampled_from(["Alfa", "Beta", "Gamma"])},
            optional={
                "id": st.sampled_from(["x", "y/z", "æ"]),
                "title": st.sampled_from(["A", "B"]),
                "date": st.sampled_from(["2020", "2021-05"]),
            },
        ),
        max_size=5,
    ),
    max_size=4,
)


def different(files: Files) -> list[dict[str, str]]:
    """Of articles that are equal in all, within a file, one."""
    return [
        json.loads(article)
        for records in files.values()
        for article in sorted({json.dumps(one, sort_keys=True) for one in records})
    ]


def lay(folder: Path, files: Files, number: int) -> list[Path]:
    shutil.rmtree(folder, ignore_errors=True)
    for root in ("one", "two"):
        (folder / root).mkdir(parents=True)
    for name, records in files.items():
        os.utime(write(folder / name, *records), ns=(number, number))
    return [folder / "one", folder / "two"]


@settings(max_examples=60, deadline=None)
@given(st.lists(FILES, min_size=1, max_size=3))
def test_nothing_is_lost_and_nothing_is_left_over(states: list[Files]) -> None:
    with TemporaryDirectory() as folder, closing(MemoryEngine()) as engine:
        for number, files in enumerate(states):
            roots = lay(Path(folder, "news"), files, number)
            report = index(engine, *roots, prune=True, keep_copies=True)
            assert sorted(held(engine).values()) == sorted(article["text"] for article in different(files))
            assert all(URL_SAFE.fullmatch(id) for id in held(engine))
            assert report.added + report.changed + report.unchanged == len(held(engine))
            # Again, or in another order, changes nothing.
            before, made = held(engine), generation(engine)
            assert counts(index(engine, *reversed(roots), keep_copies=True)).keys() <= {"unchanged"}
            assert (held(engine), generation(engine)) == (before, made)


@settings(max_examples=60, deadline=None)
@given(st.lists(FILES, min_size=1, max_size=3))
def test_each_text_is_there_once_with_all_its_copies(states: list[Files]) -> None:
    with TemporaryDirectory() as folder, closing(MemoryEngine()) as engine:
        for number, files in enumerate(states):
            index(engine, *lay(Path(folder, "news"), files, number), prune=True)
            texts = [(article["text"], article.get("title")) for article in different(files)]
            shown, others = held(engine), copies(engine)
            assert len(shown) == len(set(texts))
            assert len(shown) + sum(map(len, others.values())) == len(texts)
            # The first of them, by date, stands for all, whatever the folder was before.
            for article in articles(engine).values():
                dates = [one.get("date") or "9" for one in different(files) if same(one, article)]
                assert (article.extra["date"] or "9") == min(dates)


def same(one: dict[str, str], article: Article) -> bool:
    return (one["text"], one.get("title", "")) == (article.text, article.title)
