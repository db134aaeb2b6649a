"""Several processes that do the same work: one that dies is replaced, and all end with the one that started them."""

from __future__ import annotations

import multiprocessing
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType

from search.errors import BadValue

#: A worker that ends sooner than that many seconds after its start is not replaced before they are over.
_SOON = 1.0
#: How long workers may take to end, in seconds.
_GRACE = 10.0


def supervise(work: Callable[[], None], count: int) -> None:
    """Run `work` in `count` processes until this one is interrupted or asked to end (SIGTERM). Then they end too.

    They are forked, and so inherit what is open here: a socket to listen on. Raises BadValue where there is no fork.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        raise BadValue("This system can’t run several workers: leave out --workers.")
    workers: dict[int, tuple[BaseProcess, float]] = {}
    with _asked_to_end() as end:
        try:
            while True:
                while len(workers) < count:
                    worker = _started(work)
                    workers[worker.sentinel] = worker, time.monotonic()
                ready = wait([end, *workers])
                if end in ready:
                    return
                for ended in [each for each in ready if isinstance(each, int)]:
                    worker, since = workers.pop(ended)
                    worker.join()
                    print(f"A worker ended with {worker.exitcode}; another begins.", file=sys.stderr, flush=True)
                    wait([end], max(0.0, since + _SOON - time.monotonic()))
        finally:
            _end([worker for worker, _ in workers.values()])


@contextmanager
def _asked_to_end() -> Iterator[socket.socket]:
    """A socket that can be read from once a signal came. An exception from a handler can get lost while forking."""
    end, tell = socket.socketpair()
    with end, tell:
        before = {
            number: signal.signal(number, lambda *_: tell.send(b".")) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield end
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _started(work: Callable[[], None]) -> BaseProcess:
    worker = multiprocessing.get_context("fork").Process(target=_work, args=(work,), daemon=True)
    worker.start()
    return worker


def _work(work: Callable[[], None]) -> None:
    # Ctrl-C reaches every process of a terminal: workers wait for the word of the one that started them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _interrupt)
    work()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit


def _end(workers: list[BaseProcess]) -> None:
    for worker in workers:
        worker.terminate()
    until = time.monotonic() + _GRACE
    for worker in workers:
        worker.join(max(0.1, until - time.monotonic()))
        if worker.is_alive():
            worker.kill()
            worker.join()
