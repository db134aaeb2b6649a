"""The options of commands that read into the index, and how their values are understood."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click

from search.indexing import Options

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)I?B?", re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


def _memory(ctx: click.Context, param: click.Parameter, value: str) -> int:
    """Bytes: `500M`, `1.5G`."""
    found = _SIZE.fullmatch(value.strip())
    if found is None:
        raise click.BadParameter(f"{value!r} is not a size. Give one like 500M or 2G.", ctx, param)
    return int(float(found[1]) * 1024 ** _POWERS[found[2].upper()])


def _fields(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """`title=Headline`: a field of an article, and what it is called in the input."""
    told = {}
    for value in values:
        field, _, column = (part.strip() for part in value.partition("="))
        if not field or not column:
            raise click.BadParameter(f"{value!r} is not of the form title=Headline.", ctx, param)
        told[field.lower()] = column
    return told


_READING = (
    click.option("--lang", "language", metavar="TAG", help="The language of articles that don't declare theirs."),
    click.option("--field", "fields", multiple=True, metavar="NAME=COLUMN", callback=_fields, help="A field's name."),
    click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes that work side by side. [all]"),
    click.option("--memory", callback=_memory, default="1G", metavar="SIZE", help="Memory for all of them. [1G]"),
    click.option("--prune", is_flag=True, help="Take out the articles of files that are no longer there."),
    click.option("--keep-duplicates", is_flag=True, help="Keep articles of the same text beside each other."),
)


def reading(command: Callable[..., int]) -> Callable[..., int]:
    """Gives a command these options; it hands their values to `wanted`."""
    for option in reversed(_READING):
        command = option(command)
    return command


def wanted(*, jobs: int | None, keep_duplicates: bool, **rest: Any) -> Options:
    return Options(jobs=jobs or 0, keep_copies=keep_duplicates, **rest)
