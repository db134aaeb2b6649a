"""Verifying an index on disk, file by file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import EmptyIndexError

from search.columnar import contents
from search.columnar.container import Container
from search.columnar.errors import Damaged
from search.columnar.segment import ColumnarSegment
from search.columnar.writing import blob_file


def check(folder: Path, indexname: str = "MAIN") -> Iterator[str]:
    """One sentence, beginning with the file's name, for everything that is wrong. Reads every byte."""
    storage = FileStorage(str(folder))
    try:
        toc = contents.read(storage, indexname)
    except EmptyIndexError:
        yield f"{folder} has no table of contents."
        return
    except (Damaged, OSError) as problem:
        yield str(problem)
        return
    for segment in toc.segments:
        yield from _segment(storage, segment)
    if toc.generation:
        yield from _file(storage, blob_file(indexname, toc.generation))


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
