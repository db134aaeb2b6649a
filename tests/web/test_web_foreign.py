from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.foreign import direction, language_attributes, marked, original, paragraphs


@pytest.mark.parametrize(
    ("text", "spans", "wanted"),
    [
        ("fred i dalen", ((0, 4),), "<mark>fred</mark> i dalen"),
        ("fred i dalen", (), "fred i dalen"),
        # Escaped inside marks, outside them, and where a mark cuts an entity.
        ("<b>&</b>", ((3, 4),), "&lt;b&gt;<mark>&amp;</mark>&lt;/b&gt;"),
        ("&amp;", ((1, 4),), "&amp;<mark>amp</mark>;"),
        ("\"'", ((0, 1),), "<mark>&#34;</mark>&#39;"),
        # Offsets are code points, outside the basic plane too.
        ("𝒜 fred", ((2, 6),), "𝒜 <mark>fred</mark>"),
        # In any order, overlapping, touching, empty or past the end: every character once.
        ("abcdef", ((4, 5), (0, 2)), "<mark>ab</mark>cd<mark>e</mark>f"),
        ("abcdef", ((0, 3), (2, 4)), "<mark>abcd</mark>ef"),
        ("abcdef", ((0, 2), (2, 4)), "<mark>abcd</mark>ef"),
        ("abcdef", ((2, 2),), "abcdef"),
        ("abc", ((1, 9),), "a<mark>bc</mark>"),
    ],
)
def test_marks(text: str, spans: tuple[tuple[int, int], ...], wanted: str) -> None:
    assert str(marked(text, spans)) == wanted


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6).map(tuple)
within = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)).map(lambda s: (s[0], s[0] + s[1])), max_size=6)


@given(st.text(max_size=50), spans)
def test_marks_add_nothing_but_marks(text: str, spans: tuple[tuple[int, int], ...]) -> None:
    inside = re.sub("</?mark>", "", str(marked(text, spans)))
    assert html.unescape(inside) == html.unescape(html.escape(text))
    assert not re.search("[<>\"']", inside)


@pytest.mark.parametrize(
    ("text", "spans", "wanted"),
    [
        ("one\n\ntwo", ((0, 3), (5, 8)), [("one", ((0, 3),)), ("two", ((0, 3),))]),
        # Blank lines may hold spaces; a line break alone cuts nothing.
        ("one\n \t\n\ntwo\nthree", (), [("one", ()), ("two\nthree", ())]),
        # A span across a cut is cut too.
        ("one\n\ntwo", ((2, 6),), [("one", ((2, 3),)), ("two", ((0, 1),))]),
        ("\n\none\n\n", (), [("one", ())]),
        ("", (), []),
        # Lines longer than anybody wraps them are paragraphs, and so are short ones among them.
        (f"{'a ' * 70}\nShort.\n\nb", ((141, 146),), [(f"{'a ' * 70}", ()), ("Short.", ((0, 5),)), ("b", ())]),
        ("Roses are red,\nviolets are blue.\n\nx", (), [("Roses are red,\nviolets are blue.", ()), ("x", ())]),
    ],
)
def test_paragraphs(text: str, spans: tuple[tuple[int, int], ...], wanted: list[object]) -> None:
    assert [(part.text, part.marks) for part in paragraphs(text, spans)] == wanted


@given(st.text(alphabet="ab \n", max_size=40), within.map(tuple))
def test_paragraphs_lose_no_word_and_keep_spans_inside(text: str, spans: tuple[tuple[int, int], ...]) -> None:
    parts = list(paragraphs(text, spans))
    assert " ".join(part.text for part in parts).split() == text.split()
    assert all(0 <= start < end <= len(part.text) for part in parts for start, end in part.marks)


@pytest.mark.parametrize(
    ("tag", "wanted"),
    [
        ("nb", "ltr"),
        ("ar", "rtl"),
        ("he", "rtl"),
        ("ur", "rtl"),
        ("dv", "rtl"),
        ("ckb", "rtl"),
        ("yi", "rtl"),
        ("zh-Hant", "ltr"),
        # The script written in the tag decides.
        ("ur-Latn", "ltr"),
        ("az-Arab", "rtl"),
        # A tag that names no language.
        ("und", "auto"),
        ("und-Arab", "rtl"),
        ("zxx", "auto"),
        ("nonsense tag", "auto"),
    ],
)
def test_direction(tag: str, wanted: str) -> None:
    assert direction(tag) == wanted


def test_attributes() -> None:
    assert language_attributes("ar") == 'lang="ar" dir="rtl"'
    assert language_attributes("und") == 'dir="auto"'
    assert language_attributes('"><script>') == 'lang="&#34;&gt;&lt;script&gt;" dir="auto"'


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://avis.example/1", True),
        ("HTTP://avis.example/", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//avis.example/1", False),
        ("file:///etc/passwd", False),
        ("avis.example", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_are_linked(url: str | None, link: bool) -> None:
    assert original(url) == (url if link else None)
