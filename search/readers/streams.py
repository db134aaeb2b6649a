"""Bytes as they come: streams that can be looked into, and packed ones, unpacked within limits."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO, Protocol

from msgspec import Struct

from search.readers.limits import FREE, RATIO, WHOLE

#: Bytes that `peek` shows at the beginning of a stream, or all there are.
AHEAD = 1 << 20

#: Bytes of a zstd stream unpacked in one go: 32 MB at the very worst.
_ZSTD_PIECE = 1 << 10


_STOPPED = "nothing was read from there on"


class Damaged(Exception):
    """The stream `source` ends here though it should go on. The message is the reason of a rejection.

    It stands outside the errors that libraries expect and pass over. What was read before is good.
    """

    def __init__(self, reason: str, source: object) -> None:
        super().__init__(reason)
        self.source = source


class Budget(Struct):
    """What a file may grow to: all that was unpacked of it, against the bytes of the file itself."""

    packed: int
    unpacked: int = 0

    def spend(self, size: int) -> bool:
        """Whether `size` more bytes are within the limit."""
        self.unpacked += size
        return self.unpacked <= max(WHOLE, RATIO * self.packed)


class _Source(Protocol):
    def read1(self, size: int, /) -> bytes: ...


class _Filled(io.RawIOBase):
    """Fills whatever it is asked to fill, so that a buffer over it shows as much as it can hold.

    An error half-way is kept until what came before it has been read.
    """

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._failed: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        filled = 0
        while filled < len(buffer) and self._failed is None:
            try:
                piece = self._read(len(buffer) - filled)
            except (OSError, Damaged) as error:
                self._failed = error
                break
            if not piece:
                return filled
            buffer[filled : filled + len(piece)] = piece
            filled += len(piece)
        if self._failed is not None and not filled:
            raise self._failed
        return filled


def opened(file: Path) -> io.BufferedReader:
    return io.BufferedReader(io.FileIO(file), AHEAD)


def ahead(stream: BinaryIO, budget: Budget | None = None) -> io.BufferedReader:
    """`stream` with a look ahead; what is read of it counts as packed in `budget`."""

    def read(size: int) -> bytes:
        piece = stream.read(size)
        if budget is not None:
            budget.packed += len(piece)
        return piece

    return filled(read)


def filled(read: Callable[[int], bytes]) -> io.BufferedReader:
    return io.BufferedReader(_Filled(read), AHEAD)


class _Zstd:
    """The frames of a stream one after the other. Unlike zstandard's own reader it tells when the last is cut off."""

    def __init__(self, stream: BinaryIO) -> None:
        from zstandard import ZstdDecompressor

        self._stream = stream
        self._start = ZstdDecompressor().decompressobj
        self._frame = self._start()
        self._begun = False
        self._ready = b""

    def read1(self, size: int) -> bytes:
        while not self._ready:
            piece = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame, self._begun = self._start(), False
            piece = piece or self._stream.read(_ZSTD_PIECE)
            if not piece:
                if self._begun:
                    raise EOFError
                return b""
            self._begun = True
            self._ready = self._frame.decompress(piece)
        given, self._ready = self._ready[:size], self._ready[size:]
        return given


_UNPACKERS: Mapping[str, Callable[[BinaryIO], _Source]] = {
    "gz": lambda stream: gzip.GzipFile(fileobj=stream),
    "bz2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
    "zst": _Zstd,
}

#: How streams are packed that hold one file each.
COMPRESSIONS = frozenset(_UNPACKERS)


def unpacked(stream: BinaryIO, how: str, budget: Budget) -> io.BufferedReader:
    """What is packed in `stream`, one of COMPRESSIONS. Damaged is raised with the stream returned as its source."""
    packed = ahead(stream, own := Budget(0))
    source = _UNPACKERS[how](packed)
    return metered(source.read1, own, budget)


def metered(read: Callable[[int], bytes], own: Budget, budget: Budget) -> io.BufferedReader:
    """What an unpacker gives, as long as it is no bomb, measured by itself (`own`) and by the whole file (`budget`)."""

    def metered_read(size: int) -> bytes:
        try:
            piece = read(size)
        except Damaged:
            raise
        except Exception as error:  # each unpacker has errors of its own for damage
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise Damaged(_reason(error), stream) from error
        own.unpacked += len(piece)
        if own.unpacked > max(FREE, RATIO * own.packed) or not budget.spend(len(piece)):
            raise Damaged(f"unpacks to more than {RATIO} times its size, like a decompression bomb; {_STOPPED}", stream)
        return piece

    stream = filled(metered_read)
    return stream


def _reason(error: Exception) -> str:
    what = "is cut off" if isinstance(error, EOFError) else "is damaged"
    return f"{what}; {_STOPPED}, so fetch or pack it again"
