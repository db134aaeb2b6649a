"""What is marked, and which passages are shown."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.located import located
from search.analysis.profiles import ALGORITHMS
from search.analysis.stems import ANY, grams, stemming_of, word_stems
from search.analysis.words import tokens
from search.lexicon import Lexicon
from search.lexicon.blocks import made
from search.lexicon.build import build_lexicon
from search.lexicon.frequencies import from_mappings
from search.names import Names
from search.names.places import build_names
from search.query.ast import Zone
from search.query.expand import expand
from search.query.members import Known
from search.query.parse import parse
from search.snippets import Mark, Marker, marker, passages, shown

_LEXICON = Lexicon(made(build_lexicon((), from_mappings(()), {})))
KNOWN = Known(_LEXICON, Names(made(build_names(_LEXICON))), tuple(sorted(ALGORITHMS)), sequences=True)


def marker_of(query: str, zone: Zone = Zone.ALL) -> Marker:
    return marker(expand(parse(query).root, KNOWN).loose, zone)


@pytest.mark.parametrize(
    ("rule", "query", "text", "language", "marked"),
    [
        ("the word", "krig", "Krig og fred", "nb", "Krig"),
        ("its other forms, by the article's language", "våpenhvile", "Våpenhvilen er brutt", "nb", "Våpenhvilen"),
        ("not by another language's", "holding", "holds", "nb", ""),
        ("no stem in a language nobody knows", "weapons", "weapon weapons", "und", "weapons"),
        ("without accents", "krig", "krig", "und", "krig"),
        ("a phrase only where it stands", '"legge ned"', "ned legge ned, legge", "nb", "legge|ned"),
        ("near words where they are near", '"a b"~2', "a x b x x x x b", "en", "a|b"),
        ("what NOT takes away is not marked", "krig -fred", "krig og fred", "nb", "krig"),
        ("this word only", "=krig", "krig krigen", "nb", "krig"),
        ("a run of characters is one mark", "停火", "關於停火協議", "zh", "停火"),
        ("a word that its stemmer leaves nothing of", "क", "क ख", "ne", "क"),
        ("a stem with another second letter", "llo", "lo llo", "fi", "lo|llo"),
        ("half of the letter sequences", "umpengesi", "kampengesi nomsebenzi", "xh", "kampengesi"),
        ("title: marks nothing in the body", "title:krig", "krig", "nb", ""),
        ("nothing asked, nothing marked", "", "krig", "nb", ""),
    ],
)
def test_what_shares_a_key_with_the_query_is_marked(
    rule: str, query: str, text: str, language: str, marked: str
) -> None:
    marks = marker_of(query).marks(text, language)
    assert "|".join(text[start:end] for start, end, _ in marks) == marked


def test_title_leaves_are_marked_in_the_title() -> None:
    marks = marker_of("title:krig", Zone.TITLE).marks("Krig", "nb")
    assert [(start, end) for start, end, _ in marks] == [(0, 4)]


def plainly(query: str, text: str, language: str) -> set[int]:
    """The places that are marked, by definition: every word of the text is analysed."""
    wanted, stemming = marker_of(query), stemming_of(language)
    marked: set[int] = set()
    for token in located(text):
        stems: set[str] = set()
        if not token.pair and stemming and stemming != ANY:
            stems = set(word_stems(token.text, (stemming,)))
        own = set(grams(token.text)) if stemming == ANY and not token.pair else set()
        if (
            (token.text in wanted.stems if token.pair else token.text in wanted.words)
            or stems & wanted.stems.keys()
            or any(2 * len(own & texts) >= len(texts) for _, texts in wanted.sequences)
        ):
            marked |= set(range(token.start, token.end))
    return marked


def spanned(mark: Mark) -> range:
    return range(*mark[:2])


ALPHABET = "aaeoåäéßİıiﬁ½ｶﾞカが停火กี่นी कि\u0301\u00ad\u200d\u02bcʻ '-_.、，…بالوء0٣Σσ ЙйЁёge  "
WORDS = (
    "geïnvesteerd",
    "membuat",
    "الثانية",
    "أخبار",
    "bunu",
    "уложили",
    "Straße",
    "våpenhvilen",
    "dying",
    "停火協議",
    "aegon",
    "nni",
    "aba",
    "x停y",
    "½停",
    "㌔",
    "م\u200cن",
)
TEXTS = st.lists(st.text(ALPHABET, max_size=12) | st.sampled_from(WORDS), max_size=12).map(" ".join)


@settings(deadline=None)
@given(
    TEXTS,
    st.integers(0, 40),
    st.sampled_from(["und", "xh", "ja", "hr", *sorted(ALGORITHMS)]),
)
def test_marks_are_all_words_that_share_a_key(text: str, number: int, language: str) -> None:
    words = tokens(text).words
    query = words[number % len(words)] if words else "a"
    marks = marker_of(query).marks(text, language)
    assert {at for mark in marks for at in spanned(mark)} == plainly(query, text, language)


@settings(deadline=None)
@given(
    st.lists(st.tuples(TEXTS, st.sampled_from(["und", "xh", "ja", "en", "de", "ar"])), min_size=1, max_size=6),
    st.sampled_from(["a", "o e", '"a o"', '"g e"~3', "停火", "våpenhvilen", "الثانية OR a", '"e" -o']),
)
def test_texts_are_marked_together_as_each_alone(texts: list[tuple[str, str]], query: str) -> None:
    marked = marker_of(query)
    assert marked.marks_of(texts) == [marker_of(query).marks(text, language) for text, language in texts]
    assert marked.glimpsed(texts) == marked.marks_of(texts)


@settings(deadline=None, max_examples=20)
@given(TEXTS, st.sampled_from(["und", "en", "de", "xh"]), st.integers(0, 25))
def test_any_number_of_words_is_marked_as_each_alone(text: str, language: str, first: int) -> None:
    """So many have to be looked for in another way than a few."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [letters[first], *(a + b for a in "aegibo" for b in letters), *tokens(text).words[:3]]
    together = marker_of(" OR ".join(words[:100])).marks(text, language)
    alone = {at for word in words[:100] for mark in marker_of(word).marks(text, language) for at in spanned(mark)}
    assert {at for mark in together for at in spanned(mark)} == alone


@pytest.mark.parametrize(
    ("rule", "query", "marked"),
    [
        ("what is at the head is enough", "filler", {"filler"}),
        ("a word far behind", "needle", {"needle"}),
        ("its other forms", "weapon", {"weapons"}),
        ("one of each leaf", "filler needle weapon", {"filler", "needle", "weapons"}),
        ("a phrase", '"the needle"', {"the", "needle"}),
        ("what isn't there", "nothing", set()),
    ],
)
def test_of_a_long_text_enough_is_marked(rule: str, query: str, marked: set[str]) -> None:
    text = "filler words stand here " * 5_000 + "then the needle, and weapons" + " words stand here" * 5_000
    (marks,) = marker_of(query).glimpsed([(text, "en")])
    assert {text[start:end] for start, end, _ in marks} == marked
    assert len(marks) < 1_000


TEXT = (
    "The first sentence says nothing of it. Talks were held in Oslo on Monday about the ceasefire. "
    + "Filler words stand here for long. " * 12
    + "In the end the ceasefire held, and talks went on.\nA last line."
)


def passages_of(query: str, text: str, count: int = 2, length: int = 120) -> list[tuple[str, list[str]]]:
    marks = marker_of(query).marks(text, "en")
    found = [shown(text, passage, marks) for passage in passages(text, marks, count, length)]
    return [(line, [line[start:end] for start, end in spans]) for line, spans in found]


@pytest.mark.parametrize(
    ("rule", "query", "count", "expected"),
    [
        (
            "nothing asked: the beginning, whole sentences",
            "",
            1,
            [
                (
                    "The first sentence says nothing of it. Talks were held in Oslo on Monday about the ceasefire.",
                    [],
                )
            ],
        ),
        (
            "the passage with most of the words, whole sentences",
            "ceasefire talks",
            1,
            [
                (
                    "Talks were held in Oslo on Monday about the ceasefire. Filler words stand here for long.",
                    ["Talks", "ceasefire"],
                )
            ],
        ),
        (
            "what a rare word stands in",
            "held last",
            1,
            [("In the end the ceasefire held, and talks went on. A last line.", ["held", "last"])],
        ),
    ],
)
def test_passages_cover_most_of_the_query(
    rule: str, query: str, count: int, expected: list[tuple[str, list[str]]]
) -> None:
    assert passages_of(query, TEXT, count) == expected


def test_a_cut_sentence_has_an_ellipsis_and_whole_words() -> None:
    text = "alpha " * 60 + "needle " + "omega " * 60
    ((line, marked),) = passages_of("needle", text, 1, 60)
    assert marked == ["needle"]
    assert line.startswith("…alpha")
    assert line.endswith("omega…")
    assert len(line) <= 64


@given(st.text("ab. \nåÅ停火", max_size=300), st.sampled_from(["a", "ab å", '"a b"', "停火", "b -a"]))
def test_passages_are_pieces_of_the_text_in_order_with_marks_inside(text: str, query: str) -> None:
    marks = marker_of(query).marks(text, "en")
    found = passages(text, marks, 3, 40)
    assert found == tuple(sorted(found))
    for before, after in pairwise(found):
        assert before[1] <= after[0]
    for passage in found:
        line, spans = shown(text, passage, marks)
        assert all(0 <= start < end <= len(line) for start, end in spans)
        assert "\n" not in line
