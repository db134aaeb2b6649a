"""What a leaf of a query stands for."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from search.analysis.stems import shown
from search.lexicon import Lexicon
from search.lexicon.blocks import made
from search.lexicon.build import build_lexicon
from search.lexicon.frequencies import from_mappings
from search.names import Names
from search.names.places import build_names
from search.query import keyed
from search.query.expand import MOST_EXPANDED, expand, wanted_runs
from search.query.keyed import Group, Key, Keyed, Kind, Pool, Run
from search.query.members import Known
from search.query.parse import parse
from search.query.slots import MOST_ALIKE, few_alike
from search.settings import RANKING

#: Words of a small archive, with how many articles of a language have them.
WORDS = {
    "våpenhvile": {"nb": 5},
    "våpenhvilen": {"nb": 4},
    "vapenhvile": {"nb": 1},
    "avtale": {"nb": 6},
    "avtalen": {"nb": 5},
    "våpenhvileavtalen": {"nb": 1},
    "håkon": {"nb": 2},
    "haakon": {"nb": 1},
    "aserbajdsjan": {"nb": 4},
    "azerbeidzjan": {"nl": 3},
    "ivoorkust": {"nl": 3},
    "côte": {"fr": 3},
    "d": {"fr": 3},
    "ivoire": {"fr": 3},
    "word": {"en": 3},
    "ward": {"en": 2},
    "sword": {"en": 1},
    "bán": {"vi": 5, "hu": 1},
    "bạn": {"vi": 6},
    "ban": {"vi": 4, "en": 4},
}


@pytest.fixture(scope="module")
def known() -> Known:
    words = sorted(WORDS)
    documents = {"nb": 40, "nl": 40, "en": 40, "fr": 40, "xh": 10, "vi": 20, "hu": 20}
    lexicon = Lexicon(made(build_lexicon(words, from_mappings([WORDS[word] for word in words]), documents)))
    return Known(lexicon, Names(made(build_names(lexicon))), ("en", "nl", "no"), sequences=True)


def expanded(text: str, known: Known, names: bool = True) -> Keyed:
    return expand(parse(text).root, known, names=names).query


def keys(query: Keyed, kind: Kind) -> set[str]:
    """The positive keys, shown."""
    found: set[str] = set()
    for group in keyed.positive_groups(query):
        for member in group.members:
            match member:
                case Key(one, text):
                    of_kind, texts = one, [text]
                case Pool(one, pooled):
                    of_kind, texts = one, [text for text, _ in pooled]
                case Run(run):
                    of_kind, texts = Kind.STEM, [*run]
                case _:
                    of_kind, texts = Kind.WORD, [word for slot in member.slots for word in slot]
            if of_kind is kind:
                found |= set(map(shown, texts))
    return found


@pytest.mark.parametrize(
    ("rule", "query", "words"),
    [
        ("a word, and those that fold alike", "våpenhvile", "våpenhvile vapenhvile våpenhvileavtalen"),
        ("a bare word finds the accented one", "vapenhvile", "våpenhvile vapenhvile våpenhvileavtalen"),
        ("both habits of å", "hakon", "hakon håkon haakon"),
        ("a word of the archive within another", "avtale", "avtale våpenhvileavtalen"),
        ("this word only", "=vapenhvile", "vapenhvile"),
        ("quotes: the words that fold alike", '"vapenhvile"', "våpenhvile vapenhvile"),
        ("a place in the archive's other languages", "Azerbaijan", "azerbaijan aserbajdsjan azerbeidzjan"),
        ("a place of several words", "Ivory Coast", "ivory coast ivoorkust côte d ivoire"),
        ("not this place, in any other language", "=Azerbaijan", "azerbaijan"),
        ("nor in quotes", '"Azerbaijan"', "azerbaijan"),
        ("a pattern", "våpenhvile*", "våpenhvile våpenhvilen våpenhvileavtalen"),
        ("one letter", "w?rd", "word ward"),
        ("one typo", "word~", "word ward sword"),
    ],
)
def test_a_leaf_stands_for_words(known: Known, rule: str, query: str, words: str) -> None:
    assert keys(expanded(query, known), Kind.WORD) == set(words.split())


@pytest.mark.parametrize(
    ("rule", "query", "stems"),
    [
        (
            "stems of every language that is there",
            "weapons",
            "en:weapon nl:weapon no:weapon *:weap *:eapo *:apon *:pons",
        ),
        ("no stems in another script", "перемирие", "*:пере *:ерем *:реми *:емир *:мири *:ирие"),
        ("no stems of this word only", "=weapons", ""),
        ("nor of a phrase", '"weapons down"', ""),
        ("nor of a pattern", "weapon*", ""),
        ("a run stands for its pairs, simplified", "停火協", "停火 火协"),
    ],
)
def test_a_leaf_stands_for_stems(known: Known, rule: str, query: str, stems: str) -> None:
    assert keys(expanded(query, known), Kind.STEM) == set(stems.split())


def test_what_not_takes_away_has_no_names_and_no_compounds(known: Known) -> None:
    for text in ("avtale", "Azerbaijan"):
        taken = expanded(f"-{text}", known)
        assert isinstance(taken, keyed.Not)
        assert keys(taken.child, Kind.WORD) == {text.lower()}


def test_names_can_be_switched_off_and_are_told(known: Known) -> None:
    assert keys(expanded("Azerbaijan", known, names=False), Kind.WORD) == {"azerbaijan"}
    notes = expand(parse("Azerbaijan").root, known).notes
    assert notes == ("also searched: Aserbajdsjan, Azerbeidzjan",)
    for text in ('"Azerbaijan" word', "=Azerbaijan word"):
        assert expand(parse(text).root, known).notes == ()


@pytest.mark.parametrize(("query", "words"), [("Ivoorkust", 1), ("Ivory Coast", 2)])
def test_a_name_of_more_words_than_were_typed_counts_for_no_more(known: Known, query: str, words: int) -> None:
    members = [member for group in keyed.positive_groups(expanded(query, known)) for member in group.members]
    (name,) = [member for member in members if isinstance(member, keyed.Sequence)]
    assert len(name.slots) == 3
    assert name.weight == pytest.approx(RANKING.name * words / 3)


@pytest.mark.parametrize(
    ("rule", "query", "loose"),
    [
        ("all words become any", "a b", "Or(a b)"),
        ("NOT holds", "a b -c", "And(Or(a b) Not(c))"),
        ("only NOT stays", "-c", "Not(c)"),
        ("inside brackets too", "(a b) OR c", "Or(Or(a b) c)"),
        ("one word is itself", "a", "a"),
        ("a phrase is a clause; its words only add to the score", '"a b" c', 'Maybe(Or("a b" c) Or(a b))'),
    ],
)
def test_any_mode_wants_one_of_the_positive_clauses(known: Known, rule: str, query: str, loose: str) -> None:
    assert _outline(expand(parse(query).root, known).loose) == loose


@pytest.mark.parametrize(
    ("rule", "query", "by_itself"),
    [
        ("typed with marks that tell words apart in its language, it is also a term of its own", "bán", True),
        ("typed without, it may be any of them", "ban", False),
        ("marks of other languages tell no words apart", "våpenhvile", False),
    ],
)
def test_spellings_are_one_term_but_for_words_that_marks_tell_apart(
    known: Known, rule: str, query: str, by_itself: bool
) -> None:
    group = expanded(query, known)
    assert isinstance(group, Group)
    together = group.members[0]
    assert isinstance(together, Pool)
    assert together.keys[0] == (query, 1.0)
    assert len(together.keys) > 1
    assert (Key(Kind.WORD, query) in group.members) == by_itself


def test_any_mode_wants_a_share_of_a_run(known: Known) -> None:
    expansion = expand(parse("停火協議在北京签署生效了").root, known)
    assert [_run(expansion.query).minimum, _run(expansion.loose).minimum] == [11, 2]


def _run(query: Keyed) -> Run:
    assert isinstance(query, Group)
    assert isinstance(query.members[0], Run)
    return query.members[0]


def _outline(query: Keyed) -> str:
    match query:
        case Group():
            return query.label
        case keyed.And(children) | keyed.Or(children):
            return f"{type(query).__name__}({' '.join(map(_outline, children))})"
        case keyed.Not(child):
            return f"Not({_outline(child)})"
        case keyed.Maybe(required, optional):
            return f"Maybe({_outline(required)} {_outline(optional)})"
        case keyed.Everything():
            return "everything"


@pytest.mark.parametrize(
    ("rule", "text", "runs"),
    [
        ("a word", "word", [("word",)]),
        ("a hyphen parts", "Nagorno-Karabakh", [("nagorno",), ("karabakh",)]),
        ("a French article says nothing", "l'avion", [("avion",)]),
        ("an Italian one neither", "dell’arte", [("arte",)]),
        ("nor an English ending", "Armenia's", [("armenia",)]),
        ("unless nothing else is left", "l'", [("l",)]),
        ("a name keeps both parts", "O'Brien", [("o",), ("brien",)]),
        ("the letter apostrophe is one", "l\u02bcavion", [("avion",)]),
        ("only apostrophes' neighbours", "´a", [("a",)]),
        ("scripts part", "停火2023", [("停", "火"), ("2023",)]),
    ],
)
def test_what_is_wanted_of_a_word(rule: str, text: str, runs: list[tuple[str, ...]]) -> None:
    assert wanted_runs(text) == runs


def test_patterns_share_what_they_may_stand_for(known: Known) -> None:
    words = [f"a{first}{second}" for first in "bcdfghjklm" for second in "aeiouxyzqrstvwnp"]
    lexicon = Lexicon(made(build_lexicon(sorted(words), from_mappings([{"en": 1}] * len(words)), {"en": 9})))
    many = replace(known, lexicon=lexicon)
    assert len(keys(expanded("a*", many), Kind.WORD)) == len(words) == 160
    shared = expand(parse("a* OR a*x OR ab* OR ab?~ OR -a?b OR a").root, many)
    assert len(keys(shared.query, Kind.WORD)) <= MOST_EXPANDED
    groups = [group for group in keyed.positive_groups(shared.query) if group.label == "a*"]
    assert [len(member.keys) for group in groups for member in group.members] == [MOST_EXPANDED // 5]
    assert any("80 most frequent" in note for note in shared.notes)


@pytest.mark.parametrize(
    ("rule", "slots", "kept"),
    [
        ("slots that share nothing", [(str(number),) for number in range(20)], 20),
        ("the same slot again", [("a", "b")] * 20, 20),
        ("slots that share a word", [("a", str(number)) for number in range(20)], MOST_ALIKE),
        ("what isn't in the archive makes no difference", [("a", f"no {number}") for number in range(20)], 20),
        ("slots that share words in a chain", [(str(number), str(number + 1)) for number in range(19)], 17),
    ],
)
def test_few_slots_of_words_near_each_other_share_words(rule: str, slots: list[tuple[str, ...]], kept: int) -> None:
    assert len(few_alike(slots, {"a", "b", *map(str, range(20))})) == kept, rule


def test_a_note_says_which_words_near_each_other_were_left_out() -> None:
    chained = ["äåö", "aeåö", "äaaö", "äåoe", "aeaaö", "aeåoe", "äaaoe", "aao", "aaoe", "aeo", "aåö", "äåo"]
    lexicon = Lexicon(made(build_lexicon(sorted(chained), from_mappings([{"nb": 3}] * 12), {"nb": 12})))
    known = Known(lexicon, Names(made(build_names(lexicon))), ("no",), sequences=False)
    found = expand(parse(f'"{" ".join(chained)}"~50').root, known)
    (group,) = keyed.positive_groups(found.query)
    (near,) = group.members
    assert isinstance(near, keyed.Near) and len(near.slots) < len(chained)
    assert any("nearly alike" in note for note in found.notes)
