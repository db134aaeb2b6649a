"""The shell around indexing: paths → readers → ids → analysis → the engine's segments, as new generations.

Workers read and analyse (`worker.py`, `crew.py`), one process decides what becomes of each record and writes
(`decider.py`, `run.py`). What there is to read is planned from what the ledger remembers (`planning.py`, `ledger.py`).
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct, field

from search.article import Rejected
from search.engines.base import Engine, Writer
from search.errors import BadValue
from search.indexing.claims import State
from search.indexing.crew import Crew
from search.indexing.decider import Decider
from search.indexing.ledger import Ledger, is_gone
from search.indexing.planning import Planner, size_of
from search.indexing.rebuild import rebuilding, recover
from search.indexing.report import Progress, Refusals, Renamed, Report, Tally
from search.indexing.run import SECONDS, Run, once, revived, saving
from search.indexing.stages import Analysis, Blobs, Stages, blobs, check_version
from search.readers import STDIN, Origin, Root, find_root, location_of, readers, walk

__all__ = [
    "Listener",
    "Options",
    "Progress",
    "Refusals",
    "Renamed",
    "Report",
    "blobs",
    "check",
    "delete",
    "index_paths",
    "rebuild",
    "recover",
]

#: Bytes of memory that the writing process takes between commits, at which workers hold no articles, and a worker
#: beside the articles it holds.
_WRITER, _WORKER = 250 << 20, 150 << 20
#: Least that a worker works with.
_LEAST = 32 << 20


class Options(Struct, frozen=True):
    """`language` is that of articles that declare none, and `fields` the names of fields of an article in the input;
    without them, a file keeps what it was read with before.

    `prune` removes the articles of files below the given paths that are no longer there. `keep_copies` has articles of
    the same text stand beside each other. `jobs` processes work at a time, as many as there are processors if it is 0,
    and all together use about `memory` bytes. `commit_seconds` is the least time between two generations.
    """

    language: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    prune: bool = False
    keep_copies: bool = False
    jobs: int = 1
    memory: int = 1 << 30
    commit_seconds: float = SECONDS


_USUAL = Options()

#: Is told how far things are.
Listener = Callable[[Progress], None]


def _ignore(_: object) -> None:
    """Nobody listens."""


def index_paths(
    engine: Engine,
    paths: Sequence[str | Path],
    options: Options = _USUAL,
    *,
    today: date,
    progress: Listener | None = None,
    rejected: Callable[[Rejected], None] = _ignore,
    stdin: BinaryIO | None = None,
    passed_over: Path | None = None,
    stages: Stages | None = None,
    blobs: Blobs = blobs,
) -> Report:
    """Bring the index up to date with files, folders and, for `-`, whatever `stdin` holds.

    A generation is made only if something changed, or if there was none; a long run makes several, and one that was
    interrupted is gone on with by the next. `rejected` is told of all input that is no article. Nothing is read below
    the folder `passed_over`, where the index is. Raises BadValue for a path that isn't there or a bad option,
    IndexStale, IndexLocked; then nothing has changed. Raises WorkerLost if a process dies.
    """
    started = time.monotonic()
    check(options, paths)
    roots, missing = _find(paths)
    stages = stages or Analysis(today)
    tally = Tally(rejected)
    total = 0 if progress is None else size_of(_origins(roots, passed_over))
    with _opened(engine) as (writer, ledger, is_empty):
        decider = Decider(writer, ledger, stages, tally)
        jobs, budget = _shares(options)
        with Crew(writer.builders(budget), stages, jobs) as crew:
            run = Run(
                *(writer, ledger, decider, tally, crew, saving(ledger, blobs)),
                progress=progress or _ignore,
                total=total,
                commit_seconds=options.commit_seconds,
            )
            if options.prune:
                _prune(decider, ledger, [root.location for root in roots], missing)
            planner = Planner(ledger, options.language, dict(options.fields), options.keep_copies)
            items = planner.plan(_origins(roots, passed_over))
            is_piped = stdin is not None and STDIN in map(str, paths)
            run.work(chain(items, planner.stream(stdin)) if is_piped and stdin is not None else items)
            _finish(run, planner, decider, ledger, is_empty)
    return tally.report(time.monotonic() - started)


def _finish(run: Run, planner: Planner, decider: Decider, ledger: Ledger, is_empty: bool) -> None:
    """Commit, after reading again what holds what counts now that something else is gone; each file once."""
    done: set[Path] = set()
    run.settle()
    while True:
        origins = [origin for origin in revived(decider, ledger) if origin.file not in done]
        if not origins:
            run.commit(always=is_empty, is_last=True)
            if not decider.revived:
                return
        done.update(origin.file for origin in origins)
        run.work(planner.plan(origins))
        run.settle()


def delete(engine: Engine, ids: Iterable[str], *, blobs: Blobs = blobs) -> tuple[str, ...]:
    """Take articles out of the index, and keep them out when their files are indexed again. Returns those found.

    With an article go its copies, which are the same text under other ids.
    """
    with _opened(engine) as (writer, ledger, _):
        found = tuple(id for id in dict.fromkeys(ids) if _take_out(id, writer, ledger))
        if found:
            writer.commit(saving(ledger, blobs))
    return found


def _take_out(id: str, writer: Writer, ledger: Ledger) -> bool:
    held = [claim for claim in ledger.claims(id) if claim.state in (State.FACE, State.COPY)]
    for claim in held:
        same = [claim] if claim.text is None else ledger.held(claim.text)
        for one in same:
            ledger.put(one._replace(state=State.DELETED, meta=None))
            ledger.deleted[one.id] = ledger.path(one.file)
            ledger.count_again(one.file)
            writer.delete(one.id)
    if not held and writer.delete(id):  # not put there by indexing
        ledger.deleted[id] = ""
        return True
    return bool(held)


def rebuild(
    path: Path,
    paths: Sequence[str | Path],
    options: Options = _USUAL,
    *,
    open_engine: Callable[[Path], Engine],
    today: date,
    progress: Listener | None = None,
    rejected: Callable[[Rejected], None] = _ignore,
    stdin: BinaryIO | None = None,
    passed_over: Path | None = None,
    stages: Stages | None = None,
    blobs: Blobs = blobs,
) -> Report:
    """Make the index in folder `path` anew from `paths` alone, and put it in place only when it is whole.

    What was deleted on request comes back. Raises what `index_paths` raises; then the old index still stands.
    """
    with rebuilding(path, open_engine) as engine:
        return index_paths(
            engine,
            paths,
            options,
            today=today,
            progress=progress,
            rejected=rejected,
            stdin=stdin,
            passed_over=passed_over,
            stages=stages,
            blobs=blobs,
        )


@contextmanager
def _opened(engine: Engine) -> Iterator[tuple[Writer, Ledger, bool]]:
    """The ledger is read when no other writer can change it any more; and whether nothing was ever committed."""
    with engine.writer() as writer:
        with closing(engine.snapshot()) as snapshot:
            check_version(snapshot)
            ledger, is_empty = Ledger(snapshot.blob), snapshot.generation == 0
        with closing(ledger):
            try:
                yield writer, ledger, is_empty
            except sqlite3.OperationalError as error:  # its temporary file may lie on another disk than the index
                raise OSError(f"What a run remembers can’t be kept in a temporary file: {error}") from error


def _shares(options: Options) -> tuple[int, int]:
    """How many processes work, and how much memory each has for articles. There are no more than memory allows."""
    left = options.memory - _WRITER
    jobs = max(min(options.jobs or os.cpu_count() or 1, left // (_WORKER + _LEAST)), 1)
    return jobs, max(left // jobs - _WORKER, _LEAST)


def _find(paths: Iterable[str | Path]) -> tuple[list[Root], list[tuple[Path, BadValue]]]:
    """The paths that are there, in an order of their own, so that ids don't depend on that of the call; the missing."""
    roots: dict[Path, Root] = {}
    missing = []
    for path in paths:
        if str(path) == STDIN:
            continue
        try:
            root = find_root(path)
            roots.setdefault(root.location, root)
        except BadValue as error:
            missing.append((location_of(Path(path)), error))
    return [roots[location] for location in sorted(roots)], missing


def _origins(roots: list[Root], passed_over: Path | None) -> Iterator[Origin | Rejected]:
    """Every file once, even if several roots hold it."""
    found = chain.from_iterable(walk(root, passed_over) for root in roots)
    return found if len(roots) == 1 else once(found)


def _prune(decider: Decider, ledger: Ledger, locations: list[Path], missing: list[tuple[Path, BadValue]]) -> None:
    """A missing path is one to be pruned if the index holds files from there, and a mistake if not."""
    files = ledger.files()
    for location, error in missing:
        if not any(Path(file).is_relative_to(location) for file in files):
            raise error
    below = [*locations, *(location for location, _ in missing)]
    for file in files:
        if any(Path(file).is_relative_to(location) for location in below) and is_gone(file):
            decider.drop(file)


def check(options: Options, paths: Sequence[str | Path], *, is_new: bool = False) -> None:
    """Raises BadValue for what can't be asked for. `is_new` tells that no index is there, so that nothing is pruned."""
    from langcodes import tag_is_valid

    if "" in paths:
        raise BadValue("An empty path names nothing; the folder you are in is called .")
    if options.language is not None and not tag_is_valid(options.language):
        raise BadValue(f"{options.language} is not a language tag. Give one like nb, pt-BR or zh-Hant.")
    readers(options.fields)
    _, missing = _find(paths)
    if missing and (is_new or not options.prune):
        raise missing[0][1]
