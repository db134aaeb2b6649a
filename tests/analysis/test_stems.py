"""Which stemmer serves which language, and what it makes of words."""

from __future__ import annotations

import string
from itertools import product

import langcodes
import pytest

from search.analysis.profiles import ALGORITHMS, STEMMERS, reads, script_of, stemmer_of
from search.analysis.stems import by_word, document_stems, grams, shown, word_stems

#: Pairings beyond langcodes' distance 9.
MEASURED = {"nn", "bs", "hr"}


def _closest(tag: str) -> str | None:
    found, _ = langcodes.closest_match(tag, sorted({*ALGORITHMS} | {"no"}), max_distance=9)
    return None if found == "und" else found


def test_the_table_is_what_langcodes_finds_among_the_stemmers_languages() -> None:
    letters = string.ascii_lowercase
    codes = ["".join(code) for size in (2, 3) for code in product(letters, repeat=size)]
    standard = {langcodes.standardize_tag(code) for code in codes if langcodes.tag_is_valid(code)}
    expected = {tag: _closest(tag) for tag in standard if len(tag.split("-")) == 1}
    found = {tag: stemmer_of(tag) for tag in expected}
    assert {tag for tag in expected if expected[tag] != found[tag]} <= MEASURED
    assert STEMMERS.keys() >= MEASURED


@pytest.mark.parametrize(
    ("tag", "stemmer"),
    [
        ("nb", "no"),
        ("nn", "no"),
        ("pt-BR", "pt"),
        ("sr-Latn", "sr"),
        ("hi-Latn", None),
        ("uk", None),
        ("fo", None),
        ("is", None),
        ("gl", None),
        ("zh-Hant", None),
        ("und", None),
    ],
)
def test_a_tag_has_its_stemmer_or_none(tag: str, stemmer: str | None) -> None:
    assert stemmer_of(tag) == stemmer


@pytest.mark.parametrize(
    ("rule", "tag", "words"),
    [
        ("Norwegian definite forms", "nb", "våpenhvile våpenhvilen"),
        ("Nynorsk has the Norwegian stemmer", "nn", "avtale avtalen"),
        ("English plurals", "en", "weapon weapons"),
        ("stem first, fold last", "fr", "étudiant etudiants étudiante"),
        ("Serbian in both scripts", "sr", "примирје primirje"),
        ("Croatian has the Serbian stemmer", "hr", "primirje primirja"),
        ("Russian cases", "ru", "перемирие перемирия"),
        ("Arabic articles", "ar", "كتاب الكتاب"),
    ],
)
def test_words_that_share_a_stem(rule: str, tag: str, words: str) -> None:
    assert len(set(document_stems(tag)(words.split())[0])) == 1


@pytest.mark.parametrize(
    ("rule", "tag", "word", "keys"),
    [
        ("nobody knows the language", "und", "umpengesi", ()),
        ("a stem says whose it is", "nb", "våpenhvilen", ("no:vapenhvil",)),
        ("another script has no stem", "ru", "reuters", ()),
        ("a number has none", "en", "2023", ()),
        ("without a stemmer, sequences of letters", "xh", "umpenge", ("*:umpe", "*:mpen", "*:peng", "*:enge")),
        ("a short word is all of itself", "xh", "into", ()),
    ],
)
def test_z_keys(rule: str, tag: str, word: str, keys: tuple[str, ...]) -> None:
    assert tuple(map(shown, document_stems(tag)([word])[0])) == keys


@pytest.mark.parametrize("language", sorted(ALGORITHMS))
def test_a_query_stems_as_the_index_does(language: str) -> None:
    for word in ("weapons", "våpenhvilen", "примирја", "كتابها", "λόγους", "लड़कियों", "זאַכן"):
        assert word_stems(word, (language,)) == by_word(document_stems(language)([word]))[0]
        assert not reads(language, script_of(word)) or word_stems(word, (language,))


def test_sequences_survive_prefixes() -> None:
    assert set(grams("umpengesi")) & set(grams("kampengesi"))
