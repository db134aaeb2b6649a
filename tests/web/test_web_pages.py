from __future__ import annotations

import json
from itertools import pairwise
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from search.article import Copy, DateFrom, LanguageFrom
from search.dates import parse_partial
from search.errors import BadValue, EngineError, IndexDamaged, IndexMissing
from search.query.ast import Filter, FilterName
from search.query.parse import parse
from search.results import Bar, FacetValue, Snippet, Timeline
from search.searching import SearchRequest
from tests.web.fakes import ARTICLE, HIT, PAGE, Browser, FakeArchive

EVIL = "\"><script>alert('x')</script><img src=x onerror=alert(1)>&amp;{{ 7*7 }}"


def text_of(element) -> str:
    return " ".join("".join(element.itertext()).split())


# The search page


def test_a_hit_shows_title_source_date_language_and_passage() -> None:
    seen = Browser(FakeArchive()).get("/?q=våpenhvile")
    hit = seen.one("article", class_="hit")
    assert text_of(hit.find("h2")) == "Våpenhvile i dalen"
    assert [text_of(span) for span in hit.findall("p[@class='facts']/span")] == [
        "avis.example",
        "Norwegian Bokmål",
        "September 2023 · declared",
    ]
    assert hit.find(".//time").get("datetime") == "2023-09"
    assert [text_of(mark) for mark in hit.iter("mark")] == ["Våpenhvile", "våpenhvile"]
    assert "1 article in 1.9 ms" in seen.words


def test_the_search_goes_along_to_the_article() -> None:
    seen = Browser(FakeArchive()).get("/?q=våpenhvile&lang=nb&page=2")
    assert seen.links()["Våpenhvile i dalen"] == "/article/nb/1.txt?q=v%C3%A5penhvile&lang=nb&page=2&hit=11"


@pytest.mark.parametrize(
    ("tag", "attributes"),
    [
        ("nb", {"lang": "nb", "dir": "ltr"}),
        ("ar", {"lang": "ar", "dir": "rtl"}),
        ("zh-Hans", {"lang": "zh-Hans", "dir": "ltr"}),
        ("und", {"dir": "auto"}),
    ],
)
def test_foreign_text_tells_its_language_and_direction(tag, attributes) -> None:
    archive = FakeArchive(replace(PAGE, hits=(replace(HIT, language=tag),)), (replace(ARTICLE, language=tag),))
    found = Browser(archive).get("/?q=x").one("article", class_="hit")
    read = Browser(archive).get("/article/nb/1.txt")
    for element in [
        found.find("h2"),
        found.find("p[@class='snippet']"),
        read.one("h1"),
        read.one("div", class_="text"),
    ]:
        assert {name: element.get(name) for name in ("lang", "dir") if element.get(name)} == attributes


@pytest.mark.parametrize("address", ["/", "/?q=x", "/article/nb/1.txt", "/nowhere", "/?page=0"])
def test_every_page_has_its_landmarks(address: str) -> None:
    seen = Browser(FakeArchive()).get(address)
    assert seen.tree.get("lang") == "en"
    assert "width=device-width" in seen.one("meta", name="viewport").get("content")
    assert seen.one("main").get("id") == "main"
    assert seen.one("form", role="search").get("action") == "/"
    assert seen.one("input", id="q").get("name") == "q"
    assert text_of(seen.one("label", for_="q")) == "Search the articles"
    assert seen.all("a")[0].get("href") == "#main"
    assert len(seen.all("h1")) == 1
    labels = {each.get("for") for each in seen.all("label") if each.get("for")}
    assert {each.get("id") for each in seen.all("input") if each.get("type") not in ("hidden", "checkbox")} == labels
    ids = [each.get("id") for each in seen.tree.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    for each in seen.tree.iter():
        assert set((each.get("aria-labelledby") or "").split()) <= set(ids)


@pytest.mark.parametrize("address", ["/?q=x", "/article/nb/1.txt?q=x", "/nowhere"])
def test_headings_go_down_step_by_step(address: str) -> None:
    levels = [
        int(each.tag[1]) for each in Browser(FakeArchive()).get(address).tree.iter() if each.tag in ("h1", "h2", "h3")
    ]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("address", ["/?q=x", "/article/nb/1.txt?q=x", "/nowhere"])
def test_nothing_comes_from_elsewhere_and_nothing_runs(address: str) -> None:
    seen = Browser(FakeArchive()).get(address)
    assert [each.get("src").partition("?")[0] for each in seen.all("script")] == ["/static/page.js"]
    assert not [each.text for each in seen.all("script") if each.text]
    assert not seen.all("style")
    for each in seen.tree.iter():
        assert not [name for name in each.attrib if name.startswith("on") or name == "style"]
        assert each.tag == "script" or not each.get("src")
        if each.tag == "link":
            assert each.get("href").startswith("/")


def test_the_count_is_announced() -> None:
    seen = Browser(FakeArchive(replace(PAGE, total=12345))).get("/?page=2")
    status = seen.one("p", role="status")
    assert text_of(status) == "12,345 articles, 11–11 shown in 1.9 ms"
    assert seen.one("ol", class_="hits").get("start") == "11"


@pytest.mark.parametrize(
    ("date", "origin", "shown"),
    [
        ("2023", "declared", "2023 · declared"),
        ("2023-09", "metadata", "September 2023 · from the file’s metadata"),
        ("2023-09-20", "text", "20 September 2023 · found in the text"),
        ("2023-09-20", "url", "20 September 2023 · read in the address"),
        ("2023-09-20T11:30:00+02:00", "declared", "20 September 2023, 11:30 · declared"),
        ("2023-09-20", None, "20 September 2023"),
        (None, None, "undated"),
    ],
)
def test_dates_are_shown_as_precisely_as_they_are_known(date, origin, shown) -> None:
    seen = Browser(FakeArchive(replace(PAGE, hits=(replace(HIT, date=date, date_from=origin),)))).get("/")
    assert text_of(seen.one("span", class_="date")) == shown


def test_facets_are_links() -> None:
    language = (FacetValue("nb", "Norwegian Bokmål", 3, True), FacetValue("en", "English", 1, False))
    seen = Browser(FakeArchive(replace(PAGE, facets={**PAGE.facets, "language": language}))).get("/?q=a&lang=nb&page=2")
    links = seen.links()
    assert links["Norwegian Bokmål norsk bokmål 3 articles"] == "/?q=a"
    assert links["English 1 article"] == "/?q=a&lang=nb&lang=en"
    assert links["2023 1 article"] == "/?q=a&lang=nb&year=2023"
    assert links["undated 1 article"] == "/?q=a&lang=nb&year=undated"
    current = [text_of(each) for each in seen.all("a", aria_current="true")]
    assert current == ["Best match", "Articles", "Norwegian Bokmål norsk bokmål 3 articles"]


def test_a_value_can_be_wanted_alone_or_left_out() -> None:
    sources = (FacetValue("A B", "A B", 2, True), FacetValue("c", "c", 1, True), FacetValue('"', '"', 1, False))
    seen = Browser(FakeArchive(replace(PAGE, facets={"source": sources}))).get("/?q=x&source=A+B&source=c&page=2")
    menus = [{text_of(a): a.get("href") for a in menu.iter("a")} for menu in seen.all("details", class_="menu")]
    assert menus == [
        {"Only this": "/?q=x&source=A+B", "Leave out": "/?q=x+-source:%22A+B%22&source=A+B&source=c"},
        {"Only this": "/?q=x&source=c", "Leave out": "/?q=x+-source:%22c%22&source=A+B&source=c"},
        {"Only this": "/?q=x&source=%22"},
    ]


def test_of_a_long_facet_the_first_and_the_chosen_are_shown_and_a_page_has_them_all() -> None:
    years = tuple(FacetValue(str(year), str(year), 1, year == 2003) for year in range(2020, 2000, -1))
    browser = Browser(FakeArchive(replace(PAGE, facets={"year": years})))
    seen = browser.get("/?q=x&lang=nb&page=2")
    labels = [text_of(each) for each in seen.all("span", class_="label")]
    assert labels == ["2020", "2019", "2018", "2017", "2016", "2015", "2014", "2003"]
    whole = browser.get(seen.links()["More: Year"])
    assert len(whole.all("span", class_="label")) == 20
    assert whole.links()["Back to the results"] == "/?q=x&lang=nb"
    form = whole.one("form", class_="having")
    assert [(each.get("name"), each.get("value")) for each in form.iter("input")] == [
        ("q", "x"),
        ("lang", "nb"),
        ("having", ""),
    ]
    some = browser.get("/facet/year?q=x&having=201")
    assert [text_of(each) for each in some.all("span", class_="label")] == [str(year) for year in range(2019, 2009, -1)]
    assert "There is none." in browser.get("/facet/year?having=x").words
    assert browser.get("/facet/length").status == 404


def test_a_language_is_found_by_any_of_its_names() -> None:
    languages = (FacetValue("nb", "Norwegian Bokmål", 1, False), FacetValue("ar", "Arabic", 1, False))
    browser = Browser(FakeArchive(replace(PAGE, facets={"language": languages})))
    for having, found in [("norsk", 1), ("NORWEGIAN", 1), ("العربية", 1), ("nb", 1), ("", 2), ("dutch", 0)]:
        assert len(browser.get(f"/facet/language?having={quote(having)}").all("span", class_="label")) == found
    assert len(browser.get("/facet/language?ui=nl&having=noors").all("span", class_="label")) == 1


def test_the_timeline_is_a_list_of_links() -> None:
    seen = Browser(FakeArchive()).get("/?q=x&lang=nb&page=2")
    bars = seen.one("ol", class_="bars years").findall("li")
    assert [text_of(bar) for bar in bars] == ["2022: 2 articles2022", "2023: 0 articles2023", "2024: 1 article2024"]
    assert [[a.get("href") for a in bar.iter("a")] for bar in bars] == [
        ["/?q=x&lang=nb&after=2022&before=2022"],
        [],
        ["/?q=x&lang=nb&after=2024&before=2024"],
    ]
    assert [(r.get("class"), r.get("y"), r.get("height")) for r in bars[0].iter() if "rect" in r.tag] == [
        ("s1", "50", "50"),
        ("s2", "0", "50"),
    ]
    assert [text_of(each) for each in seen.one("ul", class_="legend")] == ["Norwegian Bokmål", "English"]
    assert seen.links()["3 undated"] == "/?q=x&lang=nb&year=undated"
    assert seen.links()["Share of everything published"] == "/?q=x&lang=nb&timeline=shares&page=2"


def test_shares_go_along_until_they_are_left() -> None:
    seen = Browser(FakeArchive()).get("/?q=x&timeline=shares")
    assert text_of(seen.one("ol", class_="bars years").find("li")) == "2022: 50%, 2 of 42022"
    links = seen.links()
    assert links["Newest"] == "/?q=x&sort=newest&timeline=shares"
    assert links["Articles"] == "/?q=x"
    assert ("timeline", "shares") in [(each.get("name"), each.get("value")) for each in seen.all("input")]


def test_what_is_dated_vaguely_is_told_beside() -> None:
    lie = Timeline("month", (Bar("2020-10", 1, (("nb", 1),), None),), (Bar("2020", 2, (("nb", 2),), None),), 0)
    seen = Browser(FakeArchive(replace(PAGE, timeline=lie))).get("/?q=x&after=2020-10&before=2020-10")
    assert "2 dated 2020" in seen.words
    assert not seen.all("ol", class_="bars months")
    assert [(text_of(a), a.get("href")) for a in seen.one("nav", class_="wider").iter("a")] == [
        ("All of time", "/?q=x"),
        ("2020", "/?q=x&after=2020&before=2020"),
    ]


def test_filters_in_force_are_chips() -> None:
    filters = (
        Filter(FilterName.LANGUAGE, "nb"),
        Filter(FilterName.LANGUAGE, "en", negated=True),
        Filter(FilterName.SOURCE, "avis.example"),
    )
    seen = Browser(FakeArchive(replace(PAGE, filters=filters))).get("/?q=a+-lang:en&lang=nb&source=avis.example")
    links = seen.links()
    assert links["Remove language Norwegian Bokmål ×"] == "/?q=a+-lang:en&source=avis.example"
    assert links["Remove not language English ×"] == "/?q=a&lang=nb&source=avis.example"
    assert links["Remove source avis.example ×"] == "/?q=a+-lang:en&lang=nb"
    assert links["Remove all"] == "/?q=a"


def test_a_filter_that_only_its_writer_can_take_out_is_said_to_be_in_the_box() -> None:
    filters = (Filter(FilterName.SOURCE, "The Times"),)
    seen = Browser(FakeArchive(replace(PAGE, filters=filters))).get("/?q=" + quote("source:“The Times”"))
    assert "source The Times (in the search box)" in seen.words


def test_a_new_search_keeps_filters_and_order_but_not_the_page() -> None:
    seen = Browser(FakeArchive()).get("/?q=a&lang=nb&lang=en&after=2020&sort=newest&page=3")
    form = seen.one("form", role="search")
    hidden = [(each.get("name"), each.get("value")) for each in form.iter("input") if each.get("type") == "hidden"]
    assert hidden == [("lang", "nb"), ("lang", "en"), ("after", "2020"), ("sort", "newest")]


def test_the_date_form_keeps_the_rest() -> None:
    seen = Browser(FakeArchive()).get("/?q=a&lang=nb&after=2020-10&page=3")
    form = seen.one("form", class_="dates")
    fields = [(each.get("name"), each.get("value")) for each in form.iter("input")]
    assert fields == [("q", "a"), ("lang", "nb"), ("after", "2020-10"), ("before", "")]


def test_the_order_can_be_changed() -> None:
    links = Browser(FakeArchive()).get("/?q=a&sort=newest&page=2").links()
    assert (links["Best match"], links["Newest"], links["Oldest"]) == (
        "/?q=a",
        "/?q=a&sort=newest",
        "/?q=a&sort=oldest",
    )


def test_pages() -> None:
    seen = Browser(FakeArchive(replace(PAGE, total=45))).get("/?q=a&page=3")
    assert "Page 3 of 5" in seen.words
    assert seen.one("a", rel="prev").get("href") == "/?q=a&page=2"
    assert seen.one("a", rel="next").get("href") == "/?q=a&page=4"
    assert not Browser(FakeArchive()).get("/?q=a").all("nav", class_="pages")


def test_a_page_past_the_end_leads_back() -> None:
    seen = Browser(FakeArchive(replace(PAGE, total=45, hits=()))).get("/?q=a&page=9")
    assert seen.status == 200
    assert seen.links()["Last page with results"] == "/?q=a&page=5"


def test_notes_and_suggestion_are_shown() -> None:
    seen = Browser(FakeArchive(replace(PAGE, notes=("left out “)”",), suggestion="våpen"))).get(
        "/?q=vapn&lang=nb&page=2"
    )
    assert "left out “)”" in seen.words
    assert seen.links()["våpen"] == "/?q=v%C3%A5pen&lang=nb"


@pytest.mark.parametrize(
    ("match", "address", "told"),
    [("any", "/?q=a+b", True), ("all", "/?q=a+b", False), ("any", "/?q=a+b&match=any", False)],
)
def test_it_is_told_when_not_all_words_were_found(match: str, address: str, told: bool) -> None:
    seen = Browser(FakeArchive(replace(PAGE, match=match))).get(address)
    assert ("No article has all of these words" in seen.words) is told


@pytest.mark.parametrize(
    ("address", "links"),
    [
        ("/?q=fred", {"See all articles, newest first": "/"}),
        ("/?q=fred&lang=nb", {"Search without the filters": "/?q=fred"}),
        ("/?q=a+b&match=all", {"Find articles with at least one of the words": "/?q=a+b&match=any"}),
    ],
)
def test_an_empty_page_says_what_to_try(address: str, links: dict[str, str]) -> None:
    filters = (Filter(FilterName.LANGUAGE, "nb"),) if "lang" in address else ()
    seen = Browser(FakeArchive(replace(PAGE, total=0, hits=(), facets={}, filters=filters))).get(address)
    assert seen.status == 200
    assert "No article matches" in seen.words
    assert links.items() <= seen.links().items()


@pytest.mark.parametrize(("query", "told"), [('"a b"', True), ("=a", True), ('a -source:"A B"', False), ("a", False)])
def test_exact_words_are_told_of_where_there_are_any(query: str, told: bool) -> None:
    filters = parse(query).filters
    page = replace(PAGE, total=0, hits=(), facets={}, filters=filters)
    seen = Browser(FakeArchive(page)).get(f"/?q={quote(query)}")
    assert ("Leave out quotation marks" in seen.words) is told


def test_an_empty_index_says_how_to_fill_it() -> None:
    seen = Browser(FakeArchive(replace(PAGE, total=0, hits=(), facets={}))).get("/")
    assert "newsstand index FOLDER" in seen.words


# The article


def test_an_article_is_shown_whole() -> None:
    seen = Browser(FakeArchive()).get("/article/nb/1.txt?q=våpenhvile&lang=nb")
    assert text_of(seen.one("h1")) == "Våpenhvile i dalen"
    assert [text_of(each) for each in seen.one("div", class_="text").findall("p")] == [
        "Partene er enige om en våpenhvile.",
        "Den gjelder fra lørdag.",
    ]
    assert [text_of(each) for each in seen.all("mark")] == ["Våpenhvile", "våpenhvile"]
    facts = {
        text_of(each.find("dt")): text_of(each.find("dd"))
        for each in seen.one("article", class_="whole").iter("div")
        if each.find("dt") is not None
    }
    assert facts == {
        "Source": "avis.example",
        "Date": "September 2023 · declared",
        "Language": "Norwegian Bokmål · declared",
        "Id": "nb/1.txt",
        "Read from": "nyheter/nb/1.txt",
        "section": "Utenriks",
        "tags": '["krig", "fred"]',
    }
    assert seen.links()["Read the originalhttps://avis.example/1"] == "https://avis.example/1"
    assert seen.links()["Back to the results for våpenhvile"] == "/?q=v%C3%A5penhvile&lang=nb"


def test_where_else_its_text_stood_and_what_is_like_it() -> None:
    copies = (
        Copy("b", "Same text", "https://b.example/1", "b.example", parse_partial("2023-09-21"), DateFrom.URL, "b.txt"),
        Copy("c", "", "javascript:alert(1)", None, None, None, "c.txt"),
    )
    archive = FakeArchive(articles=(replace(ARTICLE, copies=copies),), alike=(replace(HIT, id="d/x", title="Like it"),))
    seen = Browser(archive).get("/article/nb/1.txt?q=x&hit=1")
    versions, similar = (seen.one("h2", id=id) for id in ("versions", "similar"))
    assert (text_of(versions), text_of(similar)) == ("Other versions", "More like this")
    assert seen.links()["Same text"] == "https://b.example/1"
    assert "b.example" in seen.words
    assert "21 September 2023 · read in the address" in seen.words
    assert "c undated" in seen.words
    assert seen.links()["Like it"] == "/article/d/x?q=x"
    assert "by dalen, partene" in seen.words
    hits = replace(PAGE, hits=(replace(HIT, copies=copies),))
    assert "2 other versions" in Browser(FakeArchive(hits)).get("/?q=x").words


def test_the_hits_before_and_after() -> None:
    hits = tuple(replace(HIT, id=id, title=id) for id in ("a", "nb/1.txt", "c"))
    archive = FakeArchive(replace(PAGE, total=23, hits=hits))
    seen = Browser(archive).get("/article/nb/1.txt?q=x&lang=nb&hit=12")
    assert archive.asked[-1] == SearchRequest(query="x", languages=("nb",), offset=10, limit=3)
    assert seen.one("a", rel="prev").get("href") == "/article/a?q=x&lang=nb&hit=11"
    assert seen.one("a", rel="next").get("href") == "/article/c?q=x&lang=nb&hit=13"
    assert "12 of 23" in seen.words
    # The way back leads to the page of results that it is on.
    assert seen.links()["Back to the results for x"] == "/?q=x&lang=nb&page=2"


@pytest.mark.parametrize("place", ["", "&hit=1"])
def test_no_neighbours_where_it_is_not_at_that_place(place: str) -> None:
    hits = tuple(replace(HIT, id=id) for id in ("a", "nb/1.txt", "c"))
    seen = Browser(FakeArchive(replace(PAGE, total=23, hits=hits))).get(f"/article/nb/1.txt?q=x{place}")
    assert not seen.all("nav", class_="neighbours")


def test_what_was_searched_beside_can_be_left_out() -> None:
    seen = Browser(FakeArchive(replace(PAGE, also=("Norge", "Noorwegen"), notes=("also searched: …", "left out")))).get(
        "/?q=Norway&page=2"
    )
    assert "Also searched: Norge, Noorwegen" in seen.words
    assert "also searched: …" not in seen.words
    assert "left out" in seen.words
    assert seen.links()["Only as typed"] == "/?q=Norway&names=no"
    again = Browser(FakeArchive()).get("/?q=Norway&names=no")
    assert again.links()["Search places by their other names too"] == "/?q=Norway"


def test_without_a_query_nothing_is_marked() -> None:
    seen = Browser(FakeArchive()).get("/article/nb/1.txt")
    assert not seen.all("mark")
    assert seen.links()["Back to the articles"] == "/"


def test_an_article_of_which_little_is_known() -> None:
    bare = replace(
        ARTICLE, url=None, source=None, date=None, date_from=None, language="und", extra={}, title=" ",
        language_from=LanguageFrom.UNKNOWN,
    )  # fmt: skip
    seen = Browser(FakeArchive(articles=(bare,))).get("/article/nb/1.txt")
    assert text_of(seen.one("h1")) == "nb/1.txt"
    assert "unknown language · could not be told" in seen.words
    assert "undated" in seen.words
    assert "original" not in seen.words


def test_an_unsafe_address_is_shown_but_not_linked() -> None:
    seen = Browser(FakeArchive(articles=(replace(ARTICLE, url="javascript:alert(1)"),))).get("/article/nb/1.txt")
    assert "javascript:alert(1)" in seen.words
    assert not [each for each in seen.all("a") if "script" in each.get("href")]


# Dot segments are resolved by every browser before it asks, so no id can hold one.
ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(
    lambda id: not {".", ".."} & set(id.split("/"))
)


@pytest.fixture(scope="module")
def one_app():
    """An archive and its browser for many examples: its page and articles are changed in place."""
    archive = FakeArchive()
    return archive, Browser(archive)


@given(ids)
@settings(deadline=None)
def test_any_id_is_found_by_its_address(one_app, id: str) -> None:
    archive, browser = one_app
    archive.page = replace(PAGE, hits=(replace(HIT, id=id),))
    archive.articles = (replace(ARTICLE, id=id),)
    address = browser.get("/").links()["Våpenhvile i dalen"]
    assert browser.get(address).status == 200


# Escaping


def test_nothing_in_query_or_article_becomes_markup() -> None:
    evil_hit = replace(
        HIT,
        title=EVIL, title_marks=((1, 9),), source=EVIL, language=EVIL, language_name=EVIL, date=EVIL,
        snippets=(Snippet(EVIL, ((0, 12), (20, 30))),),
    )  # fmt: skip
    evil_page = replace(
        PAGE,
        hits=(evil_hit,),
        facets={"language": (FacetValue(EVIL, EVIL, 1, False),), "year": (FacetValue(EVIL, EVIL, 1, True),)},
        notes=(EVIL,),
        suggestion=EVIL,
        filters=(Filter(FilterName.SOURCE, EVIL),),
    )
    evil_article = replace(
        ARTICLE, title=EVIL, text=EVIL, url=EVIL, source=EVIL, language=EVIL, path=EVIL, extra={EVIL: [EVIL]}
    )
    browser = Browser(FakeArchive(evil_page, (evil_article,), text_marks=((0, 12),)))
    search = browser.get(f"/?q={quote(EVIL)}&source={quote(EVIL)}&after={quote(EVIL)}&lang={quote(EVIL)}")
    for seen in [search, browser.get(f"/article/nb/1.txt?q={quote(EVIL)}"), browser.get(f"/?page={quote(EVIL)}")]:
        assert len(seen.all("script")) == 1
        assert not seen.all("img")
        assert not [name for each in seen.tree.iter() for name in each.attrib if name.startswith("on")]
        assert "49" not in seen.words
        assert "<script>" not in seen.text
    assert search.one("input", id="q").get("value") == EVIL


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(deadline=None)
def test_any_query_is_asked_as_typed_and_comes_back_in_the_box(one_app, query: str) -> None:
    archive, browser = one_app
    seen = browser.get(f"/?q={quote(query)}")
    assert archive.asked[-1].query == query
    if query.isprintable():  # control characters, HTML's parser may change or refuse
        assert seen.one("input", id="q").get("value") == query


# JSON and health


def test_json_is_the_page() -> None:
    archive = FakeArchive()
    seen = Browser(archive).get("/search.json?q=våpen&lang=nb&offset=5&limit=20")
    assert seen.headers["Content-Type"] == "application/json"
    assert archive.asked == [SearchRequest(query="våpen", languages=("nb",), offset=5, limit=20)]
    told = json.loads(seen.text)
    assert list(told) == [
        "query", "match", "total", "offset", "limit", "took_ms", "hits", "facets", "notes", "suggestion",
    ]  # fmt: skip
    assert told["hits"][0]["title"] == "Våpenhvile i dalen"
    assert told["hits"][0]["snippets"] == [{"text": "Partene er enige om en våpenhvile.", "marks": [[23, 33]]}]
    assert "Våpenhvile" in seen.text  # readable, not \u escapes


def test_healthz() -> None:
    seen = Browser(FakeArchive()).get("/healthz")
    assert (seen.status, json.loads(seen.text)) == (200, {"status": "ok", "generation": 7})


# Errors


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (BadValue("“2020-13” is no date: 2020-12 would be."), 400, "“2020-13” is no date"),
        (EngineError("The index broke: run newsstand check."), 503, "run newsstand check"),
        (IndexDamaged("A file is gone: run newsstand index --rebuild."), 503, "--rebuild"),
        (IndexMissing("There is no index: run newsstand index."), 503, "run newsstand index"),
        (RuntimeError("secret detail"), 500, "a fault of ours"),
    ],
)
def test_errors_have_their_status_and_a_way_on(error, status: int, said: str) -> None:
    browser = Browser(FakeArchive(error=error))
    page = browser.get("/?q=<fred>")
    assert page.status == status
    assert said in page.words
    assert page.one("p", role="alert") is not None
    assert page.one("input", id="q").get("value") == "<fred>"
    told = browser.get("/search.json?q=fred")
    assert (told.status, json.loads(told.text)["status"]) == (status, status)
    assert said in json.loads(told.text)["error"]
    for seen in (page, told):
        assert "Traceback" not in seen.text
        assert "secret" not in seen.text


@pytest.mark.parametrize("address", ["/?page=0", "/?sort=best", "/?q=" + "x" * 2001, "/article/nb/1.txt?page=x"])
def test_a_bad_parameter_is_told_on_a_page(address: str) -> None:
    seen = Browser(FakeArchive()).get(address)
    assert seen.status == 400
    assert seen.words.count("must be") + seen.words.count("can be") + seen.words.count("shorten it") == 1


def test_a_bad_parameter_is_told_in_json() -> None:
    seen = Browser(FakeArchive()).get("/search.json?limit=0")
    assert seen.status == 400
    assert json.loads(seen.text) == {
        "status": 400,
        "error": "“limit” must be a whole number from 1 to 1,000, not “0”.",
    }


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/article/gone.txt", "There is no article here"),
        ("/article/gone.json?q=x", "There is no article here"),
        ("/nowhere", "There is no page at this address"),
        ("/article/", "There is no page at this address"),
        ("/static/../views.py", "There is no page at this address"),
        ("/static/", "There is no page at this address"),
    ],
)
def test_what_is_not_there_is_404(address: str, said: str) -> None:
    seen = Browser(FakeArchive()).get(address)
    assert seen.status == 404
    assert said in seen.words


def test_an_unwell_archive_is_not_healthy() -> None:
    seen = Browser(FakeArchive(error=EngineError("The index broke."))).get("/healthz")
    assert (seen.status, json.loads(seen.text)) == (503, {"status": 503, "error": "The index broke."})


def test_only_reading_is_allowed() -> None:
    seen = Browser(FakeArchive()).get("/", method="POST")
    assert seen.status == 405
    assert "GET" in seen.headers["Allow"]


# Headers


@pytest.mark.parametrize(
    "address",
    ["/", "/article/nb/1.txt", "/search.json", "/healthz", "/nowhere", "/?page=0", "/static/style.css"],
)
def test_every_answer_is_locked_down(address: str) -> None:
    headers = Browser(FakeArchive()).get(address).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Set-Cookie" not in headers


def test_pages_are_asked_for_anew_and_styles_kept() -> None:
    browser = Browser(FakeArchive())
    seen = browser.get("/")
    assert seen.headers["Cache-Control"] == "no-cache"
    style = seen.one("link", rel="stylesheet").get("href")
    assert "?v=" in style
    kept = browser.get(style)
    assert (kept.status, kept.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "max-age=31536000" in kept.headers["Cache-Control"]


def test_a_first_page_is_light() -> None:
    """With as much on it as there may be: ten hits, facets and forty years."""
    values = tuple(FacetValue(f"source{n}.example", f"source{n}.example", n, False) for n in range(100))
    bars = tuple(Bar(str(year), 6, (("nb", 3), ("en", 2), ("nl", 1)), None) for year in range(1985, 2025))
    full = replace(
        PAGE,
        total=99,
        hits=(replace(HIT, snippets=(Snippet("x" * 250),) * 2),) * 10,
        facets={"language": PAGE.facets["language"] * 20, "year": PAGE.facets["year"] * 10, "source": values},
        timeline=Timeline("year", bars, (), 0),
    )
    browser = Browser(FakeArchive(full))
    whole = ("/?q=ceasefire", "/static/style.css", "/static/page.js", "/static/icon.svg")
    assert sum(len(browser.get(address).text.encode()) for address in whole) < 60_000
