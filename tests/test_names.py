"""Place names across languages."""

from __future__ import annotations

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.words import tokens
from search.lexicon import Lexicon
from search.lexicon.blocks import made
from search.lexicon.build import build_lexicon
from search.lexicon.frequencies import from_mappings
from search.names import Names, build_names
from search.names.endings import inflected
from search.names.keys import keys_of
from search.names.sieve import Sieve, pack_sieve
from search.names.table import clear_keys, territory_of

ARCHIVE = {
    "nb": "Aserbajdsjan aserbajdsjans aserbajdsjanske Island Elfenbenskysten Russland Norge De forente stater Oman",
    "nl": "Azerbeidzjan Azerbeidzjaanse Ivoorkust IJsland Verenigde Staten Rusland",
    "en": "Azerbaijan Azerbaijani island Norway Russia",
    "ru": "Азербайджана Азербайджаном азербайджанский Исландии Новой Зеландии",
    "fr": "Azerbaïdjan Cote d'Ivoire Nouvelle-Zélande",
    "fi": "Azerbaidžanissa oman Venäjällä",
    "zh": "阿塞拜疆",
}


def names(archive: dict[str, str]) -> Names:
    counts: dict[str, dict[str, int]] = {}
    for language, text in archive.items():
        for word in tokens(text).words:
            counts.setdefault(word, {})[language] = 1
    words = sorted(counts)
    lexicon = build_lexicon(words, from_mappings([counts[word] for word in words]), dict.fromkeys(archive, 1))
    return Names(made(build_names(Lexicon(made(lexicon)))))


NAMES = names(ARCHIVE)


def shown(typed: str) -> set[str]:
    return {alternative.shown for alternative in NAMES.also(tokens(typed).words)}


AZERBAIJAN = {"Aserbajdsjan", "Azerbeidzjan", "Azerbaijan", "Азербайджан", "Azerbaïdjan", "Azerbaidžan", "阿塞拜疆"}


@pytest.mark.parametrize(
    ("typed", "own"),
    [
        ("Azerbaijan", "Azerbaijan"),
        ("AZERBAIJAN", "Azerbaijan"),
        ("Azerbeidzjan", "Azerbeidzjan"),
        ("阿塞拜疆", "阿塞拜疆"),
        ("アゼルバイジャン", ""),
        ("Aserbaidschan", ""),
        ("aserbajdsjans", ""),
        ("Азербайджана", ""),
    ],
)
def test_a_name_in_any_language_and_form_leads_to_those_of_the_archive(typed: str, own: str) -> None:
    assert shown(typed) - {""} == AZERBAIJAN - {own}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("cote divoire", {"Elfenbenskysten", "Ivoorkust", ""}),
        ("Ivory Coast", {"Elfenbenskysten", "Ivoorkust", "Côte d’Ivoire"}),
        ("New Zealand", {"Новая Зеландия", "Nouvelle-Zélande"}),
        ("Iceland", {"Island", "IJsland", "Исландия"}),
        ("United States", {"Verenigde Staten"}),
        ("Norge", {"Norway"}),
        ("Venäjän", set()),
        ("Venäjällä", {"Russland", "Rusland", "Russia", "Venäjä"}),
        ("Zealand", set()),
        ("ceasefire", set()),
        ("", set()),
    ],
)
def test_names_of_several_words_and_inflected_ones(typed: str, found: set[str]) -> None:
    assert shown(typed) == found


def test_every_form_that_occurs_is_there_and_no_adjective() -> None:
    slots = {form for each in NAMES.also(("azerbaijan",)) for slot in each.slots for form in slot}
    assert {"aserbajdsjan", "aserbajdsjans", "азербайджана", "азербайджаном", "azerbaidžanissa"} <= slots
    assert not {"aserbajdsjanske", "азербайджанский", "azerbeidzjaanse", "azerbaijani"} & slots


def test_words_of_a_name_written_without_accents_are_its_words() -> None:
    assert [each.slots for each in NAMES.also(("elfenbenskysten",)) if each.shown == "Côte d’Ivoire"] == [
        (("cote",), ("d",), ("ivoire",))
    ]


@pytest.mark.parametrize("typed", ["island", "Oman", "Mali", "Réunion", "kongo", "того"])
def test_an_ordinary_or_ambiguous_word_is_no_name(typed: str) -> None:
    assert NAMES.also(tokens(typed).words) == ()


def test_a_spelling_that_is_an_ordinary_word_elsewhere_says_so() -> None:
    (island,) = (each for each in NAMES.also(("iceland",)) if each.shown == "Island")
    assert (island.languages, island.ordinary) == (("nb",), True)


def test_a_spelling_that_is_an_ordinary_word_at_home_is_left_out() -> None:
    assert all(each.languages != ("fi",) for each in NAMES.also(tokens("Оман").words))


def test_a_growing_archive_only_adds_names() -> None:
    small = names({tag: ARCHIVE[tag] for tag in ("nb", "en")})
    for typed in (("azerbaijan",), ("aserbajdsjan",), ("iceland",), ("norway",), ("russia",)):
        more = {form for each in NAMES.also(typed) for slot in each.slots for form in slot}
        assert {form for each in small.also(typed) for slot in each.slots for form in slot} <= more


def test_an_empty_archive_knows_no_names() -> None:
    assert names({}).also(("azerbaijan",)) == ()


@pytest.mark.parametrize("language", ["en", "nb", "nn", "nl", "de", "fr", "es", "ru", "fi", "tr", "ja", "ar"])
def test_the_table_holds_what_cldr_says(language: str) -> None:
    for territory in ("AZ", "AM", "NO", "UA", "FI", "DE", "JP", "NZ"):
        for key in keys_of(Locale.parse(language).territories[territory]):
            assert territory_of(key) == territory


def test_forms_of_a_name() -> None:
    assert {"украина", "украины", "украине", "украину", "украиной"} <= set(inflected("украина", "ru"))
    assert {"unkari", "unkarissa", "unkarin"} <= set(inflected("unkari", "fi"))
    assert {"norge", "norges"} == set(inflected("norge", "nb"))
    assert {"japan"} == set(inflected("japan", "en"))
    assert "кубы" not in set(inflected("куба", "ru"))


@given(st.sets(st.text(min_size=1), max_size=50))
def test_a_sieve_lets_all_keys_through(keys: set[str]) -> None:
    sieve = Sieve(pack_sieve(keys))
    assert all(map(sieve.may_hold, keys))


def test_a_sieve_holds_back_most_others() -> None:
    keys = list(clear_keys({"NO", "AZ", "CI"}))
    sieve = Sieve(pack_sieve(keys))
    assert "aserbajdsjan" in keys
    assert "island" not in keys
    assert sum(sieve.may_hold(f"{key}{number}") for key in keys for number in range(50)) < 0.1 * 50 * len(keys)
