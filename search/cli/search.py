from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from msgspec.structs import replace

from search.cli.command import QueryCommand, match_of
from search.cli.page import page_lines
from search.cli.screen import clean, style, width
from search.formats import FORMATS
from search.results import Page
from search.searching import SearchRequest, open_archive


@click.command("search", cls=QueryCommand, example="newsstand search våpenhvile -krig --lang nb --year 2020-2023")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.option("--lang", "languages", multiple=True, metavar="TAG", help="Only this language; may be repeated.")
@click.option("--year", "years", multiple=True, metavar="Y[-Y]", help="Only this year or these; may be repeated.")
@click.option("--after", metavar="DATE", help="From this year, month or day on.")
@click.option("--before", metavar="DATE", help="Up to and with this year, month or day.")
@click.option("--source", "sources", multiple=True, metavar="S", help="Only from this source; may be repeated.")
@click.option(
    "--sort", type=click.Choice(["relevance", "newest", "oldest"]), default="relevance", help="What stands first."
)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", default=10, show_default=True, help="Articles shown.")
@click.option("--offset", type=click.IntRange(min=0), metavar="N", default=0, help="Articles passed over first.")
@click.option("--any", "any_word", is_flag=True, help="Articles with at least one of the words.")
@click.option("--all", "all_words", is_flag=True, help="Articles with all of the words, even if there is none.")
@click.option("--no-names", is_flag=True, help="Leave out what a place is called in other languages.")
@click.option("--format", "form", type=click.Choice(["text", *FORMATS]), default="text", help="How to print it.")
@click.option("--no-facets", is_flag=True, help="Leave out the counts by language and year.")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour; auto: on a terminal."
)
@click.pass_obj
def command(
    index: Path,
    words: tuple[str, ...],
    languages: tuple[str, ...],
    years: tuple[str, ...],
    after: str | None,
    before: str | None,
    sources: tuple[str, ...],
    sort: str,
    limit: int,
    offset: int,
    any_word: bool,
    all_words: bool,
    no_names: bool,
    form: str,
    no_facets: bool,
    color: str,
) -> int:
    """Find articles, best first.

    \b
    ceasefire talks    all of the words, in any form
    '"exact phrase"'   these words in this order
    =word              this word only
    -word              articles without it
    a OR b, ( )        either
    title:word         in the title
    lang:nb year:2020-2023 year:undated date:2020-10
    after:2020-10-05 before:2021 source:nrk.no

    Without words: every article, newest first. If no article has all of the words, those that have at least one.
    """
    request = SearchRequest(
        query=" ".join(words),
        languages=languages,
        years=years,
        after=after,
        before=before,
        sources=sources,
        sort=sort,
        match=match_of(any_word, all_words),
        offset=offset,
        limit=limit,
        names=not no_names,
    )
    with open_archive(index) as archive:
        page = archive.run(request)
    write(page, form, color, facets=not no_facets)
    return 0 if page.total else 1


def write(page: Page, form: str, color: str, *, facets: bool) -> None:
    """Results to stdout; to stderr what is said about them, unless it is part of the format."""
    page = page if facets else replace(page, facets={})
    if form == "text":
        lines = page_lines(page, style(color, sys.stdout), width(sys.stdout))
        sys.stdout.writelines(f"{line}\n" for line in lines)
    else:
        sys.stdout.writelines(FORMATS[form](page))
    sys.stdout.flush()
    if form != "json":
        sys.stderr.writelines(f"newsstand: {clean(remark)}\n" for remark in _remarks(page))


def _remarks(page: Page) -> Iterator[str]:
    if not page.total:
        yield "nothing found"
    if page.suggestion:
        yield f"did you mean: {page.suggestion}"
    yield from page.notes
