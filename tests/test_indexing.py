"""Files → index: what is read again, which ids articles get, and what stays out."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.article import Document, LanguageFrom, Record, Rejected, Tokens, decode_article
from search.engines.base import Engine, Vocabulary
from search.engines.memory import MemoryEngine
from search.errors import BadValue, IndexLocked, IndexStale
from search.indexing import Options, Progress, Report, delete, index_paths, recover
from search.indexing import rebuild as rebuild_index
from search.indexing.ids import LONGEST, url_safe
from search.lexicon import Lexicon
from search.settings import INDEX_VERSION

TODAY = date(2024, 1, 1)
URL_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._~-]*")


def analyse(record: Record, id: str, default_language: str | None) -> Document | Rejected:
    """Stores what tests look at, and rejects what they ask to be rejected."""
    if record.text == "refuse":
        return Rejected(record.root, record.path, "was refused", record.position)
    stored = json.dumps([record.text, record.language or default_language, record.path])
    return Document(
        id, "und", None, None, None, Tokens(()), Tokens(()), {}, stored.encode(), (LanguageFrom.UNKNOWN, None)
    )


def blobs(_: Vocabulary) -> Mapping[str, bytes]:
    return {"facts": json.dumps({"version": INDEX_VERSION}).encode()}


def index(engine: Engine, *paths: str | Path, stdin: str | None = None, **options: object) -> Report:
    return index_paths(
        engine,
        paths,
        Options(**options),  # type: ignore[arg-type]
        today=TODAY,
        stdin=io.BytesIO(stdin.encode()) if stdin is not None else None,
        analyse=analyse,
        blobs=blobs,
    )


def take_out(engine: Engine, *ids: str) -> tuple[str, ...]:
    return delete(engine, ids, blobs=blobs)


def held(engine: MemoryEngine) -> dict[str, str]:
    """Text by id."""
    return {id: json.loads(one.document.stored)[0] for id, one in engine.held.items()}


def language(engine: MemoryEngine, id: str) -> object:
    return json.loads(engine.held[id].document.stored)[1]


def generation(engine: Engine) -> int:
    with closing(engine.snapshot()) as snapshot:
        return snapshot.generation


def write(path: Path, *records: str | Mapping[str, object]) -> Path:
    """Text, or objects as JSON Lines; always with a modification time of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in records))
    os.utime(path, ns=(before + 10**9, before + 10**9))
    return path


def counts(report: Report) -> dict[str, int]:
    names = ("added", "changed", "unchanged", "removed", "withheld", "repeated")
    return {name: count for name in names if (count := getattr(report, name))}


@pytest.fixture
def engine() -> Iterator[MemoryEngine]:
    with closing(MemoryEngine()) as engine:
        yield engine


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    write(folder / "a.txt", "Alfa")
    write(folder / "b/b.txt", "Beta")
    write(folder / "c.jsonl", {"id": "c1", "text": "Gamma"}, {"text": "Delta"})
    return folder


# What is read again


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
    assert [one.reason for one in report.rejected] == ["is empty"]


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
        patch.setattr("search.indexing.run.read", lambda origin: _until_failure(origin, half))
        report = index(engine, news / "c.jsonl")
    assert [one.reason for one in report.rejected] == ["cannot be read: Input/output error"]
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
    assert [(one.path, one.position) for one in first.rejected] == [("a.jsonl", 2), ("a.jsonl", 3), ("b.jpg", None)]
    assert again.rejected == first.rejected
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
    assert (language(engine, "a"), language(engine, "b")) == ("nb", "nl")


def test_a_default_language_that_is_none(engine: MemoryEngine, tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="norwegian is not a language tag"):
        index(engine, tmp_path, language="norwegian")


def test_progress_is_told(engine: MemoryEngine, news: Path) -> None:
    told: list[Progress] = []
    index_paths(engine, [news], today=TODAY, progress=told.append, analyse=analyse, blobs=blobs)
    assert (told[-1].files, told[-1].articles, told[-1].rejected) == (3, 4, 0)
    assert told[-1].path == f"{news}/c.jsonl"


def test_another_version_is_refused(engine: MemoryEngine, news: Path) -> None:
    index_paths(engine, [news], today=TODAY, analyse=analyse, blobs=lambda _: {"facts": b'{"version": 0}'})
    with pytest.raises(IndexStale, match="newsstand index --rebuild PATH"):
        index(engine, news)


# Standard input


def test_stdin_adds_and_replaces(engine: MemoryEngine) -> None:
    index(engine, "-", stdin='{"id": "a", "text": "Alfa"}\n{"id": "b", "text": "Beta"}')
    report = index(engine, "-", stdin='{"id": "b", "text": "Beta 2"}\n{"id": "c", "text": "Gamma"}\nbroken')
    assert counts(report) == {"added": 1, "changed": 1}
    assert held(engine) == {"a": "Alfa", "b": "Beta 2", "c": "Gamma"}
    assert [(one.root, one.position) for one in report.rejected] == [("-", 3)]


def test_stdin_is_read_only_when_it_is_asked_for(engine: MemoryEngine, news: Path) -> None:
    assert counts(index(engine, news, news, stdin='{"text": "Zeta"}')) == {"added": 4}
    assert counts(index(engine, news, "-", stdin='{"text": "Zeta"}')) == {"added": 1, "unchanged": 4}


# Ids


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


def two_roots(tmp_path: Path) -> tuple[Path, Path]:
    one, other = tmp_path / "one", tmp_path / "two"
    write(one / "a.txt", "Alfa")
    write(other / "a.txt", "Beta")
    return one, other


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


# Deleting


def test_what_was_deleted_stays_out(engine: MemoryEngine, news: Path) -> None:
    index(engine, news)
    assert take_out(engine, "c1", "a.txt", "nothing", "c1") == ("c1", "a.txt")
    assert sorted(held(engine).values()) == ["Beta", "Delta"]
    assert counts(index(engine, news)) == {"unchanged": 2, "withheld": 2}
    write(news / "c.jsonl", {"id": "c1", "text": "Gamma 2"}, {"text": "Epsilon"})
    write(news / "a.txt", "Alfa 2")
    assert counts(index(engine, news)) == {"added": 1, "unchanged": 1, "withheld": 2, "removed": 1}
    assert sorted(held(engine).values()) == ["Beta", "Epsilon"]


def test_another_file_does_not_inherit_a_deletion(engine: MemoryEngine, tmp_path: Path) -> None:
    one, other = two_roots(tmp_path)
    index(engine, one)
    take_out(engine, "a.txt")
    assert counts(index(engine, other)) == {"added": 1}
    assert list(held(engine).values()) == ["Beta"]


def test_a_deletion_outlives_its_file(engine: MemoryEngine, tmp_path: Path) -> None:
    one, other = two_roots(tmp_path)
    index(engine, one)
    take_out(engine, "a.txt")
    shutil.move(one / "a.txt", tmp_path / "aside")
    index(engine, one, prune=True)
    assert counts(index(engine, other)) == {"added": 1}
    shutil.move(tmp_path / "aside", one / "a.txt")
    assert counts(index(engine, one)) == {"withheld": 1}
    assert list(held(engine).values()) == ["Beta"]


def test_deleting_nothing_makes_no_generation(engine: MemoryEngine, news: Path) -> None:
    index(engine, news)
    assert take_out(engine, "nothing") == ()
    assert generation(engine) == 1


# With the real analysis


def test_what_is_saved_with_a_generation(engine: MemoryEngine, tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "lang nb\ndate 2023-09\ntitle Fred\nPartene er enige om våpenhvile.")
    write(
        tmp_path / "b.jsonl", {"id": "b", "text": "The parties agree.", "lang": "en", "date": "2999-01-01"}, {"id": 1}
    )
    report = index_paths(engine, [tmp_path], today=TODAY)
    assert (counts(report), len(report.rejected)) == ({"added": 2}, 1)
    article = decode_article(engine.held["a.txt"].document.stored)
    assert (article.title, article.language, article.date and article.date.iso) == ("Fred", "nb", "2023-09")
    assert decode_article(engine.held["b"].document.stored).date is None
    with closing(engine.snapshot()) as snapshot:
        facts, lexicon = snapshot.blob("facts"), snapshot.blob("lexicon")
    assert facts and lexicon
    assert json.loads(bytes(facts)) == {
        "version": INDEX_VERSION,
        "languages": {"en": "English", "nb": "Norwegian Bokmål"},
    }
    assert "våpenhvile" in Lexicon(lexicon)
    assert delete(engine, ["b"]) == ("b",)
    json.dumps(report.as_json())


# Rules that hold for any folder

FILES = st.dictionaries(
    st.sampled_from(["one/a.jsonl", "one/b.jsonl", "two/a.jsonl", "two/c/a.jsonl"]),
    st.lists(
        st.fixed_dictionaries(
            {"text": st.sampled_from(["Alfa", "Beta", "Gamma"])},
            optional={"id": st.sampled_from(["x", "y/z", "æ"]), "title": st.sampled_from(["A", "B"])},
        ),
        max_size=5,
    ),
    max_size=4,
)


def contents(files: Mapping[str, list[dict[str, str]]]) -> list[str]:
    """The text of each article there should be: of those that are equal in all, within a file, one."""
    return sorted(
        json.loads(article)["text"]
        for articles in files.values()
        for article in {json.dumps(one, sort_keys=True) for one in articles}
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(FILES, min_size=1, max_size=3))
def test_any_folder_and_any_change_to_it(states: list[dict[str, list[dict[str, str]]]]) -> None:
    with TemporaryDirectory() as folder, closing(MemoryEngine()) as engine:
        for number, files in enumerate(states):
            shutil.rmtree(Path(folder, "news"), ignore_errors=True)
            for root in ("one", "two"):
                Path(folder, "news", root).mkdir(parents=True)
            for name, articles in files.items():
                file = write(Path(folder, "news", name), *articles)
                os.utime(file, ns=(number, number))
            roots = [Path(folder, "news", root) for root in ("one", "two")]
            report = index(engine, *roots, prune=True)
            # Nothing is lost, nothing is left over, and every id can stand in a URL.
            assert sorted(held(engine).values()) == contents(files)
            assert all(URL_SAFE.fullmatch(id) for id in held(engine))
            assert report.added + report.changed + report.unchanged == len(held(engine))
            # Again, or in another order, changes nothing.
            before, made = held(engine), generation(engine)
            assert counts(index(engine, *reversed(roots))).keys() <= {"unchanged"}
            assert (held(engine), generation(engine)) == (before, made)


# Building anew


class Folder(MemoryEngine):
    """A memory engine that lives as long as its folder does: it is found by a number that lies there."""

    all: dict[str, Folder] = {}  # noqa: RUF012

    @classmethod
    def open(cls, path: Path) -> Folder:
        name = path / "number"
        if not name.exists():
            name.write_text(str(len(cls.all)))
            cls.all[name.read_text()] = cls()
        return cls.all[name.read_text()]

    def close(self) -> None:
        """What is on disk stays there."""


def rebuild(path: Path, *paths: Path) -> Report:
    return rebuild_index(path, paths, open_engine=Folder.open, today=TODAY, analyse=analyse, blobs=blobs)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where an index is that holds one article, beside a file that is not the index's."""
    path = tmp_path / "index"
    path.mkdir()
    (path / ".gitignore").write_text("*")
    index(Folder.open(path), write(tmp_path / "old.txt", "Old"))
    return path


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.name.startswith(".") or entry.is_dir())


def test_rebuilding_starts_afresh(place: Path, news: Path) -> None:
    index(Folder.open(place), news)
    take_out(Folder.open(place), "a.txt")
    assert counts(rebuild(place, news)) == {"added": 4}
    assert sorted(held(Folder.open(place)).values()) == ["Alfa", "Beta", "Delta", "Gamma"]
    assert (place / ".gitignore").read_text() == "*"
    assert names(place.parent) == ["index", "news"]


def test_rebuilding_makes_what_is_not_there(tmp_path: Path, news: Path) -> None:
    assert counts(rebuild(tmp_path / "deep/index", news)) == {"added": 4}


def test_a_failure_leaves_the_old_index(place: Path, news: Path) -> None:
    with pytest.raises(BadValue):
        rebuild(place, news / "nowhere")
    assert held(Folder.open(place)) == {"old.txt": "Old"}
    assert names(place.parent) == ["index", "news"]


def test_rebuilding_waits_for_no_writer(place: Path, news: Path) -> None:
    with Folder.open(place).writer(), pytest.raises(IndexLocked):
        rebuild(place, news)
    assert held(Folder.open(place)) == {"old.txt": "Old"}


def test_an_interrupted_swap_is_recovered(place: Path, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    move = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.name.endswith("-rebuild"):
            raise Killed
        return move(self, target)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Path, "rename", rename)
        rebuild(place, news)
    assert not place.exists()
    recover(place)
    assert held(Folder.open(place)) == {"old.txt": "Old"}
    # What it left behind is in nobody's way.
    (place.parent / ".index-old").mkdir()
    rebuild(place, news)
    assert names(place.parent) == ["index", "news"]
