"""A search as a caller sees it: modes, filters, facets, corrections, explanations. On every engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.errors import BadValue, IndexDamaged, IndexMissing, IndexStale
from search.searching import Archive, open_archive
from tests.articles import ENGINES, archive_of, article, engine_of

ARTICLES = (
    article("nb1", "Partene er enige om en våpenhvile. Samtaler følger i Oslo.", language="nb", date="2023-09-20"),
    article("nb2", "Våpenhvileavtalen holder, sier partene i Oslo.", language="nb", date="2020-10"),
    article("nn1", "Våpenkvila er broten i Aserbajdsjan.", language="nn", date="2020"),
    article("nl1", "De wapenstilstand in Azerbeidzjan houdt stand.", language="nl", date="2023"),
    article("en1", "The ceasefire in Azerbaijan holds after talks in Oslo.", language="en", source="BBC"),
    article("pt1", "O cessar-fogo continua.", language="pt-BR", date="2023-01"),
    article("zh1", "雙方同意停火，會談在奧斯陸舉行。", language="zh-Hant"),
    article("sw1", "Serikali mpya. Serikali ya Kenya.", language="sw", title="Serikali", date="2022"),
    *(article(f"oslo{n}", f"Oslo melder nytt nummer {n}: avtale", language="nb", date="2021") for n in range(12)),
)


@pytest.fixture(params=ENGINES, scope="module")
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    engine = engine_of(request.param, tmp_path_factory.mktemp("archive"))
    yield archive_of(engine, ARTICLES)
    engine.close()


def found(archive: Archive, query: str, **asked: object) -> str:
    return " ".join(sorted(hit.id for hit in archive.search(query, limit=100, **asked).hits))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "query", "ids"),
    [
        ("inflected in its own language", "samtalen", "nb1"),
        ("all words", "partene Oslo", "nb1 nb2"),
        ("an exact phrase", '"partene i Oslo"', "nb2"),
        ("near, any order", '"Oslo partene"~2', "nb2"),
        ("a place in every language", "Azerbaijan", "en1 nl1 nn1"),
        ("lang:no finds nb and nn", "lang:no i", "nb1 nb2 nn1"),
        ("lang:pt finds its regions", "lang:pt cessar", "pt1"),
        ("lang:zh finds its scripts", "lang:zh 停火", "zh1"),
        ("not this language", "Azerbaijan -lang:nl", "en1 nn1"),
        ("values of a filter are OR", "Azerbaijan lang:nl lang:en", "en1 nl1"),
        ("filters are AND", "Azerbaijan lang:nl lang:nn year:2023", "nl1"),
        ("a year overlaps its months and days", "year:2020", "nb2 nn1"),
        ("a day overlaps its month and year", "date:2020-10-05", "nb2 nn1"),
        ("after includes its bound", "after:2023-09-20 -lang:nl", "nb1"),
        ("before includes its bound", "before:2020", "nb2 nn1"),
        ("undated", "year:undated", "en1 zh1"),
        ("a source has no case", "source:bbc", "en1"),
        ("a pattern", "våpenh*", "nb1 nb2"),
        ("a typo", "wapenstilstond~", "nl1"),
    ],
)
def test_a_query_finds(archive: Archive, rule: str, query: str, ids: str) -> None:
    assert found(archive, query) == ids


def test_a_compound_is_found_by_its_part_at_low_weight(archive: Archive) -> None:
    assert "nb2" in found(archive, "avtale")
    explained = archive.explain("avtale", "nb2")
    weights = {key.text: key.weight for key in explained.leaves[0].keys}
    assert weights["våpenhvileavtalen"] < weights["avtale"] / 2
    assert "nb2" not in found(archive, "=avtale")
    assert "nb2" in found(archive, "-avtale")


def test_auto_falls_back_to_any_only_if_no_article_at_all_has_every_word(archive: Archive) -> None:
    both = archive.search("samtaler wapenstilstand")
    assert (both.match, both.total) == ("any", 2)
    filtered = archive.search("partene Oslo lang:nl")
    assert (filtered.match, filtered.total) == ("all", 0)
    assert archive.search("samtaler wapenstilstand", match="all").total == 0
    assert archive.search("partene ceasefire", match="any").total == 3
    assert found(archive, "samtaler wapenstilstand -Oslo") == "nl1"


def test_no_words_is_everything_newest_first(archive: Archive) -> None:
    page = archive.search("lang:nb year:2020-2023", limit=2)
    assert page.total == 14
    assert [hit.id for hit in page.hits] == ["nb1", "oslo0"]


def test_facets_leave_themselves_out_and_keep_what_is_chosen(archive: Archive) -> None:
    page = archive.search("Azerbaijan", languages=["nl"], years=[2021])
    assert [(value.value, value.count, value.selected) for value in page.facets["language"]] == [("nl", 0, True)]
    assert [(value.value, value.count, value.selected) for value in page.facets["year"]] == [
        ("2023", 1, False),
        ("2021", 0, True),
    ]


@pytest.mark.parametrize(
    ("rule", "query", "languages"),
    [
        ("of what a language stands for, what was found", "våpenkvila lang:no", "nn:1"),
        ("what was asked for by name stays", "våpenkvila lang:nb lang:nn", "nn:1 nb:0"),
        ("a region is not found, its language was asked for", "停火 lang:zh lang:pt", "zh-Hant:1 pt-BR:0"),
        ("nothing of it is found", "ceasefire lang:no", "en:1 nb:0 nn:0"),
        ("it isn't in the archive", "ceasefire lang:fi", "en:1 fi:0"),
    ],
)
def test_of_a_chosen_language_no_more_is_kept_than_tells(
    archive: Archive, rule: str, query: str, languages: str
) -> None:
    facet = archive.search(query).facets["language"]
    assert " ".join(f"{value.value}:{value.count}" for value in facet if value.selected or value.count) == languages


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [("Olso avtale", "oslo avtale"), ("ceasefire", None), ("=Olso", None), ("xyzzyx", None)],
)
def test_a_correction_is_offered_when_little_is_found(archive: Archive, query: str, suggestion: str | None) -> None:
    page = archive.search(query)
    assert page.suggestion == suggestion
    if page.suggestion:
        better = archive.search(page.suggestion)
        assert (page.match, better.match) == ("any", "all")
        assert better.total


def test_completions_are_words_of_the_archive(archive: Archive) -> None:
    assert archive.suggest("os") == ("oslo",)
    assert archive.suggest("talks in os") == ("talks in oslo",)
    assert archive.suggest("oslo ") == ()


def test_an_explanation_adds_up(archive: Archive) -> None:
    hit = archive.search("våpenhvilen Oslo").hits[0]
    explained = archive.explain("våpenhvilen Oslo", hit.id)
    assert explained.read == "våpenhvilen AND Oslo"
    assert explained.article is not None
    shares = explained.article.shares
    assert sum(share.score for share in shares) * explained.article.language_weight == pytest.approx(hit.score)
    assert [(share.leaf, share.in_body) for share in shares] == [("våpenhvilen", 1), ("oslo", 1)]


@pytest.mark.parametrize(
    ("rule", "query", "id", "kind", "counts"),
    [
        ("a word", "Aserbajdsjan", "nn1", "word", {(0, 1)}),
        ("letter sequences, each by the words that have it", "serikal", "sw1", "stem", {(1, 2)}),
        ("pairs of characters", "停火", "zh1", "stem", {(0, 1)}),
        ("of the title alone", "title:serikali", "sw1", "stem", {(1, 0)}),
    ],
)
def test_an_explanation_counts_where_each_key_stands(
    archive: Archive, rule: str, query: str, id: str, kind: str, counts: set[tuple[int, int]]
) -> None:
    explained = archive.explain(query, id).article
    assert explained is not None
    shares = [share for share in explained.shares if share.score > 0]
    assert {share.kind for share in shares} == {kind}
    assert {(share.in_title, share.in_body) for share in shares} == counts


def test_nonsense_beside_the_query_is_an_error_and_in_it_is_text(archive: Archive) -> None:
    for asked in ({"years": ["soon"]}, {"languages": ["?"]}, {"sort": "size"}, {"match": "some"}, {"offset": -1}):
        with pytest.raises(BadValue):
            archive.search("Oslo", **asked)  # type: ignore[arg-type]
    assert archive.search("Oslo year:soon", match="any").notes


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh leaves a broken file open
def test_an_index_that_cannot_be_read_says_how_to_mend_it(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="newsstand"):
        open_archive(tmp_path / "nowhere")
    engine = engine_of("whoosh", tmp_path)
    with engine.writer() as writer:
        writer.commit(lambda vocabulary: {"facts": b'{"version": 0}', "lexicon": b"", "names": b""})
    engine.close()
    with pytest.raises(IndexStale, match="--rebuild"):
        open_archive(tmp_path / "index")
    (toc,) = (tmp_path / "index").glob("*.toc")
    whole = toc.read_bytes()
    for broken in (b"", whole[:40], b"\xff" * 100, whole.replace(b"language", b"langubge")):
        toc.write_bytes(broken)
        with pytest.raises(IndexDamaged, match="--rebuild"):
            open_archive(tmp_path / "index")
