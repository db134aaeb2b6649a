from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import click

from search.article import Rejected
from search.cli.command import WithExample
from search.cli.screen import clean, width
from search.indexing import Options, Progress, Renamed, Report, index_paths, rebuild, recover

#: Rejected or renamed articles that are named one by one; --json has them all.
NAMED = 20


@click.command("index", cls=WithExample, example="newsstand index seeds")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--lang", "language", metavar="TAG", help="The language of articles that don't declare theirs.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes that work side by side.")
@click.option("--prune", is_flag=True, help="Take out the articles of files that are no longer there.")
@click.option("--rebuild", "anew", is_flag=True, help="Make the index anew from these paths; swap it in when whole.")
@click.option("--strict", is_flag=True, help="Exit with 2 if anything was rejected.")
@click.option("--quiet", is_flag=True, help="Say only what went wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def command(
    index: Path,
    paths: tuple[str, ...],
    language: str | None,
    jobs: int | None,
    prune: bool,
    anew: bool,
    strict: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Read files and folders into the index.

    `-` reads JSON Lines from standard input. What has not changed is not read again; what is no article is named, with
    the reason, and passed over.
    """
    show = _silent if quiet or not sys.stderr.isatty() else _show
    try:
        report = _run(index, paths, Options(language, prune), anew, show)
    finally:
        if show is _show:
            sys.stderr.write("\r\033[K")
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        for line in _problems(report):
            click.echo(f"newsstand: {clean(line)}", err=True)
        if not quiet:
            click.echo(f"newsstand: {summary(report)}", err=True)
    return 2 if strict and report.rejected else 0


def _run(index: Path, paths: tuple[str, ...], options: Options, anew: bool, show: Callable[[Progress], None]) -> Report:
    from search.engines.whoosh import WhooshEngine

    today, stdin = date.today(), sys.stdin.buffer
    if anew:
        return rebuild(index, paths, options, open_engine=WhooshEngine.create, today=today, progress=show, stdin=stdin)
    recover(index)
    with closing(WhooshEngine.create(index)) as engine:
        return index_paths(engine, paths, options, today=today, progress=show, stdin=stdin)


def summary(report: Report) -> str:
    """`3 added, 1 changed, 120 unchanged (0.4 s)`"""
    counts = (
        (report.added, "added"),
        (report.changed, "changed"),
        (report.removed, "removed"),
        (report.unchanged, "unchanged"),
        (report.repeated, "repeated"),
        (report.withheld, "kept out"),
        (len(report.rejected), "rejected"),
    )
    said = ", ".join(f"{count:,} {what}" for count, what in counts if count)
    idle = "" if report.added or report.changed or report.removed else "nothing to do: " if said else "nothing to read"
    return f"{idle}{said} ({report.seconds:.1f} s)"


def _problems(report: Report) -> Iterator[str]:
    """One line each for the first of them, and one for the rest."""
    for rejected in report.rejected[:NAMED]:
        yield f"{_place(rejected)}: rejected: {rejected.reason}"
    for renamed in report.renamed[:NAMED]:
        place = _place(renamed)
        yield f"{place}: another article has the id {renamed.wanted}, this one is {renamed.id}"
    rest = max(len(report.rejected) - NAMED, 0) + max(len(report.renamed) - NAMED, 0)
    if rest:
        yield f"and {rest:,} more like these; --json names them all"


def _place(what: Rejected | Renamed) -> str:
    place = str(Path(what.root, what.path, what.member))
    return place if what.position is None else f"{place}:{what.position}"


def _silent(progress: Progress) -> None:
    pass


def _show(progress: Progress) -> None:
    """One line that is written over."""
    line = clean(f"{progress.files:,} files, {progress.articles:,} articles, {progress.path}")
    sys.stderr.write(f"\r\033[K{line[: width(sys.stderr) - 1]}")
    sys.stderr.flush()
