"""Rows of tables as bytes: blocks of JSON, each a zstd frame with its length before it (4 bytes, little-endian).

A block is `[TABLE, [ROW, …]]`. Written and read a block at a time, so that memory doesn't grow with the table.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec

from search.errors import IndexDamaged

_LENGTH = struct.Struct("<I")
_ROWS = 10_000
#: Bytes of a block. A frame says itself how much memory it wants, and may be a stranger's.
_LARGEST = 1 << 28


def packed(tables: Mapping[str, Iterable[Any]]) -> bytes:
    from zstandard import ZstdCompressor

    compress = ZstdCompressor().compress
    written = bytearray()
    for table, rows in tables.items():
        left = iter(rows)
        while block := list(islice(left, _ROWS)):
            for data in _blocks(table, block):
                frame = compress(data)
                written += _LENGTH.pack(len(frame)) + frame
    return bytes(written)


def _blocks(table: str, rows: list[Any]) -> Iterator[bytes]:
    data = _encoded([table, rows])
    if len(data) <= _LARGEST or len(rows) == 1:
        yield data
        return
    half = len(rows) // 2
    yield from _blocks(table, rows[:half])
    yield from _blocks(table, rows[half:])


def unpacked(data: bytes | memoryview, columns: Mapping[str, int]) -> Iterator[tuple[str, list[Any]]]:
    """A table and some of its rows at a time. Raises IndexDamaged, also for tables and widths that `columns` hasn’t."""
    from zstandard import ZstdDecompressor, ZstdError, frame_content_size

    decompress = ZstdDecompressor().decompress
    at = 0
    while at < len(data):
        try:
            (length,) = _LENGTH.unpack_from(data, at)
            at += _LENGTH.size
            frame = data[at : at + length]
            if frame_content_size(frame) > _LARGEST:
                raise ValueError("it claims to hold more than a block can")
            table, rows = _decoded(decompress(frame))
            if {len(row) for row in rows} - {columns[table]}:
                raise ValueError(f"it has other rows of {table}")
        except (struct.error, ZstdError, ValueError, LookupError, TypeError, RecursionError) as error:
            raise damaged(error) from error
        yield table, rows
        at += length


def _encoded(block: object) -> bytes:
    """By `json` only what holds half of a surrogate pair, as a path may."""
    try:
        return msgspec.json.encode(block)
    except UnicodeEncodeError:
        return json.dumps(block, separators=(",", ":")).encode()


def _decoded(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data)
    except msgspec.DecodeError:
        return json.loads(data)


def damaged(error: Exception) -> IndexDamaged:
    return IndexDamaged(f"What the index knows of files read is damaged ({error}): index again with --rebuild.")
