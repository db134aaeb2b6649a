"""What is read again, what stays, and what goes."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.article import Record, Rejected
from search.engines.memory import MemoryEngine
from search.errors import BadValue, IndexStale
from search.indexing import Progress, index_paths
from tests.indexing.folders import (
    TODAY,
    Plain,
    articles,
    blobs,
    counts,
    generation,
    held,
    index,
    refused,
    write,
)


def test_everything_is_added_once(engine: MemoryEngine, news: Path) -> None:
    first = index(engine, news)
    assert counts(first) == {"added": 4}
    before = held(engine)
    again = index(engine, news)
    assert counts(again) == {"unchanged": 4}
    assert (again.files_read, again.files_skipped) == (0, 3)
    assert (held(engine), generation(engine)) == (before, 1)


@pytest.mark.parametrize("named", ["news/", "./news", "link"])
def test_a_root_written_in_another_way_is_the_same(
    engine: MemoryEngine, news: Path, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(news.parent)
    Path("link").symlink_to("news")
    index(engine, news)
    assert counts(index(engine, named)) == {"unchanged": 4}


def test_a_file_is_the_same_under_whatever_root(engine: MemoryEngine, news: Path) -> None:
    index(engine, news)
    before = held(engine)
    assert counts(index(engine, news / "b", news / "a.txt", news)) == {"unchanged": 4}
    write(news / "b/b.txt", "Beta 2")
    assert counts(index(engine, news / "b")) == {"changed": 1}
    assert held(engine) == before | {"b~b.txt": "Beta 2"}


def test_a_touched_file_is_not_read(engine: MemoryEngine, news: Path) -> None:
    index(engine, news)
    os.utime(news / "c.jsonl", ns=(5, 5))
    report = index(engine, news)
    assert (report.files_read, report.files_skipped, generation(engine)) == (0, 3, 1)


def test_a_changed_file_replaces_its_articles(engine: MemoryEngine, news: Path) -> None:
    index(engine, news)
    write(news / "a.txt", "Omega")
    write(news / "c.jsonl", {"text": "Delta"}, {"id": "c1", "text": "Gamma 2"}, {"text": "Epsilon"})
    assert counts(index(engine, news)) == {"added": 1, "changed": 2, "unchanged": 2}
    assert sorted(held(engine).values()) == ["Beta", "Delta", "Epsilon", "Gamma 2", "Omega"]


def test_a_line_that_is_gone_is_deleted(engine: MemoryEngine, news: Path) -> None:
    index(engine, news)
    write(news / "c.jsonl", {"text": "Delta"})
    assert counts(index(engine, news)) == {"unchanged": 3, "removed": 1}
    assert "c1" not in held(engine)


def test_a_file_that_is_no_article_any_more_is_deleted(engine: MemoryEngine, news: Path) -> None:
    index(engine, news)
    write(news / "a.txt", " ")
    report = index(engine, news)
    assert counts(report) == {"unchanged": 3, "removed": 1}
    assert [one.reason for one in refused(report)] == ["is empty"]


def test_what_lies_in_the_place_of_a_file_takes_nothing_from_it(engine: MemoryEngine, news: Path) -> None:
    index(engine, news)
    shutil.rmtree(news / "b")
    write(news / "b/b.txt/in the way.txt", "Zeta")
    before = held(engine)
    report = index(engine, news)
    assert held(engine).items() >= before.items()
    assert counts(report) == {"added": 1, "unchanged": 3}


class Failing(io.BytesIO):
    """Fails where the data ends."""

    def read(self, size: int | None = -1, /) -> bytes:
        if data := super().read(size):
            return data
        raise OSError(5, "Input/output error")


def test_a_file_that_breaks_off_loses_nothing(
    engine: MemoryEngine, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(engine, news)
    write(news / "c.jsonl", {"text": "Epsilon"}, {"id": "c1", "text": "Gamma 2"}, {"text": "Delta"})
    half = json.dumps({"text": "Epsilon"}).encode() + b"\n"
    with monkeypatch.context() as patch:
        patch.setattr("search.indexing.worker.read", lambda origin, fields: _until_failure(origin, half))
        report = index(engine, news / "c.jsonl")
    assert [one.reason for one in refused(report)] == ["cannot be read: Input/output error"]
    assert sorted(held(engine).values()) == ["Alfa", "Beta", "Delta", "Epsilon", "Gamma"]
    # The next run reads it again.
    assert counts(index(engine, news / "c.jsonl")) == {"changed": 1, "unchanged": 2}


def _until_failure(origin: object, data: bytes) -> Iterator[Record | Rejected]:
    from search.readers import Origin, read_stream

    assert isinstance(origin, Origin)
    return read_stream(Failing(data), origin)


def test_rejected_input_is_told_every_time(engine: MemoryEngine, tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", {"text": "Alfa"}, "{broken", {"text": "refuse"})
    write(tmp_path / "b.jpg", "?")
    first, again = index(engine, tmp_path), index(engine, tmp_path)
    assert {(one.path, one.position) for one in refused(first)} == {("a.jsonl", 2), ("a.jsonl", 3), ("b.jpg", None)}
    assert again.refusals == first.refusals
    assert (again.files_skipped, generation(engine)) == (2, 1)


def test_an_empty_folder_makes_an_index(engine: MemoryEngine, tmp_path: Path) -> None:
    assert counts(index(engine, tmp_path)) == {}
    assert generation(engine) == 1


def test_files_that_vanished_are_dropped_only_on_request(engine: MemoryEngine, news: Path) -> None:
    write(news.parent / "other/d.txt", "Zeta")
    index(engine, news, news.parent / "other")
    shutil.rmtree(news / "b")
    (news.parent / "other/d.txt").unlink()
    assert counts(index(engine, news)) == {"unchanged": 3}
    # And only those under the given paths.
    assert counts(index(engine, news, prune=True)) == {"unchanged": 3, "removed": 1}
    assert sorted(held(engine).values()) == ["Alfa", "Delta", "Gamma", "Zeta"]


def test_a_whole_root_can_be_pruned(engine: MemoryEngine, news: Path) -> None:
    index(engine, news)
    shutil.rmtree(news)
    with pytest.raises(BadValue, match="Cannot read"):
        index(engine, news)
    assert counts(index(engine, news, prune=True)) == {"removed": 4}
    with pytest.raises(BadValue, match="Cannot read"):
        index(engine, news, prune=True)


def test_a_missing_path_changes_nothing(engine: MemoryEngine, news: Path) -> None:
    with pytest.raises(BadValue, match="Check the path"):
        index(engine, news, news / "nowhere")
    assert generation(engine) == 0


def test_the_default_language_is_remembered(engine: MemoryEngine, tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", {"id": "a", "text": "Alfa"}, {"id": "b", "text": "Beta", "lang": "nl"})
    index(engine, tmp_path)
    assert counts(index(engine, tmp_path, language="nb")) == {"changed": 1, "unchanged": 1}
    assert counts(index(engine, tmp_path)) == {"unchanged": 2}
    assert {id: article.language for id, article in articles(engine).items()} == {"a": "nb", "b": "nl"}


def test_a_default_language_that_is_none(engine: MemoryEngine, tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="norwegian is not a language tag"):
        index(engine, tmp_path, language="norwegian")


def test_progress_is_told(engine: MemoryEngine, news: Path) -> None:
    told: list[Progress] = []
    index_paths(engine, [news], today=TODAY, progress=told.append, stages=Plain(), blobs=blobs)
    assert (told[-1].files, told[-1].articles, told[-1].rejected) == (3, 4, 0)
    assert told[-1].path == f"{news}/c.jsonl"


def test_another_version_is_refused(engine: MemoryEngine, news: Path) -> None:
    index_paths(engine, [news], today=TODAY, stages=Plain(), blobs=lambda _: {"facts": b'{"version": 0}'})
    with pytest.raises(IndexStale, match="newsstand index --rebuild PATH"):
        index(engine, news)


def test_stdin_adds_and_replaces(engine: MemoryEngine) -> None:
    index(engine, "-", stdin='{"id": "a", "text": "Alfa"}\n{"id": "b", "text": "Beta"}')
    report = index(engine, "-", stdin='{"id": "b", "text": "Beta 2"}\n{"id": "c", "text": "Gamma"}\nbroken')
    assert counts(report) == {"added": 1, "changed": 1}
    assert held(engine) == {"a": "Alfa", "b": "Beta 2", "c": "Gamma"}
    assert [(one.root, one.position) for one in refused(report)] == [("-", 3)]


def test_stdin_is_read_only_when_it_is_asked_for(engine: MemoryEngine, news: Path) -> None:
    assert counts(index(engine, news, news, stdin='{"text": "Zeta"}')) == {"added": 4}
    assert counts(index(engine, news, "-", stdin='{"text": "Zeta"}')) == {"added": 1, "unchanged": 4}
