from __future__ import annotations

import pytest

from search.results import Bar, Timeline
from search.searching import SearchRequest
from search.settings import Settings
from web.chart import Chart, chart
from web.links import Links
from web.params import Display

LINKS = Links("", Settings(), Display())


def bars(*counts: dict[str, int], published: int | None = None) -> Timeline:
    return Timeline(
        "year",
        tuple(
            Bar(str(2000 + place), sum(of.values()), tuple(sorted(of.items())), published and published * (place + 1))
            for place, of in enumerate(counts)
        ),
        (),
        0,
    )


def drawn(found: Chart) -> list[str]:
    return [" ".join(f"{piece.shade}:{piece.top}+{piece.height}" for piece in one.pieces) for one in found.columns]


@pytest.mark.parametrize(
    ("rule", "timeline", "shares", "pieces"),
    [
        ("the highest fills the height", bars({"nb": 4}, {"nb": 1}), False, ["1:0+100", "1:75+25"]),
        ("languages lie on each other, the most frequent lowest", bars({"nb": 1, "en": 3}), False, ["1:25+75 2:0+25"]),
        ("nothing is drawn for nothing", bars({"nb": 1}, {}), False, ["1:0+100", ""]),
        ("one of a thousand is still seen", bars({"nb": 1000}, {"nb": 1}), False, ["1:0+100", "1:98.5+1.5"]),
        ("a share is of what was published", bars({"nb": 1}, {"nb": 1}, published=10), True, ["1:0+100", "1:50+50"]),
        ("nothing published, no share", bars({"nb": 1}), True, ["1:98.5+1.5"]),
    ],
)
def test_heights(rule: str, timeline: Timeline, shares: bool, pieces: list[str]) -> None:
    assert drawn(chart(timeline, SearchRequest(), shares, LINKS)) == pieces, rule


def test_five_languages_have_a_shade_and_the_others_share_one_above_them() -> None:
    found = chart(bars({language: count for count, language in enumerate("abcdefg", 1)}), SearchRequest(), False, LINKS)
    assert found.legend == (("g", 1), ("f", 2), ("e", 3), ("d", 4), ("c", 5))
    assert found.others
    assert [piece.shade for piece in found.columns[0].pieces] == [1, 2, 3, 4, 5, 0]


@pytest.mark.parametrize(
    ("after", "before", "wider"),
    [
        (None, None, []),
        ("2020", "2020", [None]),
        ("2020-10", "2020-10", [None, "2020"]),
        ("2020-10-14", "2020-10-14", [None, "2020", "2020-10"]),
        ("2020", "2021", [None]),
        (None, "2021", [None]),
    ],
)
def test_the_way_out_again(after: str | None, before: str | None, wider: list[str | None]) -> None:
    asked = SearchRequest(query="x", after=after, before=before, offset=20)
    found = chart(bars({"nb": 1}), asked, False, LINKS).wider
    assert [period for period, _ in found] == wider
    for period, request in found:
        assert request == SearchRequest(query="x", after=period, before=period)


def test_a_bar_leads_to_its_period() -> None:
    decade = Timeline("decade", (Bar("1990-1999", 1, (("nb", 1),), None),), (), 0)
    (column,) = chart(decade, SearchRequest(after="1980", offset=10), False, LINKS).columns
    assert column.address == LINKS.search(SearchRequest(after="1990", before="1999"))


@pytest.mark.parametrize(
    ("rule", "periods", "labels"),
    [
        ("few years", ["2000", "2001"], "2000 2001"),
        ("of many, every fifth", [str(year) for year in range(1998, 2018)], "2000 2005 2010 2015"),
        ("of many decades too", [f"{year}-{year + 9}" for year in range(1700, 2000, 10)],
         "1700-1709 1750-1759 1800-1809 1850-1859 1900-1909 1950-1959"),
        ("days", [f"2020-10-{day:02}" for day in range(1, 32)], " ".join(f"2020-10-{n:02}" for n in range(5, 31, 5))),
        ("months of a year", ["2020-01", "2020-02"], "2020-01 2020-02"),
        ("where another year begins it is told", ["2020-12", "2021-01", "2021-02"], "2020-12 2021 2021-02"),
        ("of many months every third", [f"{year}-{month:02}" for year in (2020, 2021) for month in range(1, 13)],
         "2020 2020-04 2020-07 2020-10 2021 2021-04 2021-07 2021-10"),
    ],
)  # fmt: skip
def test_labels(rule: str, periods: list[str], labels: str) -> None:
    lie = Timeline("any", tuple(Bar(period, 1, (("nb", 1),), None) for period in periods), (), 0)
    assert " ".join(one.label for one in chart(lie, SearchRequest(), False, LINKS).columns if one.label) == labels, rule
