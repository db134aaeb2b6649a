"""Hits as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from msgspec import Struct

from search.article import Precision
from search.dates import parse_partial
from search.results import Hit
from web.tongues import catalogue

ATOM = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: What XML 1.0 can't hold.
_IMPOSSIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: An address that may stand in a feed, by RFC 3986: one that is broken is left out.
_PART = r"(?:[\w.~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})"
_ADDRESS = re.compile(rf"https?://{_PART}+(?:#{_PART}*)?", re.ASCII)

register_namespace("", ATOM)


class Feed(Struct, frozen=True):
    """`updated` is when the index changed last, in nanoseconds since 1970."""

    query: str
    address: str
    page: str
    language: str
    updated: int


def feed(about: Feed, hits: Iterable[Hit], address_of: Callable[[str], str]) -> bytes:
    root = Element(f"{{{ATOM}}}feed", {_LANG: about.language})
    title = f"{about.query} – Newsstand" if about.query.strip() else "Newsstand"
    _text(root, "id", uuid5(NAMESPACE_URL, about.address).urn)
    _text(root, "title", title)
    _text(root, "updated", _moment(_EPOCH + timedelta(microseconds=about.updated // 1000)))
    _link(root, "self", about.address, "application/atom+xml")
    _link(root, "alternate", about.page, "text/html")
    SubElement(root, f"{{{ATOM}}}generator").text = "Newsstand"
    _text(SubElement(root, f"{{{ATOM}}}author"), "name", "Newsstand")
    for hit in hits:
        _entry(root, hit, address_of(hit.id), about.language)
    whole: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return whole


def _entry(root: Element, hit: Hit, address: str, tongue: str) -> None:
    """An id is made of the article's id alone, so it is the same in every feed and on every host."""
    entry = SubElement(root, f"{{{ATOM}}}entry")
    _text(entry, "id", uuid5(NAMESPACE_URL, f"newsstand:article:{hit.id}").urn)
    _text(entry, "title", hit.title.strip() or hit.id, hit.language)
    _text(entry, "updated", updated(hit.date))
    if hit.date_precision in (Precision.DAY, Precision.TIME):
        _text(entry, "published", updated(hit.date))
    _link(entry, "alternate", address, "text/html")
    original = quote(hit.url or "", safe="/:?#@!$&'()*+,;=%~")
    if _ADDRESS.fullmatch(original):
        _link(entry, "via", original)
    if hit.source:
        _text(SubElement(entry, f"{{{ATOM}}}author"), "name", hit.source)
    SubElement(entry, f"{{{ATOM}}}category", {"term": hit.language, "label": hit.language_name})
    dated = hit.date or catalogue(tongue).gettext("undated")
    text = " … ".join(snippet.text for snippet in hit.snippets)
    _text(entry, "summary", f"[{dated}] {text}".strip(), hit.language)


def updated(date: str | None) -> str:
    """The start of the date, as RFC 3339 wants it whole; the summary says how much of it is known.

    What is undated must have a time all the same, and one that never changes: the first of all.

    >>> updated("2023-09"), updated("2023-09-20T11:30:00+02:00"), updated(None)
    ('2023-09-01T00:00:00Z', '2023-09-20T11:30:00+02:00', '1970-01-01T00:00:00Z')
    """
    partial = parse_partial(date) if date else None
    if partial is None:
        return _moment(_EPOCH)
    zone = partial.iso[-6:] if re.search(r"T.*[+-]\d\d:\d\d$", partial.iso) else "Z"
    return f"{(_EPOCH + timedelta(seconds=partial.start)).replace(tzinfo=None).isoformat()}{zone}"


def _moment(time: datetime) -> str:
    return time.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _text(parent: Element, name: str, text: str, language: str | None = None) -> None:
    spoken = {_LANG: language} if language and language != "und" else {}
    SubElement(parent, f"{{{ATOM}}}{name}", spoken).text = _IMPOSSIBLE.sub("\ufffd", text)


def _link(parent: Element, relation: str, address: str, kind: str | None = None) -> None:
    SubElement(parent, f"{{{ATOM}}}link", {"rel": relation, "href": address} | ({"type": kind} if kind else {}))
