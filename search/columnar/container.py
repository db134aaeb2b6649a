"""One file of named sections with a checksum for every block, mapped into memory. FORMAT.md has it byte by byte."""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator, Mapping
from io import BufferedWriter
from pathlib import Path
from stat import S_ISREG
from typing import Any

import numpy as np
from msgspec import MsgspecError, Struct, json
from xxhash import xxh3_64_intdigest

from search.columnar.columns import Array
from search.columnar.errors import Damaged, Unreadable

MAGIC = b"COLUMNAR"
VERSION = 2
#: Bytes under one checksum.
SHIFT = 14
BLOCK = 1 << SHIFT
#: Bytes of an item, by numpy's names of their types.
_ITEMS = {"|u1": 1, "<u2": 2, "<u4": 4, "<i8": 8, "<f8": 8}
_HEADER = struct.Struct("<8sII")
_TRAILER = struct.Struct("<QQQII8s")


def _checksum(data: Any) -> int:
    return xxh3_64_intdigest(data) & 0xFFFFFFFF


class ContainerWriter:
    """Sections are written one after another; `finish` puts it all on disk before it returns."""

    def __init__(self, storage: Any, name: str) -> None:
        self._file = create(storage, name)
        self._pending = bytearray()
        self._checksums: list[int] = []
        self._length = 0
        self._sections: dict[str, tuple[int, int, str, int]] = {}
        self._write(_HEADER.pack(MAGIC, VERSION, BLOCK))

    def add(self, name: str, array: Array, width: int = 0) -> None:
        """One section of a one-dimensional array, in rows of `width` items if that is given."""
        with self.section(name, array.dtype.str, width) as write:
            write(np.ascontiguousarray(array))

    def section(self, name: str, dtype: str, width: int = 0) -> _Section:
        self._write(bytes(-self._length % 8))
        return _Section(self, name, dtype, width)

    def finish(self, directory: Mapping[str, Any]) -> None:
        listing = json.encode({**directory, "sections": self._sections})
        if self._pending:
            self._checksums.append(_checksum(self._pending))
            self._file.write(self._pending)
        checksums = np.array(self._checksums, dtype="<u4").tobytes()
        total = self._length + len(checksums) + len(listing) + _TRAILER.size
        crc = _checksum(checksums + listing)
        self._file.write(checksums)
        self._file.write(listing)
        self._file.write(_TRAILER.pack(self._length, len(listing), total, crc, VERSION, MAGIC))
        flush(self._file)
        self._file.close()

    def _write(self, data: Any) -> None:
        view = memoryview(data).cast("B")
        self._length += len(view)
        if len(self._pending) + len(view) < BLOCK:
            self._pending += view
            return
        head = BLOCK - len(self._pending) if self._pending else 0
        if head:
            self._block(self._pending + view[:head])
        whole = head + (len(view) - head) // BLOCK * BLOCK
        self._checksums += [_checksum(view[at : at + BLOCK]) for at in range(head, whole, BLOCK)]
        self._file.write(view[head:whole])
        self._pending = bytearray(view[whole:])

    def _block(self, data: bytearray) -> None:
        self._checksums.append(_checksum(data))
        self._file.write(data)


class _Section:
    def __init__(self, writer: ContainerWriter, name: str, dtype: str, width: int) -> None:
        self._writer, self._name, self._dtype, self._width = writer, name, dtype, width
        self._start = writer._length

    def __enter__(self) -> Any:
        return self._writer._write

    def __exit__(self, *exc: object) -> None:
        length = self._writer._length - self._start
        self._writer._sections[self._name] = (self._start, length, self._dtype, self._width)


class Section(Struct, frozen=True):
    """`array` is the mapped data, one row an item; reading it through `rows` or `whole` checks it first."""

    file: Container
    array: Array
    start: int
    row: int

    def rows(self, first: int, last: int) -> Array:
        self.file.verify(self.start + first * self.row, self.start + last * self.row)
        return self.array[first:last]

    def take(self, rows: Array) -> Array:
        if len(rows):
            self.file.verify(self.start + int(rows[0]) * self.row, self.start + (int(rows[-1]) + 1) * self.row)
        return self.array[rows]

    def pick(self, rows: Array) -> Array:
        """Rows in any order, each checked by itself; a row is no longer than a block."""
        starts = rows.astype(np.int64) * self.row + self.start
        self.file.verify_each(starts, self.row)
        return self.array[rows]

    def whole(self) -> Array:
        return self.rows(0, len(self.array))

    def __len__(self) -> int:
        return len(self.array)


class Container:
    """A file written by ContainerWriter. Opening reads its end only. Raises Damaged."""

    def __init__(self, storage: Any, name: str) -> None:
        self.name = name
        self._data = load(storage, name)
        self.directory: dict[str, Any] = self._open()
        #: A byte for each block: whether it was checked.
        self.verified = bytearray(len(self._checksums))

    def _open(self) -> dict[str, Any]:
        size = len(self._data)
        if size < _HEADER.size + _TRAILER.size:
            raise Damaged(f"{self.name} is truncated: {size} bytes.")
        length, listed, total, crc, version, magic = _TRAILER.unpack(self._data[size - _TRAILER.size :])
        if magic != MAGIC:
            raise Damaged(f"{self.name} is truncated or not a columnar file: its end is not there.")
        if version != VERSION:
            raise Unreadable(f"{self.name} has format version {version}; this program reads {VERSION}.")
        tail, blocks = self._data[length : size - _TRAILER.size], -(-length // BLOCK)
        if total != size or len(tail) - listed != 4 * blocks or _checksum(tail) != crc:
            raise Damaged(f"{self.name} is damaged: its directory does not match its checksum.")
        self._length = length
        self._checksums = np.frombuffer(tail[: 4 * blocks], dtype="<u4")
        try:
            directory: dict[str, Any] = json.decode(tail[4 * blocks :])
            sound = all(_is_sound(section, length) for section in directory["sections"].values())
        except (MsgspecError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise Damaged(f"{self.name} is damaged: its directory is none.") from error
        if not sound:
            raise Damaged(f"{self.name} is damaged: its directory names sections that can't be.")
        return directory

    def __contains__(self, name: str) -> bool:
        return name in self.directory["sections"]

    def section(self, name: str) -> Section:
        start, length, code, width = self.directory["sections"][name]
        dtype = np.dtype(code)
        array = np.frombuffer(self._data, dtype=dtype, count=length // dtype.itemsize, offset=start)
        if width:
            array = array.reshape(-1, width)
        return Section(self, array, start, dtype.itemsize * max(width, 1))

    def let_go(self) -> None:
        """Give back the memory of what was read; it is read again when it is asked for."""
        mapped = self._data.obj
        if isinstance(mapped, mmap.mmap) and hasattr(mapped, "madvise"):
            mapped.madvise(mmap.MADV_DONTNEED)

    def verify(self, start: int, stop: int) -> None:
        """Check the blocks that hold these bytes, unless that was done before."""
        if stop <= start:
            return
        first, last = start // BLOCK, -(-stop // BLOCK)
        if self.verified.find(0, first, last) < 0:
            return
        for block in range(first, last):
            if not self.verified[block]:
                self._verify(block)

    def verify_each(self, starts: Array, size: int) -> None:
        """The same for pieces of `size` bytes, at most a block each."""
        verified = np.frombuffer(self.verified, dtype=np.uint8)
        for blocks in (starts // BLOCK, (starts + (size - 1)) // BLOCK):
            if not verified[blocks].all():
                for block in set(blocks[verified[blocks] == 0].tolist()):
                    self._verify(block)

    def _verify(self, block: int) -> None:
        start = block * BLOCK
        if _checksum(self._data[start : min(start + BLOCK, self._length)]) != self._checksums[block]:
            raise Damaged(f"{self.name} is damaged in {self.part(start)}, near byte {start}.")
        self.verified[block] = 1

    def part(self, position: int) -> str:
        """The first section that reaches into the block of a position."""
        inside = (n for n, (start, length, *_) in self.directory["sections"].items() if start + length > position)
        return next(inside, "its padding")

    def problems(self) -> Iterator[str]:
        """One sentence for every damaged block; reads the whole file."""
        for block in range(len(self._checksums)):
            try:
                self._verify(block)
            except Damaged as damage:
                yield str(damage)


def _is_sound(section: Any, end: int) -> bool:
    start, length, code, width = section
    numbers = all(type(number) is int and number >= 0 for number in (start, length, width))
    return numbers and start + length <= end and code in _ITEMS and length % (_ITEMS[code] * max(width, 1)) == 0


def create(storage: Any, name: str) -> Any:
    """A new file in a Whoosh storage; what had the name, such as a link to elsewhere, is not written to."""
    folder = getattr(storage, "folder", None)
    if not folder:
        return storage.create_file(name)
    path = Path(folder, name)
    path.unlink(missing_ok=True)
    return path.open("xb")


def load(storage: Any, name: str) -> memoryview:
    """The bytes of a file in a Whoosh storage: mapped where it is a file on disk."""
    folder = getattr(storage, "folder", None)
    try:
        if folder:
            return map_file(Path(folder, name))
        with storage.open_file(name) as file:
            return memoryview(file.read(storage.file_length(name)))
    except FileNotFoundError as error:
        # Whoosh reads the table of contents again when a writer has just removed a file.
        raise FileNotFoundError(f"{name} is missing.") from error


def map_file(path: Path) -> memoryview:
    """Raises Damaged for a pipe, which would be waited for, and anything else that is no plain file."""
    with open(path, "rb", opener=_without_waiting) as file:
        status = os.fstat(file.fileno())
        if not S_ISREG(status.st_mode):
            raise Damaged(f"{path.name} is no plain file.")
        if not status.st_size:
            return memoryview(b"")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def flush(file: Any) -> None:
    """Put what was written on disk, where the file is on one."""
    if isinstance(file, BufferedWriter):
        file.flush()
        os.fsync(file.fileno())


def sync_folder(storage: Any) -> None:
    """Make renames in the storage's folder last."""
    folder = getattr(storage, "folder", None)
    if not folder or os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
