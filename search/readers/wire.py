"""What the readers of agencies' formats have in common."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping

from lxml import etree

from search.article import DateFrom, Record, Rejected
from search.readers.limits import LONGEST, TOO_LONG
from search.readers.origin import Origin
from search.readers.xml_tree import BrokenXml, parse_xml

#: States of an item, as IPTC's formats name them, in which it must not be shown.
WITHDRAWN = frozenset(("canceled", "cancelled", "withheld", "killed", "kill", "withdrawn"))

#: Paragraphs among which a headline, a section and a place may stand; more if they have no more letters than keywords.
_HEAD, _KEYWORDS = 6, 400

#: Kinds of items that are no articles, as IPTC's formats name them, and what to call them.
OTHERS: Mapping[str, str] = {
    "picture": "a picture",
    "photo": "a picture",
    "graphic": "a graphic",
    "video": "a video",
    "audio": "sound",
    "animation": "an animation",
    "event": "an event",
    "planning": "a plan",
}


def read_items(
    stream: io.BufferedReader,
    origin: Origin,
    items: Callable[[etree._Element], Iterable[etree._Element]],
    read: Callable[[etree._Element, Origin, int | None], Record | Rejected],
) -> Iterator[Record | Rejected]:
    """The `items` of an XML file, each by `read`, which is told its number if there are several."""
    data = stream.read(LONGEST + 1)
    if len(data) > LONGEST:
        yield origin.reject(TOO_LONG)
        return
    try:
        found = list(items(parse_xml(data)))
    except BrokenXml as error:
        yield origin.reject(str(error))
        return
    if not found:
        yield origin.reject("holds no news item")
    for number, item in enumerate(found, 1):
        yield read(item, origin, number if len(found) > 1 else None)


def item_record(
    origin: Origin,
    position: int | None,
    *,
    text: str,
    title: str | None,
    id: str | None,
    status: str | None = None,
    kind: str | None = None,
    version: int | None = None,
    date: str | None = None,
    language: str | None = None,
    url: str | None = None,
    source: str | None = None,
    extra: Mapping[str, object | None] = {},
) -> Record | Rejected:
    """`status` and `kind` are words of IPTC's, of which a prefix (`stat:`) is passed over."""
    place = {"root": origin.root, "path": origin.path, "member": origin.member, "position": position}
    if _word(status) in WITHDRAWN:
        if id is None:
            return origin.reject("takes an item back, but says not which", position)
        return Record(text="", id=id, version=version, withdrawn=True, **place)  # type: ignore[arg-type]
    if (other := OTHERS.get(_word(kind))) is not None:
        return origin.reject(f"is {other}, not an article", position)
    if not any(map(str.isalnum, f"{title}{text}" if title else text)):
        return origin.reject("has neither text nor headline", position)
    return Record(
        text=_below(title, text),
        id=id,
        title=title,
        date=date,
        date_from=DateFrom.METADATA,
        language=language,
        url=url,
        source=source,
        version=version,
        extra={name: value for name, value in extra.items() if value},
        **place,  # type: ignore[arg-type]
    )


def _below(title: str | None, text: str) -> str:
    """`text` without its first paragraphs, as far as they lead up to its own headline, which is known."""
    paragraphs, before = text.split("\n\n"), 0
    for place, paragraph in enumerate(paragraphs, 1):
        line = " ".join(paragraph.split())
        if line == title:
            return "\n\n".join(paragraphs[place:])
        before += len(line)
        if place >= _HEAD and before > _KEYWORDS:
            break
    return text


def _word(text: str | None) -> str:
    return (text or "").rpartition(":")[2].strip().lower()
