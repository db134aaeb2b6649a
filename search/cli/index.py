from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from search.article import Rejected
from search.cli import options
from search.cli.command import WithExample
from search.cli.rejections import Rejections
from search.cli.screen import clean
from search.indexing import Options, Renamed, Report, index_paths, rebuild, recover

if TYPE_CHECKING:
    from search.cli.bar import Bar

#: Rejected articles that are named one by one; the file that lists them has them all.
NAMED = 20


@click.command("index", cls=WithExample, example="newsstand index seeds")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--lang", "language", metavar="TAG", help="The language of articles that don't declare theirs.")
@click.option(
    "--field", "fields", multiple=True, metavar="NAME=COLUMN", callback=options.fields, help="What a field is called."
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes that work side by side.")
@click.option(
    "--memory", callback=options.memory, default="1G", show_default=True, metavar="SIZE", help="Memory for all of them."
)
@click.option("--prune", is_flag=True, help="Take out the articles of files that are no longer there.")
@click.option("--keep-duplicates", is_flag=True, help="Keep articles of the same text beside each other.")
@click.option("--rebuild", "anew", is_flag=True, help="Make the index anew from these paths; swap it in when whole.")
@click.option("--strict", is_flag=True, help="Exit with 2 if anything was rejected.")
@click.option("--quiet", is_flag=True, help="Say only what went wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def command(
    index: Path,
    paths: tuple[str, ...],
    language: str | None,
    fields: dict[str, str],
    jobs: int | None,
    memory: int,
    prune: bool,
    keep_duplicates: bool,
    anew: bool,
    strict: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Read files and folders into the index.

    `-` reads standard input. What has not changed is not read again; what is no article is named, with the reason, and
    passed over. Articles of the same text are one, and its copies are shown with it. A run that was interrupted is gone
    on with by the next.
    """
    wanted = Options(
        language=language,
        fields=fields,
        prune=prune,
        keep_copies=keep_duplicates,
        jobs=jobs or 0,
        memory=memory,
    )
    with Rejections(index) as rejections:
        report = _run(index, paths, wanted, anew, rejections, quiet)
    if as_json:
        listed = None if rejections.path is None else str(rejections.path)
        click.echo(json.dumps({**report.as_json(), "rejected_list": listed}, ensure_ascii=False, indent=2))
    else:
        say(report, rejections, quiet)
    return 2 if strict and report.rejected else 0


def say(report: Report, rejections: Rejections, quiet: bool) -> None:
    for line in _problems(report, rejections):
        click.echo(f"newsstand: {clean(line)}", err=True)
    if not quiet:
        click.echo(f"newsstand: {summary(report)}", err=True)


def _run(
    index: Path,
    paths: tuple[str, ...],
    wanted: Options,
    anew: bool,
    rejections: Callable[[Rejected], None],
    quiet: bool,
) -> Report:
    from search.engines.whoosh import WhooshEngine

    with _progress(quiet) as progress:
        told = {} if progress is None else {"progress": progress}
        rest = {"today": date.today(), "rejected": rejections, "stdin": sys.stdin.buffer, "passed_over": index, **told}
        if anew:
            return rebuild(index, paths, wanted, open_engine=WhooshEngine.create, **rest)  # type: ignore[arg-type]
        recover(index)
        with closing(WhooshEngine.create(index)) as engine:
            return index_paths(engine, paths, wanted, **rest)  # type: ignore[arg-type]


def _progress(quiet: bool) -> nullcontext[None] | Bar:
    """Shown on a terminal only; what draws it is imported only then."""
    if quiet or not sys.stderr.isatty():
        return nullcontext(None)
    from search.cli.bar import Bar

    return Bar()


def summary(report: Report) -> str:
    """`3 added, 1 changed, 120 unchanged (0.4 s)`"""
    counts = (
        (report.added, "added"),
        (report.changed, "changed"),
        (report.removed, "removed"),
        (report.unchanged, "unchanged"),
        (report.copies, "duplicate" if report.copies == 1 else "duplicates"),
        (report.superseded, "superseded"),
        (report.withdrawn, "withdrawn"),
        (report.repeated, "repeated"),
        (report.withheld, "kept out"),
        (report.rejected, "rejected"),
    )
    said = ", ".join(f"{count:,} {what}" for count, what in counts if count)
    idle = "" if report.touched else "nothing to do: " if said else "nothing to read"
    return f"{idle}{said} ({report.seconds:.1f} s)"


def _problems(report: Report, rejections: Rejections) -> Iterator[str]:
    """One line each for the first of each kind, and one for the rest."""
    first = [rejected for kind in report.refusals for rejected in kind.first][:NAMED]
    for rejected in first:
        yield f"{_place(rejected)}: rejected: {rejected.reason}"
    if report.rejected > len(first):
        yield f"and {report.rejected - len(first):,} more like these; {rejections.path} lists them all"
    elif first:
        yield f"{rejections.path} lists what was rejected"
    for renamed in report.renamed:
        yield f"{_place(renamed)}: another article has the id {renamed.wanted}, this one is {renamed.id}"
    if report.renamed_count > len(report.renamed):
        yield f"and {report.renamed_count - len(report.renamed):,} more got another id"


def _place(what: Rejected | Renamed) -> str:
    place = str(Path(what.root, what.path, what.member))
    return place if what.position is None else f"{place}:{what.position}"
