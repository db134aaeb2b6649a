"""NewsML-G2 of IPTC: an item a file, or several in a message."""

from __future__ import annotations

import io
from collections.abc import Iterator

from lxml import etree

from search.article import Record, Rejected
from search.readers.html.blocks import text_of
from search.readers.html.fragment import fragment_text
from search.readers.nitf import nitf_text
from search.readers.origin import Origin
from search.readers.wire import item_record, read_items
from search.readers.xml_tree import language_of, number_of, said

#: Items that hold no text, and what to call them.
_OTHERS = {
    "packageItem": "a package, which only names other items",
    "conceptItem": "a concept, not an article",
    "knowledgeItem": "a list of concepts, not an article",
    "planningItem": "a plan for coverage, not an article",
    "catalogItem": "a catalogue of codes, not an article",
}


def read_newsml_g2(stream: io.BufferedReader, origin: Origin) -> Iterator[Record | Rejected]:
    yield from read_items(stream, origin, _items, _record)


def _items(root: etree._Element) -> Iterator[etree._Element]:
    """Those of a message, or the root itself."""
    yield from root.iterfind("itemSet/*") if root.tag == "newsMessage" else [root]


def _record(item: etree._Element, origin: Origin, position: int | None) -> Record | Rejected:
    if item.tag != "newsItem":
        return origin.reject(f"is {_OTHERS.get(item.tag, 'no news item')}", position)
    kind = said(item, "itemMeta/itemClass/@qcode")
    if item.find("contentSet/inlineXML/events") is not None or item.find("contentSet/inlineXML/event") is not None:
        kind = "event"
    return item_record(
        origin,
        position,
        text=_text(item),
        title=said(item, "contentMeta/headline", "itemMeta/title", "contentMeta/slugline"),
        id=item.get("guid"),
        status=said(item, "itemMeta/pubStatus/@qcode"),
        kind=kind,
        version=number_of(item.get("version")),
        date=said(
            item,
            "contentMeta/contentCreated",
            "itemMeta/firstCreated",
            "contentMeta/contentModified",
            "itemMeta/versionCreated",
        ),
        language=said(item, "contentMeta/language/@tag") or language_of(item),
        url=said(item, "itemMeta/link[@rel='irel:canonical']/@href"),
        source=said(item, "itemMeta/provider/name", "itemMeta/provider/@literal") or _code(item),
        extra={"author": said(item, "contentMeta/by", "contentMeta/creator/name", "contentMeta/creator/@literal")},
    )


def _code(item: etree._Element) -> str | None:
    provider = said(item, "itemMeta/provider/@qcode")
    return provider.rpartition(":")[2] if provider else None


def _text(item: etree._Element) -> str:
    """Of alternatives the first that has any: marked up, then plain; and if the item has none, its summary."""
    for content in item.iterfind("contentSet/inlineXML"):
        nitf = content.find("nitf")
        if text := nitf_text(nitf) if nitf is not None else text_of(content):
            return text
    for plain in item.iterfind("contentSet/inlineData"):
        text = "".join(plain.itertext()).strip()
        if text and "html" in (plain.get("contenttype") or ""):
            return fragment_text(text)
        if text:
            return text
    return said(item, "contentMeta/description") or ""
