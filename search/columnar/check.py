"""Verifying an index on disk, file by file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct
from whoosh.filedb.filestore import FileStorage
from whoosh.index import EmptyIndexError

from search.columnar import contents
from search.columnar.blobs import blob_file
from search.columnar.container import Container
from search.columnar.errors import Damaged
from search.columnar.segment import ColumnarSegment


class Checked(Struct, frozen=True):
    """A file of the index, and one sentence, beginning with its name, for everything that is wrong with it."""

    name: str
    problems: tuple[str, ...]


def check(folder: Path, indexname: str = "MAIN") -> Iterator[str]:
    """The problems of all files. Reads every byte."""
    for file in files(folder, indexname):
        yield from file.problems


def files(folder: Path, indexname: str = "MAIN") -> Iterator[Checked]:
    """Every file of the newest generation, checked as it is asked for; only the first if that can't be read."""
    storage = FileStorage(str(folder))
    generation = contents.newest(storage, indexname)
    if generation < 0:
        yield Checked("", (f"{folder} has no table of contents.",))
        return
    name = contents.filename(indexname, generation)
    try:
        toc = contents.read(storage, indexname)
    except (Damaged, OSError) as problem:
        yield Checked(name, (str(problem),))
        return
    yield Checked(name, ())
    for segment in toc.segments:
        yield Checked(segment.filename(), tuple(_segment(storage, segment)))
    if toc.generation:
        blobs = blob_file(indexname, toc.generation)
        yield Checked(blobs, tuple(_file(storage, blobs)))


def left_over(folder: Path, indexname: str = "MAIN") -> list[str]:
    """Files that nothing needs: of a writer that is at work, or that was interrupted. The next one removes them."""
    storage = FileStorage(str(folder))
    try:
        toc = contents.read(storage, indexname)
    except (Damaged, EmptyIndexError, OSError):
        return []
    needed = {contents.filename(indexname, toc.generation), blob_file(indexname, toc.generation)}
    needed |= {segment.filename() for segment in toc.segments}
    ours = (name for name in storage.list() if name.startswith((f"{indexname}_", f"{indexname}.", f"_{indexname}_")))
    return sorted(name for name in ours if name not in needed and not name.endswith("_WRITELOCK"))


def _segment(storage: Any, segment: ColumnarSegment) -> Iterator[str]:
    problems = list(_file(storage, segment.filename()))
    yield from problems
    if not problems and segment.data(storage).documents != segment.doc_count_all():
        yield f"{segment.filename()} does not have the number of documents that the table of contents gives."


def _file(storage: Any, name: str) -> Iterator[str]:
    try:
        yield from Container(storage, name).problems()
    except (Damaged, OSError) as problem:
        yield str(problem)
