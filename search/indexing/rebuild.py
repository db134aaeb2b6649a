"""Building an index beside another and swapping the folders.

For index `DIR`, the new one is built in `.DIR-rebuild` beside it. Then `DIR` becomes `.DIR-old`, `.DIR-rebuild` becomes
`DIR`, and `.DIR-old` is removed. If that is interrupted, `DIR` is whole, or it is missing and `.DIR-old` is; `recover`
puts the latter back.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path

from search.engines.base import Engine, Writer
from search.errors import EngineError, IndexMissing, IndexStale

#: Longest that a swap takes, in seconds: two renames.
_SWAP = 0.2


@contextmanager
def rebuilding(path: Path, open_engine: Callable[[Path], Engine]) -> Iterator[Engine]:
    """An empty engine whose index takes the place of that in `path` if the block succeeds.

    Raises IndexLocked while somebody writes to the old one.
    """
    path = path.resolve()
    recover(path)
    path.mkdir(parents=True, exist_ok=True)
    new = _beside(path, "rebuild")
    try:
        with _kept_from_writing(path, open_engine):
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir()
            with closing(open_engine(new)) as engine:
                yield engine
            _swap(new, path)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def recover(path: Path) -> None:
    """Put the index in `path` back if a swap was interrupted half-way. Call it before opening."""
    path = path.resolve()
    old = _beside(path, "old")
    if path.exists() or not old.exists():
        return
    time.sleep(_SWAP)  # it may be going on just now
    if not path.exists():
        old.rename(path)


def _swap(new: Path, path: Path) -> None:
    old = _beside(path, "old")
    shutil.rmtree(old, ignore_errors=True)
    for file in path.glob(".*"):
        if file.is_file():  # .gitignore and the like
            shutil.copy2(file, new)
    path.rename(old)
    try:
        new.rename(path)
    except OSError:
        old.rename(path)
        raise
    _flush(path.parent)
    shutil.rmtree(old, ignore_errors=True)


def _kept_from_writing(path: Path, open_engine: Callable[[Path], Engine]) -> AbstractContextManager[Writer | None]:
    """The old index's lock; an index that can't be opened has none."""
    try:
        return open_engine(path).writer()
    except (IndexMissing, IndexStale, EngineError):
        return nullcontext()


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f".{path.name}-{what}")


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
