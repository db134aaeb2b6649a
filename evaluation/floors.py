"""The figures below which a run fails. They are only ever raised, and only when asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from math import floor
from pathlib import Path

FLOORS = Path(__file__).with_name("floors.json")

#: Room left below a figure when a floor is raised to it: what another version of a library may move.
MARGIN = 0.002


def read(path: Path = FLOORS) -> dict[str, float]:
    """Empty if there is no such file."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def broken(figures: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """One clause for every figure below its floor. A figure without a floor and a floor without a figure are silent."""
    both = sorted(figures.keys() & floors.keys())
    return [f"{name}: {figures[name]:.4f}, floor {floors[name]:.4f}" for name in both if figures[name] < floors[name]]


def raised(figures: Mapping[str, float], floors: Mapping[str, float]) -> dict[str, float]:
    """Every floor at its figure less the margin, rounded down, where that is higher than it was."""
    reached = {name: floor((figure - MARGIN) * 1000) / 1000 for name, figure in figures.items()}
    return reached | {name: max(old, reached.get(name, old)) for name, old in floors.items()}


def write(floors: Mapping[str, float], path: Path = FLOORS) -> None:
    path.write_text(json.dumps(dict(sorted(floors.items())), indent=2) + "\n", encoding="utf-8")


def joined(parts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    return {name: figure for part in parts for name, figure in part.items()}
