"""NITF, the News Industry Text Format of IPTC: one article a file."""

from __future__ import annotations

import io
from collections.abc import Iterator

from lxml import etree

from search.article import Record, Rejected
from search.readers.html.blocks import text_of
from search.readers.origin import Origin
from search.readers.wire import item_record, read_items
from search.readers.xml_tree import language_of, number_of, said


def read_nitf(stream: io.BufferedReader, origin: Origin) -> Iterator[Record | Rejected]:
    yield from read_items(stream, origin, lambda root: [root], _record)


def _record(nitf: etree._Element, origin: Origin, position: int | None) -> Record | Rejected:
    return item_record(
        origin,
        position,
        text=nitf_text(nitf),
        title=said(nitf, "body/body.head/hedline/hl1", "body/body.head/hedline", "head/title"),
        id=said(nitf, "head/docdata/doc-id/@id-string"),
        status=said(nitf, "head/docdata/@management-status"),
        version=number_of(said(nitf, "head/docdata/du-key/@version", "head/docdata/du-key/@generation")),
        date=said(
            nitf,
            "head/docdata/date.issue/@norm",
            "head/pubdata/@date.publication",
            "head/docdata/pubdata/@date.publication",
            "body/body.head/dateline/story.date/@norm",
            "head/docdata/date.release/@norm",
            "head/docdata/date.issue",
            "body/body.head/dateline/story.date",
        ),
        language=language_of(nitf) or said(nitf, "@baselang", "body/body.content/block/@lang", "body/@lang"),
        source=said(
            nitf,
            "head/docdata/doc.copyright/@holder",
            "head/pubdata/@name",
            "body/body.head/distributor",
            "head/docdata/doc-id/@regsrc",
        ),
        extra={"author": said(nitf, "body/body.head/byline/person", "body/body.head/byline")},
    )


def nitf_text(nitf: etree._Element) -> str:
    """The lead, unless the text begins with it, and the text."""
    content = nitf.find("body/body.content")
    lead = said(nitf, "body/body.head/abstract")
    text = "" if content is None else text_of(content)
    return text if not lead or " ".join(text.split()).startswith(lead) else f"{lead}\n\n{text}".strip()
