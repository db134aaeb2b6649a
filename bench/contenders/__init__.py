"""What is compared: each engine behind the same few calls, each as its own documentation says it is fast.

A *page* is what a person sees: the first ten hits with title and a passage that marks the words, the exact total, and
counts by language and year.
"""

from __future__ import annotations

from typing import Protocol

from bench.queries import Query

LIMIT = 10


class Contender(Protocol):
    """Opened on an index that its module's `build` made in a folder."""

    def page(self, query: Query) -> int:
        """Make a page and give its total."""

    def close(self) -> None: ...
