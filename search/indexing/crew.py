"""The workers: one in this process, which is all that little work needs, and others in processes of their own."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections import deque
from collections.abc import Callable
from functools import cache, partial
from multiprocessing import forkserver, get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from tempfile import gettempdir
from threading import Thread
from traceback import format_exc
from typing import Any

from msgspec import Struct

from search.engines.base import Builder, Built
from search.errors import NewsstandError, WorkerLost
from search.indexing.stages import Stages
from search.indexing.units import Batch, Done, Unit, Verdict
from search.indexing.worker import Worker

#: Units that a process has at a time, so that it need not wait for the next.
_UNITS = 4

#: Seconds of work in this process after which others are worth the time it takes to start them.
_PATIENCE = 0.5

#: Objects that a process makes before it looks for cycles among them.
_GARBAGE = 20_000

#: Bytes of a folder's path, in which a socket's, 32 longer, is none too long for any system.
_LONGEST_FOLDER = 64

#: What reads, makes and writes articles, and merges.
_NEEDED = (
    "search.indexing.crew",
    "search.normalize",
    "search.analysis",
    "search.engines.whoosh",
    "search.columnar.build",
    "search.columnar.merge",
)

#: What Python is told not to look for modules in the current folder by.
_SAFE = "PYTHONSAFEPATH"

#: What a process is asked for what it built with, and says when it is ready to work.
_BUILT, _READY = "built", "ready"


class _Call(Struct, frozen=True):
    what: Callable[[], Any]


class _Result(Struct, frozen=True):
    value: Any


class _Inline:
    """A worker in this process."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self.units = 0
        self.seconds = 0.0

    @property
    def is_busy(self) -> bool:
        return self._worker.is_busy

    def step(self) -> Batch | Done | None:
        started = time.monotonic()
        try:
            return self._worker.step()
        finally:
            self.seconds += time.monotonic() - started

    def send(self, message: Unit | tuple[Verdict, ...]) -> None:
        self._worker.take(message)

    def built(self) -> Built:
        return self._worker.built()


class _Process:
    """A worker in another process. What is sent is sent by a thread, so that neither side ever waits for the other."""

    def __init__(self, builders: Callable[[], Builder], stages: Stages) -> None:
        context = _context()
        self.connection, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=_work, args=(theirs, builders, stages), daemon=True)
        self._process.start()
        theirs.close()
        self._waiting: SimpleQueue[Any] = SimpleQueue()
        self._sender = Thread(target=self._send, daemon=True)
        self._sender.start()
        self.units = 0
        self.is_ready = False

    def _send(self) -> None:
        try:
            while (message := self._waiting.get()) is not None:
                self.connection.send(message)
        except OSError:
            pass  # the process is gone, as `receive` will find

    def send(self, message: Any) -> None:
        self._waiting.put(message)

    def receive(self) -> Any:
        """Raises WorkerLost."""
        try:
            message = self.connection.recv()
        except (EOFError, OSError) as error:
            self._process.join(1)
            raise WorkerLost(_lost(self._process.exitcode)) from error
        if isinstance(message, Exception):
            raise message
        return message

    def close(self) -> None:
        self._waiting.put(None)
        self._process.terminate()
        self._process.join()
        self.connection.close()
        self._sender.join()


@cache
def _context() -> Any:
    """Processes begin as copies of one that has imported all they need, where a system can do that.

    So that is imported once, and shared while nobody changes it. It is spoken to by a socket in the temporary folder.
    """
    has_room = len(os.fsencode(gettempdir())) <= _LONGEST_FOLDER
    if not has_room or "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(list(_NEEDED))
    _start_server()
    return context


def _start_server() -> None:
    """Start the process that others are copies of, unless it runs, so that it imports nothing from the current folder.

    Some Pythons (3.11) forget to tell it where its parent imports from, and look in the current folder first.
    """
    before = os.environ.get(_SAFE)
    os.environ[_SAFE] = "1"
    try:
        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ[_SAFE]
        else:
            os.environ[_SAFE] = before


class Crew:
    """Leaving the context ends the processes, whatever they are doing.

    At most `jobs` work at a time. `receive` raises WorkerLost if a process dies, and whatever a worker raised.
    """

    def __init__(self, builders: Callable[[], Builder], stages: Stages, jobs: int) -> None:
        self._builders, self._stages, self._jobs = builders, stages, jobs
        self._here: _Inline | None = None
        self._others: list[_Process] = []
        #: One that only makes a call, where all others were dismissed.
        self._caller: _Process | None = None
        self._is_large = False
        self._came: deque[tuple[int, Batch | Done]] = deque()

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *exc: object) -> None:
        self.dismiss()

    def dismiss(self) -> None:
        """Let go of all workers and their memory, when all that was answered is done. New ones come as they did."""
        self._is_large = self._is_large or bool(self._others)
        for process in (*self._others, *filter(None, [self._caller])):
            process.close()
        self._here, self._others, self._caller = None, [], None

    @property
    def has_room(self) -> bool:
        return self._free() is not None

    def submit(self, unit: Unit) -> None:
        place = self._free()
        assert place is not None
        self._worker(place).units += 1
        self._worker(place).send(unit)

    def _free(self) -> int | None:
        """The worker for the next unit: 0 is the one here, which is asked only until the others are ready."""
        ready = [place for place, process in enumerate(self._others, 1) if process.is_ready]
        if not ready:
            return 0 if self._here is None or self._here.units == 0 else None
        least = min(ready, key=lambda place: self._others[place - 1].units)
        return least if self._others[least - 1].units < _UNITS else None

    def _worker(self, place: int) -> _Inline | _Process:
        if place:
            return self._others[place - 1]
        if self._here is None:
            self._here = _Inline(Worker(self._builders, self._stages))
        return self._here

    def answer(self, place: int, verdicts: tuple[Verdict, ...]) -> None:
        self._worker(place).send(verdicts)

    def receive(self) -> tuple[int, Batch | Done]:
        """The next thing any of them has to say, and which of them it was."""
        while not self._came:
            if self._here is not None and self._here.is_busy:
                self._hear(0)
                if (said := self._here.step()) is not None:
                    self._note(0, said)
                self._start_others()
            else:
                self._hear(None)
        return self._came.popleft()

    def _hear(self, timeout: float | None) -> None:
        by_connection: dict[Any, int] = {process.connection: place for place, process in enumerate(self._others, 1)}
        if not by_connection:
            return
        for connection in wait(list(by_connection), timeout):
            place = by_connection[connection]
            process = self._others[place - 1]
            message = process.receive()
            if message == _READY:
                process.is_ready = True
            else:
                self._note(place, message)

    def _note(self, place: int, message: Any) -> None:
        if isinstance(message, Done) and message.is_last:
            self._worker(place).units -= 1
        self._came.append((place, message))

    def _start_others(self) -> None:
        if not self._others and self._jobs > 1 and self._here is not None and self._here.seconds > _PATIENCE:
            self._others = [_Process(self._builders, self._stages) for _ in range(self._jobs)]

    def built(self) -> list[tuple[int, Built]]:
        """What each has built since this was asked last. All that was answered must be done."""
        for process in self._others:
            process.send(_BUILT)
        found = [] if self._here is None else [(0, self._here.built())]
        if any(process.is_ready for process in self._others) and self._here is not None and not self._here.units:
            self._here = None  # it has done its part, and lets go of its memory
        left = {place for place, process in enumerate(self._others, 1)}
        while left:
            for place in tuple(left):
                process = self._others[place - 1]
                message = process.receive()
                if message == _READY:
                    process.is_ready = True
                elif isinstance(message, Batch):
                    self._note(place, message)
                else:
                    found.append((place, message))
                    left.discard(place)
        return found

    def elsewhere(self, call: Callable[[], Any]) -> Callable[[], Any]:
        """Begin a call that can be pickled in a process with little to do, and give what waits for its result.

        Where there is none, that makes the call. All that was answered must be done. Raises what the call raises.
        """
        ready = [place for place, process in enumerate(self._others, 1) if process.is_ready]
        if ready:
            place = min(ready, key=lambda place: self._others[place - 1].units)
            self._others[place - 1].send(_Call(call))
            return partial(self._result, self._others[place - 1], place)
        if self._is_large and not self._others:  # there was enough to do that one more is worth its start
            self._caller = self._caller or _Process(self._builders, self._stages)
            self._caller.send(_Call(call))
            return partial(self._result, self._caller)
        return call

    def _result(self, process: _Process, place: int | None = None) -> Any:
        """What a call came to; what a worker says before is noted."""
        while not isinstance(message := process.receive(), _Result):
            if place is not None:
                self._note(place, message)
        return message.value


def _work(connection: Connection[Any, Any], builders: Callable[[], Builder], stages: Stages) -> None:
    """The life of a process. It ends with the connection, so also when the one that started it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; the one that started it decides
    try:
        worker = Worker(builders, stages)
        # What was imported stays, and articles hold no cycles: looking for some took 3% of the time.
        gc.freeze()
        gc.set_threshold(_GARBAGE)
        connection.send(_READY)
        while True:
            if not worker.is_busy or connection.poll():
                message = connection.recv()
                if message == _BUILT:
                    connection.send(worker.built())
                elif isinstance(message, _Call):
                    connection.send(_outcome(message))
                else:
                    worker.take(message)
            elif (said := worker.step()) is not None:
                connection.send(said)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    except (OSError, NewsstandError) as error:  # no bug, such as a full disk: it is told as what it is
        connection.send(error)
    except BaseException:
        connection.send(RuntimeError(f"in a worker process:\n{format_exc()}"))


def _outcome(call: _Call) -> _Result | Exception:
    try:
        return _Result(call.what())
    except Exception as error:
        return error


def _lost(code: int | None) -> str:
    how = f"was killed by {signal.Signals(-code).name}" if code and code < 0 else f"ended with status {code}"
    return (
        f"A worker process {how}, perhaps for want of memory. What was committed is kept: run the same command again "
        "to go on, with fewer --jobs or less --memory."
    )
