"""Values of options that several commands take; each is a callback for click."""

from __future__ import annotations

import re

import click

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)I?B?", re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


def memory(ctx: click.Context, param: click.Parameter, value: str) -> int:
    """Bytes: `500M`, `1.5G`."""
    found = _SIZE.fullmatch(value.strip())
    if found is None:
        raise click.BadParameter(f"{value!r} is not a size. Give one like 500M or 2G.", ctx, param)
    return int(float(found[1]) * 1024 ** _POWERS[found[2].upper()])


def fields(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """`title=Headline`: a field of an article, and what it is called in the input."""
    told = {}
    for value in values:
        field, _, column = (part.strip() for part in value.partition("="))
        if not field or not column:
            raise click.BadParameter(f"{value!r} is not of the form title=Headline.", ctx, param)
        told[field.lower()] = column
    return told
