"""Time, memory and size, as the operating system counts them."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from multiprocessing import get_context
from pathlib import Path
from statistics import mean, median, quantiles

from msgspec import Struct

#: Seconds between two looks at the memory of processes.
_EVERY = 0.2


class Run(Struct, frozen=True):
    """`memory` is the largest that a process and its children had together, in bytes, as of `own_memory`."""

    seconds: float
    memory: int


def timed(function: Callable[[], object]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    function()
    return (time.perf_counter() - started) * 1000


def in_process(function: Callable[..., object], *arguments: object) -> Run:
    """Run a function in a process of its own, started afresh."""
    process = get_context("spawn").Process(target=function, args=arguments)
    started = time.perf_counter()
    process.start()
    most = _watched(process.pid or 0, process.is_alive)
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{function.__module__} failed")
    return Run(time.perf_counter() - started, most)


def _watched(pid: int, alive: Callable[[], bool]) -> int:
    most = 0
    while alive():
        most = max(most, own_memory(pid))
        time.sleep(_EVERY)
    return most


def own_memory(pid: int | None = None) -> int:
    """Of a process and those that it started, without the files that they have mapped.

    The system drops those when it needs the room. What some processes share counts once. 0 where /proc isn't there to
    tell.
    """
    return sum(map(_own, _family(os.getpid() if pid is None else pid)))


def _family(pid: int) -> Iterable[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in children.read_text().split():
                yield from _family(int(child))
        except OSError:  # it has just ended
            continue


def _own(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Pss_Anon", "Pss_Shmem", "SwapPss"))) * 1024


def command(*words: str | Path) -> float:
    """Milliseconds that a whole process of the `newsstand` command takes."""
    program = [Path(sys.executable).with_name("newsstand"), *words]
    return timed(lambda: subprocess.run(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False))


def size(folder: Path) -> int:
    """Bytes on disk."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def geometric(ratios: Iterable[float]) -> float:
    return math.exp(mean(map(math.log, ratios)))


__all__ = ["Run", "command", "geometric", "in_process", "median", "own_memory", "p95", "size", "timed"]
