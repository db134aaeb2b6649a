from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from search.query.ast import Filter, FilterName
from search.query.filters import parse_filter
from search.query.parse import parse
from search.results import FacetValue
from search.searching import SearchRequest
from search.settings import Settings
from tests.web.fakes import PAGE
from web.choices import chips, choices, cleared, orders, paging, without
from web.links import Links
from web.params import Display

LINKS = Links("", Settings(), Display())


def facet(*values: str, selected: str = "") -> list[FacetValue]:
    return [FacetValue(value, value, 1, value in selected.split()) for value in values]


def one(name: str, value: str, negated: bool = False) -> Filter:
    found = parse_filter(FilterName(name), value, negated)
    assert found
    return found


def toggled(request: SearchRequest, name: str, value: str, values: list[FacetValue]) -> str | None:
    made = choices(LINKS, request, name, values, values)
    return next(choice.toggled for choice in made if choice.value.value == value)


@pytest.mark.parametrize(
    ("request_", "name", "value", "selected", "wanted"),
    [
        # A value is added to those chosen, and the result begins anew.
        (SearchRequest(query="fred"), "language", "nb", "", SearchRequest(query="fred", languages=("nb",))),
        (SearchRequest(languages=("nb",), offset=20), "language", "en", "nb", SearchRequest(languages=("nb", "en"))),
        (SearchRequest(languages=("nb",)), "year", "undated", "", SearchRequest(languages=("nb",), years=("undated",))),
        # A chosen one is taken away, and only that.
        (SearchRequest(languages=("nb", "en")), "language", "nb", "nb en", SearchRequest(languages=("en",))),
        (SearchRequest(years=("undated", "2020")), "year", "undated", "undated 2020", SearchRequest(years=("2020",))),
        # One chosen by a wider value leaves the others that it held.
        (SearchRequest(languages=("no",)), "language", "nb", "nb nn", SearchRequest(languages=("nn",))),
        (SearchRequest(years=("2019-2021",)), "year", "2020", "2019 2020", SearchRequest(years=("2019",))),
        # One chosen in another spelling.
        (SearchRequest(languages=("NB",)), "language", "nb", "nb", SearchRequest()),
        # One typed in the query is taken out of the text.
        (SearchRequest(query="fred lang:nb krig"), "language", "nb", "nb", SearchRequest(query="fred krig")),
        (
            SearchRequest(query="lang:no fred"),
            "language",
            "nb",
            "nb nn",
            SearchRequest(query="fred", languages=("nn",)),
        ),
        # Adding to a typed one leaves the text alone.
        (
            SearchRequest(query="fred lang:nb"),
            "language",
            "en",
            "nb",
            SearchRequest(query="fred lang:nb", languages=("en",)),
        ),
        # One both typed and chosen goes from both.
        (SearchRequest(query="lang:nb", languages=("nb",)), "language", "nb", "nb", SearchRequest()),
    ],
)
def test_a_facet_value_is_toggled(
    request_: SearchRequest, name: str, value: str, selected: str, wanted: SearchRequest
) -> None:
    values = facet("nb", "nn", "en", selected=selected) if name == "language" else []
    values += facet("2021", "2020", "2019", "undated", selected=selected) if name == "year" else []
    assert toggled(request_, name, value, values) == LINKS.search(wanted)


@pytest.mark.parametrize(
    ("query", "gone", "left"),
    [
        ("lang:nb", one("lang", "nb"), ""),
        ("krig AND lang:nb", one("lang", "nb"), "krig"),
        ("krig NOT lang:nb fred", one("lang", "nb", True), "krig fred"),
        ("lang:nb OR lang:nl", one("lang", "nl"), "lang:nb"),
        ("krig year:2020 fred", one("year", "2020"), "krig fred"),
        ("krig -lang:nb", one("lang", "nb", negated=True), "krig"),
        ("LANG:nb krig lang:nb", one("lang", "nb"), "krig"),
        ('source:"The Times" krig', one("source", "The Times"), "krig"),
        ("(krig lang:nb) OR fred", one("lang", "nb"), "(krig) OR fred"),
        ("(lang:nb krig) OR fred", one("lang", "nb"), "(krig) OR fred"),
        # A range in either order is the same filter.
        ("krig year:2023-2019", one("year", "2019-2023"), "krig"),
        # Quotation marks hold no filter.
        ('lang:nb "a lang:nb b" krig', one("lang", "nb"), '"a lang:nb b" krig'),
        ("krig(lang:nb)fred", one("lang", "nb"), "krig()fred"),
        # Not the other sign, not another value that begins alike.
        ("-lang:nb lang:nb", one("lang", "nb"), "-lang:nb"),
        ("lang:nb lang:nb-NO", one("lang", "nb"), "lang:nb-NO"),
    ],
)
def test_a_typed_filter_is_taken_out_of_the_text(query: str, gone: Filter, left: str) -> None:
    assert without(SearchRequest(query=query, offset=30), gone) == SearchRequest(query=left)


@pytest.mark.parametrize(
    ("query", "gone"),
    [
        # In quotation marks it is no filter, so there is none to take away.
        ('"a lang:nb b"', one("lang", "nb")),
        ("krig", one("lang", "nb")),
        # Where a quotation mark is typed otherwise than the keyboard's, better not to touch the text.
        ("source:“The Times” krig", one("source", "The Times")),
    ],
)
def test_no_link_where_the_text_would_be_read_otherwise(query: str, gone: Filter) -> None:
    assert without(SearchRequest(query=query), gone) is None


word = st.sampled_from(["fred", "krig", '"fred i', 'dalen"', "OR", "(", ")", "-", "title:", "=", "NOT"])
filter_ = st.sampled_from(["lang:nb", "-lang:en", "year:2020", 'source:"a b"', "after:2020-10", "Year:2019-2023"])


@given(st.lists(word | filter_, max_size=8).map(" ".join), st.sampled_from(["", "nb"]))
def test_taking_a_filter_away_changes_nothing_else(query: str, language: str) -> None:
    request = SearchRequest(query=query, languages=(language,) if language else ())
    before = parse(query)
    for chip in chips(request, before.filters):
        if chip.without:
            after = parse(chip.without.query)
            assert after.root == before.root
            assert after.filters == tuple(each for each in before.filters if each != chip.filter)


def test_chips_take_dates_away_too() -> None:
    request = SearchRequest(after="2020-10", before="2021", years=("2020",))
    filters = (one("after", "2020-10"), one("before", "2021"), one("year", "2020"))
    assert [chip.without for chip in chips(request, filters)] == [
        replace(request, after=None),
        replace(request, before=None),
        replace(request, years=()),
    ]
    assert cleared(request, filters) == SearchRequest()


def test_clearing_keeps_what_is_no_filter() -> None:
    request = SearchRequest(query="krig lang:nb", years=("2020",), sort="newest", match="any", offset=40)
    assert cleared(request, (one("lang", "nb"), one("year", "2020"))) == SearchRequest(
        query="krig", sort="newest", match="any"
    )


@pytest.mark.parametrize(
    ("offset", "total", "number", "pages", "previous", "next_"),
    [
        (0, 0, 1, 1, None, None),
        (0, 10, 1, 1, None, None),
        (0, 11, 1, 2, None, 10),
        (10, 11, 2, 2, 0, None),
        (20, 45, 3, 5, 10, 30),
        # An offset between pages.
        (5, 45, 1, 5, 0, 15),
        # Past the end, the way back leads to the last page that has hits.
        (500, 45, 51, 5, 40, None),
        (10, 0, 2, 1, None, None),
    ],
)
def test_paging(offset: int, total: int, number: int, pages: int, previous: int, next_: int) -> None:
    request = SearchRequest(query="fred", offset=offset)
    found = paging(request, replace(PAGE, offset=offset, total=total), max_offset=1_000_000)
    assert (found.page, found.pages) == (number, pages)
    assert found.previous == (None if previous is None else replace(request, offset=previous))
    assert found.next == (None if next_ is None else replace(request, offset=next_))


def test_no_page_is_offered_that_would_be_refused() -> None:
    request = SearchRequest(offset=90)
    assert paging(request, replace(PAGE, offset=90, total=500), max_offset=95).next is None


@pytest.mark.parametrize(
    ("request_", "offered", "current"),
    [
        (SearchRequest(query="fred"), ["relevance", "newest", "oldest"], "relevance"),
        (SearchRequest(query="fred", sort="oldest"), ["relevance", "newest", "oldest"], "oldest"),
        # Nothing can match best where no words are asked for.
        (SearchRequest(), ["newest", "oldest"], "newest"),
        (SearchRequest(query="lang:nb"), ["newest", "oldest"], "newest"),
        (SearchRequest(sort="oldest"), ["newest", "oldest"], "oldest"),
    ],
)
def test_orders(request_: SearchRequest, offered: list[str], current: str) -> None:
    found = orders(replace(request_, offset=20))
    assert [order.sort for order in found] == offered
    assert [order.sort for order in found if order.is_current] == [current]
    assert [order.request for order in found] == [replace(request_, sort=sort) for sort in offered]
