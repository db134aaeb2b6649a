"""What is taken from a page, by which rule."""

from __future__ import annotations

import json

import pytest

from search.article import Record
from search.readers.html import decode_page, extract
from search.readers.html.body import find_body
from search.readers.html.metadata import find_metadata
from search.readers.html.title import find_title
from search.readers.html.tree import parse
from tests.readers.reading import reading

LONG = "The harbour froze early this winter, and the ferries have waited for the ice to break since Monday."
MORE = "Nobody can say when it will break, says a captain who has seen many winters, but none that came like this."
LAST = "Until then there are buses around the lake, which take three hours each way for all who have to cross today."


def meta(**said: str) -> str:
    return "".join(f'<meta property="{name.replace("_", ":", 1)}" content="{value}">' for name, value in said.items())


def linked(**said: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **said})}</script>'


def titled(head: str, body: str) -> str | None:
    root = parse(f"<html><head>{head}</head><body>{body}</body></html>")
    assert root is not None
    return find_title(root, find_metadata(root), "https://www.example-news.org/ice")


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        # Most places win; the page's own heading wins a tie.
        ("<title>Ice</title>" + linked(headline="Ice"), "<h1>Ice on the lake</h1>", "Ice"),
        (linked(headline="Ice on the lake"), "<h1>Ice on the big lake</h1>", "Ice on the big lake"),
        # What somebody wrote for other sites to show weighs more than what a template made.
        (meta(og_title="Ice on the lake"), "<h1>Ice on the big lake</h1>", "Ice on the lake"),
        (meta(og_title="Ice on the lake | Example News"), "<h1>Ice on the big lake</h1>", "Ice on the big lake"),
        # The name of the site is taken off, in front or behind, if the page says it or its address does.
        ("<title>Ice on the lake - Example News</title>", "", "Ice on the lake"),
        ("<title>Example-News.org: Ice on the lake</title>", "", "Ice on the lake"),
        ("<title>Ice on the lake | The Lakeside</title>" + meta(og_site_name="The Lakeside"), "", "Ice on the lake"),
        ("<title>氷の湖：湖畔新聞</title>" + meta(og_site_name="湖畔新聞"), "", "氷の湖"),
        # And so is whatever one place has beyond a title of another.
        (meta(og_title="Ice on the lake - Region | Lakes") + linked(headline="Ice on the lake"), "", "Ice on the lake"),
        ("<title>Ice on the lake * By Kim *</title>", "<h1>Ice on the lake</h1>", "Ice on the lake"),
        # But not a part of the title itself.
        (
            meta(og_title="Ice: the lake is shut") + linked(headline="Ice: the lake is shut"),
            "<h2>Ice</h2>",
            "Ice: the lake is shut",
        ),
        # Of several headings the one that is like the others' titles counts.
        (
            "<title>Ice on the lake</title>",
            "<h1>Example News</h1><h1>Ice stops all ferries on the lake</h1>",
            "Ice stops all ferries on the lake",
        ),
        # Entities in JSON-LD, as some write them, are characters.
        (linked(headline="Ice &amp; snow"), "", "Ice & snow"),
        # Broken JSON-LD is nothing.
        ('<script type="application/ld+json">{"headline": </script><title>Ice</title>', "", "Ice"),
        ("", "<p>Ice</p>", None),
    ],
)
def test_titles(head: str, body: str, title: str | None) -> None:
    assert titled(head, body) == title


def body_of(body: str, head: str = "") -> list[str]:
    root = parse(f"<html><head>{head}</head><body>{body}</body></html>")
    assert root is not None
    metadata = find_metadata(root)
    return find_body(root, find_title(root, metadata, None), metadata).split("\n\n")


ARTICLE = f"<h1>Ice</h1><div><p>{LONG}</p><p>{MORE}</p>%s<p>{LAST}</p><p>{LONG[::-1]}</p><p>{MORE[::-1]}</p></div>"
REST = [LAST, LONG[::-1], MORE[::-1]]


@pytest.mark.parametrize(
    ("within", "texts"),
    [
        ("", []),
        # Headings and lists of the article stay.
        ("<h2>Buses</h2>", ["Buses"]),
        ("<ul><li>One at noon</li><li>One at night</li></ul>", ["One at noon", "One at night"]),
        # Teasers, captions, posts of others and what is said again don't.
        ("<ul><li><a href='/x'>Read more about ice</a></li></ul>", []),
        ("<p><a href='/x'>Read more about ice</a></p>", []),
        ("<figure><figcaption>The harbour on Monday</figcaption></figure>", []),
        ('<blockquote class="twitter-tweet"><p>Ice!</p></blockquote>', []),
        ("<aside><p>Kim Example has written of lakes for us since 2012.</p></aside>", []),
        (f"<p>{LONG}</p>", []),
        # A sentence may be mostly a link.
        (f"<p><a href='/x'>{MORE[:80]}</a> {MORE[80:100]}.</p>", [f"{MORE[:80].strip()} {MORE[80:100].strip()}."]),
        # Two line breaks are a paragraph's end, one is not.
        ("<p>One<br>line<br><br>and another</p>", ["One line", "and another"]),
        # Inline elements don't cut, and nothing silent is heard.
        ("<p>W<b>o</b>rd <script>no</script><em>and</em> word</p>", ["Word and word"]),
    ],
)
def test_bodies(within: str, texts: list[str]) -> None:
    assert body_of(ARTICLE % within) == [LONG, MORE, *texts, *REST]


def test_what_stands_around_the_article_is_left_out() -> None:
    around = f"<nav><p>{LONG}</p></nav>{ARTICLE % ''}<footer><p>{'All rights are reserved. ' * 5}</p></footer>"
    assert body_of(around) == [LONG, MORE, *REST]


@pytest.mark.parametrize("marked", ['id="comments"', 'class="open comment-list"'])
def test_what_readers_wrote_is_left_out_however_much_it_is(marked: str) -> None:
    comments = "".join(f"<div><p>{n}: {LONG}</p></div>" for n in range(50))
    assert body_of(f"{ARTICLE % ''}<section {marked}>{comments}</section>") == [LONG, MORE, *REST]


def test_a_standfirst_is_told_by_the_description() -> None:
    standfirst = "No ferry has left the harbour since Monday, and none will before the thaw."
    header = f"<header><h1>Ice</h1><p>{standfirst}</p><p>Our weather comes with friendly help of a bank</p></header>"
    texts = [f"{LAST} {n}" for n in range(9)]
    article = "".join(f"<p>{text}</p>" for text in texts)
    page = f"{header}<div>{article}</div>"
    assert body_of(page, meta(og_description=standfirst)) == [standfirst, *texts]
    assert body_of(page, meta(og_description="Something else")) == texts


@pytest.mark.parametrize(
    ("head", "body", "date"),
    [
        # JSON-LD before meta elements before a time element; when it was published before when it was changed.
        (linked(datePublished="2021-02-03") + meta(article_published_time="2021-02-04"), "", "2021-02-03"),
        (linked(dateModified="2021-02-05") + meta(article_published_time="2021-02-04"), "", "2021-02-04"),
        ("", "<time datetime='2021-02-03T08:30:00+01:00'>today</time>", "2021-02-03T08:30:00+01:00"),
        (linked(dateModified="2021-02-05"), "", "2021-02-05"),
        # What is no date is passed over.
        (
            linked(datePublished="") + meta(article_published_time="today", date="3 February 2021"),
            "",
            "3 February 2021",
        ),
        ("", "", None),
    ],
)
def test_dates(head: str, body: str, date: str | None) -> None:
    page = extract(f"<html><head>{head}</head><body><p>{LONG}</p>{body}</body></html>")
    assert page is not None and page.date == date


NORWEGIAN = (
    "Havna frøs til tidlig denne vinteren, og fergene har ventet på at isen skal gå siden mandag, sier kapteinen."
)


@pytest.mark.parametrize(
    ("tag", "head", "text", "language"),
    [
        ("nb", "", NORWEGIAN, "nb"),
        ("nb-NO", meta(og_locale="nb_NO"), NORWEGIAN, "nb-NO"),
        ("en-GB", "", LONG, "en-GB"),
        # English is what templates say when nobody has said anything.
        ("en", "", NORWEGIAN, None),
        # Where places differ the text decides, and may find one of them right.
        ("en", meta(og_locale="nb_NO"), NORWEGIAN, "nb-NO"),
        ("de", meta(og_locale="fr_FR"), NORWEGIAN, None),
        ("nonsense", "", NORWEGIAN, None),
    ],
)
def test_languages(tag: str, head: str, text: str, language: str | None) -> None:
    page = extract(f'<html lang="{tag}"><head>{head}</head><body><p>{text}</p></body></html>')
    assert page is not None and page.language == language


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        # UTF-8 whatever is said; else what the page was sent with, before what it says.
        ("latin-1", "<meta charset=latin-1>Bodø".encode(), "<meta charset=latin-1>Bodø"),
        ("cp1251", "<meta charset=latin-1>Мир".encode("cp1251"), "<meta charset=latin-1>Мир"),
        (None, "<meta charset='iso-8859-1'>Bodø “is”".encode("cp1252"), "<meta charset='iso-8859-1'>Bodø “is”"),
        (None, b"<?xml version='1.0' encoding='koi8-r'?>\xed\xc9\xd2", "<?xml version='1.0' encoding='koi8-r'?>Мир"),
    ],
)
def test_encodings(charset: str | None, data: bytes, text: str) -> None:
    assert decode_page(data, charset) == text


def test_a_saved_page_knows_where_it_came_from() -> None:
    (one,) = reading(
        "a.html", b"<!-- saved from url=(0026)https://news.example/ice -->\n<html><p>The ice broke.</p></html>"
    )
    assert isinstance(one, Record) and one.url == "https://news.example/ice"
