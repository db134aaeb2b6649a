from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from search.errors import BadValue
from search.searching import SearchRequest
from search.settings import Settings
from web.links import Links
from web.params import Display, quoted, read, read_display, read_place, write
from web.tongues import TONGUES

SETTINGS = Settings()


def read_address(query_string: str) -> SearchRequest:
    return read(MultiDict(parse_qsl(query_string, keep_blank_values=True)), SETTINGS)


@pytest.mark.parametrize(
    ("address", "request_"),
    [
        # Nothing asked is the newest of everything.
        ("", SearchRequest()),
        # The query stands as typed, spaces and all.
        ("q=+våpen++hvile", SearchRequest(query=" våpen  hvile")),
        # Filters can be given several times; the order stays, a second of the same is dropped.
        ("lang=nb&lang=en&lang=nb", SearchRequest(languages=("nb", "en"))),
        ("year=2020&year=undated", SearchRequest(years=("2020", "undated"))),
        ("source=a.no&source=b.no", SearchRequest(sources=("a.no", "b.no"))),
        ("after=2020-10&before=2021", SearchRequest(after="2020-10", before="2021")),
        # An empty field of a form says nothing.
        ("q=&lang=&year=+&after=&before=&sort=&page=", SearchRequest()),
        # Unknown parameters are passed over.
        ("utm_source=x&q=fred&debug=1", SearchRequest(query="fred")),
        # A page is a place in the result, of whatever length its pages are.
        ("page=3", SearchRequest(offset=20)),
        ("page=3&limit=50", SearchRequest(offset=100, limit=50)),
        # An offset is more exact than a page.
        ("page=3&offset=7", SearchRequest(offset=7)),
        ("sort=newest&match=any&names=no", SearchRequest(sort="newest", match="any", names=False)),
        # White space around a value is a slip.
        ("lang=+nb+&page=+2", SearchRequest(languages=("nb",), offset=10)),
    ],
)
def test_an_address_is_read(address: str, request_: SearchRequest) -> None:
    assert read_address(address) == request_


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("page=0", "“page” must be a whole number from 1 to 100,001, not “0”"),
        ("page=-1", "“page”"),
        ("page=two", "“page”"),
        ("page=1.5", "“page”"),
        ("page=1_0", "“page”"),
        ("page=²", "“page”"),
        ("page=١", "“page”"),
        ("page=100002", "“page”"),
        ("page=" + "9" * 5000, "“page”"),
        ("page=99&limit=1000000000", "“limit” must be a whole number from 1 to 1,000"),
        ("limit=0", "“limit”"),
        ("limit=1001", "“limit”"),
        ("offset=1000001", "“offset” must be a whole number from 0 to 1,000,000"),
        ("sort=best", "“sort” can be relevance, newest or oldest, not “best”"),
        ("match=some", "“match” can be auto, all or any"),
        ("names=maybe", "“names” can be yes or no"),
        ("q=" + "x" * 2001, "2,001 characters"),
        ("lang=" + "x" * 201, "A value of “lang” has 201 characters"),
        ("&".join(f"source=s{n}" for n in range(101)), "“source” is given 101 times"),
    ],
)
def test_a_value_out_of_bounds_is_told(address: str, said: str) -> None:
    with pytest.raises(BadValue) as caught:
        read_address(address)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("request_", "address"),
    [
        # What is default is left out.
        (SearchRequest(), ""),
        (SearchRequest(query="fred", offset=10), "q=fred&page=2"),
        (SearchRequest(query="fred", offset=7), "q=fred&offset=7"),
        (SearchRequest(query='"a b" & c=d', languages=("nb",)), "q=%22a+b%22+%26+c%3Dd&lang=nb"),
        (SearchRequest(query="våpen", limit=20, offset=40), "q=v%C3%A5pen&limit=20&page=3"),
    ],
)
def test_a_request_is_written_short(request_: SearchRequest, address: str) -> None:
    assert write(request_, SETTINGS) == address


# Lone surrogates can't be part of an address; a value without white space around it is what reading gives.
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)
value = text.map(str.strip).filter(bool)
values = st.lists(value, max_size=4, unique=True).map(tuple)
requests = st.builds(
    SearchRequest,
    query=text,
    languages=values,
    years=values,
    after=st.none() | value,
    before=st.none() | value,
    sources=values,
    sort=st.sampled_from(["relevance", "newest", "oldest"]),
    match=st.sampled_from(["auto", "all", "any"]),
    offset=st.integers(0, SETTINGS.max_offset),
    limit=st.integers(1, SETTINGS.max_limit),
    names=st.booleans(),
)


displays = st.builds(Display, ui=st.sampled_from([None, *TONGUES]), shares=st.booleans())


@given(requests, displays)
def test_reading_what_was_written_gives_the_same_request(request: SearchRequest, display: Display) -> None:
    written = write(request, SETTINGS, display)
    assert read_address(written) == request
    assert read_display(MultiDict(parse_qsl(written))) == display


@given(requests, displays, value)
def test_addresses_that_differ_in_one_parameter_are_those_of_the_requests(
    request: SearchRequest, display: Display, other: str
) -> None:
    links, first = Links("/papers", SETTINGS, display), replace(request, offset=0)
    more = links.differing(request, "lang", kept=True)(f"lang={quoted(other)}")
    assert more == links.search(replace(first, languages=(*request.languages, other)))
    dates = links.differing(request, "after", "before")(f"after={quoted(other)}&before={quoted(other)}")
    assert dates == links.search(replace(first, after=other, before=other))
    words = links.differing(request, "q")(f"q={quoted(other)}")
    assert words == links.search(replace(first, query=other))


@pytest.mark.parametrize(
    ("address", "place"), [("", None), ("hit=", None), ("hit=0", None), ("hit=7", 7), ("hit=1000000", 1_000_000)]
)
def test_an_article_has_its_place_in_the_address(address: str, place: int | None) -> None:
    assert read_place(MultiDict(parse_qsl(address)), SETTINGS) == place


@pytest.mark.parametrize("address", ["hit=-1", "hit=x", "hit=1000001", "timeline=parts", "ui=xx"])
def test_how_it_is_shown_is_bounded_too(address: str) -> None:
    arguments = MultiDict(parse_qsl(address))
    with pytest.raises(BadValue):
        read_place(arguments, SETTINGS)
        read_display(arguments)


@given(st.lists(st.tuples(st.sampled_from(["q", "lang", "year", "after", "sort", "page", "limit", "x"]), text)))
def test_any_address_is_read_or_told(pairs: list[tuple[str, str]]) -> None:
    try:
        request = read(MultiDict(pairs), SETTINGS)
    except BadValue as error:
        assert str(error).endswith(".")
    else:
        assert read_address(write(request, SETTINGS)) == request
