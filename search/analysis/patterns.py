"""Patterns that are compiled when they are first used.

Classes of all marks or of all unspaced scripts take milliseconds each; a search for an ASCII word needs none of them.
"""

from __future__ import annotations

import re
from typing import Any, cast


def later(source: str, flags: int = 0) -> re.Pattern[str]:
    """The same as `re.compile`, at no cost until something is asked of it."""
    return cast("re.Pattern[str]", _Later(source, flags))


class _Later:
    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        """Called for what isn't there yet: afterwards the pattern's own method is."""
        found = getattr(re.compile(self._source, self._flags), name)
        setattr(self, name, found)
        return found
