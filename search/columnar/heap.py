"""Memory that was let go of: kept for what comes next while there is much to do, then given back to the system."""

from __future__ import annotations

from functools import cache
from typing import Any

#: What `mallopt` sets, by its numbers: the bytes from which on an array has a mapping of its own, and how many that are
#: free are kept.
_SETTINGS = ((-3, 1 << 25), (-1, 1 << 27))


@cache
def keep() -> None:
    """Before work on many arrays, for good.

    By itself glibc soon gives back what an array had, and the system clears it again for the next: an eighth of the
    time of merging.
    """
    if hasattr(_library(), "mallopt"):
        for name, value in _SETTINGS:
            _library().mallopt(name, value)


def give_back() -> None:
    """After work that took much. glibc keeps what is free, and of many sizes: more than twice what is in use."""
    if hasattr(_library(), "malloc_trim"):
        _library().malloc_trim(0)


@cache
def _library() -> Any:
    """The C library, whose `mallopt` and `malloc_trim` only glibc has; None where there is no way to it."""
    import ctypes

    try:
        return ctypes.CDLL(None)
    except (OSError, TypeError):
        return None
