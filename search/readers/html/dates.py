"""When a page says that it was published: as text, to be read as dates of other sources are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from search.readers.html.metadata import Metadata

#: Names of meta elements, most telling first. What they say is when it was published, or at least written.
_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "publish-date",
    "publishdate",
    "published_date",
    "publication_date",
    "publication-date",
    "pubdate",
    "pub_date",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "citation_publication_date",
    "datecreated",
    "date",
    "article:modified_time",
    "og:updated_time",
    "last-modified",
)

_YEAR = re.compile(r"\d{4}")


def find_date(root: HtmlElement, metadata: Metadata) -> str | None:
    """The first that there is of: JSON-LD, meta elements, a `time` element, what htmldate finds in the markup."""
    said = (value for value in _said(root, metadata) if value and _YEAR.search(value))
    return next(said, None) or _by_htmldate(root)


def _said(root: HtmlElement, metadata: Metadata) -> Iterator[str | None]:
    yield metadata.said("datePublished")
    yield from (metadata.meta.get(name) for name in _PUBLISHED[:-3])
    yield metadata.said("dateCreated")
    times = [element for element in root.iter("time") if element.get("datetime")]
    yield from (element.get("datetime") for element in times if element.get("pubdate") is not None)
    yield from (element.get("datetime") for element in times if element.get("itemprop") == "datePublished")
    yield from (element.get("datetime") for element in times[:1])
    yield metadata.said("dateModified")
    yield from (metadata.meta.get(name) for name in _PUBLISHED[-3:])


def _by_htmldate(root: HtmlElement) -> str | None:
    from htmldate import find_date as find

    return find(root, original_date=True, extensive_search=False)
