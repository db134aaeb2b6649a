"""RSS and Atom: an article an entry."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from search.article import DateFrom, Record, Rejected
from search.readers.html.fragment import fragment_text
from search.readers.limits import LONGEST
from search.readers.origin import Origin

#: What expat says if something is missing. feedparser takes what it can of broken XML, and then loses nothing else.
_LOSSES = ("no element found", "mismatched tag", "unclosed", "partial character")
_BROKEN = "is not well-formed XML; what could be read of it was"


def read_feed(stream: io.BufferedReader, origin: Origin) -> Iterator[Record | Rejected]:
    """feedparser takes off the document's type before it parses, and with it all entities but those of plain text."""
    import feedparser

    data = stream.read(LONGEST + 1)
    if len(data) > LONGEST:
        yield origin.reject(f"is larger than {LONGEST >> 20} MB, too large for a feed")
        return
    try:
        # A stream, since feedparser takes anything else for an address or a path if it looks like one.
        feed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError) as error:
        yield origin.reject(f"cannot be read as a feed ({type(error).__name__})")
        return
    number = 0
    for number, entry in enumerate(feed.entries, 1):
        yield _record(entry, feed.feed, origin, number)
    if not number:
        yield origin.reject("is a feed without entries" if feed.get("version") else "is not well-formed XML")
    elif feed.bozo and any(loss in str(feed.bozo_exception) for loss in _LOSSES):
        yield origin.reject(_BROKEN, number)


def _record(entry: Mapping[str, Any], feed: Mapping[str, Any], origin: Origin, number: int) -> Record | Rejected:
    text, title = _text(entry), " ".join(fragment_text(_get(entry, "title") or "").split())
    if not text.strip() and not title:
        return origin.reject("has neither text nor title", number)
    whence = entry.get("source") or {}
    content = (entry.get("content") or [{}])[0]
    return Record(
        text=text,
        root=origin.root,
        path=origin.path,
        member=origin.member,
        position=number,
        id=_get(entry, "id"),
        title=title or None,
        date=_get(entry, "published") or _get(entry, "updated") or _get(entry, "created"),
        date_from=DateFrom.METADATA,
        language=_get(content, "language") or _get(feed, "language"),
        url=_get(entry, "link"),
        source=_get(whence, "title") or _get(feed, "title"),
        extra=_extra(entry),
    )


def _text(entry: Mapping[str, Any]) -> str:
    """The longest content, else the summary."""
    contents = [content.get("value") or "" for content in entry.get("content") or ()]
    texts = [fragment_text(text) for text in contents]
    return max(texts, key=len, default="") or fragment_text(_get(entry, "summary") or "")


def _extra(entry: Mapping[str, Any]) -> Mapping[str, object]:
    tags = [tag for one in entry.get("tags") or () if (tag := _get(one, "term"))]
    found = {"author": _get(entry, "author"), "tags": tags}
    return {name: value for name, value in found.items() if value}


def _get(mapping: Mapping[str, Any], name: str) -> str | None:
    """feedparser's own look-up puts one date in place of another, and warns that it does."""
    value = dict.get(mapping, name) if isinstance(mapping, dict) else None
    return value.strip() or None if isinstance(value, str) else None
