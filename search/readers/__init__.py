"""Files as people have them → Record, one article after the other. A reader a format, chosen by suffix.

To read another format, write `(stream, origin) → Iterator[Record | Rejected]` and name its suffix here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from search.article import Record, Rejected
from search.readers.json_file import read_json
from search.readers.json_lines import read_json_lines
from search.readers.origin import STANDARD_INPUT, STDIN, Origin, Root, find_root, location_of, unreadable, walk
from search.readers.txt import read_txt

__all__ = [
    "READERS",
    "STANDARD_INPUT",
    "STDIN",
    "Origin",
    "Reader",
    "Root",
    "find_root",
    "location_of",
    "read",
    "read_json_lines",
    "unreadable",
    "walk",
]

#: Total over any bytes: what cannot be read is Rejected. Only OSError, from the stream itself, gets out.
Reader = Callable[[BinaryIO, Origin], Iterator[Record | Rejected]]

READERS: Mapping[str, Reader] = {
    ".json": read_json,
    ".jsonl": read_json,
    ".ndjson": read_json,
    ".txt": read_txt,
}


def read(origin: Origin) -> Iterator[Record | Rejected]:
    """What a file holds. Raises OSError, also half-way."""
    with origin.file.open("rb") as stream:
        yield from READERS[origin.suffix](stream, origin)
