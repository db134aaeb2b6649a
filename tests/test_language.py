"""What is declared is taken if it is a language; what is detected is right or `und`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.article import LanguageFrom
from search.language import Language, english_name, identify, standard

LONG_NB = (
    "Regjeringen la i går fram et forslag som skal gjøre det billigere å reise kollektivt i hele landet. "
    "Ifølge statsråden vil ordningen koste to milliarder kroner hvert år, men hun mener at pengene er vel brukt."
)
LONG_NN = (
    "Regjeringa la i går fram eit framlegg som skal gjere det billegare å reise kollektivt i heile landet. "
    "Ifølgje statsråden vil ordninga koste to milliardar kroner kvart år, men ho meiner at pengane er vel brukte."
)
LONG_DA = (
    "Regeringen fremlagde i går et forslag, som skal gøre det billigere at rejse kollektivt i hele landet. "
    "Ifølge ministeren vil ordningen koste to milliarder kroner hvert år, men hun mener, at pengene er givet godt ud."
)
LONG_EN = (
    "The government presented a plan yesterday that would make it cheaper to travel by bus and train. "
    "According to the minister it will cost two billion a year, but she thinks the money is well spent."
)


@pytest.mark.parametrize(
    ("declared", "tag"),
    [
        # Tags are standardised.
        ("nb", "nb"),
        ("EN_us", "en-US"),
        ("pt-br", "pt-BR"),
        ("zh-hant", "zh-Hant"),
        (" de ", "de"),
        # Norwegian that doesn't say which is Bokmål.
        ("no", "nb"),
        ("nor", "nb"),
        ("no-NO", "nb-NO"),
        ("norwegian", "nb"),
        # Retired codes, three letters and names are understood.
        ("iw", "he"),
        ("deu", "de"),
        ("ger", "de"),
        ("Norwegian Nynorsk", "nn"),
        ("French", "fr"),
        # Nonsense, and tags that name no language, are not.
        ("", None),
        ("xx", None),
        ("und", None),
        ("mul", None),
        ("zxx", None),
        ("no language at all", None),
        ('"><script>', None),
        ("e" * 1000, None),
    ],
)
def test_declared_tags(declared: str, tag: str | None) -> None:
    assert standard(declared) == tag


@pytest.mark.parametrize(
    ("tag", "name"),
    [("nb", "Norwegian Bokmål"), ("en", "English"), ("pt-BR", "Portuguese (Brazil)"), ("und", "Unknown language")],
)
def test_english_names(tag: str, name: str) -> None:
    assert english_name(tag) == name


def test_declared_beats_detected() -> None:
    assert identify(LONG_EN, "no") == Language("nb", LanguageFrom.DECLARED, 1.0)


def test_nonsense_declared_is_ignored() -> None:
    assert identify(LONG_EN, "gibberish").source is LanguageFrom.DETECTED


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        (LONG_EN, "en"),
        ("Die Regierung hat gestern einen Plan vorgestellt, der das Reisen mit der Bahn billiger machen soll.", "de"),
        # CLD2's codes are made standard.
        ("הממשלה הציגה אתמול תוכנית שתוזיל את הנסיעה באוטובוסים וברכבות בכל רחבי הארץ", "he"),
        ("Inihain kahapon ng pamahalaan ang isang plano upang maging mas mura ang pagsakay sa bus at tren.", "fil"),
        # Its Kurdish is Sorani.
        ("حکومەت دوێنێ پلانێکی پێشکەش کرد بۆ ئەوەی گەشتکردن بە پاس و شەمەندەفەر هەرزانتر بێت لە هەموو وڵات", "ckb"),
        # Close relatives, in whole articles.
        (LONG_NB, "nb"),
        (LONG_NN, "nn"),
        (LONG_DA, "da"),
        # Close relatives, in headlines.
        ("Hva vil regjeringen gjøre når pengene ikke strekker til?", "nb"),
        ("Ho veit ikkje kva regjeringa vil gjere med pengane", "nn"),
        ("Hvad vil regeringen gøre, når pengene ikke slår til?", "da"),
        ("Predsednik je posle sednice rekao da će rešenje biti poznato sledeće nedelje", "sr"),
        ("Tko će tijekom sljedećeg tjedna voditi sveučilište, pitaju se mnogi", "hr"),
        ("Председник је после седнице рекао да ће решење бити познато следеће недеље", "sr"),
        # Latin letters that look like Cyrillic ones are seen through.
        ("Прeдсeдник je пoслe сeдницe рeкao дa ћe рeшeњe бити пoзнaтo слeдeћe нeдeљe у Бeoгрaду", "sr"),
        # Languages that CLD2 takes for others.
        ("Di govnor don tell pipo say dem no go fit travel go anoda state, wey dey make many pesin vex", "pcm"),
        # Too little, no language, or names that CLD2 takes for English.
        ("", "und"),
        ("   \n\t", "und"),
        ("1234 5678", "und"),
        ("Gerolf Annemans", "und"),
        ("Louis Kiebooms (1938 - 1949)", "und"),
        # English only by the names in it; and real English with a foreign name.
        ("James Ensor was een stichtend lid", "und"),
        ("Det er sunt for Harry Potter", "und"),
        ("It was painted by Het Steen and sold in London", "en"),
    ],
)
def test_detection(text: str, tag: str) -> None:
    assert identify(text).tag == tag


def test_unknown_has_no_confidence() -> None:
    assert identify("1234") == Language("und", LanguageFrom.UNKNOWN, 0.0)


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "a\x00b" * 50,
        "\ud800",
        LONG_NB + "\udfff\x07",
        "\ufffe\uffff\U0010ffff",
        "x" * 1_000_000,
        "\u0300" * 500,
    ],
    ids=ascii,
)
def test_no_input_raises(text: str) -> None:
    assert identify(text).tag


@given(st.text(alphabet=st.characters(), max_size=300))
def test_no_text_raises(text: str) -> None:
    found = identify(text)
    assert (found.tag == "und") == (found.source is LanguageFrom.UNKNOWN)
    assert 0.0 <= found.confidence <= 1.0


@given(st.text(max_size=40))
def test_no_declaration_raises_and_standard_tags_stay(declared: str) -> None:
    tag = standard(declared)
    assert tag is None or standard(tag) == tag, tag


@given(st.sampled_from([LONG_NB, LONG_NN, LONG_DA, LONG_EN]), st.text(alphabet="\x00\x01\x7f\ud800\uffff", max_size=9))
def test_stray_characters_change_nothing(text: str, stray: str) -> None:
    assert identify(text + stray).tag == identify(text).tag
