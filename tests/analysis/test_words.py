"""What a word is, in every script."""

from __future__ import annotations

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.forms import in_form
from search.analysis.located import located
from search.analysis.marks import MARKS
from search.analysis.words import cut, nfkc, spaced, tokens
from search.article import Tokens


@pytest.mark.parametrize(
    ("rule", "text", "words"),
    [
        ("nothing", "", ""),
        ("punctuation cuts", "Nagorno-Karabakh: “VÅPENHVILE”!", "nagorno karabakh våpenhvile"),
        ("digits are words", "16-åring, 3.5 kg", "16 åring 3 5 kg"),
        ("an underscore cuts", "snake_case", "snake case"),
        ("apostrophes cut", "l'avion d’Armenia's", "l avion d armenia s"),
        ("casefold, not lower", "Straße ΣΊΣΥΦΟΣ", "strasse σίσυφοσ"),
        ("a letter and its mark are one", "e\u0301te\u0301", "été"),
        ("compatibility forms are their letters", "ﬁne ①２ ㎞", "fine 12 km"),
        ("so does the letter apostrophe", "сімʼя сім'я", "сім я сім я"),
        ("a soft hyphen isn't there", "demo\u00adcracy", "democracy"),
        ("nor are joiners", "می\u200cخواهم", "میخواهم"),
        ("vowel signs are part of the word", "नमस्ते दुनिया", "नमस्ते दुनिया"),
        ("a mark alone is no word", "\u0301 a", "a"),
        ("nor is it part of the next", "(\u0301a) é", "a é"),
        ("Chinese: every character", "停火協議", "停 火 協 議"),
        ("Latin within it stays whole", "NHKは2023年", "nhk は 2023 年"),
        ("half-width kana with its voicing", "ｶﾞｽ", "ガ ス"),
        ("Thai: a letter and its marks", "ที่นี่", "ที่ นี่"),
        ("Korean: every syllable", "대통령이 말했다", "대 통 령 이 말 했 다"),
        ("lone surrogates are no words", "a\ud800b", "a b"),
    ],
)
def test_text_is_cut_into_words(rule: str, text: str, words: str) -> None:
    assert " ".join(tokens(text).words) == words


@pytest.mark.parametrize(
    ("rule", "text", "pairs"),
    [
        ("spaced scripts have none", "våpenhvile i Moskva", ()),
        ("neighbours in a run", "停火协", ("停火", "火协")),
        ("a space parts runs", "停火 協議", ("停火", "协议")),
        ("so does another script", "停NHK火", ()),
        ("kana are folded to one syllabary", "カタかな", ("かた", "たか", "かな")),
        ("width is folded", "ｶﾀ", ("かた",)),
    ],
)
def test_neighbours_in_unspaced_scripts_are_pairs(rule: str, text: str, pairs: tuple[str, ...]) -> None:
    assert tokens(text).pairs == pairs


_TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from("aåéßİıﬁｶﾞ停火कि\u0301\u0300\u00ad\u200d '-_½한ก็"))
) | st.text(st.sampled_from("aåK \u0301’_é\u00a0कि²½-\u2028"))


@pytest.mark.parametrize(
    ("rule", "text", "count", "first", "rest"),
    [
        ("after so many words", "a b c", 2, Tokens(("a", "b")), Tokens(("c",))),
        ("a short text has no rest", "a b", 5, Tokens(("a", "b")), Tokens(())),
        (
            "a pair goes with its first character",
            "停火協",
            1,
            Tokens(("停",), ("停火",)),
            Tokens(("火", "協"), ("火协",)),
        ),
        ("spaced words have no pairs", "the 停火", 1, Tokens(("the",)), Tokens(("停", "火"), ("停火",))),
    ],
)
def test_a_text_is_cut(rule: str, text: str, count: int, first: Tokens, rest: Tokens) -> None:
    assert tuple(part.tokens() for part in cut(spaced(text), count)) == (first, rest), rule


@given(st.text(st.characters() | st.sampled_from("a\u0301\u0338 \u00a0\u202f…½")))
def test_compatibility_forms_are_unicodes(text: str) -> None:
    assert nfkc(text) == unicodedata.normalize("NFKC", text)


@given(_TEXTS)
def test_words_are_the_same_as_bytes(text: str) -> None:
    assert spaced(text).tokens() == tokens(text)


@given(_TEXTS)
def test_words_found_in_place_are_the_words(text: str) -> None:
    found = list(located(text))
    assert tuple(token.text for token in found if not token.pair) == tokens(text).words
    assert tuple(token.text for token in found if token.pair) == tokens(text).pairs
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    words = [token for token in found if not token.pair]
    assert [token.position for token in words] == list(range(len(words)))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("En VÅPENHVILE.", ["En", "VÅPENHVILE"]),
        ("Straße ﬁne", ["Straße", "ﬁne"]),
        ("e\u0301te\u0301 så", ["e\u0301te\u0301", "så"]),
        ("x ½ y", ["x", "½", "½", "y"]),
        ("de\u00admo", ["de\u00admo"]),
    ],
)
def test_a_word_is_placed_on_its_own_letters(text: str, places: list[str]) -> None:
    assert [text[token.start : token.end] for token in located(text) if not token.pair] == places


def test_marks_are_those_of_unicode() -> None:
    marks = re.compile(f"[{MARKS}]")
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        if marks.match(char):
            assert unicodedata.category(char).startswith("M")
    assert all(
        marks.match(chr(code))
        for code in range(0x3000)
        if unicodedata.category(chr(code)).startswith("M") and unicodedata.ucd_3_2_0.category(chr(code)) != "Cn"
    )


@given(st.text(st.sampled_from("aeﬁ\u0301\u0327\u0653\xa0´é각ᄀ\u1161ا \n")))
def test_forms_of_texts_are_those_of_their_words(text: str) -> None:
    assert in_form("NFC", text) == unicodedata.normalize("NFC", text)
    assert in_form("NFKC", text) == unicodedata.normalize("NFKC", text)
