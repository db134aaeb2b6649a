"""The shell around indexing: paths → readers → ids → analysis → the engine's writer, as one new generation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from search.engines.base import Engine, Vocabulary, Writer
from search.errors import BadValue
from search.indexing.ledger import Ledger, is_gone
from search.indexing.rebuild import rebuilding, recover
from search.indexing.report import Progress, Renamed, Report
from search.indexing.run import Run
from search.indexing.stages import LEDGER, Analyse, Blobs, analysis, blobs, remembered
from search.readers import (
    STANDARD_INPUT,
    STDIN,
    Origin,
    Root,
    find_root,
    location_of,
    read_stream,
    walk,
)

__all__ = ["Options", "Progress", "Renamed", "Report", "blobs", "delete", "index_paths", "rebuild", "recover"]


@dataclass(frozen=True, slots=True)
class Options:
    """`language` is that of articles that declare none; without it, a file keeps what it was read with before.

    `prune` removes the articles of files below the given paths that are no longer there.
    """

    language: str | None = None
    prune: bool = False


def _silent(_: Progress) -> None:
    pass


def index_paths(
    engine: Engine,
    paths: Sequence[str | Path],
    options: Options = Options(),
    *,
    today: date,
    progress: Callable[[Progress], None] = _silent,
    stdin: BinaryIO | None = None,
    analyse: Analyse | None = None,
    blobs: Blobs = blobs,
) -> Report:
    """Bring the index up to date with files, folders and, for `-`, JSON Lines from `stdin`.

    A generation is made only if something changed, or if there was none. Raises BadValue for a path that isn't there
    or a bad language, IndexStale, IndexLocked; then nothing has changed.
    """
    started = time.monotonic()
    _check_language(options.language)
    roots, missing = _find([path for path in paths if str(path) != STDIN])
    if missing and not options.prune:
        raise missing[0][1]
    with _opened(engine) as (writer, ledger, is_empty):
        run = Run(writer, ledger, analyse or analysis(today), progress, options.language)
        if options.prune:
            _prune(run, ledger, [root.location for root in roots], missing)
        for origin in _origins(roots, run):
            run.index(origin)
        if stdin is not None and STDIN in map(str, paths):
            run.index_stream(STANDARD_INPUT, read_stream(stdin, STANDARD_INPUT))
        if run.touched or is_empty:
            writer.commit(_saving(ledger, blobs))
    return run.tally.report(time.monotonic() - started)


def delete(engine: Engine, ids: Iterable[str], *, blobs: Blobs = blobs) -> tuple[str, ...]:
    """Take articles out of the index, and keep them out when their files are indexed again. Returns those found."""
    with _opened(engine) as (writer, ledger, _):
        owners = ledger.owners()
        found = tuple(id for id in dict.fromkeys(ids) if writer.delete(id))
        if found:
            ledger.deleted.update((id, owners.get(id, "")) for id in found)
            writer.commit(_saving(ledger, blobs))
    return found


def rebuild(
    path: Path,
    paths: Sequence[str | Path],
    options: Options = Options(),
    *,
    open_engine: Callable[[Path], Engine],
    today: date,
    progress: Callable[[Progress], None] = _silent,
    stdin: BinaryIO | None = None,
    analyse: Analyse | None = None,
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
            stdin=stdin,
            analyse=analyse,
            blobs=blobs,
        )


@contextmanager
def _opened(engine: Engine) -> Iterator[tuple[Writer, Ledger, bool]]:
    """The ledger is read when no other writer can change it any more; and whether nothing was ever committed."""
    with engine.writer() as writer:
        with closing(engine.snapshot()) as snapshot:
            ledger, is_empty = remembered(snapshot), snapshot.generation == 0
        yield writer, ledger, is_empty


def _saving(ledger: Ledger, blobs: Blobs) -> Callable[[Vocabulary], Mapping[str, bytes]]:
    return lambda vocabulary: {**blobs(vocabulary), LEDGER: ledger.encode()}


def _find(paths: Iterable[str | Path]) -> tuple[list[Root], list[tuple[Path, BadValue]]]:
    """The paths that are there, in an order of their own, so that ids don't depend on that of the call; the missing."""
    roots: dict[Path, Root] = {}
    missing = []
    for path in paths:
        try:
            root = find_root(path)
            roots.setdefault(root.location, root)
        except BadValue as error:
            missing.append((location_of(Path(path)), error))
    return [roots[location] for location in sorted(roots)], missing


def _origins(roots: Iterable[Root], run: Run) -> Iterator[Origin]:
    """Every file once, even if several roots hold it."""
    seen: set[Path] = set()
    for root in roots:
        for found in walk(root):
            if not isinstance(found, Origin):
                run.reject(found)
            elif found.file not in seen:
                seen.add(found.file)
                yield found


def _prune(run: Run, ledger: Ledger, locations: list[Path], missing: list[tuple[Path, BadValue]]) -> None:
    """A missing path is one to be pruned if the index holds files from there, and a mistake if not."""
    for location, error in missing:
        if not any(Path(file).is_relative_to(location) for file in ledger.files):
            raise error
    below = [*locations, *(location for location, _ in missing)]
    for file in list(ledger.files):
        if any(Path(file).is_relative_to(location) for location in below) and is_gone(file):
            run.drop(file)


def _check_language(tag: str | None) -> None:
    from langcodes import tag_is_valid

    if tag is not None and not tag_is_valid(tag):
        raise BadValue(f"{tag} is not a language tag. Give one like nb, pt-BR or zh-Hant.")
