"""Waiting for something to change below folders, without looking at them all the time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

#: Seconds without another change after which a change is told, and the longest that it is held back.
SETTLED, LONGEST = 0.5, 5.0

#: What happens to a file that is only read.
_READ = frozenset({"opened", "closed_no_write"})


class Changes:
    """Told what happens to files, it knows whether there was any change that matters."""

    def __init__(self, passed_over: Path) -> None:
        self._passed_over = passed_over.resolve()
        self._happened = Event()
        self._last = 0.0

    def tell(self, event: FileSystemEvent) -> None:
        if event.event_type in _READ or (event.is_directory and event.event_type == "modified"):
            return
        paths = [Path(str(path)) for path in (event.src_path, event.dest_path) if path]
        if all(self._is_ours(path) for path in paths):
            return
        self._last = time.monotonic()
        self._happened.set()

    def _is_ours(self, path: Path) -> bool:
        return path.is_relative_to(self._passed_over) or path.name.startswith(".")

    def wait(self, timeout: float | None = None) -> bool:
        """Until something has changed and nothing does for a moment. False if `timeout` seconds passed before."""
        if not self._happened.wait(timeout):
            return False
        first = time.monotonic()
        while (left := self._last + SETTLED - time.monotonic()) > 0 and time.monotonic() - first < LONGEST:
            time.sleep(left)
        self._happened.clear()
        return True


@contextmanager
def watching(paths: Iterable[Path], passed_over: Path) -> Iterator[Changes]:
    """Changes below `paths` from now on, but for those below `passed_over`, where the index is.

    Where the system has no means to tell, or not enough of them, the folders are looked through every few seconds.
    """
    changes = Changes(passed_over)
    observer = _started(list(paths), changes)
    try:
        yield changes
    finally:
        observer.stop()
        observer.join()


def _started(paths: list[Path], changes: Changes) -> BaseObserver:
    for make in (Observer, PollingObserver):
        observer: BaseObserver = make()
        for path in {path.resolve() for path in paths}:
            folder = path if path.is_dir() else path.parent
            observer.schedule(_Handler(changes), str(folder), recursive=path.is_dir())
        try:
            observer.start()
        except OSError:
            if make is PollingObserver:
                raise
            continue
        return observer
    raise AssertionError


class _Handler(FileSystemEventHandler):
    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._changes.tell(event)
