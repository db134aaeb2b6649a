"""Which words are written alike."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.fold import all_fold_forms, fold, fold_forms, folds_of
from search.analysis.words import normalized


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("accents", "été ete"),
        ("Nordic letters, both habits", "våpen vapen vaapen"),
        ("ø is o and oe", "øst ost oest"),
        ("æ is ae and a", "bær baer bar"),
        ("German umlauts, both habits", "müller muller mueller"),
        ("ö is o and oe", "göteborg goteborg goeteborg"),
        ("ß is ss", "straße strasse"),
        ("letters that don't decompose", "łódź lodz"),
        ("dotless and dotted i", "ırak irak İrak"),
        ("ё is е", "ёлка елка"),
        ("Greek accents and final sigma", "λόγος λογοσ"),
        ("Hebrew points", "שָׁלוֹם שלום"),
        ("Arabic vowel marks and tatweel", "كِتَاب كتـاب كتاب"),
        ("Arabic alef, yeh and teh marbuta", "إسلام أسلام اسلام"),
        ("Persian and Arabic yeh and kaf", "یک يك"),
        ("kana in both shapes", "カタ かた"),
        ("digits of any script", "٢٠٢٣ 2023"),
        ("traditional and simplified Chinese", "國 国"),
        ("nuktas of Indic scripts", "क़ानून कानून"),
        ("Hausa hooks", "ɗan dan"),
        ("Vietnamese tones", "việt viet"),
    ],
)
def test_these_are_written_alike(rule: str, words: str) -> None:
    first, *others = (set(fold_forms(normalized(word))) for word in words.split())
    assert all(first & other for other in others)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("й is a letter of its own", "йод иод"),
        ("vowel signs of Indic scripts are letters", "कि का"),
        ("voicing of kana tells words apart", "か が"),
        ("Hangul syllables stay", "한 하"),
    ],
)
def test_these_are_not(rule: str, words: str) -> None:
    one, other = words.split()
    assert not set(fold_forms(one)) & set(fold_forms(other))


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    for form in fold_forms(normalized(text)):
        assert fold(form) == form


@given(st.text(), st.text(max_size=3), st.integers(0, 9))
@example("straßenʼ", "", 5)
@example("クク", "", 1)
def test_beginnings_fold_as_by_themselves(text: str, other: str, end: int) -> None:
    word = normalized(text)
    others = {word, word[:end], word[:-1] + other, other}
    assert folds_of(word, others) == {one: fold(one) for one in others}


@given(st.lists(st.text(st.sampled_from("abåäæøœßéйё\u0301\u0308\u030aʼק"))))
def test_forms_are_the_same_one_by_one_and_in_bulk(words: list[str]) -> None:
    assert all_fold_forms(words) == list(map(fold_forms, words))


@given(st.text(st.characters(codec="ascii")))
def test_plain_letters_are_their_own_fold(text: str) -> None:
    assert fold_forms(text) == (text,)
