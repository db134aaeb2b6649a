"""The pages over a real archive: what the links lead to is what they promise."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web.fakes import Browser, Seen, words
from tests.web.scripts import ARTICLES, LINK

COUNT = re.compile(r"([\d,]+) articles?$")


def total(seen: Seen) -> int:
    return int(words(seen.one("p", role="status")).split()[0].replace(",", ""))


def facet_links(seen: Seen) -> dict[str, tuple[str, int, bool]]:
    """By label: address, count, whether chosen."""
    found = {}
    for link in [a for a in seen.all("a") if a.find("span[@class='label']") is not None]:
        label = words(link.find(".//bdi"))
        count = COUNT.search(words(link))
        assert count
        found[label] = (link.get("href"), int(count[1].replace(",", "")), link.get("aria-current") == "true")
    return found


def titles(seen: Seen) -> list[str]:
    return [words(each.find("h2")) for each in seen.all("article", class_="hit")]


def test_everything_is_shown_newest_first(browser: Browser) -> None:
    seen = browser.get("/")
    assert total(seen) == len(ARTICLES)
    assert titles(seen)[0] == "Enige om våpenhvile i dalen"
    assert total(browser.get(seen.one("a", rel="next").get("href"))) == len(ARTICLES)


def test_facets_narrow_and_widen(browser: Browser) -> None:
    start = browser.get("/?q=våpenhvile")
    assert total(start) == 3
    one = browser.get(facet_links(start)["Norwegian Bokmål"][0])
    assert total(one) == 2
    assert facet_links(one)["Norwegian Bokmål"][2]
    # The other language keeps its count, so that it can be added.
    assert facet_links(one)["Dutch"][1] == 1
    both = browser.get(facet_links(one)["Dutch"][0])
    assert total(both) == 3
    narrowed = browser.get(facet_links(both)["2020"][0])
    assert sorted(titles(narrowed)) == ["Brudd i natt", "Wapenstilstand vanaf zaterdag"]
    without = browser.get(narrowed.links()["Remove language Norwegian Bokmål ×"])
    assert titles(without) == ["Wapenstilstand vanaf zaterdag"]
    assert total(browser.get(without.links()["Remove language Dutch ×"])) == 2


@pytest.mark.parametrize(
    "address", ["/?q=våpenhvile", "/", "/?q=lang:no", "/?lang=no&year=2019-2023", "/?year=undated"]
)
def test_every_unchosen_value_keeps_its_promise(browser: Browser, address: str) -> None:
    """Alone in its facet, a value gives as many articles as its link says."""
    seen = browser.get(address)
    for label, (href, count, chosen) in facet_links(seen).items():
        after = facet_links(browser.get(href))
        assert after.get(label, ("", 0, False))[2] is not chosen
        if not chosen and not seen.all("ul", class_="chips"):
            assert total(browser.get(href)) == count


def test_typed_filters_can_be_taken_away(browser: Browser) -> None:
    seen = browser.get("/?q=våpenhvile+lang:nb&after=2021")
    assert titles(seen) == ["Enige om våpenhvile i dalen"]
    assert seen.links()["Remove language Norwegian Bokmål ×"] == "/?q=v%C3%A5penhvile&after=2021"
    assert seen.links()["Remove from 2021 ×"] == "/?q=v%C3%A5penhvile+lang:nb"
    assert seen.links()["Remove all"] == "/?q=v%C3%A5penhvile"


def test_an_article_is_marked_by_the_query(browser: Browser) -> None:
    seen = browser.get(browser.get("/?q=våpenhvile").links()["Enige om våpenhvile i dalen"])
    assert [words(each) for each in seen.all("mark")] == ["våpenhvile", "våpenhvile", "Våpenhvilen"]
    assert "sier <b>Olsen</b>." in seen.words
    assert seen.one("a", rel="external noopener noreferrer").get("href") == LINK


def test_not_all_words_together(browser: Browser) -> None:
    seen = browser.get("/?q=våpenhvile+ceasefire")
    assert total(seen) == 4
    assert "No article has all of these words" in seen.words


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/?year=soon", "soon"),
        ("/?after=2020-13", "2020-13"),
        ("/?lang=%3Cb%3E", "<b>"),
    ],
)
def test_a_value_the_archive_refuses_is_told(browser: Browser, address: str, said: str) -> None:
    seen = browser.get(address)
    assert seen.status == 400
    assert said in words(seen.one("p", role="alert"))


def test_json_and_page_agree(browser: Browser) -> None:
    seen, told = browser.get("/?q=våpenhvile&year=2020"), browser.get("/search.json?q=våpenhvile&year=2020")
    data = json.loads(told.text)
    assert (total(seen), titles(seen)) == (data["total"], [hit["title"] for hit in data["hits"]])


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
pieces = st.sampled_from(
    ["våpenhvile", "lang:nb", '"i dalen"', "(", ")", "-", "OR", "year:2020", "=", "title:", "~", "*"]
)


@given(st.lists(pieces | text, max_size=6).map(" ".join))
@settings(deadline=None, max_examples=50)
def test_any_query_gives_a_page(browser: Browser, query: str) -> None:
    assert browser.get(f"/?q={quote(query)}").status == 200
