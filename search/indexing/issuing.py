"""A file while it is read, and what workers were told to make of what is in it."""

from __future__ import annotations

from collections import defaultdict

from msgspec import Struct, field

from search.readers import Origin


class Reading(Struct, frozen=True):
    """A file while it is read: `run` numbers the reading, `file` is its number in the ledger."""

    run: int
    file: int
    origin: Origin
    is_new: bool

    @property
    def path(self) -> str:
        return str(self.origin.file)


class Issued(Struct):
    """What workers were told to make since the last commit, and is in no segment yet.

    `stale` are documents that a worker made and that don't count any more; `known` may be in the index already.
    """

    by: dict[str, int] = field(default_factory=dict)
    stale: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    known: set[str] = field(default_factory=set)

    def issue(self, id: str, worker: int) -> None:
        self.take_back(id)
        self.stale[worker].discard(id)
        self.by[id] = worker

    def take_back(self, id: str) -> None:
        if (worker := self.by.pop(id, None)) is not None:
            self.stale[worker].add(id)
            self.known.add(id)
