"""The timeline: which periods are shown for which dates, and what each counts. On every engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.results import Timeline
from search.searching import Archive, SearchRequest
from tests.articles import ENGINES, archive_of, article, engine_of

ARTICLES = (
    article("a", "fred i Oslo", language="nb", date="2019-12-31", source="nrk.no"),
    article("b", "fred og krig", language="nb", date="2020-02-03T10:00"),
    article("c", "vrede in Oslo", language="nl", date="2020-02-03"),
    article("d", "vrede", language="nl", date="2020-02"),
    article("e", "peace in Oslo", language="en", date="2020"),
    article("f", "peace", language="en", date="2022-03-01"),
    article("g", "peace", language="en"),
)


@pytest.fixture(params=ENGINES, scope="module")
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    engine = engine_of(request.param, tmp_path_factory.mktemp("archive"))
    yield archive_of(engine, ARTICLES)
    engine.close()


def lie(archive: Archive, query: str = "", shares: bool = False, **asked: object) -> Timeline:
    request = SearchRequest(query=query, match="all", **asked)  # type: ignore[arg-type]
    found = archive.run(request, timeline=True, shares=shares).timeline
    assert found
    return found


def told(timeline: Timeline) -> tuple[str, str, str]:
    """The unit, the bars with their counts, and what is dated to no unit."""
    bars, vague = (" ".join(f"{bar.period}:{bar.count}" for bar in each) for each in (timeline.bars, timeline.vague))
    return timeline.unit, bars, vague


@pytest.mark.parametrize(
    ("rule", "asked", "unit", "bars", "vague"),
    [
        ("years, none left out between", {}, "year", "2019:1 2020:4 2021:0 2022:1", ""),
        (
            "the months of a year",
            {"years": ("2020",)},
            "month",
            "2020-01:0 2020-02:3 2020-03:0 2020-04:0 2020-05:0 2020-06:0 2020-07:0 2020-08:0 2020-09:0 2020-10:0"
            " 2020-11:0 2020-12:0",
            "2020:1",
        ),
        ("the months between two dates", {"after": "2019-12", "before": "2020-02"}, "month",
         "2019-12:1 2020-01:0 2020-02:3", "2020:1"),
        ("two years typed are no one stretch", {"years": ("2019", "2020")}, "year", "2019:1 2020:4", ""),
        ("all in one year: its months, as far as there are any", {"query": "krig OR oslo", "after": "2020"}, "day",
         "2020-02-03:2", "2020:1"),
        ("known to the year only: the year", {"query": "peace", "before": "2020"}, "year", "2020:1", ""),
        ("nothing", {"query": "nowhere"}, "year", "", ""),
    ],
)  # fmt: skip
def test_periods(archive: Archive, rule: str, asked: dict[str, object], unit: str, bars: str, vague: str) -> None:
    assert told(lie(archive, **asked)) == (unit, bars, vague), rule  # type: ignore[arg-type]


def test_the_days_of_a_month(archive: Archive) -> None:
    timeline = lie(archive, query="date:2020-02")
    assert [bar.period for bar in timeline.bars] == [f"2020-02-{day:02}" for day in range(1, 30)]
    assert {bar.period: bar.languages for bar in timeline.bars if bar.count} == {"2020-02-03": (("nb", 1), ("nl", 1))}
    assert [(bar.period, bar.count) for bar in timeline.vague] == [("2020", 1), ("2020-02", 1)]


def test_every_match_is_counted_once(archive: Archive) -> None:
    for query in ("", "peace", "oslo", "date:2020-02", "after:2020", "year:undated"):
        timeline = lie(archive, query)
        counted = sum(bar.count for bar in (*timeline.bars, *timeline.vague)) + timeline.undated
        assert counted == archive.search(query, match="all").total


def test_shares_are_of_all_that_passes_the_filters(archive: Archive) -> None:
    assert [bar.published for bar in lie(archive, "oslo").bars] == [None, None]
    assert [(bar.count, bar.published) for bar in lie(archive, "oslo", shares=True).bars] == [(1, 1), (2, 4)]
    assert [(bar.count, bar.published) for bar in lie(archive, "oslo lang:nb lang:nl", shares=True).bars] == [
        (1, 1),
        (1, 3),
    ]


def test_many_years_are_told_by_decade(tmp_path: Path) -> None:
    archive = archive_of(
        engine_of("whoosh", tmp_path),
        [article(str(year), "x", date=f"{year}") for year in (1903, 1905, 1988, 2001)],
    )
    assert told(lie(archive, shares=True))[:2] == (
        "decade",
        "1900-1909:2 1910-1919:0 1920-1929:0 1930-1939:0 1940-1949:0 1950-1959:0 1960-1969:0 1970-1979:0 1980-1989:1"
        " 1990-1999:0 2000-2009:1",
    )
    assert told(lie(archive, query="1900", years=("1900-1909",))) == ("year", "", "")
    assert told(lie(archive, years=("1900-1909",)))[1] == "1903:1 1904:0 1905:1"


def test_of_very_many_decades_the_empty_are_left_out(tmp_path: Path) -> None:
    archive = archive_of(engine_of("whoosh", tmp_path), [article(year, "x", date=year) for year in ("0987", "2001")])
    assert told(lie(archive))[:2] == ("decade", "0980-0989:1 2000-2009:1")
