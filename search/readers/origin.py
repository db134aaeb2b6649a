"""Where input lies, and the walk that finds it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from search.article import Rejected
from search.errors import BadValue

#: The path that means standard input.
STDIN = "-"

#: Endings that say how a file is packed, not what it holds.
PACKED = frozenset({".gz", ".bz2", ".xz", ".zst"})


@dataclass(frozen=True, slots=True)
class Origin:
    """A file to read. `root` and `path` are as in Record, for people.

    `file` is its absolute location, the same however the user wrote the path; `base` the folder that ids are relative
    to: the root, or the folder around a root that is a file. `member` is the file meant within it, if it is an archive.
    """

    root: str
    path: str
    file: Path
    base: Path
    member: str = ""

    @property
    def suffix(self) -> str:
        """`.json` for `A.JSON` and `a.json.gz`."""
        suffixes = PurePosixPath(self.member or self.file).suffixes
        while suffixes and suffixes[-1].lower() in PACKED:
            suffixes.pop()
        return suffixes[-1].lower() if suffixes else ""

    def reject(self, reason: str, position: int | None = None) -> Rejected:
        return Rejected(self.root, self.path, reason, position, self.member)


@dataclass(frozen=True, slots=True)
class Root:
    """A path as the user named it, and where that is: absolute, links to folders resolved.

    A link to a file keeps its own name.
    """

    named: str
    location: Path


STANDARD_INPUT = Origin(STDIN, "", Path(STDIN), Path(STDIN))


def find_root(path: str | Path) -> Root:
    """Raises BadValue if there is nothing at `path`."""
    path = Path(path)
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except OSError as error:
        raise BadValue(f"Cannot read {shown(path)}: {_why(error)}. Check the path.") from error
    return Root(shown(path), path.resolve() if is_folder else location_of(path))


def location_of(file: Path) -> Path:
    """For a file that is there, or was."""
    return file.parent.resolve() / file.name


def walk(root: Root, passed_over: Path | None = None) -> Iterator[Origin | Rejected]:
    """The files below `root`, or the root itself if it is a file, in an order that depends on names only.

    Files and folders whose names begin with a dot are passed over, unless they are the root. Links are followed, but
    a folder that can be reached in two ways is read once, and the folder `passed_over` not at all. What cannot be read
    or is no plain file is rejected.
    """
    seen: set[tuple[int, int]] = set()
    if passed_over is not None and passed_over.is_dir():
        status = passed_over.stat()
        seen.add((status.st_dev, status.st_ino))
    below = [root.location]
    while below:
        path = below.pop()
        try:
            status = path.stat()
            if not stat.S_ISDIR(status.st_mode):
                yield _file(root, path, status.st_mode)
            elif (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                below += _entries(path)
        except OSError as error:
            yield Rejected(root.named, _below(root, path), unreadable(error))


def unreadable(error: OSError) -> str:
    return f"cannot be read: {_why(error)}"


def shown(path: Path) -> str:
    """A path as text that can be printed and stored: bytes that are no UTF-8 become U+FFFD."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")


def _entries(folder: Path) -> list[Path]:
    """Last first, as a stack wants them."""
    visible = (entry for entry in folder.iterdir() if not entry.name.startswith("."))
    return sorted(visible, key=lambda entry: entry.name, reverse=True)


def _file(root: Root, path: Path, mode: int) -> Origin | Rejected:
    base = path.parent if path == root.location else root.location
    origin = Origin(root.named, _below(root, path), path, base)
    return origin if stat.S_ISREG(mode) else origin.reject("is not a plain file")


def _below(root: Root, path: Path) -> str:
    return "" if path == root.location else shown(path.relative_to(root.location))


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
