"""Plain text, one article a file, with header lines that may stand at its very top."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import BinaryIO
from urllib.parse import urlsplit

from search.article import Record, Rejected
from search.dates import parse_partial
from search.readers.decoding import NotText, decode
from search.readers.limits import LONGEST, TOO_LONG
from search.readers.origin import Origin

_NAME = re.compile(r"[ \t]*(date|lang|url|title|source)[ \t]+(?=\S)")
_REST = re.compile(r"[^\r\n]*")
_TOKEN = re.compile(r"\S+[ \t]*")
_NEWLINE = re.compile(r"\r\n|\r|\n|\Z")

#: Names whose values can be checked; the others count only beside one of these.
_CHECKED = frozenset({"date", "lang", "url"})

#: Longer ones are no dates; keeps the parser from being tried on whole articles.
_LONGEST_DATE = 50


def read_txt(stream: BinaryIO, origin: Origin) -> Iterator[Record | Rejected]:
    data = stream.read(LONGEST + 1)
    if len(data) > LONGEST:
        yield origin.reject(TOO_LONG)
        return
    try:
        header, text = split_header(decode(data))
    except NotText as error:
        yield origin.reject(str(error))
        return
    if not text.strip():
        yield origin.reject("has header lines but no text" if header else "is empty")
        return
    yield Record(
        text=text,
        root=origin.root,
        path=origin.path,
        title=header.get("title"),
        date=header.get("date"),
        language=header.get("lang"),
        url=header.get("url"),
        source=header.get("source"),
        member=origin.member,
    )


def split_header(text: str) -> tuple[Mapping[str, str], str]:
    """The header lines, and all that is not a header line.

    A line counts if it is `date`, `lang` or `url` with a valid value, or `title` or `source` in one block with such a
    line; names are lower case, each at most once, and the first line that doesn't count ends the block. After a date
    the article may begin on the same line.

    >>> split_header("date 2020-10 NTB utenriks")
    ({'date': '2020-10'}, 'NTB utenriks')
    >>> split_header("date night ideas")
    ({}, 'date night ideas')
    """
    header: dict[str, str] = {}
    at = len(text) - len(text.lstrip())
    whole = True
    while whole and (name := _NAME.match(text, at)) and name[1] not in header:
        found = _value(name[1], text, name.end())
        if found is None:
            break
        header[name[1]], at, whole = found
    return (header, text[at:]) if header.keys() & _CHECKED else ({}, text)


def _value(name: str, text: str, start: int) -> tuple[str, int, bool] | None:
    """The value that begins at `start`, where what follows it begins, and whether it took its whole line."""
    line = _REST.match(text, start)
    newline = _NEWLINE.search(text, start)
    assert line and newline  # both match anything
    value = line[0].strip()
    if _VALID[name](value):
        return value, newline.end(), True
    token = _TOKEN.match(text, start)
    if name == "date" and token and _is_date(token[0].strip()):
        return token[0].strip(), token.end(), False
    return None


def _is_date(value: str) -> bool:
    return len(value) <= _LONGEST_DATE and parse_partial(value) is not None


@lru_cache
def _is_language(value: str) -> bool:
    from langcodes import tag_is_valid

    return tag_is_valid(value)


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", value)
    except ValueError:
        return False


_VALID: Mapping[str, Callable[[str], bool]] = {
    "date": _is_date,
    "lang": _is_language,
    "url": _is_url,
    "title": bool,
    "source": bool,
}
