"""Each query's meaning, on Whoosh's own codec."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from whoosh.filedb.filestore import RamStorage
from whoosh.query import Term
from whoosh.searching import Searcher

from search.columnar import formulas
from search.columnar.queries import (
    And,
    AtLeast,
    BestOf,
    Every,
    Leaf,
    Membership,
    Near,
    Not,
    Or,
    Overlap,
    Pooled,
    Sequence,
)
from search.columnar.scoring import PartitionedBM25, prior
from tests.columnar.corpus import LAYOUT, Doc, fields_of, schema

DOCS = (
    Doc("one", ("sun", "rises"), ("sun", "and", "moon"), "a", "x", 10, 19),
    Doc("two", (), ("moon", "and", "sun", "sun"), "b", "y", 20, 29),
    Doc("three", ("moon",), ("stars",), "b", "", None, None),
    Doc("four", (), ("rain", "and", "wind", "and", "rain"), "a", "x", 5, 40),
)


@pytest.fixture
def searcher() -> Iterator[Searcher]:
    index = RamStorage().create_index(schema())
    for part in (DOCS[:2], DOCS[2:]):
        with index.writer() as writer:
            writer.merge = False
            for doc in part:
                writer.add_document(**fields_of(doc))
    with index.searcher(weighting=PartitionedBM25(LAYOUT)) as searcher:
        yield searcher


def scores(searcher: Searcher, query: object) -> dict[str, float]:
    ids = searcher.reader().column_reader("id")
    return {ids[number]: score for score, number in searcher.search(query, limit=None).top_n}


def word(text: str, boost: float = 1.0) -> Term:
    return Term("words", text, boost=boost)


@pytest.mark.parametrize(
    ("rule", "query", "found"),
    [
        ("a key matches its documents", word("sun"), "one two"),
        ("a key nobody has matches nothing", word("snow"), ""),
        ("best of matches the union", BestOf((word("sun"), word("stars"))), "one two three"),
        ("at least two of three", AtLeast((word("sun"), word("moon"), word("rain")), 2), "one two"),
        ("and of nothing is everything", And(()), "one two three four"),
        ("or of nothing is nothing", Or(()), ""),
        ("not stands alone", Not(word("sun")), "three four"),
        ("not stands below or", Or((word("stars"), Not(word("moon")))), "three four"),
        ("not stands below and", And((word("moon"), Not(word("sun")))), "three"),
        ("every document", Every(), "one two three four"),
        ("a sequence keeps its order", Sequence("words", (("and",), ("moon",))), "one"),
        ("slots have alternatives", Sequence("words", (("and",), ("moon", "sun"))), "one two"),
        ("a sequence does not cross the gap", Sequence("words", (("rises",), ("sun",))), ""),
        ("near takes any order", Near("words", (("sun",), ("moon",)), 2), "one two"),
        ("near measures largest minus smallest", Near("words", (("sun",), ("moon",)), 1), ""),
        ("near needs different positions", Near("words", (("rain",), ("rain",)), 4), "four"),
        ("near needs different positions, too close", Near("words", (("rain",), ("rain",)), 3), ""),
        ("near over shared alternatives", Near("words", (("sun", "moon"), ("sun", "moon")), 1), "two"),
        ("categories are OR", Membership("origin", frozenset("xy")), "one two four"),
        ("no category is in no set", Membership("origin", frozenset({""})), ""),
        ("intervals overlap at their ends", Overlap("start", "end", ((19, 20),)), "one two four"),
        ("an open interval", Overlap("start", "end", ((None, 9),)), "four"),
        ("missing is asked for by name", Overlap("start", "end", (), missing=True), "three"),
    ],
)
def test_matches(searcher: Searcher, rule: str, query: object, found: str) -> None:
    assert set(scores(searcher, query)) == set(found.split()), rule


def bm25(weight: float, length: int, average: float, frequency: float, size: float, all_frequency: float) -> float:
    drawn = frequency + 20 * all_frequency / 4
    inverse = math.log(1 + (size + 20 - drawn + 0.5) / (drawn + 0.5))
    return inverse * weight * 2.2 / (weight + 1.2 * (0.25 + 0.75 * length / average))


def test_a_score_is_bm25_of_the_documents_partition(searcher: Searcher) -> None:
    found = scores(searcher, word("sun"))
    assert found["one"] == pytest.approx(bm25(5, 5, 5, 1, 2, 2))
    assert found["two"] == pytest.approx(bm25(3, 4, 3, 1, 2, 2))


def test_pooled_keys_count_as_one_term(searcher: Searcher) -> None:
    found = scores(searcher, Pooled("words", (("sun", 1.0), ("moon", 0.5))))
    assert found["one"] == pytest.approx(bm25(6, 5, 5, 1, 2, 3))
    assert found["three"] == pytest.approx(bm25(1.5, 2, 3, 2, 2, 3))


def test_best_of_takes_the_larger_on_each_document(searcher: Searcher) -> None:
    sun, moon = scores(searcher, word("sun")), scores(searcher, word("moon", 0.5))
    found = scores(searcher, BestOf((word("sun"), word("moon", 0.5))))
    assert found == {id: max(sun.get(id, 0), moon.get(id, 0)) for id in ("one", "two", "three")}


def test_a_phrase_sums_the_best_of_each_slot_wherever_it_stands(searcher: Searcher) -> None:
    sun, moon, conj = (scores(searcher, word(text)) for text in ("sun", "moon", "and"))
    found = scores(searcher, Sequence("words", (("and",), ("sun", "moon")), boost=2.0))
    assert found == {id: pytest.approx(2 * (conj[id] + max(sun[id], moon[id]))) for id in ("one", "two")}


@pytest.mark.parametrize(
    ("rule", "leaf", "counts"),
    [
        ("documents that match", Leaf(word("moon")), (1, 2)),
        ("the frequency of the evidence", Leaf(word("moon"), Pooled("words", (("sun", 0.5),))), (2.5, 1.5)),
        ("documents, if the evidence is nowhere", Leaf(word("moon"), Pooled("words", (("snow", 1.0),))), (1, 2)),
        ("a share is at least a part of the largest", Leaf(word("stars")), (0, 1)),
    ],
)
def test_the_prior_prefers_the_partition_where_leaves_are_common(
    searcher: Searcher, rule: str, leaf: Leaf, counts: tuple[float, float]
) -> None:
    parameters = formulas.Parameters(power=2, floor=0.1, pseudo_words=8, least=0.2)
    factors = prior(searcher, And((leaf, Not(Leaf(word("rain"))))), LAYOUT, parameters)
    share = [count / (total + 8) for count, total in zip(counts, (10, 6), strict=True)]
    expected = [0.1 + 0.9 * max(one / max(share), 0.2) ** 2 for one in share]
    assert [factors["a"], factors["b"]] == pytest.approx(expected), rule


def test_the_prior_multiplies_the_final_score(searcher: Searcher) -> None:
    plain = scores(searcher, word("sun"))
    weighting = PartitionedBM25(LAYOUT, factors={"a": 0.5, "b": 1.0})
    with Searcher(searcher.reader(), weighting=weighting, closereader=False) as other:
        assert scores(other, word("sun")) == {"one": plain["one"] / 2, "two": plain["two"]}


def test_a_leaf_that_matches_nothing_says_nothing() -> None:
    assert formulas.prior_factors([[0, 0]], [5, 5], formulas.Parameters()).tolist() == [1, 1]
