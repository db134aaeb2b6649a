"""Progress on a terminal: bytes, articles, rate, time left, rejected so far."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from search.cli.screen import clean
from search.indexing import Progress as Told

#: Seconds between two changes of the line.
_PAUSE = 0.1


class Bar:
    """A context that gives a function to be told how far things are; the line is gone when it is left."""

    def __init__(self) -> None:
        columns = (
            BarColumn(bar_width=20),
            DownloadColumn(),
            TextColumn("{task.fields[articles]:,} articles"),
            TextColumn("{task.fields[rate]:,.0f}/s"),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[rejected]:,} rejected"),
            TextColumn("{task.description}", markup=False),
        )
        self._lines = Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=5)
        self._task: TaskID | None = None
        self._started = self._told = time.monotonic()

    def __enter__(self) -> Bar:
        self._lines.start()
        self._task = self._lines.add_task("", total=None, articles=0, rate=0.0, rejected=0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lines.stop()

    def __call__(self, told: Told) -> None:
        now = time.monotonic()
        if self._task is None or now - self._told < _PAUSE:
            return
        self._told = now
        self._lines.update(
            self._task,
            description=clean(told.path),
            total=told.total or None,
            completed=told.bytes,
            articles=told.articles,
            rate=told.articles / max(now - self._started, 0.001),
            rejected=told.rejected,
        )
