from __future__ import annotations

import json
from pathlib import Path

import click

from search.cli.command import QueryCommand
from search.cli.screen import clean
from search.searching import open_archive


@click.command("suggest", cls=QueryCommand, example="newsstand suggest våp")
@click.argument("prefix", nargs=-1, required=True, metavar="PREFIX...", type=click.UNPROCESSED)
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", default=10, show_default=True, help="At most so many."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def command(index: Path, prefix: tuple[str, ...], limit: int, as_json: bool) -> int:
    """Complete the last word typed, the most frequent words first.

    One query a line. Exits with 1 if no word of the archive begins like that.
    """
    typed = " ".join(prefix)
    with open_archive(index) as archive:
        suggestions = archive.suggest(typed, limit)
    if as_json:
        click.echo(json.dumps({"prefix": typed, "suggestions": suggestions}, ensure_ascii=False, indent=2))
    else:
        for suggestion in suggestions:
            click.echo(clean(suggestion))
    return 0 if suggestions else 1
