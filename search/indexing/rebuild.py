"""Building an index beside another and swapping the folders.

For index `DIR`, the new one is built in `.DIR-rebuild` beside it. Then `DIR` becomes `.DIR-old`, `.DIR-rebuild` becomes
`DIR`, and `.DIR-old` is removed, all under the old index's lock. If that is interrupted, `DIR` is whole, or it is
missing and `.DIR-old` is; `recover` puts the latter back, and removes what is left over.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path

from search.engines.base import Engine
from search.errors import EngineError, IndexLocked, IndexMissing, IndexStale, NewsstandError

#: Longest that a swap takes, in seconds: two renames, on a busy machine.
_SWAP = 5.0


@contextmanager
def rebuilding(path: Path, open_engine: Callable[[Path], Engine]) -> Iterator[Engine]:
    """An empty engine whose index takes the place of that in `path` if the block succeeds.

    Raises IndexLocked while somebody writes to the old one.
    """
    from search.engines.whoosh import locked

    path = path.resolve()
    recover(path)
    new, old = _beside(path, "rebuild"), _beside(path, "old")
    if not path.exists() and not old.exists():  # while another swaps, one of them does
        path.mkdir(parents=True, exist_ok=True)
    with _kept_from_writing(path, open_engine):  # what lies beside it is another's until then
        try:
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir()
            with closing(open_engine(new)) as engine:
                yield engine
            with locked(new):  # and is again once it can be written to
                _swap(new, path)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise


def recover(path: Path) -> None:
    """Undo or finish what an interrupted rebuild left half-done. Call it before opening."""
    path = path.resolve()
    old, new = _beside(path, "old"), _beside(path, "rebuild")
    until = time.monotonic() + _SWAP
    while not path.exists() and old.exists() and time.monotonic() < until:
        if _is_idle(old):
            with suppress(FileNotFoundError):  # another process did it
                old.rename(path)
        else:
            time.sleep(_SWAP / 100)  # the swap is going on just now
    if old.exists() or new.exists():
        _remove(path, old, new)


def _is_idle(path: Path) -> bool:
    from search.engines.whoosh import locked

    try:
        with locked(path):
            return True
    except IndexLocked:
        return False
    except FileNotFoundError:  # it was moved meanwhile
        return True


def _remove(path: Path, *left: Path) -> None:
    """Unless a rebuild is going on, or the index is not sound without them."""
    from search.engines.whoosh import WhooshEngine

    with suppress(NewsstandError), closing(WhooshEngine.open(path)) as engine, engine.writer():
        for folder in left:
            shutil.rmtree(folder, ignore_errors=True)


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


def _kept_from_writing(path: Path, open_engine: Callable[[Path], Engine]) -> AbstractContextManager[object]:
    """The old index's lock, also where the index can't be opened."""
    from search.engines.whoosh import locked

    try:
        return open_engine(path).writer()
    except (IndexMissing, IndexStale, EngineError):
        return locked(path)


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f".{path.name}-{what}")


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
