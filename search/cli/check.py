from __future__ import annotations

import json
from pathlib import Path

import click

from search.checking import check_index
from search.cli.command import WithExample


@click.command("check", cls=WithExample, example="newsstand check --json")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def command(index: Path, as_json: bool) -> int:
    """Verify the index file by file, every byte of it, and say what is damaged.

    Exit status: 0 whole, 2 damaged.
    """
    checked = check_index(index)
    if as_json:
        files = [{"name": file.name, "bytes": file.size, "problems": list(file.problems)} for file in checked.files]
        report = {"whole": checked.whole, "files": files, "left_over": list(checked.left_over)}
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        wide = max((len(file.name) for file in checked.files), default=0)
        for file in checked.files:
            click.echo(f"{file.name:<{wide}}  {file.size:>13,} bytes  {'damaged' if file.problems else 'whole'}")
    for problem in checked.problems:
        click.echo(f"newsstand: {problem}", err=True)
    for name in checked.left_over:
        click.echo(f"newsstand: {name} is left over; the next writer removes it", err=True)
    return 0 if checked.whole else 2
