"""From files to units: what changed since last time, in the order of input, in portions that workers can share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import count, groupby
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import replace
from xxhash import xxh3_128

from search.article import Record, Rejected
from search.indexing.claims import Entry
from search.indexing.ledger import Ledger
from search.indexing.offers import Manner
from search.indexing.units import Part
from search.indexing.worker import digest
from search.readers import STANDARD_INPUT, Origin, Piece, split, unreadable

#: Files of a unit at most, and bytes; larger ones are a unit by themselves, and from so many bytes on they are cut.
_FILES, _BYTES, _CUT = 32, 1 << 20, 1 << 22
#: Records read here that make a unit, and bytes of pieces.
_RECORDS, _PIECES = 128, 1 << 19


class Opening(Struct, frozen=True):
    """A file that is to be read. `before` is its entry; ids are made from `path`."""

    run: int
    origin: Origin
    manner: Manner
    before: Entry | None
    size: int
    mtime: int
    path: str

    @property
    def base(self) -> str:
        return self.before.base if self.before else str(self.origin.base)


class Work(Struct, frozen=True):
    """Parts for one worker. `size` is what they take of the input, in bytes."""

    parts: tuple[Part, ...]
    size: int


class Closing(Struct, frozen=True):
    """All parts of a file that was cut have been given out."""

    run: int
    content: str
    error: str | None


class Unchanged(Struct, frozen=True):
    """`is_touched` if it has another time than the entry had, though it holds the same."""

    origin: Origin
    entry: Entry
    is_touched: bool = False


#: What takes no worker.
Quick = Opening | Closing | Unchanged | Rejected
Item = Quick | Work


class Planner:
    """`language` and `fields`, where given, count for every file; without them a file keeps what it was read with."""

    def __init__(self, ledger: Ledger, language: str | None, fields: dict[str, str], keep_copies: bool) -> None:
        self._ledger = ledger
        self._language, self._fields, self._keep_copies = language, fields, keep_copies
        self._runs = count(1)
        self._manners: dict[str | None, Manner] = {}

    def plan(self, origins: Iterable[Origin | Rejected]) -> Iterator[Item]:
        together: list[Opening] = []
        for origin in origins:
            item = origin if isinstance(origin, Rejected) else self._look(origin)
            if not isinstance(item, Opening):
                yield item
                continue
            if together and (len(together) == _FILES or sum(one.size for one in together) + item.size > _BYTES):
                yield _whole(together)
                together = []
            yield item
            if item.size < _CUT:
                together.append(item)
            else:
                yield from _whole_ones(together)
                together = []
                yield from _cut_file(item)
        yield from _whole_ones(together)

    def stream(self, stream: BinaryIO) -> Iterator[Item]:
        """Standard input."""
        entry = self._ledger.entry(str(STANDARD_INPUT.file))
        item = Opening(next(self._runs), STANDARD_INPUT, self._manner(entry), entry, 0, 0, "")
        yield item
        yield from _cut(item, stream)

    def _look(self, origin: Origin) -> Opening | Unchanged | Rejected:
        entry = self._ledger.entry(str(origin.file))
        manner = self._manner(entry)
        try:
            status = origin.file.stat()
            if entry is not None and entry.manner == manner.encoded:
                if (entry.size, entry.mtime) == (status.st_size, status.st_mtime_ns):
                    return Unchanged(origin, entry)
                if entry.size == status.st_size and entry.content == digest(origin.file):
                    return Unchanged(origin, replace(entry, mtime=status.st_mtime_ns), is_touched=True)
        except OSError as error:
            return origin.reject(unreadable(error))
        opening = Opening(next(self._runs), origin, manner, entry, status.st_size, status.st_mtime_ns, "")
        return replace(opening, path=origin.file.relative_to(opening.base).as_posix())

    def _manner(self, entry: Entry | None) -> Manner:
        encoded = entry.manner if entry else None
        if encoded not in self._manners:
            before = Manner.decoded(encoded) if encoded else Manner()
            manner = Manner(self._language or before.language, self._fields or before.fields, self._keep_copies)
            self._manners[encoded] = manner
        return self._manners[encoded]


def _whole(openings: list[Opening]) -> Work:
    parts = (Part(one.run, one.path, one.manner, one.origin) for one in openings)
    return Work(tuple(parts), sum(one.size for one in openings))


def _whole_ones(openings: list[Opening]) -> Iterator[Work]:
    if openings:
        yield _whole(openings)


def _cut_file(opening: Opening) -> Iterator[Work | Closing]:
    try:
        with opening.origin.file.open("rb") as stream:
            yield from _cut(opening, stream)
    except OSError as error:
        yield Closing(opening.run, "", unreadable(error))


def _cut(opening: Opening, stream: BinaryIO) -> Iterator[Work | Closing]:
    """Pieces as they are, and what is read here in portions."""
    hashed, told, error = _Hashed(stream), 0, None
    found: list[Piece | Record | Rejected] = []
    try:
        for one in split(hashed, opening.origin, opening.manner.fields):  # type: ignore[arg-type]
            found.append(one)
            if len(found) >= _RECORDS or sum(len(one.data) for one in found if isinstance(one, Piece)) >= _PIECES:
                yield Work(_parts(opening, found), hashed.count - told)
                found, told = [], hashed.count
        hashed.drain()
    except OSError as problem:
        error = unreadable(problem)
    yield Work(_parts(opening, found), hashed.count - told)
    yield Closing(opening.run, hashed.hexdigest(), error)


def _parts(opening: Opening, found: list[Piece | Record | Rejected]) -> tuple[Part, ...]:
    """Each piece, and the records between two of them, in order."""
    parts: list[Piece | tuple[Record | Rejected, ...]] = []
    for is_piece, those in groupby(found, lambda one: isinstance(one, Piece)):
        together = tuple(those)
        parts += together if is_piece else (together,)  # type: ignore[arg-type]
    return tuple(Part(opening.run, opening.path, opening.manner, what) for what in parts)


class _Hashed:
    """A stream whose bytes are counted, and of which a digest is made, as they are read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = xxh3_128()
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._digest.update(data)
        self.count += len(data)
        return data

    def drain(self) -> None:
        """Read what no reader wanted."""
        while self.read(_BYTES):
            pass

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def size_of(origins: Iterable[Origin | Rejected]) -> int:
    """Bytes of all the files."""
    total = 0
    for origin in origins:
        if isinstance(origin, Origin):
            with suppress(OSError):
                total += origin.file.stat().st_size
    return total
