"""What commands have in common: help that opens with an example, queries that may begin with a dash, their options."""

from __future__ import annotations

from typing import Any

import click


class WithExample(click.Command):
    """`example` is a whole command line; it is the first line of the help."""

    def __init__(self, *arguments: Any, example: str, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self.example = example

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write(f"Example: {self.example}\n\n")
        super().format_help(ctx, formatter)


class QueryCommand(WithExample):
    """Takes `-word` as part of the query, while an unknown `--option` stays a mistake.

    Needs a command without one-letter options, or `-krig` would be taken for a bundle of them.
    """

    def __init__(self, *arguments: Any, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self.ignore_unknown_options = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = args[: args.index("--")] if "--" in args else args
        known = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        for word in words:
            if word.startswith("--") and word.split("=")[0] not in known:
                raise click.NoSuchOption(word.split("=")[0], possibilities=_near(word, known), ctx=ctx)
        return super().parse_args(ctx, args)


def match_of(any_word: bool, all_words: bool) -> str:
    """`match` of a request, from --any and --all."""
    if any_word and all_words:
        raise click.UsageError("--any and --all exclude each other.")
    return "any" if any_word else "all" if all_words else "auto"


def _near(word: str, known: set[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(word, known)
