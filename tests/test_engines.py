"""The contract of engines: one suite, every engine, the same answers."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from search.analysis import document
from search.article import DateFrom, decode_article
from search.columnar.fields import MISSING
from search.columnar.periods import periods
from search.dates import parse_partial
from search.engines.base import Engine, Retrieval, Snapshot, Sort, Unit
from search.engines.shared import period_of
from search.errors import IndexLocked
from search.query.ast import Span, Zone
from search.query.keyed import (
    And,
    Everything,
    Facet,
    Group,
    Key,
    Keyed,
    Kind,
    Member,
    Near,
    Not,
    Or,
    Pool,
    Run,
    Selection,
    Sequence,
    pool,
)
from search.settings import RANKING
from tests.articles import ENGINES, article, engine_of, no_blobs

DAY = 86400

ARTICLES = (
    article(
        "moscow", "Fredssamtaler i Moskva, talks and more talks.", title="Våpenhvile", language="nb", date="2020-10"
    ),
    article("oslo", "Våpenhvilen holder i Oslo. Samtaler følger.", language="nb", date="2023-09-20", source="nrk.no"),
    article("hague", "De wapenstilstand houdt stand.", language="nl", date="2023", source="nu.nl"),
    article(
        "london", "Talks in London: the ceasefire holds, and holds, and holds.", title="London talks", source="bbc"
    ),
    article("beijing", "停火協議在北京簽署", language="zh", date="2019-12-31"),
)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = engine_of(request.param, tmp_path)
    with engine.writer() as writer:
        for one in ARTICLES:
            writer.add(document(replace(one, date_from=DateFrom.TEXT if one.date else None)))
        writer.commit(lambda vocabulary: {"facts": b"{}"})
    yield engine
    engine.close()


@pytest.fixture
def snapshot(engine: Engine) -> Iterator[Snapshot]:
    snapshot = engine.snapshot()
    yield snapshot
    snapshot.close()


def word(text: str, zone: Zone = Zone.ALL) -> Group:
    return Group((Key(Kind.WORD, text),), zone)


def of(*members: Member) -> Group:
    return Group(members)


@pytest.mark.parametrize(
    ("rule", "query", "found"),
    [
        ("everything is every document", Everything(), "beijing hague london moscow oslo"),
        ("a word", word("talks"), "london moscow"),
        ("a word of the title counts for the whole", word("våpenhvile"), "moscow"),
        ("in the title only", word("talks", Zone.TITLE), "london"),
        ("a stem", of(Key(Kind.STEM, "vapenhvil\x1fno")), "moscow oslo"),
        ("a key that nobody has", word("snow"), ""),
        ("a group is the union", of(Key(Kind.WORD, "oslo"), Key(Kind.WORD, "london")), "london oslo"),
        ("an empty group", Group(()), ""),
        (
            "a pool is the union",
            of(pool(Kind.WORD, ("oslo", "london"))),
            "london oslo",
        ),
        ("an empty pool", of(Pool(Kind.WORD, ())), ""),
        ("all", And((word("talks"), word("london"))), "london"),
        ("one", Or((word("oslo"), word("stand"))), "hague oslo"),
        ("not", Not(word("talks")), "beijing hague oslo"),
        ("all but", And((word("talks"), Not(word("london")))), "moscow"),
        ("one or not the other", Or((word("london"), Not(word("talks")))), "beijing hague london oslo"),
        ("only not", And((Not(word("talks")), Not(word("oslo")))), "beijing hague"),
        ("a sequence", of(Sequence((("more",), ("talks",)))), "moscow"),
        ("a sequence turned round", of(Sequence((("talks",), ("more",)))), ""),
        ("a sequence of the same word", of(Sequence((("holds",), ("holds",)))), ""),
        ("a sequence with alternatives", of(Sequence((("in", "i"), ("london", "oslo")))), "london oslo"),
        ("a sequence across title and body", of(Sequence((("talks",), ("talks",)))), ""),
        ("near", of(Near((("holds",), ("ceasefire",)), 1)), "london"),
        ("near, but not so near", of(Near((("london",), ("holds",)), 1)), ""),
        ("near the same word", of(Near((("holds",), ("holds",), ("holds",)), 4)), "london"),
        ("near the same word, but too close", of(Near((("holds",), ("holds",), ("holds",)), 3)), ""),
        ("a run, whole", of(Run(("停火", "火协"), 2)), "beijing"),
        ("a run, in part", of(Run(("停火", "火星"), 1)), "beijing"),
        ("a run, too much of it missing", of(Run(("停火", "火星"), 2)), ""),
    ],
)
def test_a_query_matches(snapshot: Snapshot, rule: str, query: Keyed, found: str) -> None:
    hits = snapshot.search(Retrieval(query))
    assert sorted(hit.id for hit in hits.hits) == found.split()
    assert hits.total == len(hits.hits)


NB = Selection(Facet.LANGUAGE, values=frozenset({"nb"}))
OF_2023 = Selection(Facet.YEAR, spans=(Span(1672531200, 1704067199),))
UNDATED = Selection(Facet.YEAR, undated=True)
NRK = Selection(Facet.SOURCE, values=frozenset({"nrk.no"}))
LATE_OCTOBER = Selection(None, spans=(Span(1603670400, 1604188799),))
FROM_2020 = Selection(None, spans=(Span(1577836800, None),))
TO_2019 = Selection(None, spans=(Span(None, 1577836799),))


@pytest.mark.parametrize(
    ("rule", "selections", "found", "languages", "years"),
    [
        ("nothing chosen", (), "beijing hague london moscow oslo", "en nb nb nl zh", "2019 2020 2023 2023 undated"),
        ("a facet leaves itself out", (NB,), "moscow oslo", "en nb nb nl zh", "2020 2023"),
        ("two facets are both wanted", (NB, OF_2023), "oslo", "nb nl", "2020 2023"),
        ("a year overlaps a month", (OF_2023,), "hague oslo", "nb nl", "2019 2020 2023 2023 undated"),
        ("undated", (UNDATED,), "london", "en", "2019 2020 2023 2023 undated"),
        ("a source", (NRK,), "oslo", "nb", "2023"),
        ("a month overlaps its last week", (LATE_OCTOBER,), "moscow", "nb", "2020"),
        ("open to the right", (FROM_2020,), "hague moscow oslo", "nb nb nl", "2020 2023 2023"),
        ("open to the left", (TO_2019,), "beijing", "zh", "2019"),
        (
            "excluded",
            (Selection(Facet.LANGUAGE, values=frozenset({"nb"}), exclude=True),),
            "beijing hague london",
            "en nl zh",
            "2019 2023 undated",
        ),
        (
            "excluded years keep the undated",
            (Selection(Facet.YEAR, spans=OF_2023.spans, exclude=True),),
            "beijing london moscow",
            "en nb zh",
            "2019 2020 undated",
        ),
    ],
)
def test_selections_and_facets(
    snapshot: Snapshot, rule: str, selections: tuple[Selection, ...], found: str, languages: str, years: str
) -> None:
    hits = snapshot.search(Retrieval(Everything(), selections=selections))
    assert sorted(hit.id for hit in hits.hits) == found.split()
    assert _spread(hits.facets[Facet.LANGUAGE]) == languages
    assert _spread(hits.facets[Facet.YEAR]) == years


def _spread(counts: object) -> str:
    assert hasattr(counts, "items")
    return " ".join(value for value, count in sorted(counts.items()) for _ in range(count))


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (Sort.NEWEST, "oslo hague moscow beijing london"),
        (Sort.OLDEST, "beijing moscow hague oslo london"),
        (Sort.RELEVANCE, "oslo hague moscow beijing london"),
    ],
)
def test_order_by_date_has_the_undated_last_and_equal_scores_newest_first(
    snapshot: Snapshot, sort: Sort, order: str
) -> None:
    hits = snapshot.search(Retrieval(Everything(), sort=sort))
    assert [hit.id for hit in hits.hits] == order.split()


def test_pages_follow_on(snapshot: Snapshot) -> None:
    pages = [snapshot.search(Retrieval(Everything(), offset=offset, limit=2)) for offset in (0, 2, 4, 6)]
    assert [hit.id for page in pages for hit in page.hits] == ["oslo", "hague", "moscow", "beijing", "london"]
    assert {page.total for page in pages} == {5}


def test_the_fallback_counts_only_when_nothing_at_all_matches(snapshot: Snapshot) -> None:
    both, either = And((word("oslo"), word("london"))), Or((word("oslo"), word("london")))
    fallen = snapshot.search(Retrieval(both, fallback=either))
    assert (fallen.fell_back, fallen.total) == (True, 2)
    hidden = snapshot.search(Retrieval(word("london"), fallback=either, selections=(NB,)))
    assert (hidden.fell_back, hidden.total) == (False, 0)


def test_a_word_in_the_title_counts_more(snapshot: Snapshot) -> None:
    hits = snapshot.search(Retrieval(word("talks")))
    assert [hit.id for hit in hits.hits] == ["london", "moscow"]


@pytest.mark.parametrize("name", ENGINES)
def test_a_word_that_the_text_begins_with_counts_more(name: str, tmp_path: Path) -> None:
    filler = "word " * RANKING.lead_words
    with closing(engine_of(name, tmp_path)) as engine:
        with engine.writer() as writer:
            writer.add(document(article("late", f"{filler} flood ends", language="en")))
            writer.add(document(article("early", f"flood ends {filler}", language="en")))
            writer.commit(no_blobs)
        hits = engine.snapshot().search(Retrieval(word("flood"))).hits
        across = engine.snapshot().search(Retrieval(of(Sequence((("word",), ("flood",))))))
    assert [hit.id for hit in hits] == ["early", "late"]
    assert [hit.id for hit in across.hits] == ["late"], "a phrase runs on from the lead"


@pytest.mark.parametrize(
    "query",
    [
        word("talks"),
        And((word("talks"), of(Key(Kind.WORD, "london"), Key(Kind.STEM, "london\x1fen", 0.7)))),
        Or((word("oslo"), And((word("talks"), word("moskva"))))),
        of(Sequence((("more",), ("talks",)))),
        of(Run(("停火", "火协", "火星"), 1, scale=0.5)),
        of(Pool(Kind.WORD, (("oslo", 1.0), ("london", 0.8)), 0.5), Key(Kind.WORD, "i", 0.1)),
    ],
)
def test_shares_times_weight_are_the_score(snapshot: Snapshot, query: Keyed) -> None:
    hits = snapshot.search(Retrieval(query)).hits
    assert hits
    for hit in hits:
        explained = snapshot.explain(query, hit.id)
        assert explained is not None
        assert explained.score == pytest.approx(hit.score)
        assert sum(share.score for share in explained.shares) * explained.weight == pytest.approx(hit.score)


@pytest.mark.parametrize(
    ("rule", "unit", "counted"),
    [
        (
            "a date that is known to the year is in no month",
            Unit.MONTH,
            {"2019-12": {"zh": 1}, "2020-10": {"nb": 1}, "2023": {"nl": 1}, "2023-09": {"nb": 1}},
        ),
        (
            "as finely as each is known",
            Unit.DAY,
            {"2019-12-31": {"zh": 1}, "2020-10": {"nb": 1}, "2023": {"nl": 1}, "2023-09-20": {"nb": 1}},
        ),
        ("no finer than asked", Unit.YEAR, {"2019": {"zh": 1}, "2020": {"nb": 1}, "2023": {"nl": 1, "nb": 1}}),
    ],
)
def test_matches_are_counted_by_period_and_language(
    snapshot: Snapshot, rule: str, unit: Unit, counted: dict[str, dict[str, int]]
) -> None:
    found = snapshot.search(Retrieval(Everything(), timeline=unit, limit=0)).timeline
    assert {period: dict(counts) for period, counts in found.items()} == counted | {"undated": {"en": 1}}, rule


def test_the_timeline_counts_what_passes_every_selection(snapshot: Snapshot) -> None:
    autumn = Selection(None, spans=(Span(parse_partial("2023-09").start, None),))
    dutch = Selection(Facet.LANGUAGE, values=frozenset({"nl"}))
    request = Retrieval(Everything(), selections=(autumn, dutch), timeline=Unit.DAY)
    assert snapshot.search(request).timeline == {"2023": {"nl": 1}}
    assert snapshot.search(replace(request, query=word("oslo"))).timeline == {}
    assert snapshot.search(replace(request, timeline=None)).timeline == {}


intervals = st.tuples(st.integers(-719_000, 2_900_000), st.integers(1, 800)).map(
    lambda days: (days[0] * DAY, (days[0] + days[1]) * DAY - 1)
)


@given(st.lists(intervals | st.none(), min_size=1, max_size=8), st.sampled_from(Unit))
def test_periods_of_arrays_are_those_of_single_dates(dates: list[tuple[int, int] | None], unit: Unit) -> None:
    starts, ends = (np.array([date[bound] if date else MISSING for date in dates]) for bound in (0, 1))
    labels, places = periods(starts, ends, unit[0].upper())
    wanted = [period_of(*(date or (None, None)), unit) for date in dates]
    assert [labels[place] or "undated" for place in places] == wanted


def test_each_generation_tells_when_it_was_made(engine: Engine) -> None:
    before = engine.snapshot()
    with engine.writer() as writer:
        writer.commit(no_blobs)
    after = engine.snapshot()
    assert 0 < before.made < after.made < time.time_ns() + 1_000_000_000
    before.close()
    after.close()


def test_nothing_is_explained_where_nothing_matches(snapshot: Snapshot) -> None:
    explained = snapshot.explain(word("oslo"), "london")
    assert explained is not None
    assert (explained.matched, explained.shares) == (False, ())
    assert snapshot.explain(word("oslo"), "nowhere") is None


def test_what_is_stored_comes_back(snapshot: Snapshot) -> None:
    assert snapshot.stored("oslo") == document(replace(ARTICLES[1], date_from=DateFrom.TEXT)).stored
    assert snapshot.stored("nowhere") is None
    blob = snapshot.blob("facts")
    assert blob is not None
    assert bytes(blob) == b"{}"
    assert snapshot.blob("nothing") is None
    assert dict(snapshot.languages) == {"nb": 2, "nl": 1, "en": 1, "zh": 1}
    assert dict(snapshot.sources) == {"nrk.no": 1, "nu.nl": 1, "bbc": 1}


def test_the_vocabulary_is_that_of_the_new_generation(engine: Engine) -> None:
    with engine.writer() as writer:
        writer.delete("oslo")
        writer.add(document(article("york", "Talks in York")))
        writer.commit(lambda vocabulary: {"words": " ".join(vocabulary.words).encode()})
    snapshot = engine.snapshot()
    blob = snapshot.blob("words")
    assert blob is not None
    words = bytes(blob).decode().split()
    assert "york" in words
    assert "oslo" not in words
    assert words == sorted(words)
    assert snapshot.blob("facts") is None
    snapshot.close()


def test_what_others_built_is_adopted(engine: Engine) -> None:
    with engine.writer() as writer:
        one, other = (pickle.loads(pickle.dumps(writer.builders(1 << 20)))() for _ in range(2))
        one.add(document(article("oslo", "Noe helt annet.", language="nb")))
        one.add(document(article("york", "Talks in York.")))
        one.add(document(article("rome", "An older version.")))
        other.add(document(article("rome", "Talks in Rome.")))
        writer.adopt(pickle.loads(pickle.dumps(other.finish())))
        writer.adopt(pickle.loads(pickle.dumps(one.finish())), without={"rome"}, known={"oslo", "rome"})
        rome = writer.stored("rome")
        assert rome is not None and decode_article(rome).text == "Talks in Rome."
        assert writer.stored("nowhere") is None
        writer.commit(no_blobs)
    snapshot = engine.snapshot()
    for text, count in (("våpenhvilen", 0), ("annet", 1), ("york", 1), ("older", 0), ("rome", 1)):
        assert snapshot.search(Retrieval(word(text))).total == count, text
    assert snapshot.search(Retrieval(Everything())).total == 7
    snapshot.close()


def test_a_writer_goes_on_after_a_commit(engine: Engine) -> None:
    with engine.writer() as writer:
        builder = writer.builders(1 << 20)()
        for name in ("york", "rome", "york"):
            builder.add(document(article(name, "Talks.")))
            writer.adopt(builder.finish(), known={"york"})
            writer.commit(no_blobs)
        writer.delete("rome")
    snapshot = engine.snapshot()
    assert snapshot.search(Retrieval(Everything())).total == 7
    assert snapshot.generation == 4
    snapshot.close()


def test_where_languages_and_dates_came_from(snapshot: Snapshot) -> None:
    assert (dict(snapshot.origins.language), dict(snapshot.origins.date)) == ({"declared": 5}, {"text": 4})


def test_a_snapshot_keeps_its_generation(engine: Engine) -> None:
    before = engine.snapshot()
    with engine.writer() as writer:
        assert writer.delete("london")
        assert not writer.delete("nowhere")
        writer.add(document(article("oslo", "Noe helt annet.", language="nb")))
        writer.commit(no_blobs)
    after = engine.snapshot()
    assert before.search(Retrieval(Everything())).total == 5
    assert before.search(Retrieval(word("våpenhvilen"))).total == 1
    assert after.search(Retrieval(Everything())).total == 4
    assert after.search(Retrieval(word("våpenhvilen"))).total == 0
    assert after.search(Retrieval(word("annet"))).total == 1
    assert after.generation > before.generation
    before.close()
    after.close()


def test_the_last_of_equal_ids_counts(engine: Engine) -> None:
    with engine.writer() as writer:
        for text in ("one", "two", "three"):
            writer.add(document(article("again", text)))
        writer.commit(no_blobs)
    snapshot = engine.snapshot()
    assert snapshot.search(Retrieval(Or((word("one"), word("two"))))).total == 0
    assert snapshot.search(Retrieval(word("three"))).total == 1
    snapshot.close()


def test_leaving_a_writer_without_commit_changes_nothing(engine: Engine) -> None:
    with engine.writer() as writer:
        writer.delete("oslo")
        writer.add(document(article("new", "word")))
    snapshot = engine.snapshot()
    assert snapshot.search(Retrieval(Everything())).total == 5
    snapshot.close()


def test_one_writer_at_a_time(engine: Engine) -> None:
    with engine.writer(), pytest.raises(IndexLocked), engine.writer():
        pass
    with engine.writer():
        pass


@pytest.mark.parametrize("kind", ENGINES)
def test_an_engine_never_written_to_is_empty(kind: str, tmp_path: Path) -> None:
    engine = engine_of(kind, tmp_path)
    snapshot = engine.snapshot()
    hits = snapshot.search(Retrieval(Everything()))
    assert (snapshot.generation, hits.total, hits.hits, dict(snapshot.languages)) == (0, 0, (), {})
    assert all(not counts for counts in hits.facets.values())
    snapshot.close()
    engine.close()
