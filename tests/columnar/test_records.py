"""Stored fields as frames, which may be a stranger's."""

from __future__ import annotations

import tracemalloc

import pytest
import zstandard

from search.columnar.errors import Damaged
from search.columnar.records import LARGEST, Compressor, Decompressor


def claiming(size: int) -> bytes:
    """A frame that says it holds `size` bytes: RFC 8878, 3.1.1 has its head; and then nothing."""
    return b"\x28\xb5\x2f\xfd" + b"\xe0" + size.to_bytes(8, "little") + b"\x01\x00\x00"


@pytest.mark.parametrize("size", [LARGEST + 1, 1 << 40, (1 << 64) - 1])
def test_a_frame_gets_no_memory_that_no_record_needs(size: int) -> None:
    assert zstandard.frame_content_size(claiming(size)) in (size, -1)
    tracemalloc.start()
    with pytest.raises(Damaged):
        Decompressor([])(claiming(size))
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"no frame",
        claiming(10),
        zstandard.ZstdCompressor(write_content_size=False).compress(b"of unknown size"),
        zstandard.ZstdCompressor().compress(b"cut")[:-2],
    ],
)
def test_what_is_no_record_is_told(frame: bytes) -> None:
    with pytest.raises(Damaged):
        Decompressor([])(frame)


def test_nothing_is_written_that_would_not_be_read() -> None:
    record = bytes(LARGEST)
    assert len(Decompressor([])(Compressor().compress(record))) == LARGEST
    with pytest.raises(ValueError, match="the most"):
        Compressor().compress(record + b"\0")
