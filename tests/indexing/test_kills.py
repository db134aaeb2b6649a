"""A run that is killed is gone on with by the next; `make torture` kills more often."""

from __future__ import annotations

from pathlib import Path

from torture.kills import kills


def test_killed_runs_end_in_what_one_makes_that_is_left_alone(tmp_path: Path) -> None:
    assert [problem for _, _, problems in kills(tmp_path, 3, articles=600) for problem in problems] == []
