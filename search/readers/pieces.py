"""Parts of what a file holds that can be read each by itself, so that several processes can share the work."""

from __future__ import annotations

import io
from collections.abc import Iterator

from msgspec import Struct

from search.readers.limits import LONGEST
from search.readers.origin import Origin

#: The kinds of a piece that is lines of JSON, and of one that is a page of a crawl.
LINES, CRAWLED = "lines", "crawled"

#: Bytes of a piece, about.
PIECE = 1 << 20


class Piece(Struct, frozen=True):
    """`data` is of a kind that there is a reader for, or LINES or CRAWLED; its records are counted from `first`.

    Of a page, the rest is what the server said of it.
    """

    origin: Origin
    kind: str
    data: bytes
    first: int = 1
    url: str | None = None
    charset: str | None = None
    language: str | None = None


def cut_lines(stream: io.BufferedReader, origin: Origin) -> Iterator[Piece]:
    """Whole lines, in pieces. Of a line that is longer than LONGEST there is only so much that this can be told."""
    first, rest = 1, b""
    while block := stream.read(PIECE):
        rest += block
        end = rest.rfind(b"\n") + 1
        if not end and len(rest) > LONGEST:
            rest = rest[: LONGEST + 1]
            _skip_line(stream)
            rest, end = rest + b"\n", LONGEST + 2
        if end:
            yield Piece(origin, LINES, rest[:end], first)
            first += rest.count(b"\n", 0, end)
            rest = rest[end:]
    if rest:
        yield Piece(origin, LINES, rest, first)


def _skip_line(stream: io.BufferedReader) -> None:
    while (part := stream.readline(PIECE)) and not part.endswith(b"\n"):
        pass
