"""The lock of the one writer. The system lets go of it when its holder dies, however that happens."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from whoosh.index import LockError

_NAME = "WRITELOCK"

#: How often, and with what pause in seconds, it is looked who has the lock.
_LOOKS, _PAUSE = 25, 0.01


class Held(LockError):
    """Another writer has the lock; `pid` is its process, if it told."""

    def __init__(self, pid: int | None) -> None:
        super().__init__("Another writer is open" if pid is None else f"Process {pid} is writing")
        self.pid = pid


class WriteLock:
    """Whoosh's lock on an index, taken at once or not at all: raises Held. Its file tells who has it."""

    def __init__(self, storage: Any, indexname: str) -> None:
        name = f"{indexname}_{_NAME}"
        folder = getattr(storage, "folder", None)
        self._lock = storage.lock(name)
        path = Path(folder, name) if folder else None
        if path is not None and path.is_symlink():
            path.unlink()  # it would be emptied, whatever it is that it leads to
        while not self._acquire(path):
            pass
        self._tell(f"\n{os.getpid()}\n")

    def _acquire(self, path: Path | None) -> bool:
        """False if the folder was put aside meanwhile, so that the lock was another's."""
        if not self._lock.acquire():
            raise Held(_holder(path))
        try:
            if path is None or os.path.samestat(os.fstat(self._lock.fd), path.stat()):
                return True
        except FileNotFoundError:
            pass
        self._lock.release()
        return False

    def _tell(self, text: str) -> None:
        """From the second byte on: where locks bind reading, only the first is locked."""
        descriptor = getattr(self._lock, "fd", None)
        if descriptor is not None:
            os.ftruncate(descriptor, 0)
            os.write(descriptor, text.encode())
            os.lseek(descriptor, 0, os.SEEK_SET)

    def release(self) -> None:
        self._lock.release()


def _holder(path: Path | None) -> int | None:
    """Who has the lock. It may have been taken so lately that the file names nobody yet."""
    for _ in range(_LOOKS):
        if path is None:
            break
        try:
            with path.open("rb", buffering=0) as file:
                file.seek(1)
                return int(file.read(20))
        except (OSError, ValueError):
            time.sleep(_PAUSE)
    return None
