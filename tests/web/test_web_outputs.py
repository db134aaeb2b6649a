"""The same search for programs: whole, safe, and as their formats want it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from search.engines.memory import MemoryEngine
from search.results import Hit, Snippet
from tests.articles import archive_of, article
from tests.web.cable import CABLE
from tests.web.fakes import HIT, PAGE, Browser, FakeArchive, Seen
from web.feed import Feed, feed

ATOM = {"a": "http://www.w3.org/2005/Atom"}
OPENSEARCH = {"o": "http://a9.com/-/spec/opensearch/1.1/"}


@pytest.fixture(scope="module")
def news() -> Iterator[Browser]:
    with archive_of(MemoryEngine(), CABLE) as archive:
        yield Browser(archive)


def schema(name: str) -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).parent / name))


def valid(xml: bytes | str, name: str) -> etree._Element:
    tree = etree.fromstring(xml.encode() if isinstance(xml, str) else xml)
    schema(name).assertValid(tree)
    return tree


def rows(seen: Seen) -> list[dict[str, str]]:
    assert seen.text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(seen.text[1:])))


def test_every_output_is_of_the_same_search(news: Browser) -> None:
    asked = "q=Norway&lang=en&lang=nb&after=2018&source=harbour-times.example&source=fjordavisa.example"
    page, told = news.get(f"/?{asked}"), json.loads(news.get(f"/search.json?{asked}&limit=50").text)
    found = {hit["id"] for hit in told["hits"]}
    assert len(found) == told["total"] > 2
    assert {row["id"] for row in rows(news.get(f"/search.csv?{asked}"))} == found
    entries = valid(news.get(f"/feed.atom?{asked}").text, "atom.rng").findall("a:entry", ATOM)
    assert len(entries) == told["total"]
    for label, path in (("CSV", "/search.csv"), ("JSON", "/search.json"), ("a feed of the newest", "/feed.atom")):
        assert page.links()[label] == f"{path}?{asked}"
    alternates = {each.get("type"): each.get("href") for each in page.all("link", rel="alternate")}
    assert alternates["application/atom+xml"] == f"/feed.atom?{asked}"


def test_a_table_holds_all_matches_in_order(news: Browser) -> None:
    whole = rows(news.get("/search.csv?q=&sort=oldest&page=2&limit=5"))
    assert len(whole) == len(CABLE)
    assert [row["date"][:4] for row in whole[:3]] == ["2016", "2016", "2016"]
    assert whole[-1]["date"] == ""


def test_a_table_says_which_search_it_is_of(news: Browser) -> None:
    seen = news.get("/search.csv?q=Norway+-lang:nb&source=a+b&source=harbour-times.example")
    assert seen.headers["Content-Disposition"] == 'attachment; filename="newsstand.csv"'
    assert {(row["query"], row["filters"]) for row in rows(seen)} == {
        ("Norway -lang:nb", '\'-lang:nb source:"a b" source:harbour-times.example')
    }
    assert {row["index"].partition(" of ")[0] for row in rows(seen)} == {"1"}


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1"])
def test_a_table_is_safe_in_a_spreadsheet(evil: str) -> None:
    hit = replace(HIT, title=evil, source=evil)
    seen = Browser(FakeArchive(replace(PAGE, hits=(hit,)))).get(f"/search.csv?q={quote(evil)}")
    (row,) = rows(seen)
    assert {row["title"], row["source"], row["query"]} == {f"'{evil}"}


def test_the_feed_has_the_newest_first_whatever_the_order(news: Browser) -> None:
    tree = valid(news.get("/feed.atom?q=Norway&sort=oldest&page=3").text, "atom.rng")
    dates = [each.text[:10] for each in tree.findall("a:entry/a:updated", ATOM)]
    assert dates == sorted(dates, reverse=True)
    assert dates[0] == "2023-03-02"
    assert dates[-1] == "1970-01-01"


def test_ids_of_entries_are_the_same_in_every_feed(news: Browser) -> None:
    def ids(address: str) -> dict[str, str]:
        tree = valid(news.get(address).text, "atom.rng")
        return {
            e.findtext("a:title", None, ATOM): e.findtext("a:id", None, ATOM) for e in tree.findall("a:entry", ATOM)
        }

    one, other = ids("/feed.atom?q=cable&lang=en"), ids("/feed.atom?q=Norway")
    shared = one.keys() & other.keys()
    assert len(shared) > 2
    assert {one[title] for title in shared} == {other[title] for title in shared}
    assert len(set(one.values())) == len(one)


def test_a_feed_says_where_it_is(news: Browser) -> None:
    tree = valid(news.get("/feed.atom?q=Norway&lang=nb&ui=nl").text, "atom.rng")
    links = {each.get("rel"): each.get("href") for each in tree.findall("a:link", ATOM)}
    assert links == {
        "self": "http://localhost/feed.atom?q=Norway&lang=nb&ui=nl",
        "alternate": "http://localhost/?q=Norway&lang=nb&ui=nl",
    }
    assert tree.findtext("a:title", None, ATOM) == "Norway – Newsstand"


text = st.text(max_size=40)
hits = st.builds(
    partial(replace, HIT),
    id=text.filter(bool),
    title=text,
    url=st.none() | text | text.map("https://a.example/".__add__),
    source=st.none() | text.filter(str.strip),
    date=st.sampled_from([None, "2023", "2023-09", "2023-09-20", "2023-09-20T11:30", "0900-01-01T23:59:59-11:00"]),
    language=st.sampled_from(["nb", "und", "zh-Hant", "sr-Latn"]),
    snippets=st.lists(st.builds(Snippet, text), max_size=2).map(tuple),
)


@given(st.lists(hits, max_size=3), text)
@settings(deadline=None)
def test_any_article_makes_a_valid_feed(found: list[Hit], query: str) -> None:
    about = Feed(query, "https://a.example/feed.atom", "https://a.example/", "en", 1)
    tree = valid(feed(about, found, lambda id: f"https://a.example/{quote(id, safe='')}"), "atom.rng")
    assert len(tree.findall("a:entry", ATOM)) == len(found)


@pytest.mark.parametrize("tongue", ["en", "nb", "nl"])
def test_browsers_are_told_how_to_search(news: Browser, tongue: str) -> None:
    seen = news.get(f"/opensearch.xml?ui={tongue}")
    assert seen.headers["Content-Type"] == "application/opensearchdescription+xml; charset=utf-8"
    tree = valid(seen.text, "opensearch.rng")
    urls = {each.get("type"): each.get("template") for each in tree.findall("o:Url", OPENSEARCH)}
    assert set(urls) == {"text/html", "application/atom+xml", "application/x-suggestions+json"}
    for template in urls.values():
        address = template.removeprefix("http://localhost").replace("{searchTerms}", "cable")
        assert news.get(address.replace("{startPage?}", "")).status == 200
    assert news.get("/").one("link", rel="search").get("href") == "/opensearch.xml"


def test_suggestions_are_as_browsers_want_them(news: Browser) -> None:
    seen = news.get("/suggest.json?q=cab")
    assert seen.headers["Content-Type"] == "application/x-suggestions+json"
    assert json.loads(seen.text) == ["cab", ["cable", "cables", "câble"]]
    assert json.loads(news.get("/suggest.json?q=Norway+str%C3%B8").text)[1][0] == "Norway strømkabel"
    for nothing in ("/suggest.json", "/suggest.json?q=+", "/suggest.json?q=zzzzz"):
        assert json.loads(news.get(nothing).text)[1] == []


# Conditional answers

KEPT = (
    "/",
    "/?q=x",
    "/article/nb/1.txt",
    "/facet/year",
    "/search.json",
    "/search.csv",
    "/feed.atom",
    "/suggest.json?q=x",
)


@pytest.mark.parametrize("address", KEPT)
def test_what_did_not_change_is_not_sent_again(address: str) -> None:
    archive = FakeArchive()
    browser = Browser(archive)
    first = browser.get(address)
    again = browser.get(address, If_None_Match=first.headers["ETag"])
    assert (first.status, again.status, again.text) == (200, 304, "")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Content-Security-Policy"]
    # Another generation, another page, another language.
    archive.made += 1
    assert browser.get(address, If_None_Match=first.headers["ETag"]).status == 200
    assert browser.get(address).headers["ETag"] != first.headers["ETag"]


def test_each_page_has_a_tag_of_its_own() -> None:
    browser = Browser(FakeArchive())
    tags = [browser.get(address).headers["ETag"] for address in ("/", "/?q=a", "/?q=b", "/search.json?q=b")]
    tags.append(browser.get("/", Accept_Language="nb").headers["ETag"])
    tags.append(browser.get("/", Host="other.example").headers["ETag"])
    assert len(set(tags)) == len(tags)


def test_what_is_known_is_not_searched_for() -> None:
    archive = FakeArchive()
    browser = Browser(archive)
    tag = browser.get("/?q=x").headers["ETag"]
    archive.asked.clear()
    browser.get("/?q=x", If_None_Match=tag)
    assert archive.asked == []


def test_a_generation_made_anew_in_the_same_second_is_another(tmp_path: Path) -> None:
    from tests.articles import engine_of, put

    seen = set()
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        engine = engine_of("whoosh", tmp_path / place)
        put(engine, article("x", "word"))
        from search.searching import Archive

        with Archive(engine) as archive:
            seen.add(Browser(archive).get("/").headers["ETag"])
    assert len(seen) == 2
