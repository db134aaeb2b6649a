"""Bulk building, merging and committing: the same index as Whoosh's own writer makes."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import open_dir
from whoosh.query import Term
from whoosh.query.terms import MultiTerm

from search.columnar import merge, vocabulary, zones
from search.columnar.blobs import blob, read_blobs
from search.columnar.build import Builder
from search.columnar.bytestrings import Bytestrings
from search.columnar.check import check
from search.columnar.container import Container
from search.columnar.contents import Contents
from search.columnar.contents import write as write_contents
from search.columnar.errors import Damaged
from search.columnar.lock import Held
from search.columnar.queries import Every
from search.columnar.scoring import PartitionedBM25
from search.columnar.search import Request, search
from search.columnar.texts import Texts
from search.columnar.view import View
from search.columnar.vocabulary import tallied_terms
from search.columnar.writing import Writer, create
from tests.columnar.corpus import LAYOUT, PLAN, Doc, added, docs, found, queries, schema, written

WEIGHTING = PartitionedBM25(LAYOUT)
parts = st.lists(docs(6), min_size=1, max_size=4)
deletions = st.sets(st.sampled_from(["d00", "d02", "d04"]))


def latest(parts: list[list[Doc]]) -> list[Doc]:
    return list({doc.id: doc for part in parts for doc in part}.values())


def committed(storage: Any, parts: list[list[Doc]], deleted: set[str], budget: int, optimize: bool) -> Any:
    for part in parts:
        with Writer(storage, PLAN, budget=budget) as writer:
            for doc in part:
                added(writer, doc)
            writer.commit()
    with Writer(storage, PLAN) as writer:
        for id in deleted:
            writer.delete(id)
        writer.commit(optimize=optimize)
    return storage.open_index()


@settings(max_examples=25, deadline=None)
@given(
    parts,
    deletions,
    st.sampled_from((1, 5000, 1 << 20)),
    st.sampled_from((1, 5, 1 << 20)),
    st.sampled_from((20, 64)),
    st.booleans(),
    st.lists(queries, min_size=1, max_size=3),
)
def test_bulk_writing_gives_what_whooshs_writer_gives(
    parts: list[list[Doc]], deleted: set[str], budget: int, stretch: int, bits: int, optimize: bool, asked: list[Any]
) -> None:
    storage = RamStorage()
    write_contents(storage, "MAIN", Contents(schema(), (), 0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zones, "_SORTED", stretch)
        patch.setattr(zones, "_STRETCH", stretch)
        patch.setattr(zones, "_BITS", bits)
        patch.setattr(merge, "_BATCH", stretch)
        patch.setattr(merge, "_VALUES", stretch)
        ours = committed(storage, parts, deleted, budget, optimize)
    theirs = written(None, [[doc for doc in latest(parts) if doc.id not in deleted]], set())
    view = View(ours.reader(), LAYOUT)
    assert len(ours._segments()) <= (1 if optimize else 8)
    for query in asked:
        expected, got = (found(each, query, PartitionedBM25(LAYOUT)) for each in (theirs, ours))
        # Whoosh scores a pattern by how many of its words a segment has, also of deleted documents.
        is_scored = not any(isinstance(leaf, MultiTerm) for leaf in query.leaves())
        assert got == (pytest.approx(expected, rel=1e-4) if is_scored else dict.fromkeys(expected, ANY))
        hits = search(view, Request(query, limit=99)).hits
        assert {hit.id for hit in hits} == set(expected)
        assert all(view.stored(hit.number) == {"payload": f"stored {hit.id}".encode()} for hit in hits)


def index(folder: Path, *batches: list[Doc]) -> FileStorage:
    storage = create(folder, schema())
    for batch in batches:
        with Writer(storage, PLAN) as writer:
            for doc in batch:
                added(writer, doc)
            writer.commit()
    return storage


def ids(folder: Path) -> list[str]:
    return sorted(found(open_dir(str(folder)), Every(), WEIGHTING))


A, B, C = (Doc(id, body=("ab", "ac")) for id in "abc")


def test_leaving_without_a_commit_changes_nothing(tmp_path: Path) -> None:
    index(tmp_path, [A])
    before = sorted(path.name for path in tmp_path.iterdir())
    with Writer(FileStorage(str(tmp_path)), PLAN, budget=1) as writer:
        added(writer, B)
        assert writer.delete("a")
    assert ids(tmp_path) == ["a"]
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_only_one_writer_at_a_time(tmp_path: Path) -> None:
    storage = index(tmp_path)
    with Writer(storage, PLAN), pytest.raises(Held):
        Writer(FileStorage(str(tmp_path)), PLAN)
    Writer(storage, PLAN).cancel()


def test_a_reader_keeps_its_view(tmp_path: Path) -> None:
    storage = index(tmp_path, [A, B])
    view = View(storage.open_index().reader(), LAYOUT)
    with Writer(storage, PLAN) as writer:
        writer.delete("a")
        added(writer, C)
        writer.commit(optimize=True)
    assert {hit.id for hit in search(view, Request(Term("words", "ab"))).hits} == {"a", "b"}
    assert ids(tmp_path) == ["b", "c"]


def test_deleting_says_whether_there_was_one(tmp_path: Path) -> None:
    storage = index(tmp_path, [A])
    with Writer(storage, PLAN) as writer:
        added(writer, B)
        answers = [writer.delete(id) for id in ("a", "a", "b", "b", "c")]
        added(writer, A)
        writer.commit()
    assert answers == [True, False, True, False, False]
    assert ids(tmp_path) == ["a"]


def test_adopted_segments_replace_what_was_there(tmp_path: Path) -> None:
    storage = index(tmp_path, [A, B])
    builders = [Builder(FileStorage(str(tmp_path)), "MAIN", PLAN) for _ in range(2)]
    for builder, batch in zip(builders, ((Doc("a", body=("ba",)), C, C), (Doc("c", body=("bb",)),)), strict=True):
        for doc in batch:
            added(builder, doc)
    with Writer(storage, PLAN) as writer:
        for builder in builders:
            writer.adopt(builder.finish())
        writer.commit()
    reopened = open_dir(str(tmp_path))
    assert {word: sorted(found(reopened, Term("words", word), WEIGHTING)) for word in ("ab", "ba", "bb")} == {
        "ab": ["b"],
        "ba": ["a"],
        "bb": ["c"],
    }


def test_what_is_being_built_survives_a_commit_but_not_the_writer(tmp_path: Path) -> None:
    storage = index(tmp_path, [A])
    builder = Builder(FileStorage(str(tmp_path)), "MAIN", PLAN, budget=1)
    with Writer(storage, PLAN) as writer:
        added(builder, B)
        added(writer, C)
        writer.commit()
        writer.adopt(builder.finish())
        writer.commit()
        added(builder, A)
    assert ids(tmp_path) == ["a", "b", "c"]
    Writer(storage, PLAN).cancel()
    assert len(list(tmp_path.glob("*.col"))) == len(storage.open_index()._segments())


def test_blobs_belong_to_a_generation(tmp_path: Path) -> None:
    storage = index(tmp_path, [A])
    for name in ("one", "two"):
        with Writer(storage, PLAN) as writer:
            added(writer, B)
            generation = writer.commit(lambda view, name=name: {name: str(view.documents).encode()})
    container = read_blobs(storage, "MAIN", generation)
    assert container is not None
    assert bytes(blob(container, "two") or b"") == b"2"
    assert blob(container, "one") is None
    with pytest.raises(FileNotFoundError):
        read_blobs(storage, "MAIN", generation - 1)
    assert read_blobs(storage, "MAIN", 0) is None


def test_many_commits_leave_few_segments(tmp_path: Path) -> None:
    storage = index(tmp_path, *([Doc(f"d{n}", body=("ab",))] for n in range(12)))
    assert len(storage.open_index()._segments()) <= 4
    assert len(ids(tmp_path)) == 12


def test_segments_are_merged_elsewhere_while_blobs_are_made(tmp_path: Path) -> None:
    storage = index(tmp_path, [A])
    steps: list[str] = []

    def elsewhere(call: Callable[[], Any]) -> Callable[[], Any]:
        steps.append("begun")
        result = pickle.loads(pickle.dumps(call))()
        return lambda: steps.append("waited for") or result

    def finish(view: View) -> dict[str, bytes]:
        steps.append(f"{view.documents} documents seen")
        return {}

    with Writer(storage, PLAN) as writer:
        added(writer, B)
        writer.commit(finish, elsewhere=elsewhere)
    assert steps == ["begun", "2 documents seen", "waited for"]
    assert (len(storage.open_index()._segments()), ids(tmp_path)) == (1, ["a", "b"])


def test_records_share_a_dictionary_that_was_learned(tmp_path: Path) -> None:
    many = [Doc(f"doc-{n}", body=("ab",) * (n % 50), origin=str(n)) for n in range(600)]
    storage = index(tmp_path, many, [A])
    view = View(storage.open_index().reader(), LAYOUT)
    segments = [segment.data for segment in view.segments]
    assert [data is not None and len(data.dictionaries) for data in segments] == [1, 1]
    for id in ("doc-0", "doc-599", "a"):
        number = view.find(id)
        assert number is not None and view.stored(number) == {"payload": f"stored {id}".encode()}


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.97])
def test_check_names_what_is_damaged(tmp_path: Path, share: float) -> None:
    index(tmp_path, [A, B])
    assert list(check(tmp_path)) == []
    (path,) = tmp_path.glob("*.col")
    data = bytearray(path.read_bytes())
    data[int(share * len(data))] ^= 1
    path.write_bytes(data)
    assert all(problem.startswith(path.name) for problem in check(tmp_path))
    assert list(check(tmp_path))


def test_check_names_what_is_missing(tmp_path: Path) -> None:
    index(tmp_path, [A])
    (path,) = tmp_path.glob("*.col")
    path.unlink()
    assert list(check(tmp_path)) == [f"{path.name} is missing."]


@settings(max_examples=20, deadline=None)
@given(parts, deletions, st.booleans(), st.sampled_from((1, 3, 1 << 13)))
def test_the_vocabulary_counts_live_documents_by_partition(
    parts: list[list[Doc]], deleted: set[str], optimize: bool, stretch: int
) -> None:
    storage = RamStorage()
    write_contents(storage, "MAIN", Contents(schema(), (), 0))
    view = View(committed(storage, parts, deleted, 1 << 20, optimize).reader(), LAYOUT)
    expected: dict[str, Counter[str]] = {}
    for doc in latest(parts):
        for word in {*doc.title, *doc.body} if doc.id not in deleted else ():
            expected.setdefault(word, Counter())[doc.tongue] += 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vocabulary, "_STRETCH", stretch)
        found = tallied_terms(view, "words")
    entries = list(zip(found.partitions.tolist(), found.counts.tolist(), strict=True))
    counted = {
        term: Counter({view.partitions[code]: count for code, count in entries[start:stop]})
        for term, (start, stop) in zip(found.terms, pairwise(found.edges.tolist()), strict=True)
    }
    assert counted == expected
    assert list(found.terms) == sorted(expected)


@given(st.lists(st.lists(st.text() | st.sampled_from(("\n", "a\nb", "\ud800"))), max_size=3))
def test_texts_are_the_strings_they_were_made_of(portions: list[list[str]]) -> None:
    texts, strings = Texts(), [string for portion in portions for string in portion]
    for portion in portions:
        texts.extend(Bytestrings.encoded(portion))
    assert [*texts] == texts[:] == [texts[place - len(strings)] for place in range(len(strings))] == strings
    assert texts[::-2] == strings[::-2]


def test_searching_a_damaged_segment_says_so(tmp_path: Path) -> None:
    storage = index(tmp_path, [Doc(f"d{n}", body=("ab", "ac")) for n in range(3000)])
    (path,) = tmp_path.glob("*.col")
    data = bytearray(path.read_bytes())
    start, length, *_ = Container(storage, path.name).directory["sections"]["columns/start/numbers"]
    data[start + length // 2] ^= 1
    path.write_bytes(data)
    view = View(storage.open_index().reader(), LAYOUT)
    with pytest.raises(Damaged, match=path.name):
        search(view, Request(Term("words", "ab")))


@pytest.mark.parametrize("share", [0, 0.5, 0.999])
def test_opening_a_truncated_segment_says_so(tmp_path: Path, share: float) -> None:
    storage = index(tmp_path, [A, B])
    (path,) = tmp_path.glob("*.col")
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(Damaged, match=f"{path.name} is truncated"):
        storage.open_index().reader()
