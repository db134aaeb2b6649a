"""What a run of indexing did, for people."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from search.article import Rejected
from search.cli.screen import clean
from search.indexing import Listener, Renamed, Report

#: Rejected articles that are named one by one; the file that lists them has them all.
NAMED = 20


def progress(quiet: bool) -> AbstractContextManager[Listener | None]:
    """Shown on a terminal only; what draws it is imported only then."""
    if quiet or not sys.stderr.isatty():
        return nullcontext(None)
    from search.cli.bar import Bar

    return Bar()


def say(report: Report, listed: Path | None, quiet: bool) -> None:
    """`listed` is the file that lists what was rejected."""
    for line in _problems(report, listed):
        click.echo(f"newsstand: {clean(line)}", err=True)
    if not quiet:
        click.echo(f"newsstand: {summary(report)}", err=True)


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


def _problems(report: Report, listed: Path | None) -> Iterator[str]:
    """One line each for the first of each kind, and one for the rest."""
    first = [rejected for kind in report.refusals for rejected in kind.first][:NAMED]
    for rejected in first:
        yield f"{_place(rejected)}: rejected: {rejected.reason}"
    if report.rejected > len(first):
        yield f"and {report.rejected - len(first):,} more like these; {listed} lists them all"
    elif first:
        yield f"{listed} lists what was rejected"
    for renamed in report.renamed:
        yield f"{_place(renamed)}: another article has the id {renamed.wanted}, this one is {renamed.id}"
    if report.renamed_count > len(report.renamed):
        yield f"and {report.renamed_count - len(report.renamed):,} more got another id"


def _place(what: Rejected | Renamed) -> str:
    place = str(Path(what.root, what.path, what.member))
    return place if what.position is None else f"{place}:{what.position}"
