"""A disk that fails on demand and remembers what it was told. It stands in for the calls that Python code makes.

Only what changes files below one folder counts. A *crash* is an exception that no cleaning up can follow: from then on
every operation raises it, so that the folder stays as a kill would leave it.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from msgspec import Struct, field


class Crash(BaseException):
    """The process is gone."""


class Operation(Struct, frozen=True):
    """`what` is open (to write), link, unlink, rename, write, truncate or sync. Files and folders are known by numbers.

    `node` is the file or folder it is about, `name` its (folder, name), `target` where a rename puts it; `data` goes to
    `offset`.
    """

    what: str
    node: int
    name: tuple[int, str] = (0, "")
    target: tuple[int, str] = (0, "")
    offset: int = 0
    data: bytes | None = None


class Node(Struct):
    """A file has `data`, a folder has `entries`."""

    entries: dict[str, int] | None = None
    data: bytearray = field(default_factory=bytearray)


class Tree(Struct):
    """What lies below a folder, which is node 0."""

    nodes: list[Node]

    @classmethod
    def of(cls, folder: Path) -> Tree:
        tree = cls([Node({})])
        tree._take(folder, 0)
        return tree

    def _take(self, folder: Path, number: int) -> None:
        for path in sorted(folder.iterdir()):
            made = Node({}) if path.is_dir() else Node(None, bytearray(path.read_bytes()))
            self.nodes.append(made)
            entries = self.nodes[number].entries
            assert entries is not None
            entries[path.name] = len(self.nodes) - 1
            if path.is_dir():
                self._take(path, len(self.nodes) - 1)

    def copy(self) -> Tree:
        return Tree([Node(None if n.entries is None else dict(n.entries), bytearray(n.data)) for n in self.nodes])

    def files(self, number: int = 0) -> dict[str, Any]:
        """Names and contents, nested as they lie."""
        entries = (self.nodes[number].entries or {}).items()
        return {
            name: self.files(child) if self.nodes[child].entries is not None else bytes(self.nodes[child].data)
            for name, child in entries
        }

    def find(self, parts: tuple[str, ...]) -> int | None:
        number: int | None = 0
        for part in parts:
            entries = self.nodes[number].entries if number is not None else None
            number = None if entries is None else entries.get(part)
        return number

    def know(self, one: Operation) -> None:
        """Have the file or folder that it makes, under no name yet."""
        while len(self.nodes) <= one.node:
            self.nodes.append(Node())
        if one.what == "link" and one.data is None and self.nodes[one.node].entries is None:
            self.nodes[one.node].entries = {}

    def apply(self, one: Operation) -> None:
        """What can't be, since something before it was left out, is left out too."""
        self.know(one)
        match one.what:
            case "link":
                self._entries(one.name)[one.name[1]] = one.node
            case "unlink":
                self._entries(one.name).pop(one.name[1], None)
            case "rename":
                there = self._entries(one.target).get(one.target[1])
                if there is not None and self.nodes[there].entries:
                    return
                if self._entries(one.name).get(one.name[1]) == one.node:
                    del self._entries(one.name)[one.name[1]]
                self._entries(one.target)[one.target[1]] = one.node
            case "write":
                data, end = self.nodes[one.node].data, one.offset + len(one.data or b"")
                data.extend(bytes(max(end - len(data), 0)))
                data[one.offset : end] = one.data or b""
            case "truncate":
                data = self.nodes[one.node].data
                data.extend(bytes(max(one.offset - len(data), 0)))
                del data[one.offset :]

    def _entries(self, name: tuple[int, str]) -> dict[str, int]:
        entries = self.nodes[name[0]].entries
        return {} if entries is None else entries

    def put(self, folder: Path, number: int = 0) -> None:
        """Make `folder` what the tree says."""
        folder.mkdir()
        for name, child in (self.nodes[number].entries or {}).items():
            if self.nodes[child].entries is None:
                (folder / name).write_bytes(self.nodes[child].data)
            else:
                self.put(folder / name, child)


#: Called before an operation with its number, counted from 0; may raise.
Fault = Callable[[int, str], None]


def crash_at(number: int) -> Fault:
    def fault(at: int, what: str) -> None:
        if at >= number:
            raise Crash

    return fault


def fail_from(number: int, code: int, *, once: bool = False) -> Fault:
    """From some operation on, those fail that need room (ENOSPC), or all that write (any other `code`)."""

    def fault(at: int, what: str) -> None:
        if at < number or (once and at > number) or (code == errno.ENOSPC and what == "unlink"):
            return
        raise OSError(code, os.strerror(code))

    return fault


def torn(fault: Fault) -> Fault:
    """The same, but of what is being written when it strikes, half is written."""

    def tearing(at: int, what: str) -> None:
        try:
            fault(at, what)
        except BaseException as error:
            raise Torn from error

    return tearing


class Torn(Exception):
    """Its cause is what is to be raised once half is written."""


def sound(number: int, what: str) -> None:
    """No fault."""


class Disk:
    """Use as a context. `log` has what was done, and what was left when it began is `before`."""

    def __init__(self, folder: Path, fault: Fault = sound) -> None:
        self.folder, self._fault = folder.resolve(), fault
        self.before = Tree.of(self.folder)
        self._now = self.before.copy()
        self.log: list[Operation] = []
        self.count = 0
        self._is_torn = False

    @contextmanager
    def running(self) -> Iterator[Disk]:
        replaced = {
            os: ("rename", "replace", "unlink", "remove", "mkdir", "rmdir", "fsync", "write", "ftruncate", "open"),
            io: ("open",),
            builtins: ("open",),
        }
        self._real = {name: getattr(os, name) for name in replaced[os]}
        self._open_file = io.open
        patches = [
            patch.object(
                module, name, self._opened if module is not os and name == "open" else getattr(self, f"_{name}")
            )
            for module, names in replaced.items()
            for name in names
        ]
        patches.append(patch.object(shutil, "_USE_CP_SENDFILE", False))
        try:
            for one in patches:
                one.start()
            yield self
        finally:
            for one in reversed(patches):
                one.stop()

    def saw_everything(self) -> bool:
        """Whether the folder is what the operations make of it: false if something was written past them."""
        return self._now.files() == Tree.of(self.folder).files()

    def _parts(self, path: Any, dir_fd: int | None = None) -> tuple[str, ...] | None:
        """Below the folder; None elsewhere."""
        if isinstance(path, int):
            path = _of_descriptor(path)
        if dir_fd is not None:
            path = _of_descriptor(dir_fd) / path
        whole = Path(os.path.abspath(path))  # noqa: PTH100  not resolved: links count as themselves
        return whole.relative_to(self.folder).parts if whole.is_relative_to(self.folder) else None

    def _place(self, parts: tuple[str, ...]) -> tuple[int, str]:
        folder = self._now.find(parts[:-1])
        assert folder is not None, parts
        return folder, parts[-1]

    def _do(self, make: Callable[[], Operation], act: Callable[[], Any], half: Callable[[], Any] = lambda: None) -> Any:
        """Ask for the fault, act, and note it if it was done."""
        operation = make()
        number, self.count = self.count, self.count + 1
        try:
            self._fault(number, operation.what)
        except Torn as fault:
            if not self._is_torn:
                self._is_torn = True
                half()
            assert fault.__cause__ is not None
            raise fault.__cause__ from None
        result = act()
        self.log.append(operation)
        self._now.apply(operation)
        return result

    def _new(self, parts: tuple[str, ...], data: bytes | None) -> Callable[[], Operation]:
        return lambda: Operation("link", len(self._now.nodes), self._place(parts), data=data)

    def _rename(self, source: Any, target: Any, **given: Any) -> None:
        act = partial(self._real["rename"], source, target, **given)
        before, after = self._parts(source, given.get("src_dir_fd")), self._parts(target, given.get("dst_dir_fd"))
        if before is None or after is None:
            return act()
        return self._do(lambda: Operation("rename", self._number(before), self._place(before), self._place(after)), act)

    _replace = _rename

    def _number(self, parts: tuple[str, ...]) -> int:
        return self._now.find(parts) or 0

    def _unlink(self, path: Any, *, dir_fd: int | None = None) -> None:
        return self._gone("unlink", path, dir_fd)

    def _remove(self, path: Any, *, dir_fd: int | None = None) -> None:
        return self._gone("unlink", path, dir_fd)

    def _rmdir(self, path: Any, *, dir_fd: int | None = None) -> None:
        return self._gone("rmdir", path, dir_fd)

    def _gone(self, call: str, path: Any, dir_fd: int | None) -> None:
        act = lambda: self._real[call](path, dir_fd=dir_fd)  # noqa: E731
        parts = self._parts(path, dir_fd)
        if parts is None or self._now.find(parts) is None:
            return act()
        return self._do(lambda: Operation("unlink", self._number(parts), self._place(parts)), act)

    def _mkdir(self, path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        act = partial(self._real["mkdir"], path, mode, dir_fd=dir_fd)
        parts = self._parts(path, dir_fd)
        if parts is None or self._now.find(parts) is not None or self._now.find(parts[:-1]) is None:
            return act()
        return self._do(self._new(parts, None), act)

    def _fsync(self, file: Any) -> None:
        act = partial(self._real["fsync"], file)
        parts = self._parts(file if isinstance(file, int) else file.fileno())
        if parts is None:
            return act()
        return self._do(lambda: Operation("sync", self._number(parts)), act)

    def _write(self, descriptor: int, data: Any) -> int:
        act, half = (partial(self._real["write"], descriptor, part) for part in (data, data[: len(data) // 2]))
        parts = self._parts(descriptor)
        if parts is None:
            return int(act())
        at = os.lseek(descriptor, 0, os.SEEK_CUR)
        made = Operation("write", self._number(parts), offset=at, data=bytes(data))
        return int(self._do(lambda: made, act, half))

    def _ftruncate(self, descriptor: int, size: int) -> None:
        parts = self._parts(descriptor)
        act = partial(self._real["ftruncate"], descriptor, size)
        return (
            act() if parts is None else self._do(lambda: Operation("truncate", self._number(parts), offset=size), act)
        )

    def _open(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        act = partial(self._real["open"], path, flags, mode, dir_fd=dir_fd)
        parts = self._parts(path, dir_fd) if flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR) else None
        if parts is None:
            return int(act())
        known = self._now.find(parts)
        return int(self._do(self._new(parts, b"") if known is None else lambda: Operation("open", known), act))

    def _opened(self, path: Any, mode: str = "r", *given: Any, **more: Any) -> Any:
        parts = None if isinstance(path, int) or not set(mode) & set("wax+") else self._parts(path)
        if parts is None:
            return self._open_file(path, mode, *given, **more)
        assert "b" in mode, f"{path}: the index is no text"
        raw = _Raw(self, path, mode.replace("b", ""), parts)
        return io.BufferedWriter(raw) if "+" not in mode else io.BufferedRandom(raw)


def _of_descriptor(descriptor: int) -> Path:
    return Path(f"/proc/self/fd/{descriptor}").readlink()


class _Raw(io.FileIO):
    """A file whose writing counts."""

    def __init__(self, disk: Disk, path: Any, mode: str, parts: tuple[str, ...]) -> None:
        self._disk = disk
        start: Callable[[], None] = lambda: super(_Raw, self).__init__(path, mode)  # noqa: E731
        known = disk._now.find(parts)
        if known is None:
            disk._do(disk._new(parts, b""), start)
        elif "w" in mode:
            disk._do(lambda: Operation("truncate", known), start)
        else:
            start()
        self._node = disk._number(parts)

    def write(self, data: Any) -> int:
        made = Operation("write", self._node, offset=self.tell(), data=bytes(data))
        write = super().write
        return int(self._disk._do(lambda: made, lambda: write(data), lambda: write(data[: len(data) // 2])))
