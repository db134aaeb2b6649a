"""An index of the columnar codec is an ordinary Whoosh index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import fields, scoring
from whoosh.analysis import SimpleAnalyzer
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import create_in, open_dir
from whoosh.query import And, Not, Or, Phrase, Prefix, Term, Wildcard

from search.columnar.codec import ColumnarCodec
from search.columnar.scoring import PartitionedBM25
from tests.columnar.corpus import LAYOUT, Doc, docs, fields_of, found, queries, written

parted = docs().flatmap(
    lambda all: st.tuples(st.just(all), st.integers(0, len(all)), st.sets(st.sampled_from(["d00", "d03", "d05"])))
)


@settings(max_examples=30, deadline=None)
@given(parted, st.lists(queries, min_size=1, max_size=4))
def test_whooshs_searcher_gives_what_it_gives_on_its_own_codec(
    corpus: tuple[list[Doc], int, set[str]], asked: list[Any]
) -> None:
    all, cut, deleted = corpus
    parts = [part for part in (all[:cut], all[cut:]) if part]
    ours, theirs = written(ColumnarCodec(), parts, deleted), written(None, parts, deleted)
    for query in asked:
        expected = found(theirs, query, PartitionedBM25(LAYOUT))
        assert found(ours, query, PartitionedBM25(LAYOUT)) == pytest.approx(expected, rel=1e-6)


TEXTS = ("to be or not to be", "that is the question", "to die to sleep", "")


def library(codec: Any) -> Any:
    """An index with Whoosh's own kinds of fields."""
    schema = fields.Schema(
        path=fields.ID(stored=True, unique=True),
        text=fields.TEXT(SimpleAnalyzer(), stored=True, chars=True),
        tags=fields.KEYWORD(scorable=True),
        size=fields.NUMERIC(sortable=True, stored=True),
        flag=fields.BOOLEAN(stored=True),
        note=fields.STORED(),
    )
    index = RamStorage().create_index(schema)
    for first in (0, 2):
        with index.writer(codec=codec) as writer:
            writer.merge = False
            for number, text in enumerate(TEXTS[first : first + 2], first):
                writer.add_document(
                    path=f"/{number}",
                    text=text,
                    tags="a b" if number % 2 else "a",
                    size=-number,
                    flag=bool(number % 2),
                    note={"n": number},
                )
    return index


@pytest.mark.parametrize(
    "query",
    [
        Term("text", "to"),
        Term("text", "nothing"),
        Phrase("text", ["to", "sleep"]),
        And([Term("text", "to"), Not(Term("text", "die"))]),
        Or([Term("text", "question"), Term("tags", "b")]),
        Prefix("text", "q"),
        Wildcard("text", "?o"),
        Term("path", "/2"),
    ],
)
def test_whooshs_own_fields_and_queries_work(query: Any) -> None:
    answers = []
    for codec in (ColumnarCodec(), None):
        with library(codec).searcher(weighting=scoring.Frequency()) as searcher:
            results = searcher.search(query, limit=None)
            answers.append([(hit.rank, round(hit.score, 6), hit.fields()) for hit in results])
    assert answers[0] == answers[1]


def test_sorting_grouping_and_lengths() -> None:
    with library(ColumnarCodec()).searcher() as searcher:
        results = searcher.search(Term("tags", "a"), sortedby="size", groupedby="size")
        assert [hit["path"] for hit in results] == ["/3", "/2", "/1", "/0"]
        assert sorted(results.groups()) == [-3, -2, -1, 0]
        reader = searcher.reader()
        assert reader.field_length("text") == 14
        assert [reader.doc_field_length(n, "tags") for n in range(4)] == [1, 2, 1, 2]


def test_cursors_move_over_terms() -> None:
    reader = library(ColumnarCodec()).reader().leaf_readers()[0][0]
    cursor = reader.cursor("text")
    assert [cursor.text(), cursor.next(), cursor.find("p"), cursor.next()] == ["be", "is", "question", "that"]
    assert (cursor.first(), cursor.find("z"), cursor.is_valid()) == ("be", None, False)
    assert list(reader.expand_prefix("text", "q")) == [b"question"]
    assert [text for name, text in reader.terms_from("tags", b"b") if name == "tags"] == [b"b"]


def test_an_update_replaces_by_id_and_optimising_keeps_everything_else(tmp_path: Path) -> None:
    index = written(
        ColumnarCodec(), [[Doc("a", body=("ab", "ac"))], [Doc("b", ("ab",))]], set(), FileStorage(str(tmp_path))
    )
    before = index.reader()
    with index.writer(codec=ColumnarCodec()) as writer:
        writer.merge = False
        writer.update_document(**fields_of(Doc("a", body=("ba",))))
    index = open_dir(str(tmp_path))
    assert sorted(found(index, Term("words", "ab"), PartitionedBM25(LAYOUT))) == ["b"]
    with index.writer(codec=ColumnarCodec()) as writer:
        writer.optimize = True
    assert len(index._segments()) == 1
    weighting = PartitionedBM25(LAYOUT)
    assert {w: sorted(found(index, Term("words", w), weighting)) for w in ("ab", "ba")} == {"ab": ["b"], "ba": ["a"]}
    assert before.doc_count() == 2 and ("words", b"ac") in before
    with index.reader() as reader:
        assert sorted(fields["payload"] for fields in reader.all_stored_fields()) == [b"stored a", b"stored b"]


def test_a_value_that_cannot_be_stored_is_named(tmp_path: Path) -> None:
    index = create_in(str(tmp_path), fields.Schema(thing=fields.STORED()))
    writer = index.writer(codec=ColumnarCodec())
    with pytest.raises(TypeError, match="'thing' holds a object"):
        writer.add_document(thing=object())
    writer.cancel()
