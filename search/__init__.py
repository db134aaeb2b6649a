"""Newsstand: search over news articles in any language. These are its public names; nothing is imported until used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.errors import (
        BadValue,
        EngineError,
        IndexDamaged,
        IndexLocked,
        IndexMissing,
        IndexStale,
        NewsstandError,
    )
    from search.results import Page
    from search.searching import Archive, SearchRequest, open_archive

__all__ = [
    "Archive",
    "BadValue",
    "EngineError",
    "IndexDamaged",
    "IndexLocked",
    "IndexMissing",
    "IndexStale",
    "NewsstandError",
    "Page",
    "SearchRequest",
    "open_archive",
]

_ELSEWHERE = {
    "Archive": "search.searching",
    "Page": "search.results",
    "SearchRequest": "search.searching",
    "open_archive": "search.searching",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ELSEWHERE.get(name, "search.errors")), name)


def __dir__() -> list[str]:
    return __all__
