"""What indexing remembers of the files it read. Saved with each generation; searches never read it.

JSON: {"files": {FILE: {"base", "size", "mtime", "content", "language", "ids": {ID: FINGERPRINT},
"rejected": [[MEMBER, POSITION, REASON], …]}}, "deleted": {ID: FILE}}, where FILE is an absolute path, or `-` for stdin.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as last read. `base` is the folder its ids are relative to, `mtime` in nanoseconds, `content` a digest.

    `language` is the default that was in force. `ids` are those of all its articles, deleted ones included, with their
    fingerprints. `rejected` is told again whenever the file is passed over.
    """

    base: str
    size: int
    mtime: int
    content: str
    language: str | None
    ids: dict[str, str]
    rejected: tuple[tuple[str, int | None, str], ...]

    def same_but_for_time(self, other: Entry | None) -> bool:
        return other is not None and replace(other, mtime=self.mtime) == self


@dataclass(slots=True)
class Ledger:
    """`deleted` are the ids taken out on request, with the file that gave them."""

    files: dict[str, Entry] = field(default_factory=dict)
    deleted: dict[str, str] = field(default_factory=dict)

    def owners(self) -> dict[str, str]:
        """The file that gave each id."""
        return self.deleted | {id: file for file, entry in self.files.items() for id in entry.ids}

    def encode(self) -> bytes:
        # Paths may hold bytes that are no UTF-8; as ASCII, JSON keeps them.
        files = {file: asdict(entry) for file, entry in self.files.items()}
        return json.dumps({"files": files, "deleted": self.deleted}, separators=(",", ":")).encode()


def decode_ledger(blob: bytes | memoryview) -> Ledger:
    read = json.loads(bytes(blob))
    files = {file: _entry(fields) for file, fields in read["files"].items()}
    return Ledger(files, read["deleted"])


def _entry(fields: dict[str, object]) -> Entry:
    rejected = fields.pop("rejected")
    assert isinstance(rejected, list)
    return Entry(**fields, rejected=tuple((member, position, reason) for member, position, reason in rejected))  # type: ignore[arg-type]


def is_gone(file: str) -> bool:
    """Whether a file is surely no longer there; one that merely can't be reached is not gone."""
    try:
        Path(file).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
