"""The table over the archive's words: what it finds, and that it finds it whatever the words are."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.fold import fold_forms
from search.analysis.profiles import stemmer_of
from search.analysis.stems import SEPARATOR, word_stems
from search.errors import IndexDamaged
from search.lexicon import Lexicon, patterns
from search.lexicon.blocks import Array, Kept, made, pack, unpack
from search.lexicon.build import build_lexicon
from search.lexicon.frequencies import from_mappings
from search.lexicon.strings import Strings, pack_strings


def lexicon(**counts: dict[str, int] | int) -> Lexicon:
    """Words with their frequencies by language; a number alone is English."""
    by_language = {word: {"en": count} if isinstance(count, int) else count for word, count in counts.items()}
    words = sorted(by_language)
    tags = {tag for counts in by_language.values() for tag in counts}
    return Lexicon(
        made(build_lexicon(words, from_mappings([by_language[word] for word in words]), dict.fromkeys(tags, 50)))
    )


def strings(arrays: Mapping[str, Array]) -> Strings:
    return Strings(unpack(made(pack(arrays, {})))[0])


NEWS = lexicon(
    våpenhvile={"nb": 9},
    vapenhvile={"nb": 1},
    våpen={"nb": 4, "nn": 2},
    vapen={"sv": 3},
    weapon=7,
    weapons=12,
    ceasefire=5,
    government=90,
    goverment=2,
    über={"de": 30},
    blåbær={"nb": 2},
    война={"ru": 6},
    停={"zh": 3},
)


def test_frequencies_are_per_word_and_language() -> None:
    assert NEWS.frequency("våpen") == 6
    assert NEWS.frequencies("våpen") == {"nb": 4, "nn": 2}
    assert NEWS.frequency("nothing") == 0
    assert NEWS.frequencies("nothing") == {}
    assert "война" in NEWS and "мир" not in NEWS


@pytest.mark.parametrize(
    ("forms", "words"),
    [
        (("vapen",), ("våpen", "vapen")),
        (("vaapen",), ("våpen",)),
        (fold_forms("våpen"), ("våpen", "vapen")),
        (("ueber",), ("über",)),
        (("blabar",), ("blåbær",)),
        (("blaabaer",), ("blåbær",)),
        (("weapon",), ("weapon",)),
        (("nothing",), ()),
        ((), ()),
    ],
)
def test_a_folded_form_leads_to_every_word_written_so(forms: tuple[str, ...], words: tuple[str, ...]) -> None:
    assert NEWS.folding_to(forms) == words


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("weapon*", ["weapons", "weapon"]),
        ("WEAPON*", ["weapons", "weapon"]),
        ("w?apon", ["weapon"]),
        ("*hvile", ["våpenhvile", "vapenhvile"]),
        ("v*hvile", ["våpenhvile", "vapenhvile"]),
        ("vapen*", ["våpenhvile", "våpen", "vapen", "vapenhvile"]),
        ("våpen*", ["våpenhvile", "våpen"]),
        ("vaapen*", ["våpenhvile", "våpen"]),
        ("*ver?ment", ["government"]),
        ("?", ["停"]),
        ("в*а", ["война"]),
        ("weapo", []),
        ("*zzz*", []),
        ("w*[*", []),
        ("", []),
    ],
)
def test_wildcards_match_whole_words_by_letter_or_fold(pattern: str, words: list[str]) -> None:
    assert NEWS.wildcard(pattern) == (words, False)


def test_a_long_expansion_is_cut_to_the_most_frequent_and_says_so() -> None:
    assert NEWS.wildcard("*", 3) == (["government", "über", "weapons"], True)
    assert NEWS.prefix("w", 1) == (["weapons"], True)
    assert NEWS.prefix("w", 2) == (["weapons", "weapon"], False)
    assert NEWS.near("weapon", 1, 1) == (["weapon"], True)


@pytest.mark.parametrize(
    ("text", "edits", "words"),
    [
        ("weapon", 1, ["weapon", "weapons"]),
        ("waepon", 1, ["weapon"]),
        ("waepon", 2, ["weapon", "weapons"]),
        ("wepn", 1, []),
        ("wepn", 2, ["weapon"]),
        ("vapenhvle", 1, ["våpenhvile", "vapenhvile"]),
        ("våpenhvle", 1, ["våpenhvile", "vapenhvile"]),
        ("войнa", 1, ["война"]),
        ("a", 2, []),
        ("", 2, []),
        ("x" * 300, 2, []),
    ],
)
def test_near_words_are_a_few_errors_away_and_the_nearest_come_first(text: str, edits: int, words: list[str]) -> None:
    assert NEWS.near(text, edits) == (words, False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("goverment", ("government",)),
        ("ceasfire", ("ceasefire",)),
        ("våpenvhile", ("våpenhvile", "vapenhvile")),
        ("воина", ("война",)),
        ("government", ()),
        ("weapon", ()),
        ("xq", ()),
        ("", ()),
    ],
)
def test_corrections_are_near_and_much_more_frequent(typed: str, meant: tuple[str, ...]) -> None:
    assert NEWS.correct(typed) == meant


def test_completions_are_words_by_frequency() -> None:
    assert NEWS.complete("we") == ("weapons", "weapon")
    assert NEWS.complete("vap", 2) == ("våpenhvile", "våpen")
    assert NEWS.complete("zz") == ()


def test_an_empty_archive_has_an_empty_lexicon() -> None:
    empty = Lexicon(made(build_lexicon((), from_mappings(()), {})))
    assert len(empty) == 0
    assert empty.folding_to(("a",)) == empty.complete("a") == empty.correct("abc") == ()
    assert empty.wildcard("*") == empty.near("word", 2) == ([], False)


@pytest.mark.parametrize("cut", [0, 4, 20, 300])
def test_a_damaged_table_is_told(cut: int) -> None:
    with pytest.raises(IndexDamaged):
        Lexicon(made(build_lexicon(("a", "b"), from_mappings(({"en": 1}, {"en": 1})), {"en": 1})[:cut]))


@pytest.mark.parametrize("ends", [[0, 1 << 31, 1 << 31], [0, 4, 0], [0, 4, (1 << 32) - 1]])
def test_ends_beyond_the_text_are_told(ends: list[int]) -> None:
    """Somebody must have forged them, and they asked for gigabytes."""
    forged = strings(pack_strings(["oslo", "oslos"]) | {"ends": np.array(ends, np.uint32)})
    both = np.array([0, 1], np.uint32)
    for read in (lambda: forged.take_many(both), lambda: forged.codes(both, 5)):
        with pytest.raises(IndexDamaged):
            read()


def test_mappings_as_arrays() -> None:
    found = from_mappings(({"en": 5, "de": 4}, {"de": 9}))
    assert found.languages == ("de", "en")
    assert (found.edges.tolist(), found.codes.tolist(), found.counts.tolist()) == ([0, 2, 3], [0, 1, 0], [4, 5, 9])
    assert found.totals().tolist() == [9, 9]
    assert [array.tolist() for array in found.of_languages([1])] == [[0], [5]]


COMPOUNDS = {
    "nb": "avtale våpenhvile våpenhvileavtalen regjering regjeringsplan planer fredsplaner fred landskap land over tale"
    " overtale",
    "de": "welt erfolg folge welterfolg arbeit markt arbeitsmärkte sprache spracharbeiten",
    "sv": "kyrka gård kyrkogården",
    "fi": "nainen johtaja naisjohtajat talo talossa",
    "nl": "handel partij handelspartijen",
}  # fmt: skip


def _all_words() -> set[str]:
    return {word for text in COMPOUNDS.values() for word in text.split()}


def stemmed(word: str, language: str) -> tuple[list[str], list[str]]:
    """Its stem and the stemmer's language, as `compounds` takes them."""
    keys = word_stems(word, (stemmer_of(language) or "",))
    stems, _, stemmers = zip(*(key.partition(SEPARATOR) for key in keys), strict=True)
    return [*stems], [*stemmers]


@pytest.mark.parametrize(
    ("language", "part", "compounds"),
    [
        ("nb", "avtale", ("våpenhvileavtalen",)),
        ("nb", "avtalene", ("våpenhvileavtalen",)),
        ("nb", "våpenhvilen", ("våpenhvileavtalen",)),
        ("nb", "regjeringen", ("regjeringsplan",)),
        ("nb", "plan", ("fredsplaner", "regjeringsplan")),
        ("nb", "land", ()),
        ("nb", "tale", ()),
        ("de", "erfolg", ("welterfolg",)),
        ("de", "folge", ()),
        ("de", "arbeit", ("arbeitsmärkte", "spracharbeiten")),
        ("de", "markt", ("arbeitsmärkte",)),
        ("de", "sprachen", ("spracharbeiten",)),
        ("sv", "kyrkor", ("kyrkogården",)),
        ("fi", "johtaja", ("naisjohtajat",)),
        ("fi", "talo", ()),
        ("nl", "partij", ("handelspartijen",)),
        ("en", "arbeit", ()),
    ],
)
def test_compounds_are_found_by_any_form_of_their_parts(language: str, part: str, compounds: tuple[str, ...]) -> None:
    owners = {word: [tag for tag in COMPOUNDS if word in COMPOUNDS[tag].split()] for word in _all_words()}
    words = lexicon(**{word: dict.fromkeys(tags, 1) for word, tags in owners.items()})
    assert words.compounds(*stemmed(part, language)) == compounds


def test_a_word_more_frequent_than_its_parts_is_whole() -> None:
    parts = {"alte": {"de": 2}, "stadt": {"de": 2}}
    assert lexicon(altestadt={"de": 3}, **parts).compounds(*stemmed("stadt", "de")) == ()
    assert lexicon(altestadt={"de": 2}, **parts).compounds(*stemmed("stadt", "de")) == ("altestadt",)


def test_a_stem_is_a_part_in_its_own_language_only() -> None:
    """`stad` is one of Dutch and of Danish words, each with compounds of its own."""
    words = {"stad": {"nl": 2, "da": 2}, "grote": {"nl": 2}, "mave": {"da": 2}, "grotestad": {"nl": 1}}
    table = lexicon(**words, mavestad={"da": 1})
    assert table.compounds(["stad"], ["nl"]) == ("grotestad",)
    assert table.compounds(["stad"], ["da"]) == ("mavestad",)
    assert table.compounds(["stad", "stad"], ["nl", "da"]) == ("grotestad", "mavestad")
    assert table.compounds(["stad"], ["sv"]) == ()


@pytest.mark.parametrize("language", COMPOUNDS)
def test_a_word_in_a_script_that_the_stemmer_does_not_read_is_no_part(language: str) -> None:
    """It has no stem, in whichever language's articles it stands."""
    words, stemmer = ("кремль", "кремльgrad", "gradкремль", "кремль停火"), stemmer_of(language) or ""
    assert lexicon(**{word: {language: 2} for word in words}).compounds(["кремль"], [stemmer]) == ()


WORDS = st.text(st.sampled_from("abcåäöøæüéñžиа停"), min_size=1, max_size=6)
VOCABULARIES = st.dictionaries(WORDS, st.integers(1, 9), max_size=25)


@given(VOCABULARIES)
def test_every_word_is_there_and_found_by_each_of_its_forms(counts: dict[str, int]) -> None:
    table = lexicon(**counts)
    for word, count in counts.items():
        assert table.frequency(word) == count
        for form in fold_forms(word):
            assert word in table.folding_to((form,))
            assert word in table.wildcard(f"{form[:2]}*", 100)[0]
            assert word in table.near(form, 1, 100)[0]


@given(VOCABULARIES, st.text(st.sampled_from("abcåи*?"), min_size=1, max_size=6))
def test_wildcards_find_what_trying_every_word_finds(counts: dict[str, int], pattern: str) -> None:
    expression = re.compile(fnmatch.translate(pattern))
    expected = {word for word in counts if any(map(expression.match, (word, *fold_forms(word))))}
    assert expected <= set(lexicon(**counts).wildcard(pattern, 100)[0])


def test_what_is_too_much_to_try_is_narrowed_by_the_longest_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "CHECKS", 2)
    table = lexicon(nasal=9, salsa=8, banana=7, sand=6, ananas=5)
    assert table.wildcard("*anan*") == (["banana", "ananas"], False)
    # A single letter narrows nothing: only the most frequent are looked at, and that is told.
    assert table.wildcard("*n*") == (["nasal", "banana"], True)


@given(VOCABULARIES, WORDS, st.sampled_from([3, 5]), st.integers(0, 3))
def test_nothing_is_looked_at_before_it_is_checked(counts: dict[str, int], text: str, shift: int, before: int) -> None:
    """Each block of the table is empty until it is checked."""
    words = sorted(counts)
    whole = build_lexicon(words, from_mappings([{"en": counts[word]} for word in words]), {"en": 9})
    held = bytearray(8 * before + len(whole))
    seen = bytearray(len(held) // (1 << shift) + 1)

    def check(start: int, end: int) -> None:
        for block in range(start >> shift, -(-end >> shift)):
            seen[block], place = 1, (block << shift) - 8 * before
            first, last = max(place, 0), min(place + (1 << shift), len(whole))
            held[first + 8 * before : last + 8 * before] = whole[first:last]

    def answers(table: Lexicon, word: str) -> tuple[object, ...]:
        return (
            table.frequencies(word), table.folding_to(fold_forms(word)), table.compounds([word], ["en"]),
            table.wildcard(f"{word[:2]}*"), table.wildcard(f"*{word[-1]}"), table.near(word, 1), table.correct(word),
        )  # fmt: skip

    checked = Lexicon(Kept(memoryview(held)[8 * before :], 8 * before, seen, shift, check))
    sound = Lexicon(made(whole))
    assert [answers(checked, word) for word in (text, *words[:2])] == [
        answers(sound, word) for word in (text, *words[:2])
    ]


@given(st.lists(st.text(st.sampled_from("ab\nå\ud800"), min_size=1), unique=True))
def test_any_strings_are_found(texts: list[str]) -> None:
    packed = strings(pack_strings(texts))
    assert [packed[number] for number in map(packed.find, texts)] == texts


@given(VOCABULARIES, WORDS)
def test_holding_finds_what_trying_every_string_finds(counts: dict[str, int], piece: str) -> None:
    words = sorted(counts)
    packed = strings(pack_strings(words))
    assert [words[number] for number in packed.holding(piece)] == [word for word in words if piece in word]


@given(VOCABULARIES, WORDS, st.integers(1, 2))
def test_near_finds_what_trying_every_word_finds(counts: dict[str, int], text: str, edits: int) -> None:
    found = set(lexicon(**counts).near(text, edits, 100)[0])
    allowed = min(edits, len(text) - 1)
    assert {word for word in counts if alignment(text, word) <= allowed} <= found
    spellings = (text, *fold_forms(text))
    nearest = {word: min(alignment(a, b) for a in spellings for b in (word, *fold_forms(word))) for word in found}
    assert all(distance <= edits for distance in nearest.values())


def alignment(one: str, other: str) -> int:
    """Optimal string alignment, as the textbook has it."""
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            cost = one[i - 1] != other[j - 1]
            best = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + cost)
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                best = min(best, table[i - 2, j - 2] + 1)
            table[i, j] = best
    return table[len(one), len(other)]
