"""A saved page of a news site, one article a file."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator

from msgspec import Struct

from search.article import DateFrom, Record, Rejected
from search.readers.decoding import NotText, decode, marked
from search.readers.limits import LONGEST, TOO_LONG
from search.readers.origin import Origin

#: Bytes in which a page may say its encoding, and its beginning where browsers note where they saved it from.
_HEAD = 4096
_CHARSET = re.compile(rb"""<(?:meta[^>]+charset|\?xml[^>]+encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_SAVED = re.compile(r"<!-- saved from url=\(\d+\)(\S+) -->")

#: Names of encodings that stand for a wider one on the web (WHATWG, "Encoding").
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949"}


def read_html(stream: io.BufferedReader, origin: Origin) -> Iterator[Record | Rejected]:
    data = stream.read(LONGEST + 1)
    yield read_page(data, origin)


def read_page(
    data: bytes,
    origin: Origin,
    *,
    position: int | None = None,
    url: str | None = None,
    charset: str | None = None,
    language: str | None = None,
) -> Record | Rejected:
    """`url`, `charset` and `language` are those that the page was sent with."""
    if len(data) > LONGEST:
        return origin.reject(TOO_LONG, position)
    try:
        page = extract(decode_page(data, charset), url)
    except NotText as error:
        return origin.reject(str(error), position)
    if page is None or not page.text:
        return origin.reject("has no text of an article on it", position)
    return Record(
        text=page.text,
        root=origin.root,
        path=origin.path,
        member=origin.member,
        position=position,
        title=page.title,
        date=page.date,
        date_from=DateFrom.METADATA,
        language=page.language or language,
        url=page.url,
        source=page.site,
        extra={"author": page.author} if page.author else {},
    )


class Page(Struct, frozen=True):
    """What was found on a page; `date` and `language` are unparsed."""

    title: str | None
    text: str
    date: str | None
    language: str | None
    url: str | None
    site: str | None
    author: str | None


def extract(text: str, url: str | None = None) -> Page | None:
    """The article on a page, None if there is nothing on it. `url` is where it was fetched from."""
    from search.readers.html.body import find_body
    from search.readers.html.dates import find_date
    from search.readers.html.metadata import find_metadata
    from search.readers.html.title import find_title
    from search.readers.html.tree import parse

    root = parse(text)
    if root is None:
        return None
    metadata = find_metadata(root)
    saved = _SAVED.search(text, 0, _HEAD)
    address = url or metadata.address() or (saved and saved[1])
    title = find_title(root, metadata, address)
    body = find_body(root, title, metadata)
    return Page(
        title=title,
        text=body,
        date=find_date(root, metadata),
        language=_language(metadata.languages(), body),
        url=address or None,
        site=metadata.site(),
        author=metadata.author(),
    )


def _language(said: list[str], text: str) -> str | None:
    """The language that a page says it is in; in case of doubt none, so that its text decides.

    English is what templates say when nobody has said anything.
    """
    from search.language import identify, standard

    tags = [tag for one in said if (tag := standard(one))]
    primary = {tag.partition("-")[0] for tag in tags}
    if len(primary) == 1 and primary != {"en"}:
        return tags[0]
    found = identify(text).tag.partition("-")[0]
    return next((tag for tag in tags if tag.partition("-")[0] == found), None)


def decode_page(data: bytes, charset: str | None = None) -> str:
    """Raises NotText. A page in UTF-8 is one whatever it says; else what it was sent with counts, then what it says."""
    if marked(data)[0]:
        return decode(data)
    data = data.replace(b"\0", b"")
    said = _CHARSET.search(data, 0, _HEAD)
    names = [name for name in (charset, said and said[1].decode()) if name]
    if b"\x1b" not in data:
        try:
            return data.decode()
        except UnicodeDecodeError:
            pass
    for name in names:
        try:
            codec = codecs.lookup(name).name
        except (LookupError, ValueError):
            continue
        if codec != "utf-8":
            return data.decode(_WIDER.get(codec, codec), "replace")
    return decode(data)
