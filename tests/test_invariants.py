"""What must hold for every language, whatever the articles (see README, "What you can rely on")."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis.fold import fold
from search.analysis.profiles import ALGORITHMS
from search.analysis.words import is_unspaced, tokens
from search.article import Article
from search.searching import Archive
from search.settings import RANKING
from tests.articles import ENGINES, archive_of, article, engine_of

_LATIN = "abdefgiklmnoprstuvyzåäæøöüßéèêçñşğıİłżčšžőűăâîțș"
_ALPHABETS = {
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآىةَُِ",
    "fa": "ابپتجچحخدرزژسشعفقکگلمنوهی",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώ",
    "hi": "कखगघचजटडतदनपबमयरलवसहािीुूेैोौ्ंँ",
    "hy": "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ",
    "ne": "कखगघचजटडतदनपबमयरलवसहािीुूेैोौ्ंँ",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "sr": "абвгдђежзијклљмнњопрстћуфхцчџшabcčćdđežsš",
    "ta": "அஆஇஈஉஎஏகஙசஞடணதநபமயரலவழளறனாிீுூெேை்",
    "yi": "אבגדהוזחטיכלמנסעפצקרשתַָּ",
    "zh": "停火協議在北京签署简体繁體",
}
LANGUAGES = (*ALGORITHMS, "nb", "nn", "zh", "und")

#: Places by several of their names, inflected and in one more word; and compounds with their parts.
PLACES = (
    "Azerbaijan Aserbajdsjan Aserbajdsjans Azerbeidzjan Aserbaidschan Азербайджан Азербайджана Norge Norway Norsko "
    "Noorwegen Germany Deutschland Saksassa Tyskland Türkiye Turkiye Tyrkia Grækenland Kreikka"
)
COMPOUNDS = {
    "nb": "avtale våpenhvile våpenhvileavtale våpenhvileavtalen",
    "nn": "avtale våpenkvile våpenkvileavtale",
    "da": "aftale våbenhvile våbenhvileaftale",
    "sv": "avtal vapenvila vapenvilaavtal",
    "de": "abkommen waffenruhe waffenruheabkommen",
    "nl": "verdrag wapenstilstand wapenstilstandverdrag",
    "fi": "sopimus aselepo aseleposopimus",
    "hu": "megállapodás fegyverszünet fegyverszünetmegállapodás",
}


def words_of(language: str) -> st.SearchStrategy[str]:
    return st.text(_ALPHABETS.get(language, _LATIN), min_size=1, max_size=8).filter(
        lambda text: bool(tokens(text).words)
    )


def texts_of(language: str) -> st.SearchStrategy[str]:
    """Texts over few words, names and compounds, so that words meet again in other articles, inflected and bare."""
    known = f"{PLACES} {COMPOUNDS.get(language, '')}".split()
    return st.tuples(
        st.lists(words_of(language), min_size=1, max_size=6), st.lists(st.sampled_from(known), max_size=3)
    ).flatmap(
        lambda drawn: st.lists(
            st.sampled_from([*drawn[0], *map(fold, drawn[0]), *drawn[1]]), min_size=1, max_size=8
        ).map(" ".join)
    )


def articles_of(language: str) -> st.SearchStrategy[list[Article]]:
    return st.lists(texts_of(language), min_size=1, max_size=4).map(
        lambda texts: [article(f"id{number}", text, language=language) for number, text in enumerate(texts)]
    )


@contextmanager
def archive(kind: str, articles: list[Article]) -> Iterator[Archive]:
    with tempfile.TemporaryDirectory() as folder:
        engine = engine_of(kind, Path(folder))
        yield archive_of(engine, articles)
        engine.close()


def found(archive: Archive, query: str, match: str = "all") -> set[str]:
    return {hit.id for hit in archive.search(query, match=match, limit=100).hits}


def finds_its_words(opened: Archive, articles: list[Article]) -> None:
    for one in articles:
        for word in one.text.split():
            assert one.id in found(opened, word)
        for pattern in patterns_of(one.text.split()[0]):
            page = opened.search(pattern, match="all", limit=100)
            assert page.notes or one.id in {hit.id for hit in page.hits}, pattern


def patterns_of(word: str) -> list[str]:
    """Patterns and typos that stand for the word; none in a script without spaces, where they are words."""
    cut = tokens(word).words
    if len(cut) != 1 or is_unspaced(cut[0]):
        return []
    return [f"{cut[0][:2]}*", f"{cut[0]}~"]


def finds_no_less_without_accents(opened: Archive, articles: list[Article]) -> None:
    for word in words_in(articles):
        assert found(opened, word) <= found(opened, " ".join(map(fold, tokens(word).words)))


def finds_no_more_exactly_and_takes_away_what_it_finds(opened: Archive, articles: list[Article]) -> None:
    everything = {one.id for one in articles}
    for word in words_in(articles):
        assert found(opened, f"={word}") <= found(opened, word)
        taken = everything - found(opened, f"-{word}")
        added = found(opened, word) - taken
        assert taken <= found(opened, word)
        assert all(is_by(opened, word, id, "all", RANKING.compound, RANKING.name) for id in added)


def counts_pages_and_marks_alike(opened: Archive, articles: list[Article]) -> None:
    for query in ("", articles[0].text.split()[0], articles[-1].text):
        whole = opened.search(query, match="any", limit=100)
        assert whole.total == len(whole.hits) == sum(value.count for value in whole.facets["language"])
        pages = [opened.search(query, match="any", limit=1, offset=at).hits[0].id for at in range(whole.total)]
        assert pages == [hit.id for hit in whole.hits]
        assert not query or all(snippet.marks for hit in whole.hits for snippet in hit.snippets)


def hides_none(before: Archive, after: Archive, articles: list[Article]) -> None:
    queries = words_in(articles)
    for query in [*queries, " ".join(queries), *patterns_of(queries[0])]:
        for match in ("all", "any"):
            lost = found(before, query, match) - found(after, query, match)
            assert all(is_by(before, query, id, match, RANKING.compound) for id in lost), (query, match)


def is_by(opened: Archive, query: str, id: str, match: str, *added: float) -> bool:
    """By what adds to a word: compounds, which may be unlearnt, and names, neither of which is taken away."""
    explained = opened.explain(query, id, match=match)
    weights = {(leaf.leaf, key.text): key.weight for leaf in explained.leaves for key in leaf.keys}
    assert explained.article is not None
    return any(weights[share.leaf, share.text] in added for share in explained.article.shares)


def words_in(articles: list[Article]) -> list[str]:
    return sorted({word for one in articles for word in one.text.split()})


#: Hypothesis counts examples per language and engine; the plain engine is quick, an index on disk is not.
EXAMPLES = {"memory": 4, "whoosh": 1}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ENGINES)
def test_what_can_be_relied_on(kind: str, language: str) -> None:
    @settings(max_examples=EXAMPLES[kind], deadline=None, suppress_health_check=list(HealthCheck))
    @given(articles_of(language), texts_of(language), st.sampled_from([language, *LANGUAGES]))
    def holds(articles: list[Article], text: str, other: str) -> None:
        with archive(kind, articles) as opened:
            finds_its_words(opened, articles)
            finds_no_less_without_accents(opened, articles)
            finds_no_more_exactly_and_takes_away_what_it_finds(opened, articles)
            counts_pages_and_marks_alike(opened, articles)
            with archive(kind, [*articles, article("new", text, language=other)]) as more:
                hides_none(opened, more, articles)

    holds()


@pytest.mark.parametrize("kind", ENGINES)
def test_names_and_compounds_are_relied_on_where_there_are_some(kind: str) -> None:
    texts = {
        "nb": "Aserbajdsjans avtale", "nn": "våpenhvile", "nb-NO": "våpenhvileavtalen om våpenhvile i Norge",
        "en": "Azerbaijan and Norway", "ru": "Азербайджана", "de": "Aserbaidschan",
    }  # fmt: skip
    articles = [article(language, text, language=language) for language, text in texts.items()]
    with archive(kind, articles) as opened:
        assert found(opened, "Azerbaijan") == {"nb", "en", "ru", "de"}
        assert found(opened, "avtale") == {"nb", "nb-NO"}
        finds_its_words(opened, articles)
        finds_no_less_without_accents(opened, articles)
        counts_pages_and_marks_alike(opened, articles)
        with archive(kind, [*articles, article("new", "Noorwegen en Azerbeidzjan", language="nl")]) as more:
            hides_none(opened, more, articles)
            assert "new" in found(more, "Azerbaijan")
