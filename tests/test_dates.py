"""Dates are as precise as they were given, and never made up."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.article import PartialDate, Precision
from search.dates import display, find_in_url, make, parse_partial
from search.dates.declared import parse_declared
from search.dates.text import find_in_text

TODAY = date(2024, 6, 15)
DAY = 86_400


def seconds(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]


def iso(found: PartialDate | None) -> str | None:
    return found.iso if found else None


@pytest.mark.parametrize(
    ("text", "canonical", "precision", "start", "end"),
    [
        ("2020", "2020", Precision.YEAR, seconds(2020, 1, 1), seconds(2020, 12, 31, 23, 59, 59)),
        ("2020-02", "2020-02", Precision.MONTH, seconds(2020, 2, 1), seconds(2020, 2, 29, 23, 59, 59)),
        ("2020-10-14", "2020-10-14", Precision.DAY, seconds(2020, 10, 14), seconds(2020, 10, 14, 23, 59, 59)),
        # To the minute is a minute long.
        ("2020-10-14T11:30", "2020-10-14T11:30", Precision.TIME, *(seconds(2020, 10, 14, 11, 30, s) for s in (0, 59))),
        # The wall clock counts: the offset is kept and not applied.
        ("2020-10-14T23:30:00+0200", "2020-10-14T23:30:00+02:00", Precision.TIME, *[seconds(2020, 10, 14, 23, 30)] * 2),
        ("2020-10-14 11:30:00.5Z", "2020-10-14T11:30:00+00:00", Precision.TIME, *[seconds(2020, 10, 14, 11, 30)] * 2),
        # Before 1970 is negative.
        ("1969-12-31", "1969-12-31", Precision.DAY, -DAY, -1),
    ],
)
def test_partial_dates(text: str, canonical: str, precision: Precision, start: int, end: int) -> None:
    assert parse_partial(text) == PartialDate(canonical, precision, start, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20",
        "20201014",
        "2020-1",
        "2020-13",
        "2020-00",
        "2020-00-05",
        "2020-10-00",
        "2020-02-30",
        "0000",
        "2020-10-14T25:00",
        "2020-10-14T10:61",
        "٢٠٢٠",
        "2020-10-14T10:00:00+99:00",
        "2020-10-",
        "undated",
        "2020-10-14T",
    ],
)
def test_no_partial_dates(text: str) -> None:
    assert parse_partial(text) is None


@given(st.text(max_size=30) | st.from_regex(r"\d{4}(-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:?\d\d)?)?)?)?"))
def test_partial_dates_read_back_the_same(text: str) -> None:
    found = parse_partial(text)
    assert found is None or (parse_partial(found.iso) == found and found.start <= found.end)


@given(st.dates(), st.sampled_from([1, 2, 3]))
def test_intervals_hold_what_they_name(day: date, parts: int) -> None:
    found = make(*(day.year, day.month, day.day)[:parts])
    noon = (day - date(1970, 1, 1)) // timedelta(days=1) * DAY + DAY // 2
    assert found is not None
    assert found.start <= noon <= found.end
    assert found.start % DAY == 0
    assert (found.end + 1) % DAY == 0


@pytest.mark.parametrize(("parts", "expected"), [((2021, 2, 29), None), ((2020, 2, 29), "2020-02-29"), ((0,), None)])
def test_no_such_day(parts: tuple[int, ...], expected: str | None) -> None:
    assert iso(make(*parts)) == expected


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2023", "2023"),
        ("2023-09", "September 2023"),
        ("2023-09-02", "2 September 2023"),
        ("2023-09-20T11:30:45+02:00", "20 September 2023, 11:30"),
    ],
)
def test_display_is_as_precise_as_the_date(text: str, shown: str) -> None:
    found = parse_partial(text)
    assert found is not None
    assert display(found) == shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # ISO 8601 and its neighbours.
        ("2020", "2020"),
        ("2020-10", "2020-10"),
        ("2020-1-5", "2020-01-05"),
        ("20201014", "2020-10-14"),
        ("2020/10/14", "2020-10-14"),
        ("20201014T113000Z", "2020-10-14T11:30:00+00:00"),
        # What mail and feeds write.
        ("Wed, 14 Oct 2020 11:30:00 +0200", "2020-10-14T11:30:00+02:00"),
        ("Thu, 01 Jan 04 19:48:21 GMT", "2004-01-01T19:48:21+00:00"),
        # Seconds and milliseconds since 1970.
        ("1602666600", "2020-10-14T09:10:00+00:00"),
        ("1602666600000", "2020-10-14T09:10:00+00:00"),
        # Words, in English or the language of the article, as precise as they are.
        ("Oct 14, 2020", "2020-10-14"),
        ("October 14th, 2020", "2020-10-14"),
        ("October 2020", "2020-10"),
        ("14-OCT-1987 10:30:01.23", "1987-10-14T10:30:01"),
        ("Oct 14, 2020 11:30 PM EST", "2020-10-14T23:30:00"),
        ("14. mai 2020", "2020-05-14"),
        # Figures, when the day is certain: by its size, or by the dots.
        ("14.10.2020", "2020-10-14"),
        ("04.03.2020", "2020-03-04"),
        ("13/04/2020", "2020-04-13"),
        ("04/13/2020", "2020-04-13"),
        ("04/04/2020", "2020-04-04"),
        ("03/04/2020", None),
        ("03-04-2020 10:00", None),
        # Impossible, in the future, or no date at all.
        ("2020-02-30", None),
        ("31.02.2020", None),
        ("2030-01-01", None),
        ("0001-01-01T00:00:00", None),
        ("Monday", None),
        ("10:30", None),
        ("14 Oct 20", None),
        ("yesterday", None),
        ("", None),
        ("2020 " * 100, None),
        # Tomorrow already is, somewhere.
        ("2024-06-16", "2024-06-16"),
        ("2024-06-17", None),
    ],
)
def test_declared_dates(text: str, expected: str | None) -> None:
    assert iso(parse_declared(text, TODAY, "nb")) == expected


@given(st.text(max_size=100))
def test_no_declared_date_raises(text: str) -> None:
    found = parse_declared(text, TODAY)
    assert found is None or parse_partial(found.iso) == found


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/2020/10/14/talks", "2020-10-14"),
        ("https://example.org/talks-2020-10-14.html", "2020-10-14"),
        ("https://example.org/20201014/talks", "2020-10-14"),
        ("https://example.org/world/2020/oct/14/talks", "2020-10-14"),
        ("https://example.org/2020/10/talks", "2020-10"),
        # Only the path; only dates; none of the future.
        ("https://example.org/talks?day=2020-10-14", None),
        ("https://example.org/2020101499", None),
        ("https://example.org/2020/13/45/", None),
        ("https://example.org/2020/00/talks", None),
        ("https://example.org/2020", None),
        ("https://example.org/2031/10/14/", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_dates_in_addresses(url: str, expected: str | None) -> None:
    assert iso(find_in_url(url, TODAY)) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        # Month names of the language, whole or short, with and without dots.
        ("nb", "på nyhetene. 20. sep. 2023 Se video", "2023-09-20"),
        ("nb", "den 20 september 2023", "2023-09-20"),
        ("es", "Madrid, 20 de septiembre de 2023", "2023-09-20"),
        ("fr", "le 1er août 2020,", "2020-08-01"),
        ("ru", "20 сентября 2023 года", "2023-09-20"),
        ("pl", "20 września 2023 r.", "2023-09-20"),
        ("fi", "20. syyskuuta 2023", "2023-09-20"),
        ("he", "20 בספטמבר 2023", "2023-09-20"),
        ("ar", "٢٠ سبتمبر ٢٠٢٣", "2023-09-20"),
        ("vi", "ngày 20 tháng 9 năm 2023", "2023-09-20"),
        ("hi", "20 सितंबर 2023 को", "2023-09-20"),
        ("tr", "12 NİSAN 2020", "2020-04-12"),
        ("tr", "3 MAYIS 2011", "2011-05-03"),
        # The year first, where that is the custom, and not elsewhere.
        ("hu", "2023. szeptember 20-án", "2023-09-20"),
        ("lt", "2023 m. rugsėjo 20 d.", "2023-09-20"),
        ("de", "März 2020, 3. Mai 2019", "2019-05-03"),
        ("ja", "2023年9月20日に", "2023-09-20"),
        ("ko", "2023년 9월 20일", "2023-09-20"),
        # The Buddhist era.
        ("th", "20 กันยายน 2566", "2023-09-20"),
        # English everywhere, also in languages that nobody knows.
        ("nb", "Published September 20, 2023 by AP", "2023-09-20"),
        ("und", "20 Sept. 2023", "2023-09-20"),
        ("xx", "20 Sept. 2023", "2023-09-20"),
        ("en", "2023-09-20", "2023-09-20"),
        # Figures in the order of the language; not at all where they could mean two dates.
        ("en", "03/04/2020", "2020-03-04"),
        ("nb", "03.04.2020", "2020-04-03"),
        ("und", "13/04/2020", "2020-04-13"),
        ("und", "03/04/2020", None),
        # The latest that is not in the future.
        ("en", "on 8 May 1945 and on 20 September 2023, until 1 January 2031", "2023-09-20"),
        # Bare years and months never count, nor what is no date.
        ("en", "in 2020, 14 people died; in May 2021 nobody", None),
        ("en", "31 February 2020", None),
        ("en", "version 1.10.2020.4", None),
        ("en", "20 markets 2020", None),
        ("en", "call 20 20 2020", None),
        ("en", f"in 2020 on 1 May{' and' * 20} 2019", None),
        ("en", f"in 2020 {'on ' * 20} 1 May{' and' * 40} in 2019 and 2021", None),
        ("en", "", None),
    ],
)
def test_dates_in_text(language: str, text: str, expected: str | None) -> None:
    assert iso(find_in_text(text, language, TODAY)) == expected


ZEROS = [code for code in range(0x110000) if unicodedata.decimal(chr(code), None) == 0]


@pytest.mark.parametrize("zero", ZEROS, ids=map(chr, ZEROS))
def test_figures_of_all_scripts(zero: int) -> None:
    figures = str.maketrans({str(figure): chr(zero + figure) for figure in range(10)})
    assert iso(find_in_text("Den 20.09.2023.".translate(figures), "nb", TODAY)) == "2023-09-20"


@given(st.text(max_size=200), st.sampled_from(["en", "nb", "th", "hu", "ar", "und"]))
def test_no_text_raises(text: str, language: str) -> None:
    found = find_in_text(text, language, TODAY)
    assert found is None or found.precision is Precision.DAY


@given(st.dates(date(1600, 1, 1), TODAY), st.sampled_from(["{0.day}. {1} {0.year}", "{1} {0.day}, {0.year}"]))
def test_every_day_is_found_in_english(day: date, form: str) -> None:
    assert iso(find_in_text(f"It was {form.format(day, day.strftime('%B'))}.", "en", TODAY)) == day.isoformat()


def test_the_search_path_stays_light() -> None:
    code = "import sys, search.dates; print(*{'babel', 'dateutil', 'langcodes', 'pycld2'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == ""
