from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from search.cli.command import WithExample
from search.cli.screen import clean
from search.indexing import delete, recover


@click.command("delete", cls=WithExample, example="newsstand delete 000_328e7e0a124123ac.txt")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.pass_obj
def command(index: Path, ids: tuple[str, ...]) -> int:
    """Take articles out of the index.

    They stay out when their files are indexed again, until --rebuild. Exits with 1 if there is no article of one of
    the ids; the others are deleted all the same.
    """
    from search.engines.whoosh import WhooshEngine

    recover(index)
    with closing(WhooshEngine.open(index)) as engine:
        deleted = delete(engine, ids)
    missing = [id for id in dict.fromkeys(ids) if id not in deleted]
    for id in missing:
        click.echo(f"newsstand: no article has the id {clean(id)}", err=True)
    click.echo(f"newsstand: {len(deleted):,} deleted", err=True)
    return 1 if missing else 0
