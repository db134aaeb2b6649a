"""What the ledger holds: files, and the records in them."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from search.indexing.ids import asked_for

#: Stands for no date; later than any.
UNDATED = 2**62


class State(IntEnum):
    """What became of a record.

    FACE: it is in the index. COPY: its text is, under the id of another. OLDER: another version counts. KILL: it is the
    withdrawal of an article. DELETED: it was taken out on request.
    """

    FACE = 0
    COPY = 1
    OLDER = 2
    KILL = 3
    DELETED = 4


class Claim(NamedTuple):
    """A record of a file, by the id it was given. `run` numbers the reading in which it was seen last; 0 is none.

    `text` is a digest of its text, None if nobody is to look for copies; `since` when it says it was published, in
    seconds as in PartialDate. `meta` is a copy's article without its text, as `encode_article` writes it.
    """

    id: str
    file: int
    mark: str
    text: str | None
    since: int
    version: int | None
    state: State
    meta: str | None
    run: int

    @property
    def order(self) -> tuple[int, str, str, str]:
        """Of those that have one text the first stands for all, in whatever order they came.

        It is the one that says it was published first. Of ids the suffix, which depends on that order, tells last.
        """
        return (self.since, asked_for(self.id), self.mark, self.id)

    @property
    def rank(self) -> tuple[int, bool, str]:
        """Of several versions of an article the one with the highest counts."""
        return (-1 if self.version is None else self.version, self.state is State.KILL, self.mark)


class Entry(Struct, frozen=True):
    """One file as last read. `base` is the folder its ids are relative to, `mtime` in nanoseconds, `content` a digest.

    `root` and `shown` are its place for people. A `size` of -1 has it read again. `manner` is how it was read.
    `articles` counts its records that are in the index, copies too. The first of the `rejected` are told again whenever
    the file is passed over: member, position and reason of each, and how many there were in all.
    """

    base: str
    root: str
    shown: str
    size: int
    mtime: int
    content: str
    manner: str
    articles: int = 0
    withheld: int = 0
    rejected: tuple[int, tuple[tuple[str, int | None, str], ...]] = (0, ())

    def same_but_for_time(self, other: Entry | None) -> bool:
        return other is not None and replace(other, mtime=self.mtime) == self
