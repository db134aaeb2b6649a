"""What was tried, and what was wrong."""

from __future__ import annotations

from typing import NamedTuple


class Try(NamedTuple):
    count: int
    where: str
    problems: list[str]
