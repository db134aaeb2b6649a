"""Rows of tables as bytes: blocks of JSON, each a zstd frame with its length before it (4 bytes, little-endian).

A block is `[TABLE, [ROW, …]]`. Written and read a block at a time, so that memory doesn't grow with the table.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

_LENGTH = struct.Struct("<I")
_ROWS = 10_000


def packed(tables: Mapping[str, Iterable[Any]]) -> bytes:
    from zstandard import ZstdCompressor

    compress = ZstdCompressor().compress
    written = bytearray()
    for table, rows in tables.items():
        left = iter(rows)
        while block := list(islice(left, _ROWS)):
            frame = compress(json.dumps([table, block], separators=(",", ":")).encode())
            written += _LENGTH.pack(len(frame)) + frame
    return bytes(written)


def unpacked(data: bytes | memoryview) -> Iterator[tuple[str, list[Any]]]:
    """A table and some of its rows at a time."""
    from zstandard import ZstdDecompressor

    decompress = ZstdDecompressor().decompress
    at = 0
    while at < len(data):
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        table, rows = json.loads(decompress(data[at : at + length]))
        yield table, rows
        at += length
