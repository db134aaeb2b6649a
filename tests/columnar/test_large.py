"""Terms of many blocks: array evaluation, lookups and merging, against Whoosh's matchers and against whole reading."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh.query import Term

from search.columnar.columns import Array
from search.columnar.queries import And, AtLeast, BestOf, Near, Not, Or, Overlap, Pooled, Sequence
from search.columnar.scoring import PartitionedBM25
from search.columnar.search import Order, Request, search
from search.columnar.session import Session
from search.columnar.view import View
from search.columnar.writing import Writer, create
from tests.columnar.corpus import LAYOUT, PLAN, Doc, added, found, schema

COUNT = 2500


def document(number: int, chance: random.Random) -> Doc:
    """`all` and `most` are common, `r7` is in about one document of 500."""
    body = [word for word in ("all", "most", "some", "few") for _ in range(chance.randrange(3))]
    body += [f"r{chance.randrange(500)}", "all"]
    chance.shuffle(body)
    return Doc(f"n{number:04}", (), tuple(body), chance.choice("aab"), chance.choice("xy"), number % 50, number % 50)


@pytest.fixture(scope="module", params=[False, True], ids=["two segments", "merged"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    storage = create(Path(tmp_path_factory.mktemp("index")), schema())
    chance = random.Random(5)
    docs = [document(number, chance) for number in range(COUNT)]
    for first, last in ((0, 1800), (1800, COUNT)):
        with Writer(storage, PLAN) as writer:
            for doc in docs[first:last]:
                added(writer, doc)
            for number in range(first, last, 97):
                writer.delete(f"n{number:04}")
            writer.commit(optimize=request.param)
    return storage.open_index()


def w(text: str) -> Term:
    return Term("words", text)


@pytest.mark.parametrize(
    "query",
    [
        w("all"),
        And((w("r7"), w("all"), w("most"))),
        And((Or((w("r7"), w("r8"))), Not(w("most")))),
        Or((w("most"), w("some"), w("few"))),
        BestOf((w("most"), w("some"), Term("stems", "a"))),
        AtLeast((w("most"), w("some"), w("r7")), 2),
        Pooled("words", (("r7", 1.0), ("r8", 0.5), ("few", 1.0))),
        Sequence("words", (("r7", "r8"), ("all",))),
        Sequence("words", (("r7",), ("all",))),
        Sequence("words", (("all",), ("most", "some"))),
        Near("words", (("r7",), ("all",), ("all",)), 3),
        Near("words", (("most",), ("most", "some")), 1),
        And((w("few"), Overlap("start", "end", ((10, 20),)))),
    ],
    ids=str,
)
def test_arrays_give_what_the_matchers_give(index: Any, query: Any) -> None:
    view = View(index.reader(), LAYOUT)
    scores = {}
    for segment, matches in Session(view).matches(query):
        values = np.zeros(len(matches)) if matches.scores is None else matches.scores
        scores |= zip(segment.ids(matches.ids), values.tolist(), strict=True)
    assert scores
    assert scores == pytest.approx(found(index, query, PartitionedBM25(LAYOUT)), rel=1e-4)


@pytest.mark.parametrize("term", [b"all", b"most", b"few", b"r7"])
def test_looking_up_gives_what_reading_the_whole_term_gives(index: Any, term: bytes) -> None:
    data = View(index.reader(), LAYOUT).segments[0].data
    assert data is not None
    field = data.fields["words"]
    span = field.find(term)
    assert span is not None
    ids, weights = field.ids(span), field.weights(span)
    for step in (1, 7, 300):
        asked: Array = np.arange(3, data.documents, step)
        inside, numbers = field.lookup(span, asked)
        chosen = np.flatnonzero(np.isin(ids, asked))
        assert np.array_equal(asked[inside], ids[chosen])
        assert np.array_equal(numbers - span[0], chosen)
        assert not len(chosen) or np.array_equal(field.weights_at(numbers), weights[chosen])
        assert not len(chosen) or np.array_equal(
            field.keys_at(numbers, ids[chosen], 32),
            field.keys(span, ids, np.arange(len(ids)), 32)[np.isin(np.repeat(ids, field.counts(span)), asked)],
        )


@pytest.mark.parametrize("by", Order)
def test_the_first_of_many_are_those_of_a_full_sort(index: Any, by: Order) -> None:
    view = View(index.reader(), LAYOUT)
    everything = search(view, Request(w("all"), order=by, limit=10_000)).hits
    assert len(everything) == search(view, Request(w("all"))).total
    for offset in (0, 5, 700):
        assert (
            search(view, Request(w("all"), order=by, offset=offset, limit=20)).hits == everything[offset : offset + 20]
        )
