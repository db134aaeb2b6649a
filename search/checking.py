"""The shell around verifying an index: a folder → what is wrong with its files."""

from __future__ import annotations

from pathlib import Path

from search.engines.base import Checkup
from search.searching import open_archive


def check_index(path: str | Path) -> Checkup:
    """Every byte of the index in folder `path`, and whether a search can begin.

    Raises IndexMissing, IndexStale, or IndexDamaged for what no file shows by itself.
    """
    from search.engines.whoosh import check

    checkup = check(Path(path))
    if checkup.whole:
        open_archive(path).close()
    return checkup
