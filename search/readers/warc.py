"""WARC and ARC, the files of web crawls: an article an HTML page."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

from search.article import Record, Rejected
from search.readers.html import read_page
from search.readers.limits import LONGEST
from search.readers.origin import Origin
from search.readers.pieces import CRAWLED, Piece
from search.readers.streams import Damaged

_HTML = ("text/html", "application/xhtml+xml")


def read_warc(stream: io.BufferedReader, origin: Origin) -> Iterator[Record | Rejected]:
    """Positions count the archive's records of all kinds. What is no page, or was no success, is passed over."""
    for found in cut_warc(stream, origin):
        yield found if isinstance(found, Rejected) else read_crawled(found)


def read_crawled(piece: Piece) -> Record | Rejected:
    """A page as `cut_warc` gives it."""
    return read_page(
        piece.data,
        piece.origin,
        position=piece.first,
        url=piece.url,
        charset=piece.charset,
        language=piece.language,
    )


def cut_warc(stream: io.BufferedReader, origin: Origin) -> Iterator[Piece | Rejected]:
    """A piece a page."""
    records, position, pages = _records(stream), 0, 0
    while True:
        position += 1
        try:
            record = next(records, None)
            page = _page(record, origin, position) if record is not None else None
        except (OSError, Damaged):
            raise
        except Exception as error:  # what is damaged can be wrong in any way, also for the library
            yield origin.reject(f"is damaged ({_why(error)}); nothing was read from there on", position)
            return
        if record is None:
            break
        if page is not None:
            pages += 1
            yield page
    if not pages:
        yield origin.reject("holds no HTML pages")


def _records(stream: io.BufferedReader) -> Iterator[Any]:
    """Without a word of the library's on stderr, which would be a stranger's, control characters and all."""
    from warcio.archiveiterator import ArchiveIterator

    class Silent(ArchiveIterator):  # type: ignore[misc]
        INC_RECORD = ""

    logging.getLogger("warcio").setLevel(logging.CRITICAL)
    return iter(Silent(stream, arc2warc=True))


def _page(record: Any, origin: Origin, position: int) -> Piece | Rejected | None:
    headers = record.http_headers or record.rec_headers
    if not _is_answer(record):
        return None
    kind, _, parameters = (headers.get_header("Content-Type") or "").lower().partition(";")
    if kind.strip() not in _HTML:
        return None
    packed = (headers.get_header("Content-Encoding") or "").lower()
    data = record.content_stream().read(LONGEST + 1)
    if packed == "br" and b"<" not in data[:1000]:
        return origin.reject("is packed with brotli, which can't be read", position)
    return Piece(
        origin,
        CRAWLED,
        data,
        first=position,
        url=record.rec_headers.get_header("WARC-Target-URI"),
        charset=_charset(parameters),
        language=headers.get_header("Content-Language"),
    )


def _is_answer(record: Any) -> bool:
    """A page as a server sent it, or as a browser that made the archive had it."""
    if record.rec_type == "response":
        return record.http_headers is not None and record.http_headers.get_statuscode().startswith("2")
    return bool(record.rec_type == "resource")


def _charset(parameters: str) -> str | None:
    values = (parameter.partition("=") for parameter in parameters.split(";"))
    return next((value.strip(" \"'") for name, _, value in values if name.strip() == "charset"), None)


def _why(error: Exception) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__
