"""Writing an index: adding, deleting, adopting segments that workers built, merging, and one atomic commit."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from search.columnar import contents
from search.columnar.blobs import blob_file, write_blobs
from search.columnar.build import Builder
from search.columnar.columns import Array
from search.columnar.container import sync_folder
from search.columnar.contents import Contents, filename
from search.columnar.dictionary import Derive
from search.columnar.errors import Damaged
from search.columnar.fields import Layout
from search.columnar.heap import give_back, keep
from search.columnar.lock import WriteLock
from search.columnar.merge import merge
from search.columnar.plan import Plan
from search.columnar.segment import ColumnarSegment
from search.columnar.view import View

#: Segments that are left at most.
MOST_SEGMENTS = 8
#: Ids are looked up one by one in a segment that has so many times more of them.
_LOPSIDED = 20


class Writer:
    """Holds the index's lock from beginning to end. What was not committed when it is left changes nothing.

    Raises lock.Held if another writer is open. Memory stays near `budget` bytes.
    """

    def __init__(self, storage: Any, plan: Plan, indexname: str = "MAIN", budget: int = 1 << 28) -> None:
        self._storage, self._indexname, self._plan, self._budget = storage, indexname, plan, budget
        self._lock = WriteLock(storage, indexname)
        try:
            before = contents.read(storage, indexname)
            clean(storage, indexname, before)
        except BaseException:
            self._lock.release()
            raise
        self._schema, self.generation = before.schema, before.generation
        self._segments = list(before.segments)
        self._builder: Builder | None = None
        self._open = self._is_idle = True

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *exc: object) -> None:
        self.cancel()

    def dictionary(self) -> bytes | None:
        """A compression dictionary of the index, for builders to share."""
        by_size = sorted(self._segments, key=lambda segment: segment.doc_count_all(), reverse=True)
        dictionaries = (segment.data(self._storage).dictionaries for segment in by_size)
        return next((some[0] for some in dictionaries if some), None)

    def add(
        self,
        id: str,
        parts: Sequence[tuple[bytes, bytes]],
        derive: Derive,
        categories: tuple[str, ...],
        integers: tuple[int | None, ...],
        record: bytes,
    ) -> None:
        """As Builder.add; replaces the document of the same id."""
        if self._builder is None:
            self._is_idle = False
            self._builder = Builder(self._storage, self._indexname, self._plan, self._budget, self.dictionary())
        self._builder.add(id, parts, derive, categories, integers, record)

    def adopt(
        self, segments: Iterable[ColumnarSegment], without: Collection[str] = (), known: Collection[str] | None = None
    ) -> None:
        """Take segments that builders wrote; their documents replace those of the same ids so far.

        Those whose ids are in `without` are left out. `known` are the ids that the index may have already, if the
        caller knows: then no others are looked for.
        """
        self._flush()
        self._is_idle = False
        dropped = {id.encode() for id in without}
        for segment in segments:
            self._delete(segment, sorted(dropped))
            terms = segment.data(self._storage).fields[self._plan.id].terms
            ids = terms if known is None else (id for id in map(str.encode, known) if terms.find(id) is not None)
            self._replace(segment, sorted({*ids} - dropped))

    def stored(self, id: str) -> dict[str, Any] | None:
        """The stored fields of a document that was committed or adopted."""
        for segment in self._segments:
            numbers = self._live(segment, [id.encode()])
            if len(numbers):
                return segment.data(self._storage).record(int(numbers[0]))
        return None

    def delete(self, id: str) -> bool:
        """False if there is no such document."""
        waiting = self._builder is not None and self._builder.discard(id)
        spilled = [] if self._builder is None else self._builder.segments
        found = [self._delete(segment, [id.encode()]) for segment in (*self._segments, *spilled)]
        return waiting or any(found)

    def _flush(self) -> None:
        if self._builder is not None:
            builder, self._builder = self._builder, None
            self.adopt(builder.finish())

    def _replace(self, segment: ColumnarSegment, ids: Sequence[bytes]) -> None:
        for other in self._segments:
            self._delete(other, ids)
        self._segments.append(segment)

    def _delete(self, segment: ColumnarSegment, ids: Sequence[bytes]) -> bool:
        numbers = self._live(segment, ids)
        if len(numbers):
            segment.delete_documents(numbers)
        return len(numbers) > 0

    def _live(self, segment: ColumnarSegment, ids: Sequence[bytes]) -> Array:
        numbers = _numbers_of(segment, self._storage, self._plan.id, ids)
        alive: Array = numbers[[not segment.is_deleted(number) for number in numbers.tolist()]]
        return alive

    def commit(
        self,
        finish: Callable[[View], Mapping[str, bytes]] | None = None,
        layout: Layout | None = None,
        optimize: bool = False,
        elsewhere: Callable[[Callable[[], Any]], Callable[[], Any]] | None = None,
    ) -> int:
        """Make everything so far visible at once, as the generation whose number is returned, and go on.

        `finish` sees the documents of that generation before anyone else and gives the blobs to keep with it.
        `elsewhere` begins a call that can be pickled and gives what waits for its result; that is where segments are
        merged meanwhile.
        """
        keep()
        self._flush()
        self._is_idle = False
        segments = [one for one in self._segments if one.doc_count()]
        due = _due(segments, optimize)
        merging: Callable[[], Any] = partial(merge, self._storage, self._indexname, due)
        if due and elsewhere is not None:
            merging = elsewhere(merging)
        generation = self.generation + 1
        blobs: Mapping[str, bytes] = {}
        if finish is not None:
            reader = FileIndex._reader(self._storage, self._schema, list(segments), generation)
            view = View(reader, layout or Layout(self._plan.id, self._plan.partition, self._plan.length))
            blobs = finish(view)
        if due:
            segments = [*(segment for segment in segments if segment not in due), merging()]
        write_blobs(self._storage, self._indexname, generation, blobs)
        after = Contents(self._schema, tuple(segments), generation)
        contents.write(self._storage, self._indexname, after)
        # Segments that are not known here are being built for this writer to adopt.
        clean(self._storage, self._indexname, after, {segment.filename() for segment in self._segments})
        self._segments, self.generation = segments, generation
        self._is_idle = True
        del blobs
        give_back()
        return generation

    def cancel(self) -> None:
        """Give up what was not committed, and let go of the lock."""
        if not self._open:
            return
        try:
            if not self._is_idle:
                # What counts is on disk: a commit that failed at its very end has been made all the same.
                clean(self._storage, self._indexname, contents.read(self._storage, self._indexname))
        except (Damaged, OSError):
            pass  # the next writer does it
        finally:
            self._open = False
            self._lock.release()


def _due(segments: list[ColumnarSegment], optimize: bool) -> list[ColumnarSegment]:
    """The segments to merge: sizes are to grow by half at least, and half-deleted ones are written anew."""
    if optimize and (len(segments) > 1 or any(one.has_deletions() for one in segments)):
        return segments
    rising = sorted(segments, key=lambda segment: segment.doc_count())
    before, cut = 0, 0
    for place, segment in enumerate(rising, 1):
        if place > 1 and before * 2 >= segment.doc_count():
            cut = place
        before += segment.doc_count()
    cut = max(cut, len(rising) - MOST_SEGMENTS + 1 if len(rising) > MOST_SEGMENTS else 0)
    worn = [one for one in rising[cut:] if one.deleted_count() * 2 > one.doc_count_all()]
    chosen = {*rising[:cut], *worn}
    return [segment for segment in segments if segment in chosen]


def _numbers_of(segment: ColumnarSegment, storage: Any, field: str, ids: Sequence[bytes]) -> Array:
    """The documents of a segment that have one of these ids."""
    data = segment.data(storage).fields[field]
    if len(ids) * _LOPSIDED < len(data.terms):
        spans = [data.find(id) for id in ids]
    else:
        order = {id: ordinal for ordinal, id in enumerate(data.terms)}
        spans = [data.span(order[id]) for id in ids if id in order]
    found = [data.ids(span) for span in spans if span is not None]
    return np.concatenate([np.empty(0, dtype=np.int64), *found])


def clean(storage: Any, indexname: str, kept: Contents, segments: Collection[str] | None = None) -> None:
    """Remove what a generation has no use for: older ones, and what was left behind half-made.

    Of the files of segments only those in `segments`, if it is given.

    What can't be removed now, because of a full disk or an open file, will be another time.
    """
    name = re.escape(indexname)
    ours = re.compile(rf"_{name}_[0-9]+\.toc(\..+)?|{name}_[0-9a-z]+\.col|{name}\.[0-9]+\.blobs")
    used = {segment.filename() for segment in kept.segments}
    used |= {filename(indexname, kept.generation), blob_file(indexname, kept.generation)}
    with suppress(OSError):
        for file in list(storage.list()):
            is_spared = file.endswith(".col") and segments is not None and file not in segments
            if ours.fullmatch(file) and file not in used and not is_spared:
                with suppress(OSError):
                    storage.delete_file(file)


def create(folder: Path, schema: Any, indexname: str = "MAIN") -> FileStorage:
    """A new, empty index in a folder; the one that is there, if another process was quicker."""
    storage = FileStorage(str(folder))
    _make(folder)
    with suppress(contents.Taken):
        contents.write(storage, indexname, Contents(schema, (), 0))
    return storage


def _make(folder: Path) -> None:
    """The folder and those above it, to last."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(FileStorage(str(folder.parent)))
