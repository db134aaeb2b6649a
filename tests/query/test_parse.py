"""The query language, one rule a row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.words import tokens
from search.query.ast import And, Filter, FilterName, Node, Not, Or, Phrase, Typo, Wildcard, Word, Zone
from search.query.parse import MAX_DEPTH, MAX_PATTERNS, MAX_WORDS, parse

A, B, C = Word("a"), Word("b"), Word("c")


@pytest.mark.parametrize(
    ("rule", "text", "tree"),
    [
        ("no words is no tree", "", None),
        ("white space is nothing", " \t\n", None),
        ("one word", "ceasefire", Word("ceasefire")),
        ("all words", "a b", And((A, B))),
        ("AND is what a space is", "a AND b", And((A, B))),
        ("OR in capitals", "a OR b", Or((A, B))),
        ("or in small letters is a word", "a or b", And((A, Word("or"), B))),
        ("AND binds tighter than OR", "a b OR c", Or((And((A, B)), C))),
        ("brackets bind tightest", "a (b OR c)", And((A, Or((B, C))))),
        ("a bracket needs no space", "a(b)c", And((A, B, C))),
        ("minus is NOT", "a -b", And((A, Not(B)))),
        ("NOT in capitals", "a NOT b", And((A, Not(B)))),
        ("NOT NOT is nothing", "NOT NOT a", A),
        ("minus before a bracket", "a -(b OR c)", And((A, Not(Or((B, C)))))),
        ("minus before a phrase", '-"a b"', Not(Phrase("a b"))),
        ("a hyphen inside is the word's", "Nagorno-Karabakh", Word("Nagorno-Karabakh")),
        ("a dash alone is left out", "a - b", And((A, B))),
        ("two dashes are no NOT", "--a", Word("--a")),
        ("a phrase", '"legge ned"', Phrase("legge ned")),
        ("typographic quotation marks quote too", "“legge ned”", Phrase("legge ned")),
        ("a phrase touching a word", 'a"b c"', And((A, Phrase("b c")))),
        ("near", '"a b"~5', Phrase("a b", within=5)),
        ("this word only", "=news", Word("news", exact=True)),
        ("not this word only", "-=news", Not(Word("news", exact=True))),
        ("in the title", "title:a", Word("a", Zone.TITLE)),
        ("a phrase in the title", 'title:"a b"', Phrase("a b", Zone.TITLE)),
        ("this word only, in the title", "title:=a", Word("a", Zone.TITLE, exact=True)),
        ("a bracket in the title", "title:(a OR b)", Or((Word("a", Zone.TITLE), Word("b", Zone.TITLE)))),
        ("field names have no case", "Title:a", Word("a", Zone.TITLE)),
        ("a field name before a space is a word", "title: a", And((Word("title:"), A))),
        ("an unknown field is text", "http://nrk.no", Word("http://nrk.no")),
        ("a pattern", "våpen*", Wildcard("våpen*")),
        ("a pattern is casefolded", "Våpen*", Wildcard("våpen*")),
        ("one letter", "w?rd", Wildcard("w?rd")),
        ("a question mark at the end asks", "why?", Word("why?")),
        ("a pattern in a word with a hyphen", "anti-terror*", And((Word("anti"), Wildcard("terror*")))),
        ("a pattern of unspaced script is its text", "停火*", Word("停火")),
        ("beside a pattern, a mark without its letter is nothing", "w*d\u00b4", Wildcard("w*d")),
        ("one typo", "word~", Typo("word", 1)),
        ("two typos", "Word~2", Typo("word", 2)),
        ("no typo is the word", "word~0", Word("word")),
        ("two is the most", "word~9", Typo("word", 2)),
        ("typos are of one word", "a-b~", Word("a-b~")),
    ],
)
def test_a_query_is_read_as(rule: str, text: str, tree: Node | None) -> None:
    assert parse(text).root == tree


@pytest.mark.parametrize(
    ("rule", "text", "tree", "note"),
    [
        ("OR without its left side", "OR a", And((Word("OR"), A)), "“OR” as a word"),
        ("OR without its right side", "a OR", And((A, Word("OR"))), "“OR” as a word"),
        ("AND alone", "AND", Word("AND"), "“AND” as a word"),
        ("NOT at the end", "a NOT", And((A, Word("NOT"))), "“NOT” as a word"),
        ("a quotation mark alone", 'a "b', And((A, B)), "no partner"),
        ("an opening bracket alone", "(a b", And((A, B)), "no partner"),
        ("a closing bracket alone", "a) b", And((A, B)), "no partner"),
        ("an empty bracket", "a ()", A, None),
        ("a filter is no alternative", "a OR lang:nb", A, "widens nothing"),
        ("filters of two kinds are none either", "a (lang:nb OR year:2020)", A, "widens nothing"),
        ("AND beside a filter", "a AND lang:nb", A, None),
        ("AND after a filter", "lang:nb AND a", A, None),
        ("OR between values of one filter", "lang:nb OR lang:nl", None, None),
        ("no letters", "a !!!", A, "no letters or digits"),
        ("an empty phrase", 'a "…"', A, "no letters or digits"),
        ("a star alone", "*", None, "no letters or digits"),
        ("a year that is none", "a year:soon", And((A, Word("year:soon"))), "a year, a range"),
        ("a language that is none", "lang:n!", Word("lang:n!"), "a language tag"),
        ("a date that is none", "after:2020-13-45", Word("after:2020-13-45"), "a date such as"),
        ("a field without its value", "title: a", And((Word("title:"), A)), "“title:” as a word"),
        ("a filter without its value", "-lang:", Not(Word("lang:")), "“lang:” as a word"),
        ("other words may end so", "language: a", And((Word("language:"), A)), None),
        ("two dashes", "--a", Word("--a"), "one “-” takes a word away"),
        ("dashes alone", "a -- b", And((A, B)), "no letters or digits"),
        ("three typos", "word~3", Typo("word", 2), "two typos"),
    ],
)
def test_what_may_surprise_is_noted(rule: str, text: str, tree: Node | None, note: str | None) -> None:
    query = parse(text)
    assert query.root == tree
    assert any(note in each for each in query.notes) if note else not query.notes


@pytest.mark.parametrize(
    ("rule", "text", "filters"),
    [
        ("language", "lang:nb", [("lang", "nb", False)]),
        ("several values", "lang:nb lang:nl", [("lang", "nb", False), ("lang", "nl", False)]),
        ("twice the same is once", "lang:nb lang:nb", [("lang", "nb", False)]),
        ("not", "-lang:nb", [("lang", "nb", True)]),
        ("NOT", "NOT lang:nb", [("lang", "nb", True)]),
        ("NOT NOT", "NOT NOT lang:nb", [("lang", "nb", False)]),
        ("NOT and minus", "NOT -lang:nb", [("lang", "nb", False)]),
        ("with AND and OR", "lang:nb OR lang:nl AND", [("lang", "nb", False), ("lang", "nl", False)]),
        ("a year", "year:2020", [("year", "2020", False)]),
        ("years", "year:2019-2023", [("year", "2019-2023", False)]),
        ("years turned round", "year:2023-2019", [("year", "2019-2023", False)]),
        ("undated", "year:undated", [("year", "undated", False)]),
        ("a month", "date:2020-10", [("date", "2020-10", False)]),
        (
            "after and before",
            "after:2020-10-05 before:2021",
            [("after", "2020-10-05", False), ("before", "2021", False)],
        ),
        ("a source", "source:nrk.no", [("source", "nrk.no", False)]),
        ("a source with spaces", 'source:"New York Times"', [("source", "New York Times", False)]),
    ],
)
def test_filters_stand_beside_the_tree(rule: str, text: str, filters: list[tuple[str, str, bool]]) -> None:
    query = parse(f"{text} a")
    assert query.root == A
    assert [(one.name, one.value, one.negated) for one in query.filters] == filters


def test_a_filter_in_a_bracket_holds_for_the_whole_query() -> None:
    query = parse("(a lang:nb) OR b")
    assert query.root == Or((A, B))
    assert query.filters == (Filter(FilterName.LANGUAGE, "nb"),)
    assert any("whole query" in note for note in query.notes)


def test_brackets_and_words_have_a_limit_that_is_told() -> None:
    deep = parse("(" * (MAX_DEPTH + 5) + "a" + ")" * (MAX_DEPTH + 5))
    assert deep.root == A
    assert any("deeper" in note for note in deep.notes)


@pytest.mark.parametrize("many", ["a ", "a.b/", "a OR ", '"a b" ', "中", "(a) ", "-a ", '"' + "a b " * 99 + '" '])
def test_only_the_first_words_of_a_long_query_are_searched(many: str) -> None:
    query = parse(many * (MAX_WORDS + 1))
    assert words_in(query.root) == MAX_WORDS
    assert any(f"first {MAX_WORDS}" in note for note in query.notes)
    assert not parse(" ".join("a" * MAX_WORDS)).notes


def words_in(node: Node | None) -> int:
    match node:
        case And(children) | Or(children):
            return sum(map(words_in, children))
        case Not(child):
            return words_in(child)
        case Word(text) | Phrase(text) | Wildcard(text) | Typo(text):
            return len(tokens(text).words)
    return 0


@pytest.mark.parametrize("many", ["a* ", "a?b ", "abc~2 ", "a*-b*.", "x* OR "])
def test_only_the_first_patterns_are_searched_as_such(many: str) -> None:
    query = parse(many * (MAX_PATTERNS + 1))
    assert str(query.root).count("Wildcard(") + str(query.root).count("Typo(") == MAX_PATTERNS
    assert any(f"first {MAX_PATTERNS}" in note for note in query.notes)


_SYNTAX = st.sampled_from(
    ['"', "(", ")", "-", "=", "~", "*", "?", ":", " ", "OR", "AND", "NOT", "title:", "lang:nb", "a"]
)


@given(st.one_of(st.text(max_size=2000), st.lists(_SYNTAX, max_size=400).map("".join)))
def test_every_text_is_a_query(text: str) -> None:
    assert parse(text).text == text
