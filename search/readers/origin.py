"""Where input lies, and the walk that finds it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from msgspec import Struct

from search.article import Rejected
from search.errors import BadValue

#: The path that means standard input.
STDIN = "-"

#: Endings that say how a file is packed, not what it holds.
PACKED = frozenset({".gz", ".bz2", ".xz", ".zst"})


class Origin(Struct, frozen=True):
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


class Root(Struct, frozen=True):
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
        seen.add(_look(passed_over)[1])
    folder_of_root = root.location.parent
    below = [_Entry(root.location, "", False)]
    while below:
        path, name, is_plain = below.pop()
        origin = Origin(root.named, name, path, root.location if name else folder_of_root)
        try:
            mode, number = (stat.S_IFREG, (0, 0)) if is_plain else _look(path)
            if stat.S_ISREG(mode):
                yield origin
            elif not stat.S_ISDIR(mode):
                yield origin.reject("is not a plain file")
            elif number not in seen:
                seen.add(number)
                below += _entries(path, name)
        except OSError as error:
            yield origin.reject(unreadable(error))


class _Entry(NamedTuple):
    """`name` is its path below the root, for people; `is_plain` that it needs no look to see that it is a file."""

    path: Path
    name: str
    is_plain: bool


def unreadable(error: OSError) -> str:
    return f"cannot be read: {_why(error)}"


def shown(path: Path) -> str:
    """A path as text that can be printed and stored: bytes that are no UTF-8 become U+FFFD."""
    return _printable(path.as_posix())


def _printable(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")


def _look(path: Path) -> tuple[int, tuple[int, int]]:
    """Mode, and what tells a file or folder from all others."""
    status = path.stat()
    return status.st_mode, (status.st_dev, status.st_ino)


def _entries(folder: Path, name: str) -> list[_Entry]:
    """Last first, as a stack wants them."""
    with os.scandir(folder) as entries:
        visible = [(entry.name, entry.is_file(follow_symlinks=False)) for entry in entries if entry.name[0] != "."]
    before = f"{name}/" if name else ""
    return [_Entry(folder / one, f"{before}{_printable(one)}", is_plain) for one, is_plain in sorted(visible)[::-1]]


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
