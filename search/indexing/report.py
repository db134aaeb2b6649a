"""What a run of indexing did."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from search.article import Rejected


@dataclass(frozen=True, slots=True)
class Renamed:
    """An article whose id another article already had, and the id it got instead."""

    wanted: str
    id: str
    root: str
    path: str
    position: int | None
    member: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Articles added, changed, unchanged and removed; files read and skipped because they had not changed.

    `withheld` were deleted on request and stayed out; `repeated` stood word for word twice in one file and count once.
    """

    added: int
    changed: int
    unchanged: int
    removed: int
    withheld: int
    repeated: int
    files_read: int
    files_skipped: int
    rejected: tuple[Rejected, ...]
    renamed: tuple[Renamed, ...]
    seconds: float

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Progress:
    """`path` is the file at hand, root and path joined."""

    files: int
    articles: int
    rejected: int
    path: str


@dataclass(slots=True)
class Tally:
    """A report in the making."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    withheld: int = 0
    repeated: int = 0
    files_read: int = 0
    files_skipped: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    renamed: list[Renamed] = field(default_factory=list)

    def progress(self, path: str) -> Progress:
        articles = self.added + self.changed + self.unchanged
        return Progress(self.files_read + self.files_skipped, articles, len(self.rejected), path)

    def report(self, seconds: float) -> Report:
        fields = {name: getattr(self, name) for name in self.__slots__}
        lists = {"rejected": tuple(self.rejected), "renamed": tuple(self.renamed)}
        return Report(**fields | lists, seconds=seconds)
