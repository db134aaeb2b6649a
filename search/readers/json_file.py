"""A JSON file: an object, a list of objects, an object that holds the list, or in truth JSON Lines."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from search.article import Record, Rejected
from search.readers.decoding import NotText, decode, find_encoding, marked
from search.readers.fields import USUAL, Names, holds_articles, record
from search.readers.json_lines import read_json_lines
from search.readers.json_values import BrokenJson, values
from search.readers.limits import LONGEST
from search.readers.origin import Origin
from search.readers.streams import ahead

_PIECE = 1 << 20

#: Endings of JSON Lines; what has no name, such as standard input, is taken for that too.
_LINES = (".jsonl", ".ndjson", "")


def read_json(stream: io.BufferedReader, origin: Origin, names: Names = USUAL) -> Iterator[Record | Rejected]:
    """The name of the file counts only where its content leaves the kind open."""
    head = stream.peek(_PIECE)
    if not head.strip():
        yield origin.reject("is empty")
        return
    try:
        if _is_wide(head):
            stream = _narrow(stream)
            head = stream.peek(_PIECE)
        encoding = find_encoding(head)
    except NotText as error:
        yield origin.reject(str(error))
        return
    if _begins_lines(head, origin):
        yield from read_json_lines(stream, origin, names)
    else:
        pieces = iter(lambda: stream.read(_PIECE), b"")
        encoding = "utf-8-sig" if encoding == "utf-8" else encoding
        yield from _read_document(codecs.iterdecode(pieces, encoding, "replace"), origin, names)


def _is_wide(head: bytes) -> bool:
    return marked(head)[1].startswith(("utf-16", "utf-32"))


def _narrow(stream: BinaryIO) -> io.BufferedReader:
    """UTF-16 and UTF-32 can't be cut into lines as bytes, so what is in them is read whole."""
    data = stream.read(4 * LONGEST + 1)
    if len(data) > 4 * LONGEST:
        raise NotText("is too large to be read in this encoding; save it as UTF-8")
    return ahead(io.BytesIO(decode(data).encode()))


def is_lines(head: bytes, origin: Origin) -> bool:
    """Whether a file that begins with `head` can be cut into lines, each of which is read by itself."""
    if not head.strip() or _is_wide(head):
        return False
    try:
        find_encoding(head)
    except NotText:
        return False
    return _begins_lines(head, origin)


def _begins_lines(head: bytes, origin: Origin) -> bool:
    """A line of JSON Lines is an object, and the next begins another; no line within a JSON object is one."""
    written = (line for line in map(bytes.strip, head.split(b"\n")) if line)
    first, second = next(written, b"").removeprefix(codecs.BOM_UTF8), next(written, b"")
    if origin.suffix in _LINES:
        return not first.startswith(b"[")
    return first.startswith(b"{") and first.endswith(b"}") and second.startswith(b"{")


def _read_document(pieces: Iterator[str], origin: Origin, names: Names) -> Iterator[Record | Rejected]:
    """An object is held back until it is known whether it is the only one, which makes the file one article."""
    position = 0
    held: object = None
    broken: str | None = None
    try:
        for value, in_list in values(pieces):
            position += 1
            if in_list:
                yield record(value, origin, position, names)
            else:
                if held is not None:
                    yield from _articles(held, origin, position - 1, names)
                held = value
    except BrokenJson as error:
        broken = f"{error}; nothing was read from there on"
    if held is not None:
        yield from _articles(held, origin, position if position > 1 else None, names)
    if broken:
        yield origin.reject(broken, position + 1)
    elif not position:
        yield origin.reject("holds no article")


def _articles(value: object, origin: Origin, position: int | None, names: Names) -> Iterator[Record | Rejected]:
    listed = holds_articles(value, names)
    if listed is None:
        yield record(value, origin, position, names)
    else:
        yield from (record(one, origin, number, names) for number, one in enumerate(listed, 1))
