from __future__ import annotations

import json
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import click

from search.cli.command import WithExample
from search.cli.options import reading, wanted
from search.cli.rejections import Rejections
from search.cli.reporting import progress, say
from search.indexing import Options, Report, check, index_paths, rebuild, recover


@click.command("index", cls=WithExample, example="newsstand index seeds")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@reading
@click.option("--rebuild", "anew", is_flag=True, help="Make the index anew from these paths; swap it in when whole.")
@click.option("--strict", is_flag=True, help="Exit with 2 if anything was rejected.")
@click.option("--quiet", is_flag=True, help="Say only what went wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def command(
    index: Path, /, paths: tuple[str, ...], anew: bool, strict: bool, quiet: bool, as_json: bool, **options: Any
) -> int:
    """Read files and folders into the index.

    `-` reads standard input. What has not changed is not read again; what is no article is named, with the reason, and
    passed over. Articles of the same text are one, and its copies are shown with it. A run that was interrupted is gone
    on with by the next.
    """
    try:
        with Rejections(index) as rejections:
            report = _run(index, paths, wanted(**options), anew, rejections, quiet)
    except KeyboardInterrupt:
        kept = "the index is as it was" if anew else "what was committed is kept, and the next run goes on from there"
        click.echo(f"newsstand: interrupted; {kept}", err=True)
        raise
    if as_json:
        listed = None if rejections.path is None else str(rejections.path)
        click.echo(json.dumps({**report.as_json(), "rejected_list": listed}, ensure_ascii=False, indent=2))
    else:
        say(report, rejections.path, quiet)
    return 2 if strict and report.rejected else 0


def _run(
    index: Path, paths: tuple[str, ...], options: Options, anew: bool, rejections: Rejections, quiet: bool
) -> Report:
    from search.engines.whoosh import WhooshEngine

    recover(index)
    check(options, paths, is_new=anew or not index.exists())  # a mistake leaves no empty index behind
    with progress(quiet) as shown:
        rest: dict[str, Any] = {"today": date.today(), "rejected": rejections, "passed_over": index, "progress": shown}
        if anew:
            stdin = sys.stdin.buffer
            return rebuild(index, paths, options, open_engine=WhooshEngine.create, stdin=stdin, **rest)
        with closing(WhooshEngine.create(index)) as engine:
            return index_paths(engine, paths, options, stdin=sys.stdin.buffer, **rest)
