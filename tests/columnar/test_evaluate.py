"""Array evaluation means what Whoosh's Searcher means, on one and several segments, with deletions."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.query import AndMaybe, Prefix, Term

from search.columnar import formulas
from search.columnar.codec import ColumnarCodec
from search.columnar.periods import Periods
from search.columnar.queries import And, Every, Leaf, Membership, Not, Or, Overlap
from search.columnar.scoring import PartitionedBM25, prior
from search.columnar.search import Filter, Order, Request, search
from search.columnar.session import Session
from search.columnar.view import Facet, View
from tests.columnar.corpus import LAYOUT, Doc, docs, found, queries, written

parted = docs(20).flatmap(
    lambda all: st.tuples(
        st.just(all), st.integers(0, len(all)), st.sets(st.sampled_from(["d00", "d03", "d05", "d07"]))
    )
)
Corpus = tuple[list[Doc], int, set[str]]


def index_of(corpus: Corpus, codec: Any) -> Any:
    all, cut, deleted = corpus
    return written(codec, [part for part in (all[:cut], all[cut:]) if part], deleted)


def evaluated(view: View, query: Any) -> dict[str, float]:
    scores = {}
    for segment, matches in Session(view).matches(query):
        values = [0.0] * len(matches) if matches.scores is None else matches.scores.tolist()
        scores |= zip(segment.ids(matches.ids), values, strict=True)
    return scores


@settings(max_examples=60, deadline=None)
@given(parted, st.lists(queries, min_size=1, max_size=5))
def test_arrays_give_what_whooshs_searcher_gives(corpus: Corpus, asked: list[Any]) -> None:
    index = index_of(corpus, ColumnarCodec())
    view = View(index.reader(), LAYOUT)
    for query in asked:
        assert evaluated(view, query) == pytest.approx(found(index, query, PartitionedBM25(LAYOUT)), rel=1e-4)


@settings(max_examples=15, deadline=None)
@given(parted, queries)
def test_a_whole_search_gives_what_whooshs_own_codec_gives(corpus: Corpus, query: Any) -> None:
    ours, theirs = index_of(corpus, ColumnarCodec()), index_of(corpus, None)
    with theirs.searcher() as searcher:
        factors = prior(searcher, query, LAYOUT) if searcher.doc_count_all() else {}
    expected = found(theirs, query, PartitionedBM25(LAYOUT, factors=factors))
    result = search(View(ours.reader(), LAYOUT), Request(query, limit=100))
    assert result.total == len(expected)
    assert {hit.id: hit.score for hit in result.hits} == pytest.approx(expected, rel=1e-4)


def year(doc: Doc) -> str:
    return "" if doc.start is None else f"{datetime.fromtimestamp(doc.start, UTC).year:04}"


def newest_first(doc: Doc) -> float:
    return float("inf") if doc.start is None else -doc.start


@settings(max_examples=30, deadline=None)
@given(
    parted,
    queries,
    st.frozensets(st.sampled_from("ab")),
    st.frozensets(st.sampled_from("xy")),
    st.sampled_from(Order),
    st.integers(0, 3),
)
def test_order_paging_and_facets(
    corpus: Corpus, query: Any, tongues: frozenset[str], origins: frozenset[str], by: Order, offset: int
) -> None:
    """By definition, from the scores: filters leave the counts of their own facet alone."""
    index = index_of(corpus, ColumnarCodec())
    view = View(index.reader(), LAYOUT)
    factors = dict(zip(view.partitions, Session(view).factors(query), strict=True))
    documents = {doc.id: doc for doc in corpus[0]}
    matched = {id: score * factors[documents[id].tongue] for id, score in evaluated(view, query).items()}
    filters = (
        Filter(Membership("tongue", tongues), "tongue"),
        Filter(Membership("origin", origins), "origin"),
        Filter(Not(Overlap("start", "end", ((0, 0),)))),
    )

    def passes(doc: Doc, but: str = "") -> bool:
        dated = doc.start is not None and doc.end is not None and doc.start <= 0 <= doc.end
        return (but == "tongue" or doc.tongue in tongues) and (but == "origin" or doc.origin in origins) and not dated

    keys = {
        Order.SCORE: lambda doc: (-formulas.settled(matched[doc.id]), newest_first(doc), doc.id),
        Order.NEWEST: lambda doc: (newest_first(doc), doc.id),
        Order.OLDEST: lambda doc: (float("inf") if doc.start is None else doc.start, doc.id),
    }
    expected = sorted((documents[id] for id in matched if passes(documents[id])), key=keys[by])
    facets = {"tongue": Facet("tongue"), "origin": Facet("origin"), "year": Facet("start", years=True)}
    result = search(view, Request(query, None, filters, facets, by, offset, 4))
    assert [hit.id for hit in result.hits] == [doc.id for doc in expected[offset : offset + 4]]
    assert result.total == len(expected)
    tongue = Counter(documents[id].tongue for id in matched if passes(documents[id], "tongue"))
    origin = Counter(documents[id].origin for id in matched if passes(documents[id], "origin"))
    assert result.facets == {"tongue": tongue, "origin": origin, "year": Counter(map(year, expected))}


CORPUS: Corpus = ([Doc("d1", body=("ab", "ac")), Doc("d2", body=("ba",)), Doc("d3", body=("ab",))], 2, set())


def test_the_fallback_is_taken_when_nothing_matches_filters_aside() -> None:
    view = View(index_of(CORPUS, ColumnarCodec()).reader(), LAYOUT)
    nothing, some = Term("words", "cb"), Term("words", "ab")
    no_tongue = (Filter(Membership("tongue", frozenset())),)
    assert [search(view, Request(query, lambda: some)).fell_back for query in (nothing, some)] == [True, False]
    assert search(view, Request(nothing, lambda: some)).total == 2
    assert not search(view, Request(some, lambda: Term("words", "ba"), no_tongue)).fell_back


@pytest.mark.parametrize("query", [Prefix("words", "a"), AndMaybe(Term("words", "ab"), Term("words", "ac"))])
@pytest.mark.parametrize("codec", [ColumnarCodec(), None])
def test_other_queries_and_other_codecs_are_evaluated_by_their_matchers(query: Any, codec: Any) -> None:
    index = index_of(CORPUS, codec)
    view = View(index.reader(), LAYOUT)
    assert evaluated(view, query) == pytest.approx(found(index, query, PartitionedBM25(LAYOUT)))
    assert sorted(evaluated(view, And((query, Leaf(Not(Term("words", "ac"))))))) == ["d3"]


def test_an_empty_index_has_no_matches() -> None:
    view = View(written(ColumnarCodec(), [], set()).reader(), LAYOUT)
    assert search(view, Request(Or((Every(), Term("words", "ab"))), facets={"tongue": Facet("tongue")})).total == 0


@settings(max_examples=40, deadline=None)
@given(parted, st.lists(queries, min_size=1, max_size=3))
def test_a_session_of_before_gives_what_a_new_one_gives(corpus: Corpus, asked: list[Any]) -> None:
    view = View(index_of(corpus, ColumnarCodec()).reader(), LAYOUT)
    session = Session(view)
    for query in (*asked, *asked):
        assert session.matches(query) is session.matches(query)
        for limit in (3, 0, 20):
            wanted = Request(query, facets={"tongue": Facet("tongue")}, limit=limit)
            assert search(view, wanted, session) == search(view, wanted)


@pytest.mark.parametrize("start", [2**63 - 1, 253_402_300_800, -62_135_596_801, -(2**63) + 1])
def test_a_time_beyond_all_years_is_in_none(start: int) -> None:
    """Which somebody must have forged, and which made a list of all the years up to it."""
    corpus: Corpus = ([Doc("d1", start=start, end=start), Doc("d2", start=0, end=0)], 1, set())
    view = View(index_of(corpus, ColumnarCodec()).reader(), LAYOUT)
    facets, by_month = {"year": Facet("start", years=True)}, (Periods("start", "end", "M"), Facet("tongue"))
    result = search(view, Request(Every(), facets=facets, timeline=by_month))
    assert result.facets == {"year": {"": 1, "1970": 1}}
    assert set(result.timeline) == {"", "1970-01"}
