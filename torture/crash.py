"""Crashes, full disks, read-only folders and power loss at every operation of small runs of the command line."""

from __future__ import annotations

import errno
import io
import json
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from itertools import islice
from pathlib import Path
from typing import Any

from msgspec import Struct

from search import IndexMissing, NewsstandError, open_archive
from search.cli import main
from search.columnar.check import check
from torture.disk import Crash, Disk, Fault, Operation, Tree, crash_at, fail_from, sound, torn
from torture.tries import Try

#: What an index holds: its articles' texts by id; its complaint, if it can't be read. None where there is no index.
State = dict[str, str] | None


class Scenario(Struct, frozen=True):
    """`prepare` makes a folder with `news` and perhaps `index`; `change` what the command is to take in."""

    name: str
    prepare: tuple[tuple[str, ...], ...]
    change: Callable[[Path], None]
    command: tuple[str, ...]
    #: What is run after a failure, if not the same.
    again: tuple[str, ...] = ()


def _write(folder: Path, name: str, *words: str) -> None:
    lines = [json.dumps({"id": word, "title": word.title(), "text": f"The {word} opened in May."}) for word in words]
    (folder / "news" / name).write_text("\n".join(lines), encoding="utf-8")


def _more(folder: Path) -> None:
    _write(folder, "more.jsonl", "bridge")


def _two_more(folder: Path) -> None:
    _write(folder, "more.jsonl", "bridge", "tunnel")


def _changed(folder: Path) -> None:
    _write(folder, "many.jsonl", "harbour", "station", "airport", "market")


def _fewer(folder: Path) -> None:
    (folder / "news" / "few.jsonl").unlink()


def _same(folder: Path) -> None:
    pass


#: In one process: the disk doesn't see what others write, and a slow machine would start some.
_INDEX = ("index", "--jobs", "1")
_ALL, _FEW = (*_INDEX, "news"), (*_INDEX, "news/few.jsonl")
SCENARIOS = (
    Scenario("create", (), _same, _ALL),
    Scenario("add", (_ALL,), _more, _ALL),
    Scenario("update", (_ALL,), _changed, _ALL),
    Scenario("merge", (_FEW,), _two_more, (*_FEW, "news/more.jsonl")),
    Scenario("delete", (_ALL,), _same, ("delete", "harbour", "museum")),
    Scenario("prune", (_ALL,), _fewer, (*_INDEX, "--prune", "news")),
    Scenario("rebuild", (_ALL,), _changed, (*_INDEX, "--rebuild", "news"), _ALL),
)


def run(folder: Path, command: tuple[str, ...]) -> tuple[int, str]:
    """Exit status and what was said."""
    said = io.StringIO()
    arguments = [str(folder / part) if part.startswith("news") else part for part in command]
    with redirect_stdout(said), redirect_stderr(said):
        status = main(["--index", str(folder / "index"), *arguments])
    return status, said.getvalue()


def state(folder: Path) -> State:
    try:
        with open_archive(folder / "index") as archive:
            ids = [hit.id for hit in archive.search(limit=1000).hits]
            return {id: archive.article(id).text for id in ids}
    except IndexMissing:
        return None
    except NewsstandError as error:
        return {str(error): ""}


class Bench:
    """A scenario made ready in a folder of its own, to be run over and over from the same start."""

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        self.scenario, self._folder = scenario, folder
        self.place = folder / "place"
        start = folder / "start"
        (start / "news").mkdir(parents=True)
        _write(start, "few.jsonl", "museum", "library")
        _write(start, "many.jsonl", "harbour", "station", "airport", "theatre", "stadium")
        self._prepare(start)
        self.start = self.place
        self.before = state(self.place)
        disk, status, _ = self.under(sound)
        assert status == 0, scenario.name
        assert disk.saw_everything(), scenario.name
        self.log, self.tree, self.after = disk.log, disk.before, state(self.place)
        assert self.before != self.after, scenario.name

    def _prepare(self, start: Path) -> None:
        """Paths stand in the ledger, so everything happens in one place."""
        start.rename(self.place)
        for command in self.scenario.prepare:
            assert run(self.place, command)[0] == 0
        self.scenario.change(self.place)
        shutil.copytree(self.place, self._folder / "saved")

    def reset(self) -> None:
        shutil.rmtree(self.place)
        shutil.copytree(self._folder / "saved", self.place)

    def under(self, fault: Fault) -> tuple[Disk, int | None, str]:
        """From the start; the status is None after a crash."""
        self.reset()
        disk = Disk(self.place, fault)
        try:
            with disk.running():
                return disk, *run(self.place, self.scenario.command)
        except Crash:
            return disk, None, ""

    def lost(self, tree: Tree) -> None:
        """Make the place what a disk holds after a loss of power."""
        shutil.rmtree(self.place)
        tree.put(self.place)

    def problems(self, *, done: bool) -> Iterator[str]:
        """What is wrong with the index as it is now, and after the next run. `done` if it was said to be made."""
        found = state(self.place)
        if found != self.after and (done or found not in (self.before, self.before or {})):
            yield f"holds {sorted(found or ())}"
        if found is not None:
            yield from check(self.place / "index")
        status, said = run(self.place, self.scenario.again or self.scenario.command)
        if "Traceback" in said or (status and self.scenario.name != "delete"):
            yield f"the next run failed: {said}"
        if state(self.place) != self.after:
            yield f"after the next run it holds {sorted(state(self.place) or ())}"
        yield from check(self.place / "index")
        yield from self._litter()

    def _litter(self) -> Iterator[str]:
        kinds = [path.suffix for path in (self.place / "index").iterdir()]
        if sorted(kinds) != sorted(["", ".blobs", ".toc", *(".col" for kind in kinds if kind == ".col")]):
            yield f"litter: {sorted(path.name for path in (self.place / 'index').iterdir())}"
        beside = sorted(path.name for path in self.place.iterdir())
        if beside != ["index", "news"]:
            yield f"litter: {beside}"


FAULTS: dict[str, Callable[[int], Fault]] = {
    "crash": crash_at,
    "crash half-way": lambda at: torn(crash_at(at)),
    "full half-way": lambda at: torn(fail_from(at, errno.ENOSPC)),
    "full disk": lambda at: fail_from(at, errno.ENOSPC),
    "read-only": lambda at: fail_from(at, errno.EROFS),
    "one error": lambda at: fail_from(at, errno.EIO, once=True),
}


def faults(bench: Bench, step: int = 1, first: int = 0) -> Iterator[Try]:
    """What was tried, and what was lost, for every kind of fault at every `step`-th operation."""
    for kind, make in FAULTS.items():
        for at in range(first % step, len(bench.log), step):
            if "half-way" in kind and bench.log[at].what != "write":
                continue
            where = f"{bench.scenario.name}: {kind} at {at} ({bench.log[at].what})"
            _, status, said = bench.under(make(at))
            found = list(bench.problems(done=status == 0))
            if status is not None and (status not in (0, 2) or "Traceback" in said):
                found.append(f"exit {status}: {said}")
            yield Try(1, where, found)


def losses(bench: Bench, step: int = 1, first: int = 0, chances: int = 3) -> Iterator[Try]:
    """The same for losses of power: what was not synced may be there or not. What was tried already isn't again."""
    tried: list[dict[str, Any]] = []
    for cut in range(first % step, len(bench.log) + 1, step):
        for name, dropped in islice(_dropped(bench.log[:cut], random.Random(cut)), 3 + chances):
            tree = bench.tree.copy()
            for one in bench.log[:cut]:
                tree.know(one)
            for number, one in enumerate(bench.log[:cut]):
                if number not in dropped:
                    tree.apply(one)
            left = tree.files()
            if left in tried and cut < len(bench.log):
                continue
            tried.append(left)
            bench.lost(tree)
            where = f"{bench.scenario.name}: power lost before {cut}, {name} dropped"
            yield Try(1, where, list(bench.problems(done=cut == len(bench.log))))


def _dropped(log: list[Operation], chance: random.Random) -> Iterator[tuple[str, set[int]]]:
    """Which operations a disk may have forgotten, most telling first."""
    unsynced = [number for number, one in enumerate(log) if not _is_synced(one, log[number + 1 :])]
    data = {number for number in unsynced if log[number].what in ("write", "truncate")}
    yield "all that was not synced", set(unsynced)
    yield "data that was not synced", data
    yield "names that were not synced", set(unsynced) - data
    while True:
        yield "some that was not synced", {number for number in unsynced if chance.random() < 0.5}


def _is_synced(one: Operation, later: list[Operation]) -> bool:
    synced = {other.node for other in later if other.what == "sync"}
    match one.what:
        case "link" | "unlink":
            return one.name[0] in synced
        case "rename":
            return one.name[0] in synced and one.target[0] in synced
        case _:
            return one.node in synced
