"""What a run of indexing did."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct, field, to_builtins

from search.article import Rejected

#: Of each kind of rejection so many are named in a report, and so many articles that got another id.
NAMED = 5

#: Kinds that are told apart.
KINDS = 100

#: What differs between rejections of one kind: figures, and what stands in brackets or quotation marks.
_PARTICULAR = re.compile(r"""\([^()]*\)|<[^<>]*>|“[^”]*”|'[^']*'|"[^"]*"|\d[\d.,]*""")


class Renamed(Struct, frozen=True):
    """An article whose id another article already had, and the id it got instead."""

    wanted: str
    id: str
    root: str
    path: str
    position: int | None
    member: str = ""


class Refusals(Struct, frozen=True):
    """Rejections of one kind: the first of them and how many there are."""

    count: int
    first: tuple[Rejected, ...]


class Report(Struct, frozen=True):
    """Articles added, changed, unchanged and removed; files read and skipped because they had not changed.

    `copies` have the text of another article and are no articles of their own. `superseded` are older versions,
    `withdrawn` orders to take an article out. `withheld` were deleted on request and stayed out; `repeated` stood word
    for word twice in one file and count once. `renamed` names the first of `renamed_count`.
    """

    added: int
    changed: int
    unchanged: int
    removed: int
    copies: int
    superseded: int
    withdrawn: int
    withheld: int
    repeated: int
    files_read: int
    files_skipped: int
    rejected: int
    refusals: tuple[Refusals, ...]
    renamed_count: int
    renamed: tuple[Renamed, ...]
    seconds: float

    @property
    def touched(self) -> bool:
        """Whether the index holds anything else than before."""
        return any((self.added, self.changed, self.removed, self.copies))

    def as_json(self) -> dict[str, object]:
        fields: dict[str, object] = to_builtins(self, enc_hook=str)
        return fields


class Progress(Struct, frozen=True):
    """`path` is the file at hand, root and path joined. `bytes` of `total` are behind us; 0 if nobody knows."""

    files: int
    articles: int
    rejected: int
    path: str
    bytes: int
    total: int


class Tally(Struct):
    """A report in the making. `tell` is told every rejection; only the first of each kind are kept."""

    tell: Callable[[Rejected], None]
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    copies: int = 0
    superseded: int = 0
    withdrawn: int = 0
    withheld: int = 0
    repeated: int = 0
    files_read: int = 0
    files_skipped: int = 0
    rejected: int = 0
    refusals: dict[str, list[Rejected]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    renamed_count: int = 0
    renamed: list[Renamed] = field(default_factory=list)

    @property
    def articles(self) -> int:
        return self.added + self.changed + self.unchanged + self.copies

    def reject(self, rejected: Rejected) -> None:
        self.rejected += 1
        kind = _PARTICULAR.sub("…", rejected.reason)
        kind = kind if kind in self.counts or len(self.counts) < KINDS else "…"
        self.counts[kind] = self.counts.get(kind, 0) + 1
        first = self.refusals.setdefault(kind, [])
        if len(first) < NAMED:
            first.append(rejected)
        self.tell(rejected)

    def rename(self, renamed: Renamed) -> None:
        self.renamed_count += 1
        if len(self.renamed) < NAMED:
            self.renamed.append(renamed)

    def report(self, seconds: float) -> Report:
        kept = {name: getattr(self, name) for name in self.__struct_fields__ if name not in ("tell", "counts")}
        refusals = [Refusals(self.counts[kind], tuple(first)) for kind, first in self.refusals.items()]
        refusals.sort(key=lambda one: (-one.count, one.first[0].reason))
        lists = {"refusals": tuple(refusals), "renamed": tuple(self.renamed)}
        return Report(**kept | lists, seconds=seconds)
