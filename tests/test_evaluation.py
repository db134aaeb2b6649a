"""The measures, samples and baselines that Newsstand is measured with."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from math import log2
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.analysis.analyzers import StemmingAnalyzer
from whoosh.index import open_dir
from whoosh.query.compound import Or
from whoosh.query.terms import Term
from whoosh.scoring import BM25F

from evaluation import fairness, floors, identification, knownitem
from evaluation.__main__ import MEASUREMENTS, arguments
from evaluation.data import STORY_LANGUAGES, Item, Query, judged, known_items, sampled, sentences, without_headline
from evaluation.engines import Engine, fts5_engine, fts5_query, newsstand_engine, plain, whoosh_engine
from evaluation.metrics import average_precision, found, mean, ndcg, reciprocal_rank
from evaluation.report import Section, rendered
from search.query.ast import And, Word
from search.query.parse import parse

RANKED = ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("wanted", "k", "expected"),
    [("a", 10, 1.0), ("b", 10, 0.5), ("d", 10, 0.25), ("d", 3, 0.0), ("x", 10, 0.0)],
)
def test_reciprocal_rank(wanted: str, k: int, expected: float) -> None:
    assert reciprocal_rank(RANKED, {wanted, "y"}, k) == expected
    assert found(RANKED, {wanted, "y"}, k) == float(expected > 0)


@pytest.mark.parametrize(
    ("gains", "k", "expected"),
    [
        # The ideal order is 1.
        ({"a": 3, "b": 2, "c": 1}, 10, 1.0),
        # One right answer, second: 1 / log2(3).
        ({"b": 1}, 10, 1 / log2(3)),
        # Gains 1 at rank 1 and 2 at rank 3, against 2 at rank 1 and 1 at rank 2.
        ({"a": 1, "c": 2}, 10, (1 + 2 / 2) / (2 + 1 / log2(3))),
        # What was not found lowers the figure: 1 against 1 + 1 / log2(3).
        ({"a": 1, "x": 1}, 10, 1 / (1 + 1 / log2(3))),
        # Only the first k count, in the ideal order too.
        ({"a": 1, "x": 1}, 1, 1.0),
        # Nothing judged good, nothing gained.
        ({"a": 0}, 10, 0.0),
        ({}, 10, 0.0),
    ],
)
def test_ndcg(gains: dict[str, float], k: int, expected: float) -> None:
    assert ndcg(RANKED, gains, k) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("relevant", "expected"),
    [
        ({"a", "b"}, 1.0),
        # Precision 1/2 at the second and 2/4 at the fourth.
        ({"b", "d"}, 0.5),
        # One of two never found: (1 + 0) / 2.
        ({"a", "x"}, 0.5),
        ({"x"}, 0.0),
        (set(), 0.0),
    ],
)
def test_average_precision(relevant: set[str], expected: float) -> None:
    assert average_precision(RANKED, relevant) == pytest.approx(expected)


@given(st.lists(st.text(max_size=2), unique=True), st.dictionaries(st.text(max_size=2), st.integers(0, 4)))
def test_measures_stay_between_0_and_1(ids: list[str], gains: dict[str, float]) -> None:
    assert 0 <= ndcg(ids, gains) <= 1 + 1e-9
    assert 0 <= average_precision(ids, gains) <= 1 + 1e-9


def test_mean_of_nothing() -> None:
    assert mean([]) == 0
    assert mean([1, 2]) == 1.5


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        # At the beginning, and anywhere else.
        ("Ice on the lake", "Ice on the lake\nThe ferries wait.", "The ferries wait."),
        ("Ice on the lake", "Photo. Ice on the lake. The ferries wait.", "Photo.  . The ferries wait."),
        # In capitals, and broken over lines.
        ("Ice on the lake", "ICE ON\nTHE LAKE The ferries wait.", "The ferries wait."),
        # Its words alone stay.
        ("Ice on the lake", "The lake has ice.", "The lake has ice."),
        # Nothing in it is a pattern.
        ("Why (not)?", "Why (not)? Because.", "Because."),
        ("", "The ferries wait.", "The ferries wait."),
    ],
)
def test_headline_is_taken_out(title: str, text: str, expected: str) -> None:
    assert without_headline(Item("1", title, text, "en")).text == expected


def items(language: str, count: int) -> list[Item]:
    return [Item(f"{language}-{number:03}", "", "text", language) for number in range(count)]


def test_sample_of_a_language_does_not_depend_on_the_others_or_on_order() -> None:
    english, dutch = items("en", 50), items("nl", 5)
    sample = sampled([*english, *dutch], 10, seed=7)
    assert Counter(item.language for item in sample) == {"en": 10, "nl": 5}
    assert sample[:10] == sampled(reversed(english), 10, seed=7)
    assert sample[:10] != sampled(english, 10, seed=8)
    assert sampled(english, None, seed=7) == english


def written(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    headlines: list[dict[str, object]] = [
        {
            "id": "1",
            "title": "Ferry aground",
            "text": "Ferry aground. Nobody was hurt near the lighthouse.",
            "lang": "en",
        },
        {"id": "2", "title": "Only a headline", "text": None, "lang": "en"},
        {"id": "3", "title": "Said twice", "text": "Said twice", "lang": "en"},
        {"id": "4", "title": "", "text": "No headline at all.", "lang": "en"},
    ]
    stories = [
        {"id": "a.nob", "title": "Ferge på grunn", "text": "Ingen ble skadd ved fyret.", "lang": "nob"},
        {"id": "a.zul", "title": "Isikebhe", "text": "Akekho olimele.", "lang": "zul"},
    ]
    written(tmp_path / "headlines" / "some.jsonl.gz", headlines)
    written(tmp_path / "stories" / "ntrex.jsonl.gz", stories)
    return tmp_path


def test_known_items_have_a_headline_and_a_text_without_it(folder: Path) -> None:
    articles, queries = known_items(folder, cap=120, seed=7)
    assert queries == [
        Query("Ferry aground", frozenset({"1"}), "en"),
        Query("Ferge på grunn", frozenset({"a.nob"}), "nb"),
    ]
    assert [article.id for article in articles] == ["1", "a.nob"]
    assert not any(article.title or "Ferry" in article.text for article in articles)


def test_articles_of_one_text_are_one_answer(tmp_path: Path) -> None:
    rows = [{"id": id, "title": f"Title {id}", "text": "Subscribers only.", "lang": "en"} for id in ("1", "2")]
    written(tmp_path / "headlines" / "some.jsonl.gz", rows)
    written(tmp_path / "stories" / "ntrex.jsonl.gz", [])
    _, queries = known_items(tmp_path, cap=None, seed=7)
    assert [query.wanted for query in queries] == [{"1", "2"}] * 2


def test_fewer_headlines_than_articles(folder: Path) -> None:
    articles, queries = known_items(folder, cap=None, seed=7, queries=0)
    assert (len(articles), queries) == (2, [])


def test_thirty_languages_of_the_stories() -> None:
    assert len(set(STORY_LANGUAGES.values())) == 30


def test_judgements(tmp_path: Path) -> None:
    written(tmp_path / "articles.jsonl.gz", [{"id": "1", "text": "wing"}, {"id": "2", "text": " "}])
    (tmp_path / "queries.tsv").write_text("7\tlift of a wing\n8\tnothing judged\n")
    (tmp_path / "qrels.trec").write_text("7 0 1 2\n7 0 2 1\n")
    articles, queries = judged(tmp_path)
    assert [article.id for article in articles] == ["1"]
    assert [(query.id, query.text, dict(query.gains)) for query in queries] == [
        ("7", "lift of a wing", {"1": 2, "2": 1}),
        ("8", "nothing judged", {}),
    ]


def test_sentences_keep_their_tabs(tmp_path: Path) -> None:
    (tmp_path / "language-id").mkdir()
    with gzip.open(tmp_path / "language-id" / "near.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("nb\ts1\tEn setning\tmed innrykk.\n")
    assert list(sentences(tmp_path)) == [Item("s1", "", "En setning\tmed innrykk.", "nb")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("talks resume", '"talks" OR "resume"'),
        # Each word once, and no syntax.
        ('say "no" OR NOT no*', '"say" OR "no" OR "OR" OR "NOT"'),
        ("re-open", '"re" OR "open"'),
        ("—", '""'),
    ],
)
def test_query_of_the_fts5_baseline(text: str, expected: str) -> None:
    assert fts5_query(text) == expected


HARBOUR = [
    Item("1", "", "The harbour froze and the ferries waited.", "en"),
    Item("2", "", "A ferry company hired two pilots for its ferries.", "en"),
    Item("3", "", "The mayor opened a library.", "en"),
]


@pytest.mark.parametrize("engine", [whoosh_engine, fts5_engine])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Any word is enough, more of them are better, and stems meet.
        ("frozen harbour ferries", ["1", "2"]),
        ("library OR ferries", ["3", "2", "1"]),
        # Nothing raises, nothing is found.
        ("—", []),
        ('"', []),
    ],
)
def test_baselines(engine: Engine, text: str, expected: list[str], tmp_path: Path) -> None:
    with engine(HARBOUR, tmp_path) as search:
        results = search(text, 10)
    assert [id for id, _ in results] == expected
    assert [score for _, score in results] == sorted((score for _, score in results), reverse=True)


def test_newsstand_is_asked_as_by_a_user(tmp_path: Path) -> None:
    with newsstand_engine(HARBOUR, tmp_path) as search:
        results = search("waiting ferries", 10)
        assert [id for id, _ in results] == ["1", "2"]
        assert results[0][1] > results[1][1] > 0
        assert [id for id, _ in search("waiting ferries", 1)] == ["1"]


@pytest.mark.parametrize(
    ("headline", "asked"),
    [
        # Finnish writes so what other languages join with a hyphen.
        ("Still Game -sarjan tähti", "Still Game sarjan tähti"),
        ("„Ayr“-„Melrose“ – 38:17", " Ayr  Melrose  – 38: 17"),
        ('"Corona" (vidéo): oui, OR NOT?', " Corona   vidéo : oui, or not "),
        # What joins or cuts words stays.
        ("l'avion Long-Lartin NOTE", "l'avion Long-Lartin NOTE"),
    ],
)
def test_headlines_are_asked_without_syntax(headline: str, asked: str) -> None:
    assert plain(headline) == asked
    root = parse(plain(headline)).root
    assert isinstance(root, And) and all(isinstance(word, Word) and not word.exact for word in root.children)


def test_whoosh_adds_up_what_its_own_searcher_does(tmp_path: Path) -> None:
    analyzer = StemmingAnalyzer()
    with whoosh_engine(HARBOUR, tmp_path) as search, open_dir(str(tmp_path)).searcher(weighting=BM25F()) as searcher:
        for text in ("frozen harbour ferries", "a ferry library library", "pilots"):
            words = [Term("text", token.text) for token in analyzer(text, mode="query")]
            theirs = [(hit["id"], pytest.approx(hit.score)) for hit in searcher.search(Or(words))]
            assert search(text, 10) == theirs


def test_newsstand_without_an_article_is_no_measurement(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="1 of 2 articles were not indexed"),
        newsstand_engine([HARBOUR[0]] * 2, tmp_path),
    ):
        pass


def test_scores_by_language_and_their_mean() -> None:
    asked = (("one", "1", "en"), ("two", "2", "en"), ("tre", "3", "nb"))
    queries = [Query(text, frozenset({wanted}), language) for text, wanted, language in asked]
    answers = {"one": ["1"], "two": ["9", "2"], "tre": ["9"]}
    scores = knownitem.scores(queries, answers.__getitem__)
    assert scores == {"en": knownitem.Score(2, 0.75, 1.0), "nb": knownitem.Score(1, 0.0, 0.0)}
    assert knownitem.macro(scores) == knownitem.Score(3, 0.375, 0.5)


def test_lead_is_over_the_better_baseline() -> None:
    results = {
        "Newsstand": {"en": knownitem.Score(100, 0.9, 1.0), "nb": knownitem.Score(9, 0.5, 1.0)},
        "Whoosh": {"en": knownitem.Score(100, 0.95, 1.0), "nb": knownitem.Score(9, 0.75, 1.0)},
        "SQLite FTS5": {"en": knownitem.Score(100, 0.7, 1.0), "nb": knownitem.Score(9, 0.8, 1.0)},
    }
    section = knownitem.section("known", "all", results)
    assert section.columns[0] == "language" and section.columns[-1] == "lead"
    assert [(row[0], round(row[-1], 3)) for row in section.rows if isinstance(row[-1], float)] == [
        ("en", -0.05),
        ("nb", -0.3),
        ("macro mean", -0.15),
    ]
    # A language with few queries is shown, but is no figure.
    assert section.figures["known: macro MRR@10"] == pytest.approx(0.7)
    assert section.figures["known: least lead in a language"] == pytest.approx(-0.05)


@pytest.mark.parametrize(
    ("expected", "found", "right"),
    [
        ("nb", "nb", True),
        # Region and script say nothing of the language.
        ("pt-BR", "pt", True),
        ("sr-Latn", "sr", True),
        # A macrolanguage holds its members, either way round.
        ("ckb", "ku", True),
        ("mey", "ar", True),
        ("ar", "arb", True),
        ("yue", "zh", True),
        # Its members are not each other, nor are near relatives.
        ("nn", "nb", False),
        ("hr", "bs", False),
        # Rundi and Rwanda are one to detectors.
        ("rn", "rw", True),
        ("rw", "rn", True),
        # Unsure is never right.
        ("nb", "und", False),
    ],
)
def test_right_language(expected: str, found: str, right: bool) -> None:
    assert identification.right(expected, found) is right


@pytest.mark.parametrize(
    ("tag", "known"),
    [
        ("nb", True),
        ("pt-BR", True),
        ("ckb", True),
        ("kmr", False),
        ("pcm", True),
        ("ty", False),
        ("bem", False),
        ("und", False),
    ],
)
def test_supported_languages(tag: str, known: bool) -> None:
    assert identification.supported(tag) is known


def test_identification_counts_what_the_detector_can_know_apart() -> None:
    counts = {"nb": Counter({"nb": 3, "da": 1}), "bem": Counter({"und": 1, "sn": 1}), "ee": Counter({"ee": 2})}
    section = identification.of_articles("stories", counts)
    assert section.rows == (
        ("nb", 4, "yes", 0.75, 0.0, "da:1"),
        ("bem", 2, "no", 0.0, 0.5, "sn:1"),
        ("ee", 2, "no", 1.0, 0.0, ""),
        ("all of these", 4, "yes", 0.75, 0.0, "da:1"),
        ("all of these", 4, "no", 0.5, 0.25, "sn:1"),
    )
    # Of a language that isn't supported, even the right tag is no `und`.
    assert list(section.figures.values()) == [0.75, 0.25]


def test_sentences_left_without_a_label_count_apart() -> None:
    counts = {"nb": Counter({"nb": 6, "da": 2, "und": 2})}
    assert list(identification.of_sentences(counts).figures.values()) == [0.75, 0.8]


def test_fairness_gives_both_languages_the_same_statistics() -> None:
    large, small = (list(fairness.articles(language, seed=7)) for language in fairness.ARTICLES)
    assert (len(large), len(small)) == (9_900, 100)
    assert profiles(fairness.LARGE, large) == dict.fromkeys(fairness.PROFILES, 99)
    assert profiles(fairness.SMALL, small) == dict.fromkeys(fairness.PROFILES, 1)


def profiles(language: str, articles: Iterable[Item]) -> Counter[tuple[int, int]]:
    words = (article.text.split() for article in articles)
    return Counter((len(text), times) for text in words if (times := text.count(fairness.TOPIC[language])))


@pytest.mark.parametrize(
    ("option", "names", "told"),
    [
        ("--only", "ranking,speed", "'speed' is none of knownitem, "),
        ("--only", "ranking,", "'' is none of knownitem, "),
        ("--engines", "Whoosh,Lucene", "'Lucene' is none of Newsstand, "),
    ],
)
def test_unknown_names_are_errors(option: str, names: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        arguments(["data", option, names])
    assert told in capsys.readouterr().err


def test_known_names_are_chosen() -> None:
    assert arguments(["data", "--only", "ranking,fairness"]).only == ("ranking", "fairness")
    assert arguments(["data"]).only == MEASUREMENTS


SECTION = Section("Known", "all", ("language", "queries", "MRR"), (("nb", 12, 0.5), ("zh", 7, None)), {"MRR": 0.5})


def test_report_as_a_table() -> None:
    assert list(rendered(SECTION)) == [
        "Known",
        "  all",
        "  language  queries    MRR",
        "  nb             12  0.500",
        "  zh              7      -",
    ]


def test_report_as_json() -> None:
    assert SECTION.as_json()["rows"] == [
        {"language": "nb", "queries": 12, "MRR": 0.5},
        {"language": "zh", "queries": 7, "MRR": None},
    ]


def test_floors_are_told_when_broken() -> None:
    assert floors.broken({"a": 0.5, "b": 0.5, "c": 0.5}, {"a": 0.6, "b": 0.5, "d": 1.0}) == ["a: 0.5000, floor 0.6000"]


@given(st.dictionaries(st.text(), st.floats(-1, 1)), st.dictionaries(st.text(), st.floats(-1, 1)))
def test_floors_are_never_lowered(figures: dict[str, float], old: dict[str, float]) -> None:
    new = floors.raised(figures, old)
    assert all(new[name] >= floor for name, floor in old.items())
    assert not floors.broken(figures | {name: new[name] for name in old}, new)


def test_floors_are_kept_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    assert floors.read(path) == {}
    floors.write(floors.raised({"b": 0.9312, "a": 0.5}, {"a": 0.6}), path)
    assert floors.read(path) == {"a": 0.6, "b": 0.929}
