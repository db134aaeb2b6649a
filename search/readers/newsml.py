"""NewsML 1 of IPTC: items whose components lie within each other, with texts at the innermost."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from lxml import etree

from search.article import Record, Rejected
from search.readers.html.blocks import text_of
from search.readers.html.fragment import fragment_text
from search.readers.origin import Origin
from search.readers.wire import OTHERS, item_record, read_items
from search.readers.xml_tree import language_of, number_of, said

_MARKED = re.compile(r"</\w+>")


def read_newsml(stream: io.BufferedReader, origin: Origin) -> Iterator[Record | Rejected]:
    yield from read_items(stream, origin, lambda root: root.iterfind("NewsItem"), _record)


def _record(item: etree._Element, origin: Origin, position: int | None) -> Record | Rejected:
    title = said(item, ".//NewsLines/HeadLine")
    text = _text(item, title)
    return item_record(
        origin,
        position,
        text=text,
        title=title,
        id=_id(item),
        status=said(item, "NewsManagement/Status/@FormalName"),
        kind=None if text else _kind(item),
        version=number_of(said(item, "Identification/NewsIdentifier/RevisionId")),
        date=said(item, "NewsManagement/FirstCreated", "NewsManagement/ThisRevisionCreated", ".//DateId"),
        language=_language(item),
        source=said(item, ".//Provider/Party/@FormalName", ".//Source/Party/@FormalName", ".//ProviderId"),
        extra={"author": said(item, ".//NewsLines/ByLine")},
    )


def _id(item: etree._Element) -> str | None:
    """Some agencies give all their items one public identifier, and some each revision its own."""
    identifier = item.find("Identification/NewsIdentifier")
    if identifier is None:
        return None
    provider, number = said(identifier, "ProviderId"), said(identifier, "NewsItemId")
    return f"{provider}:{number}" if provider and number else said(identifier, "PublicIdentifier")


def _language(item: etree._Element) -> str | None:
    declared = said(item, ".//DescriptiveMetadata/Language/@FormalName") or language_of(item)
    within = (tag for element in item.iter("NewsComponent") if (tag := language_of(element)))
    return declared or next(within, None)


def _text(item: etree._Element, title: str | None) -> str:
    """All that the components say, each once: lead and body are often components of their own, and so is the title."""
    seen: set[str | None] = {title}
    texts = []
    for content in item.iter("DataContent"):
        text = text_of(content) if len(content) else _plain(content.text or "")
        if text and " ".join(text.split()) not in seen:
            seen.add(" ".join(text.split()))
            texts.append(text)
    return "\n\n".join(texts)


def _plain(text: str) -> str:
    """What is written between elements may still be marked up."""
    return fragment_text(text) if _MARKED.search(text) else text.strip()


def _kind(item: etree._Element) -> str | None:
    kinds = (element.get("FormalName", "").lower() for element in item.iter("MediaType"))
    return next((kind for kind in kinds if kind in OTHERS), None)
