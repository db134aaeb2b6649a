"""The page in other languages: every text has its translation, and each reader gets the right one."""

from __future__ import annotations

import re
import string

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from werkzeug.datastructures import LanguageAccept

from search.errors import BadValue
from search.query.parse import parse
from search.wording import Worded
from tests.web.fakes import Browser, FakeArchive
from tools.make_catalogues import gathered
from web.tongues import LOCALES, TONGUES, catalogue, chosen, said, told

TRANSLATED = [tongue for tongue in TONGUES if tongue != "en"]


def texts_of_the_page() -> list[Message]:
    return [message for message in gathered() if message.id]


def read(tongue: str) -> dict[object, Message]:
    with (LOCALES / tongue / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {message.id: message for message in read_po(file, tongue) if message.id}


def parts(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def places(text: str) -> set[str]:
    """What is filled in."""
    return set(re.findall(r"%\((\w+)\)s", text)) | {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_there_are_texts_from_everywhere() -> None:
    found = {path for message in texts_of_the_page() for path, _ in message.locations}
    assert {"web/templates/search.html", "web/speech.py", "search/query/parse.py"} <= found


@pytest.mark.parametrize("tongue", TRANSLATED)
def test_every_text_is_translated_and_no_other(tongue: str) -> None:
    """If one is missing: python tools/make_catalogues.py, then write it."""
    catalog, texts = read(tongue), {message.id for message in texts_of_the_page()}
    assert texts - catalog.keys() == set()
    assert catalog.keys() - texts == set()
    assert [message.id for message in catalog.values() if message.fuzzy or not all(parts(message.string))] == []


@pytest.mark.parametrize("tongue", TRANSLATED)
def test_what_is_filled_in_is_the_same(tongue: str) -> None:
    for message in read(tongue).values():
        wanted = set().union(*map(places, parts(message.id)))
        for text in parts(message.string):
            assert places(text) == wanted, text


@pytest.mark.parametrize("tongue", TRANSLATED)
def test_the_whole_page_speaks_it(tongue: str) -> None:
    seen = Browser(FakeArchive()).get("/?q=x", Accept_Language=tongue)
    assert seen.tree.get("lang") == tongue
    text = catalogue(tongue).gettext
    for english in ("Search", "Newest", "In time", "Narrow down", "How to search", "declared"):
        assert text(english) != english
        assert text(english) in seen.text
    assert "Accept-Language" in seen.headers["Vary"]


@pytest.mark.parametrize(
    ("asked", "accepted", "tongue"),
    [
        (None, "", "en"),
        (None, "nl", "nl"),
        (None, "nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        (None, "fr,nb;q=0.5,en;q=0.4", "nb"),
        # Norwegian in whatever way it is said, and what is near it.
        (None, "no", "nb"),
        (None, "nn-NO,en;q=0.5", "nb"),
        (None, "da", "nb"),
        (None, "fr", "en"),
        # The address counts more.
        ("en", "nl", "en"),
        ("nl", "nb", "nl"),
    ],
)
def test_the_language_is_chosen(asked: str | None, accepted: str, tongue: str) -> None:
    address = "/" if asked is None else f"/?ui={asked}"
    assert Browser(FakeArchive()).get(address, Accept_Language=accepted).tree.get("lang") == tongue


def test_a_language_asked_for_goes_along() -> None:
    seen = Browser(FakeArchive()).get("/?q=x&ui=nb")
    assert seen.links()["Nyest"] == "/?q=x&sort=newest&ui=nb"
    assert seen.links()["Våpenhvile i dalen"] == "/article/nb/1.txt?q=x&ui=nb&hit=1"
    assert seen.links()["Nederlands"] == "?q=x&ui=nl"
    assert ("ui", "nb") in [(each.get("name"), each.get("value")) for each in seen.all("input")]


def test_one_that_is_not_spoken_is_told() -> None:
    seen = Browser(FakeArchive()).get("/?ui=fr", Accept_Language="nl")
    assert seen.status == 400
    assert "“ui” kan en, nb of nl zijn, niet “fr”." in seen.words


def test_numbers_and_dates_are_written_as_there() -> None:
    from msgspec.structs import replace

    from tests.web.fakes import PAGE

    browser = Browser(FakeArchive(replace(PAGE, total=12345)))
    assert "12.345 artikelen" in browser.get("/?ui=nl").words
    assert "12 345 artikler" in browser.get("/?ui=nb").words.replace("\xa0", " ")
    assert "september 2023 · oppgitt" in browser.get("/?ui=nb").words
    assert "på 1,9 ms" in browser.get("/?ui=nb").words


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("krig (", "utelot «(»"),
        ("year:soon", "søkte «year:soon» som ord: et år, en periode som 2019-2023, eller undated er ventet"),
        ("AND", "søkte etter «AND» som ord"),
    ],
)
def test_notes_are_said_in_it(query: str, note: str) -> None:
    told_ = [str(said(each, "nb")).replace("“", "«").replace("”", "»") for each in parse(query).notes]
    assert any(each.startswith(note) for each in told_)


def test_what_is_not_worded_stays() -> None:
    assert said("a plain note", "nb") == "a plain note"
    assert said(Worded("a pattern nobody translated: {x}", x=1), "nb") == "a pattern nobody translated: 1"
    assert told(BadValue("plain"), "nb") == "plain"
    assert chosen(None, LanguageAccept()) == "en"
