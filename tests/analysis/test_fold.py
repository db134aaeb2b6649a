"""Which words are written alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.fold import fold, fold_forms
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


@given(st.text(st.characters(codec="ascii")))
def test_plain_letters_are_their_own_fold(text: str) -> None:
    assert fold_forms(text) == (text,)
