from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import click

from search.cli.command import WithExample
from search.cli.options import reading, wanted
from search.cli.rejections import Rejections
from search.cli.reporting import progress, say, summary
from search.errors import BadValue, IndexLocked
from search.indexing import Options, Report, check, index_paths, recover

#: Seconds until the next try while another process writes to the index.
_AGAIN = 1.0


@click.command("watch", cls=WithExample, example="newsstand watch news")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@reading
@click.option("--quiet", is_flag=True, help="Say only what went wrong.")
@click.pass_obj
def command(index: Path, /, paths: tuple[str, ...], quiet: bool, **options: Any) -> int:
    """Read files and folders into the index, and whatever appears or changes there, until interrupted.

    A page that is being served shows the new articles at once.
    """
    from search.indexing.watching import watching

    chosen = wanted(**options)
    if "-" in paths:
        raise BadValue("Standard input can't be watched. Read it with: newsstand index -")
    rejected = _update(index, paths, chosen, quiet)
    timeout: float | None = 0.0  # what changed before anybody watched
    try:
        with watching(map(Path, paths), index) as changes:
            while True:
                changes.wait(timeout)
                try:
                    rejected = _update(index, paths, chosen, quiet, rejected)
                    timeout = None
                except IndexLocked:
                    timeout = _AGAIN
                except BadValue as error:  # what was there at first may be gone
                    click.echo(f"newsstand: {error}", err=True)
                    timeout = None
    except KeyboardInterrupt:
        return 0


def _update(index: Path, paths: tuple[str, ...], options: Options, quiet: bool, rejected: int | None = None) -> int:
    """Says what was done if anything was. `rejected` is how much was rejected before; returns how much is now."""
    with Rejections(index) as rejections:
        report = _read(index, paths, options, rejections, quiet)
    if report.rejected != rejected:
        say(report, rejections.path, quiet)
    elif report.touched and not quiet:
        click.echo(f"newsstand: {summary(report)}", err=True)
    return report.rejected


def _read(index: Path, paths: tuple[str, ...], options: Options, rejections: Rejections, quiet: bool) -> Report:
    from search.engines.whoosh import WhooshEngine

    recover(index)
    check(options, paths, is_new=not index.exists())
    with progress(quiet) as shown, closing(WhooshEngine.create(index)) as engine:
        return index_paths(
            *(engine, paths, options), today=date.today(), progress=shown, rejected=rejections, passed_over=index
        )
