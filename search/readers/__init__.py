"""Files as people have them → Record, one article after the other.

What is packed is unpacked and what is an archive opened, as often as need be; what is then found is read by the reader
of its kind, which the content tells, or else the name. To read another format, write `(stream, origin) →
Iterator[Record | Rejected]`, name its kind here, and in `kinds` what it is known by.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import BinaryIO, TypeVar

from msgspec.structs import replace

from search.article import Record, Rejected
from search.readers.archives import ARCHIVES, Member, NoArchive
from search.readers.columns import read_columns
from search.readers.feeds import read_feed
from search.readers.fields import names_with
from search.readers.html import read_html
from search.readers.json_file import is_lines, read_json
from search.readers.json_lines import GIVEN_UP, read_json_lines
from search.readers.kinds import UnknownKind, kind_of
from search.readers.limits import DEEPEST
from search.readers.markdown import read_markdown
from search.readers.newsml import read_newsml
from search.readers.newsml_g2 import read_newsml_g2
from search.readers.nitf import read_nitf
from search.readers.origin import STANDARD_INPUT, STDIN, Origin, Root, find_root, location_of, unreadable, walk
from search.readers.pieces import CRAWLED, LINES, Piece, cut_lines
from search.readers.streams import AHEAD, COMPRESSIONS, Budget, Damaged, ahead, opened, unpacked
from search.readers.teleprinter import read_teleprinter
from search.readers.txt import read_txt
from search.readers.warc import cut_warc, read_crawled, read_warc

__all__ = [
    "GIVEN_UP",
    "STANDARD_INPUT",
    "STDIN",
    "Origin",
    "Piece",
    "Reader",
    "Root",
    "find_root",
    "location_of",
    "read",
    "read_piece",
    "read_stream",
    "readers",
    "split",
    "unreadable",
    "walk",
]

_T = TypeVar("_T")

#: Total over any bytes: what cannot be read is Rejected. Only OSError and Damaged, from the stream itself, get out.
Reader = Callable[[io.BufferedReader, Origin], Iterator[Record | Rejected]]


def readers(fields: Mapping[str, str] = {}) -> Mapping[str, Reader]:
    """By kind. `fields` are names that the user gives to fields of an article: {"title": "Headline"}.

    Raises BadValue for a field that there isn't.
    """
    names = names_with(fields)
    return {
        "csv": partial(read_columns, names=names),
        "feed": read_feed,
        "html": read_html,
        "json": partial(read_json, names=names),
        "md": partial(read_markdown, names=names),
        "newsml": read_newsml,
        "newsml-g2": read_newsml_g2,
        "nitf": read_nitf,
        "teleprinter": read_teleprinter,
        "txt": read_txt,
        "warc": read_warc,
    }


def read(origin: Origin, fields: Mapping[str, str] = {}) -> Iterator[Record | Rejected]:
    """What a file holds. Raises OSError, also half-way."""
    with opened(origin.file) as stream:
        budget = Budget(os.fstat(stream.fileno()).st_size)
        yield from _read(stream, origin, readers(fields), budget)


def read_stream(stream: BinaryIO, origin: Origin, fields: Mapping[str, str] = {}) -> Iterator[Record | Rejected]:
    """What comes out of a pipe: one file of any kind. Raises OSError, also half-way."""
    budget = Budget(0)
    yield from _read(ahead(stream, budget), origin, readers(fields), budget)


def split(stream: BinaryIO, origin: Origin, fields: Mapping[str, str] = {}) -> Iterator[Piece | Record | Rejected]:
    """As `read_stream`, with what takes time left to `read_piece`, where that can be done. Raises the same."""
    budget = Budget(0)
    cutters: Mapping[str, Callable[[io.BufferedReader, Origin], Iterator[Piece | Record | Rejected]]]
    cutters = {kind: partial(_cut, kind, reader) for kind, reader in readers(fields).items()}
    found: Iterator[Piece | Record | Rejected] = _read(ahead(stream, budget), origin, cutters, budget)
    yield from found


def read_piece(piece: Piece, fields: Mapping[str, str] = {}) -> Iterator[Record | Rejected]:
    stream = ahead(io.BytesIO(piece.data))
    if piece.kind == LINES:
        return read_json_lines(stream, piece.origin, names_with(fields), piece.first)
    if piece.kind == CRAWLED:
        return iter((read_crawled(piece),))
    return readers(fields)[piece.kind](stream, piece.origin)


def _cut(kind: str, reader: Reader, stream: io.BufferedReader, origin: Origin) -> Iterator[Piece | Record | Rejected]:
    """What is neither JSON Lines nor a crawl, nor short enough for one piece, is read here."""
    head = stream.peek(AHEAD)
    if kind == "json" and is_lines(head, origin):
        yield from cut_lines(stream, origin)
    elif kind == "warc":
        yield from cut_warc(stream, origin)
    elif len(head) < AHEAD:
        yield Piece(origin, kind, stream.read())
    else:
        yield from reader(stream, origin)


def _read(
    stream: io.BufferedReader,
    origin: Origin,
    known: Mapping[str, Callable[[io.BufferedReader, Origin], Iterator[_T | Rejected]]],
    budget: Budget,
    depth: int = 0,
) -> Iterator[_T | Rejected]:
    try:
        kind = kind_of(stream.peek(AHEAD), origin.suffix)
        if kind in known:
            yield from known[kind](stream, origin)
        elif depth == DEEPEST:
            yield origin.reject(f"is packed more than {DEEPEST} times over; unpack it first")
        elif kind in COMPRESSIONS:
            yield from _read(unpacked(stream, kind, budget), origin, known, budget, depth + 1)
        else:
            yield from _read_members(ARCHIVES[kind](stream, budget), origin, known, budget, depth + 1)
    except (UnknownKind, NoArchive) as error:
        yield origin.reject(str(error))
    except Damaged as error:
        if error.source is not stream:
            raise
        yield origin.reject(str(error))


def _read_members(
    members: Iterator[Member],
    origin: Origin,
    known: Mapping[str, Callable[[io.BufferedReader, Origin], Iterator[_T | Rejected]]],
    budget: Budget,
    depth: int,
) -> Iterator[_T | Rejected]:
    for name, member in members:
        within = replace(origin, member=f"{origin.member}/{name}" if origin.member else name)
        if isinstance(member, str):
            yield within.reject(member)
        else:
            yield from _read(member, within, known, budget, depth)
