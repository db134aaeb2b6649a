"""What is told of an index that is missing, damaged or being written to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whoosh.filedb.filestore import FileStorage

from search.columnar import contents
from search.columnar.errors import Damaged
from search.columnar.lock import Held, WriteLock
from search.engines.base import CheckedFile, Checkup
from search.engines.whoosh.layout import INDEX
from search.errors import IndexDamaged, IndexLocked, IndexMissing, NewsstandError

_REBUILD = "Build it again: newsstand index --rebuild PATH…"


def unreadable(path: Path, error: BaseException | None) -> str:
    return f"The index in {path} can't be read ({str(error).rstrip('.')}). {_REBUILD}"


def missing(path: Path) -> IndexMissing:
    return IndexMissing(f"There is no index in {path}. Make one: newsstand --index {path} index PATH…")


@contextmanager
def told(path: Path) -> Iterator[None]:
    try:
        yield
    except Damaged as error:
        raise IndexDamaged(_damaged(path, str(error))) from error
    except (NewsstandError, OSError):
        raise
    except Exception as error:
        # A block is checked once, when it is first read, and may change after that.
        from search.columnar.check import check

        problem = next(check(path), None)
        if problem is None:
            raise
        raise IndexDamaged(_damaged(path, problem)) from error


def _damaged(path: Path, problem: str) -> str:
    return f"The index in {path} is damaged: {problem.rstrip('.')}. {_REBUILD}"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Nobody writes to the index in `path` meanwhile, be it whole or damaged. Raises IndexLocked."""
    try:
        lock = WriteLock(FileStorage(str(path)), INDEX)
    except Held as error:
        raise being_written(path, error) from error
    try:
        yield
    finally:
        lock.release()


def being_written(path: Path, held: Held) -> IndexLocked:
    who = "Another process" if held.pid is None else f"Process {held.pid}"
    return IndexLocked(f"{who} is writing to the index in {path}. Wait until it is done.")


def check(path: Path) -> Checkup:
    """Read every byte of the newest generation. Raises IndexMissing."""
    from search.columnar import check as verify

    storage = FileStorage(str(path))
    while True:
        generation = contents.newest(storage, INDEX) if path.is_dir() else -1
        if generation < 0:
            raise missing(path)
        files = tuple(_checked(path, file.name, file.problems) for file in verify.files(path, INDEX))
        checkup = Checkup(files, tuple(verify.left_over(path, INDEX)))
        if checkup.whole or contents.newest(storage, INDEX) == generation:
            return checkup  # else a writer took away what it replaced


def _checked(path: Path, name: str, problems: tuple[str, ...]) -> CheckedFile:
    there = path / name
    return CheckedFile(name, there.stat().st_size if there.exists() else 0, problems)
