"""The index in a folder: its newest generation, and its one writer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from search.columnar import contents
from search.columnar.blobs import read_blobs
from search.columnar.errors import Damaged
from search.columnar.lock import Held
from search.columnar.view import View
from search.engines.base import Snapshot, Writer
from search.engines.whoosh.damage import being_written, missing, told, unreadable
from search.engines.whoosh.layout import INDEX, LAYOUT, PARAMETERS, PLAN, article_schema, shape
from search.engines.whoosh.snapshot import Generation, Stamp, WhooshSnapshot
from search.engines.whoosh.writing import WhooshWriter
from search.errors import IndexDamaged, IndexMissing

#: Longest that a rebuilt index takes to get into the place of another, in seconds.
_SWAP = 0.5
#: Longest that any file system counts as one moment, in nanoseconds; FAT's two seconds are the worst.
_TICK = 3_000_000_000


class WhooshEngine:
    """An index in a folder. Safe to share among threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._storage = FileStorage(str(path))
        self._lock = Lock()
        self._current: Generation | None = None
        self._settled: tuple[tuple[int, int], Stamp] | None = None

    @classmethod
    def open(cls, path: Path) -> WhooshEngine:
        """Raises IndexMissing or IndexDamaged."""
        engine = cls(path)
        engine.snapshot().close()
        return engine

    @classmethod
    def create(cls, path: Path) -> WhooshEngine:
        """Open the index in `path`, or make an empty one there."""
        try:
            return cls.open(path)
        except IndexMissing:
            from search.columnar.writing import create

            create(path, article_schema())
        return cls.open(path)

    def snapshot(self) -> Snapshot:
        with self._lock:
            newest = self._newest()
            if self._current is None or self._current.stamp != newest:
                opened = self._open(newest)
                if self._current is not None:
                    self._current.release()
                self._current = opened
            return WhooshSnapshot(self._current.acquire())

    def _newest(self) -> Stamp:
        """What tells the newest generation from any other, also from one of an index that was put in this one's place.

        Waits a moment where a rebuilt index is just being moved there. Raises IndexMissing or IndexDamaged.
        """
        until = time.monotonic() + _SWAP
        while True:
            try:
                return self._stamp()
            except (FileNotFoundError, NotADirectoryError) as error:
                left = any(self._path.glob(f"{INDEX}*.*"))
                if time.monotonic() < until and (left or self._current is not None):
                    time.sleep(_SWAP / 100)
                elif left:
                    raise IndexDamaged(unreadable(self._path, error)) from error
                else:
                    raise missing(self._path) from error

    def _stamp(self) -> Stamp:
        """Lists the folder only if it may have changed: that takes longer than all else here."""
        folder = self._path.stat()
        state = folder.st_ino, folder.st_mtime_ns
        if self._settled is not None and self._settled[0] == state:
            return self._settled[1]
        generation = contents.newest(self._storage, INDEX)
        if generation < 0:
            raise FileNotFoundError("its table of contents is missing")
        status = (self._path / contents.filename(INDEX, generation)).stat()
        stamp = Stamp(generation, status.st_ino, status.st_mtime_ns)
        # What changes within a tick of the clock doesn't show in a folder's time.
        self._settled = (state, stamp) if time.time_ns() - folder.st_mtime_ns > _TICK else None
        return stamp

    def _open(self, stamp: Stamp) -> Generation:
        """A writer may clear a generation away while it is being opened: then there is a newer one to open."""
        while True:
            problem: Exception | None = None
            try:
                opened = self._read(stamp)
            except Exception as error:  # files that fit their checksums may still hold anything at all
                problem = error
            before, stamp = stamp, self._newest()
            if stamp == before:
                if problem is not None:
                    raise IndexDamaged(unreadable(self._path, problem)) from problem
                return opened
            if problem is None:
                opened.release()

    def _read(self, stamp: Stamp) -> Generation:
        found, schema = contents.read(self._storage, INDEX), article_schema()
        if shape(found.schema) != shape(schema):
            raise Damaged("Its fields are not those of an index of articles")
        reader = FileIndex._reader(self._storage, schema, list(found.segments), found.generation)
        blobs = read_blobs(self._storage, INDEX, found.generation)
        return Generation(stamp, View(reader, LAYOUT, PARAMETERS), blobs, self._path)

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        try:
            from search.columnar.writing import Writer as ColumnarWriter

            writer = ColumnarWriter(self._storage, PLAN)
        except Held as error:
            raise being_written(self._path, error) from error
        except Damaged as error:
            raise IndexDamaged(unreadable(self._path, error)) from error
        with writer, told(self._path):
            yield WhooshWriter(writer, self._path)

    def close(self) -> None:
        with self._lock:
            if self._current is not None:
                self._current.release()
                self._current = None
