"""The table of contents: schema and segments of one generation, in Whoosh's own file with a seal at its end.

Whoosh pickles both, and unpickling what a stranger sent runs whatever the stranger likes. So it is read here by an
allow-list of operations and of classes, and nothing is taken over but names and numbers, each looked at. Whoosh's
`open_dir` reads the same file for those who trust it, and stops before the seal: the length and CRC-32 of all before.
"""

from __future__ import annotations

import os
import pickle
import re
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

from msgspec import Struct
from whoosh import analysis, columns, fields, formats
from whoosh.filedb.filestore import RamStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC, EmptyIndexError

from search.columnar.container import create, flush, load, sync_folder
from search.columnar.errors import Damaged
from search.columnar.fields import Category, Integer, KeyFormat, Keys, PositionFormat
from search.columnar.segment import ColumnarSegment

_SEAL = struct.Struct("<QI8s")
_MAGIC = b"CONTENTS"

_CLASSES = (
    *(fields.Schema, fields.ID, fields.STORED, formats.Existence, analysis.IDTokenizer),
    *(columns.NumericColumn, columns.RefBytesColumn, columns.VarBytesColumn),
    *(Category, Integer, KeyFormat, Keys, PositionFormat, ColumnarSegment),
)


def _no_bytes() -> bytes:
    """What `bytes` is called for in a pickle of ours. A stranger's would ask for some gigabytes."""
    return b""


_ALLOWED: dict[tuple[str, str], Callable[..., Any]] = {
    **{(one.__module__, one.__qualname__): one for one in _CLASSES},
    ("builtins", "bytes"): _no_bytes,
    ("__builtin__", "bytes"): _no_bytes,  # so called in the older of pickle's protocols
}
#: No operation that imports by number, or takes a size on trust, is among them.
_OPERATIONS = frozenset(
    {
        *("PROTO", "FRAME", "STOP", "MARK", "NONE", "NEWTRUE", "NEWFALSE"),
        *("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT"),
        *("BINUNICODE", "SHORT_BINUNICODE", "BINBYTES", "SHORT_BINBYTES"),
        *("EMPTY_DICT", "EMPTY_LIST", "EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3"),
        *("APPEND", "APPENDS", "SETITEM", "SETITEMS", "BINGET", "LONG_BINGET", "BINPUT", "LONG_BINPUT", "MEMOIZE"),
        *("GLOBAL", "STACK_GLOBAL", "NEWOBJ", "REDUCE", "BUILD"),
    }
)
#: More than any index of ours takes, and few enough that nothing nested in them overflows a stack.
_MOST_OPERATIONS = 10_000
_ID = re.compile(r"[0-9a-z]{1,64}")


class Contents(Struct, frozen=True):
    schema: Any
    segments: tuple[ColumnarSegment, ...]
    generation: int


def newest(storage: Any, indexname: str) -> int:
    """The number of the newest generation; -1 if there is none."""
    return int(TOC._latest_generation(storage, indexname))


def read(storage: Any, indexname: str) -> Contents:
    """The newest generation. Raises EmptyIndexError, FileNotFoundError if a writer just took it away, or Damaged."""
    generation = newest(storage, indexname)
    if generation < 0:
        raise EmptyIndexError(f"Index {indexname!r} does not exist in {storage!r}")
    name = filename(indexname, generation)
    data = bytes(load(storage, name))
    try:
        return _read(_unsealed(data), indexname, generation)
    except Exception as error:  # a stranger's bytes can be wrong in any way at all
        raise Damaged(f"{name}, the table of contents, can't be read: {error or type(error).__name__}.") from error


def filename(indexname: str, generation: int) -> str:
    return str(TOC._filename(indexname, generation))


def _unsealed(data: bytes) -> bytes:
    body, seal = data[: -_SEAL.size], data[-_SEAL.size :]
    if len(seal) < _SEAL.size or seal[-len(_MAGIC) :] != _MAGIC:
        raise Damaged("it is truncated, or not of this program")
    length, crc, _ = _SEAL.unpack(seal)
    if length != len(body) or crc != zlib.crc32(body):
        raise Damaged("it does not match its checksum")
    return body


def _read(body: bytes, indexname: str, generation: int) -> Contents:
    stream = StructFile(BytesIO(body))
    for _ in range(3):  # sizes of C types, of interest to Whoosh's own codecs
        stream.read_varint()
    if stream.read_int() != -12345:
        raise Damaged("its byte order is another")
    stream.read_int()
    for _ in range(3):
        stream.read_varint()
    schema = _unpickled(stream.read_string())
    if stream.read_int() != generation:
        raise Damaged("it is of another generation")
    stream.read_int()
    segments = _unpickled(stream.read(len(body)))
    if type(schema) is not fields.Schema or type(segments) is not list:
        raise Damaged("it holds something else")
    checked = tuple(_segment(segment, indexname) for segment in segments)
    if len({segment.segid for segment in checked}) < len(checked):
        raise Damaged("it names a segment twice")
    return Contents(schema, checked, generation)


def _unpickled(data: bytes) -> Any:
    from pickletools import genops

    for count, (operation, argument, _) in enumerate(genops(data)):
        puts = operation.name == "LONG_BINPUT" and (argument or 0) > _MOST_OPERATIONS
        if operation.name not in _OPERATIONS or count > _MOST_OPERATIONS or puts:
            raise Damaged(f"it does what no index needs ({operation.name})")
    return _Unpickler(BytesIO(data)).load()


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise Damaged(f"it asks for {module}.{name}, which no index needs") from None


def _segment(segment: Any, indexname: str) -> ColumnarSegment:
    """A new one with what is known to be sound: the name of its file is made from the id."""
    id, documents, deleted = (vars(segment)[name] for name in ("segid", "_documents", "_deleted"))
    if (
        type(segment) is not ColumnarSegment
        or segment.indexname != indexname
        or type(id) is not str
        or not _ID.fullmatch(id)
        or type(documents) is not int
        or not 0 <= documents < 1 << 32
        or type(deleted) is not bytes
        or len(deleted) not in (0, -(-documents // 8))
    ):
        raise Damaged("it holds a segment that makes no sense")
    return ColumnarSegment(indexname, documents, id, deleted)


class Taken(Exception):
    """There is a generation of that number."""


def write(storage: Any, indexname: str, contents: Contents) -> None:
    """Make a generation the newest, at once and for good. Raises Taken.

    All its files are on disk, with their names, before it gets its own.
    """
    memory = RamStorage()
    TOC(contents.schema, list(contents.segments), contents.generation).write(memory, indexname)
    name = filename(indexname, contents.generation)
    unfinished, body = f"{name}.{os.getpid()}", memory.files[name]
    file = create(storage, unfinished)
    file.write(body + _SEAL.pack(len(body), zlib.crc32(body), _MAGIC))
    flush(file)
    file.close()
    sync_folder(storage)
    try:
        storage.rename_file(unfinished, name, safe=True)
    except NameError as error:
        raise Taken(name) from error
    sync_folder(storage)
