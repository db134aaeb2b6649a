"""Articles are tidy, lose nothing, and have a title that reads like one."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.article import Article, DateFrom, LanguageFrom, Record, Rejected
from search.normalize import normalize
from search.normalize.tidy import tidy
from search.normalize.title import headline, shorten
from search.settings import TITLE_LENGTH

TODAY = date(2024, 6, 15)
TEXT = "Regjeringen la i går fram et forslag som gjør det billigere å reise. Ifølge statsråden koster det lite."


def article(text: str = TEXT, default_language: str | None = None, **fields: Any) -> Article:
    record = Record(text=text, **{"root": "news", "path": "a.txt", **fields})
    found = normalize(record, id="a", today=TODAY, default_language=default_language)
    assert isinstance(found, Article)
    return found


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        # Composed, with one kind of line end.
        ("Aserbajdsja\u030an", "Aserbajdsjån"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        # What nobody can see is dropped, words stay whole.
        ("\ufeffL\ufeffionel\x00 Messi\x07\ud800", "Lionel Messi"),
        # Space within is the author's, space around is not; joiners and soft hyphens belong to words.
        ("  a  b\tc\n\n", "a  b\tc"),
        ("می\u200cخواهم sam\u00adme", "می\u200cخواهم sam\u00adme"),
    ],
)
def test_text_is_tidied(text: str, tidied: str) -> None:
    assert article(text).text == tidied


def test_nothing_that_nobody_can_see_is_left() -> None:
    """Controls, surrogates, line ends but one, the byte order mark and noncharacters."""
    unseen = {char for char in map(chr, range(0x10000)) if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")}
    unseen |= {"\ufeff", "\ufdd0", "\ufdef", "\ufffe", "\uffff"}
    assert {char for char in unseen if char in tidy(f"a{char}b")} == {"\t", "\n"}


@pytest.mark.parametrize("text", ["", "  \n", "\x00\ufeff"])
def test_no_text_and_no_title_is_rejected(text: str) -> None:
    found = normalize(Record(text=text, root="news", path="a.txt", position=3), id="a", today=TODAY)
    assert found == Rejected("news", "a.txt", "there is no text in it", 3)


def test_a_headline_alone_is_an_article() -> None:
    found = article("", title="Våpenhvile i natt")
    assert (found.title, found.text) == ("Våpenhvile i natt", "")


def test_the_title_of_the_record_is_kept_whole_on_one_line() -> None:
    assert article(title="  Partene\n er enige " + "x" * 200).title == "Partene er enige " + "x" * 200


@pytest.mark.parametrize(
    ("text", "title"),
    [
        # The first line, or the first sentence of it.
        ("Fredssamtaler i Moskva\n\nPartene møtes i dag.", "Fredssamtaler i Moskva"),
        ("The parties met on Monday. They talked.", "The parties met on Monday."),
        ("Is this the end of the war? Nobody knows.", "Is this the end of the war?"),
        ("«Vi er enige om alt», sier hun. Det var alt.", "«Vi er enige om alt», sier hun."),
        # Not after an abbreviation, an initial or a number.
        ("Mr. J. Smith met U.S. officials today. He left.", "Mr. J. Smith met U.S. officials today."),
        ("Møtet den 20. september ble avlyst. Synd.", "Møtet den 20. september ble avlyst."),
        # Scripts with other full stops, and without spaces.
        ("北京今天下雨了。明天也是。", "北京今天下雨了。"),
        ("सरकार ने कल एक योजना पेश की। यह सस्ती है।", "सरकार ने कल एक योजना पेश की।"),
        ("አዲሱ ዕቅድ ትናንት ለህዝብ ቀረበ። ዋጋው ዝቅተኛ ነው።", "አዲሱ ዕቅድ ትናንት ለህዝብ ቀረበ።"),
        # Not a caption, with or without a name in capitals.
        ("HARDE KAMPER: Røyk over byen. Foto: Ola Nordmann / NTB\n\nPartene møtes i dag.", "Partene møtes i dag."),
        ("Smoke over the city. Photo: Jane Doe/AP\nThe parties met today.", "The parties met today."),
        ("Дым над городом. Фото: Иван Иванов\nСтороны встретились сегодня.", "Стороны встретились сегодня."),
        ("街の様子 写真：山田太郎\n両国の代表が会談した。", "両国の代表が会談した。"),
        # Not an agency's line, nor its dateline.
        ("NTB utenriks\n\nPartene møtes i dag.", "Partene møtes i dag."),
        ("(Reuters)\nThe parties met today.", "The parties met today."),
        ("Oslo (NTB)\nPartene møtes i dag.", "Partene møtes i dag."),
        ("AFP/NTB\nPartene møtes i dag.", "Partene møtes i dag."),
        ("KYIV (Reuters) - The parties met today. More.", "The parties met today."),
        ("Reuters journalists won a prize", "Reuters journalists won a prize"),
        # Not a player's notice.
        ("Du trenger javascript for å se video. Partene møtes i dag.", "Partene møtes i dag."),
        ("Please enable JavaScript to watch.\nThe parties met today.", "The parties met today."),
        # Not the code of a page, which is no word.
        ("ttn-69\nPartene møtes igjen", "Partene møtes igjen"),
        ("Partene møtes igjen ttn-69", "Partene møtes igjen"),
        ("Nye tiltak mot covid-19", "Nye tiltak mot covid-19"),
        # Rather anything than nothing.
        ("Oslo", "Oslo"),
        ("NTB", "NTB"),
        ("\n\n1 2 3", "1 2 3"),
    ],
)
def test_a_title_is_found(text: str, title: str) -> None:
    assert article(text).title == title


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one, two, three", 10, "one, two…"),
        # No word ends in the second half.
        ("a" + "x" * 20, 10, "axxxxxxxx…"),
        # A letter keeps its marks.
        ("क्षेत्रक्षेत्रक्षेत्र", 11, "क्षेत्रक्…"),
    ],
)
def test_titles_are_cut_at_a_word(text: str, length: int, expected: str) -> None:
    assert shorten(text, length) == expected


@given(st.text(alphabet=st.characters(), max_size=400))
def test_every_text_has_a_title(text: str) -> None:
    found = headline(text)
    assert bool(found) == bool(text.split())
    assert len(found) <= TITLE_LENGTH
    assert found.removesuffix("…") in " ".join(text.split())


@pytest.mark.parametrize(
    ("fields", "expected", "came_from"),
    [
        # Declared, else in the address, else in the text.
        ({"date": "2020-10", "url": "https://example.org/2019/01/02/a"}, "2020-10", DateFrom.DECLARED),
        ({"date": "2020-10-14", "date_from": DateFrom.METADATA}, "2020-10-14", DateFrom.METADATA),
        ({"url": "https://example.org/2019/01/02/a", "text": "Den 20. mai 2018."}, "2019-01-02", DateFrom.URL),
        ({"text": "Den 20. september 2023 ble det fred i hele regionen."}, "2023-09-20", DateFrom.TEXT),
        # What makes no sense is passed over.
        ({"date": "soon", "url": "https://example.org/2019/01/02/a"}, "2019-01-02", DateFrom.URL),
        ({"date": "2031-01-01", "date_from": DateFrom.METADATA}, None, None),
        ({}, None, None),
    ],
)
def test_dates_say_where_they_came_from(
    fields: dict[str, Any], expected: str | None, came_from: DateFrom | None
) -> None:
    found = article(**fields)
    assert (found.date.iso if found.date else None, found.date_from) == (expected, came_from)


@pytest.mark.parametrize(
    ("declared", "default", "tag", "came_from"),
    [
        ("no", "en", "nb", LanguageFrom.DECLARED),
        (None, "en", "en", LanguageFrom.DECLARED),
        ("gibberish", "en", "en", LanguageFrom.DECLARED),
        ("gibberish", None, "nb", LanguageFrom.DETECTED),
        (None, None, "nb", LanguageFrom.DETECTED),
    ],
)
def test_languages_say_where_they_came_from(
    declared: str | None, default: str | None, tag: str, came_from: LanguageFrom
) -> None:
    found = article(language=declared, default_language=default)
    assert (found.language, found.language_from) == (tag, came_from)


def test_what_was_not_understood_is_kept() -> None:
    found = article(date=" next  year", language="gibberish", extra={"desk": "a\x00b", "tags": ["x\ud800"]})
    assert found.extra == {
        "declared_date": "next year",
        "declared_language": "gibberish",
        "desk": "ab",
        "tags": ["x"],
    }


def test_what_was_understood_is_not_kept_twice() -> None:
    assert article(date="2020-10", language="no").extra == {}


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ({"source": " NRK  Nyheter ", "url": "https://www.nrk.no/a"}, "NRK Nyheter"),
        ({"url": "https://www.NRK.no:443/a"}, "nrk.no"),
        ({"url": "https://nyheter.example.org/a"}, "nyheter.example.org"),
        ({"url": "http://["}, None),
        ({"url": "a/b"}, None),
        ({}, None),
    ],
)
def test_the_source_is_named_or_the_host(fields: dict[str, Any], source: str | None) -> None:
    assert article(**fields).source == source


@pytest.mark.parametrize(
    ("root", "path", "position", "expected"),
    [
        ("news", "2020/a.txt", None, "news/2020/a.txt"),
        ("news/", "a.jsonl", 7, "news/a.jsonl:7"),
        ("news/a.txt", "", None, "news/a.txt"),
        (".", "a.txt", None, "a.txt"),
        ("/", "a.txt", None, "/a.txt"),
        ("-", "", 2, "-:2"),
    ],
)
def test_paths_are_for_people(root: str, path: str, position: int | None, expected: str) -> None:
    assert article(root=root, path=path, position=position).path == expected


@given(
    st.text(alphabet=st.characters(), max_size=300), st.none() | st.text(max_size=30), st.none() | st.text(max_size=30)
)
def test_any_record_gives_an_article_or_a_reason(text: str, title: str | None, declared: str | None) -> None:
    record = Record(text=text, root="news", path="a", title=title, date=declared, language=declared, url=declared)
    found = normalize(record, id="a", today=TODAY)
    if isinstance(found, Article):
        assert found.title or found.text
        assert unicodedata.is_normalized("NFC", found.text + found.title)
        assert (found.text + found.title).encode()
        again = normalize(Record(text=found.text, root="news", path="a", title=found.title), id="a", today=TODAY)
        assert isinstance(again, Article)
        assert (again.text, again.title) == (found.text, found.title)
