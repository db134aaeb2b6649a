from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from search.cli.command import WithExample
from search.searching import Stats, open_archive


@click.command("stats", cls=WithExample, example="newsstand stats --json")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def command(index: Path, as_json: bool) -> int:
    """Count articles by language and year, and tell what both were taken from."""
    with open_archive(index) as archive:
        stats = archive.stats()
    if as_json:
        click.echo(json.dumps(_fields(stats), ensure_ascii=False, indent=2))
    else:
        for line in _lines(stats):
            click.echo(line)
    return 0


def _fields(stats: Stats) -> dict[str, object]:
    return {
        "articles": stats.articles,
        "languages": [{"value": tag, "label": name, "count": count} for tag, name, count in stats.languages],
        "languages_from": dict(stats.languages_from),
        "years": [{"value": year, "count": count} for year, count in stats.years],
        "dates_from": dict(stats.dates_from),
        "size": stats.size,
        "version": stats.version,
        "generation": stats.generation,
    }


def _lines(stats: Stats) -> Iterator[str]:
    languages = [(name, count) for _, name, count in stats.languages]
    rows = (*languages, *stats.languages_from, *stats.years, *stats.dates_from)
    wide = max((len(name) for name, _ in rows), default=0)
    yield f"Articles       {stats.articles:,}"
    yield from _table("Languages", languages, wide)
    yield from _table("Languages from", stats.languages_from, wide)
    yield from _table("Years", stats.years, wide)
    yield from _table("Dates from", stats.dates_from, wide)
    yield f"Size           {_size(stats.size)}"
    yield f"Version        {stats.version}"


def _table(heading: str, rows: Sequence[tuple[str, int]], wide: int) -> Iterator[str]:
    """A heading beside the first row; counts in line."""
    for name, count in rows:
        yield f"{heading:<14} {name:<{wide}} {count:>9,}"
        heading = ""


def _size(size: float) -> str:
    """In thousands, as disks are sold."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:,.0f} {unit}"
        size /= 1000
    return f"{size:,.1f} GB"
