"""Everything in turn, or the parts that are named. Says what was tried; ends with 1 if anything was lost."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar

from torture import bounds, crash, damage, fuzzing, kills, load, served, together
from torture.tries import Try

Part = Callable[[Path, float], Iterator[Try]]
_T = TypeVar("_T")

#: Seconds after which it is said how far it is.
OFTEN = 30


def _crashes(folder: Path, patience: float) -> Iterator[Try]:
    yield from _each(partial(_faults_of, folder), crash.SCENARIOS)


def _faults_of(folder: Path, scenario: crash.Scenario) -> list[Try]:
    return list(crash.faults(crash.Bench(scenario, folder / scenario.name)))


def _power(folder: Path, patience: float) -> Iterator[Try]:
    yield from _each(partial(_losses_of, folder), crash.SCENARIOS)


def _losses_of(folder: Path, scenario: crash.Scenario) -> list[Try]:
    return list(crash.losses(crash.Bench(scenario, folder / scenario.name), chances=20))


def _each(tries: Callable[[_T], list[Try]], given: Iterable[_T]) -> Iterator[Try]:
    """Two at a time, each in a process: what stands in for a disk does so in all of it."""
    with ProcessPoolExecutor(2) as processes:
        yield from chain.from_iterable(processes.map(tries, given))


def _damages(folder: Path, patience: float) -> Iterator[Try]:
    folder.mkdir()
    yield from damage.damages(damage.prepare(folder))
    (folder / "larger").mkdir()
    served.prepare(folder / "larger")
    yield from served.served(folder / "larger" / "index")
    yield from served.commanded(folder / "larger")


def _kills(folder: Path, patience: float) -> Iterator[Try]:
    folder.mkdir()
    yield from kills.kills(folder, 20)


def _together(folder: Path, patience: float) -> Iterator[Try]:
    yield from together.tries(folder, commits=int(patience * 2), threads=4, processes=3)


def _load(folder: Path, patience: float) -> Iterator[Try]:
    yield from load.tries(folder, patience * 3)


PARTS: dict[str, tuple[str, Part]] = {
    "crash": ("crash points, full disks, read-only folders, errors", _crashes),
    "power": ("losses of power", _power),
    "damage": ("flipped bytes, cut and missing files", _damages),
    "kills": ("runs killed while somebody searches", _kills),
    "together": ("answers while another writes", _together),
    "bounds": ("worst queries on 100,000 articles and a million words", bounds.tries),
    "load": ("requests while indexing goes on", _load),
    "fuzz": ("fuzz executions", fuzzing.tries),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="torture", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--seconds", type=float, default=20.0, help="for each thing that has no end (20)")
    given = parser.parse_args()
    unknown = set(given.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    warnings.simplefilter("ignore", ResourceWarning)  # what is made to fail leaves files open
    lost = [_run(name, *PARTS[name], given.seconds) for name in given.parts or PARTS]
    return 1 if any(lost) else 0


def _run(name: str, what: str, tries: Part, patience: float) -> int:
    said = began = time.monotonic()
    tried, lost = 0, 0
    with tempfile.TemporaryDirectory(prefix="newsstand-torture-") as folder:
        for count, where, problems in tries(Path(folder, name), patience):
            tried += count
            if time.monotonic() > said + OFTEN:
                said = time.monotonic()
                print(f"  {name}: {tried:,} so far, {where}", flush=True)
            for problem in problems:
                lost += 1
                print(f"  LOST: {where}: {problem}", flush=True)
    print(f"{name}: {tried:,} {what}: {lost} lost ({time.monotonic() - began:.0f} s)", flush=True)
    return lost


if __name__ == "__main__":
    sys.exit(main())
