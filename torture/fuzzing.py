"""Every target of `torture.fuzz` in a process of its own: a crash of the interpreter is one of the findings."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from torture.fuzz import TARGETS, is_guided
from torture.tries import Try


def tries(_: Path, seconds: float) -> Iterator[Try]:
    """Two at a time."""
    with ThreadPoolExecutor(2) as running:
        yield from running.map(partial(_tried, seconds=seconds), TARGETS)


def _tried(name: str, seconds: float) -> Try:
    how = "guided by coverage" if is_guided() else "at random"
    ran = subprocess.run(
        [sys.executable, "-m", "torture.fuzz", name, str(seconds)], capture_output=True, text=True, errors="replace"
    )
    said = ran.stdout + ran.stderr
    counted = re.findall(r"number_of_executed_units: (\d+)", said)
    problems = [f"exit {ran.returncode}: {_last(said)}"] if ran.returncode or not counted else []
    return Try(int(counted[-1]) if counted else 0, f"{name}, {how}", problems)


def _last(said: str) -> str:
    """What was raised, and where."""
    told = [line for line in said.splitlines() if re.match(r"\w+(Error|Exception)\b|==\d+== ERROR|  File", line)]
    return " | ".join(line.strip() for line in told[-6:]) or said[-500:]
