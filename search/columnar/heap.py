"""Memory that was let go of, given back to the system."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """After work that took much. glibc keeps what is free, and of many sizes: more than twice what is in use."""
    _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    """`malloc_trim`, which only glibc has."""
    import ctypes

    try:
        trim: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):
        return lambda _: None
    return trim
