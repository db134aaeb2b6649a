"""JSON Lines: an object a line, each line by itself, so that a broken one costs nothing but itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from search.article import Record, Rejected
from search.readers.decoding import NotText
from search.readers.fields import USUAL, Names, record
from search.readers.json_values import BrokenJson, parse
from search.readers.limits import LONGEST, TOO_LONG
from search.readers.origin import Origin

#: After so many lines in a row that are no articles the file is something else.
PATIENCE = 1000
GIVEN_UP = f"{PATIENCE} lines in a row are no articles; the rest was not read"


def read_json_lines(
    stream: BinaryIO, origin: Origin, names: Names = USUAL, first: int = 1
) -> Iterator[Record | Rejected]:
    """`first` is the number of the first line."""
    refused = 0
    for number, line in enumerate(_lines(stream), first):
        if line is not None and not line.strip():
            continue
        read = origin.reject(TOO_LONG, number) if line is None else _record(line, origin, number, names)
        yield read
        refused = refused + 1 if isinstance(read, Rejected) else 0
        if refused == PATIENCE:
            yield origin.reject(GIVEN_UP, number)
            return


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """None stands for a line that is too long."""
    while line := stream.readline(LONGEST + 1):
        if len(line) <= LONGEST:
            yield line
        else:
            while line and not line.endswith(b"\n"):
                line = stream.readline(LONGEST)
            yield None


def _record(line: bytes, origin: Origin, number: int, names: Names) -> Record | Rejected:
    try:
        return record(parse(line), origin, number, names)
    except (NotText, BrokenJson) as error:
        return origin.reject(str(error), number)
