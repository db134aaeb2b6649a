from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from search.article import Article, Copy, DateFrom
from search.cli.command import WithExample
from search.cli.screen import clean_text, quiet, style, titled, width, wrap
from search.searching import open_archive

_DATE_FROM = {
    DateFrom.DECLARED: "",
    DateFrom.METADATA: " (from its metadata)",
    DateFrom.URL: " (from its address)",
    DateFrom.TEXT: " (from its text)",
}


@click.command("show", cls=WithExample, example="newsstand show 000_328e7e0a124123ac.txt")
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with every field.")
@click.pass_obj
def command(index: Path, id: str, as_json: bool) -> int:
    """Print one article, whole. IDs are what `search` prints last."""
    with open_archive(index) as archive:
        article = archive.article(id)
        if article is None:
            click.echo(f"newsstand: no article has the id {id}", err=True)
            return 1
        language = archive.language_name(article.language)
    if as_json:
        click.echo(json.dumps(fields(article, language), ensure_ascii=False, indent=2))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(article, language))
    return 0


def fields(article: Article, language: str) -> dict[str, object]:
    """The documented JSON shape of an article."""
    return {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "url": article.url,
        "source": article.source,
        "language": article.language,
        "language_name": language,
        "date": article.date.iso if article.date else None,
        "date_precision": article.date.precision if article.date else None,
        "date_from": article.date_from,
        "path": article.path,
        "extra": dict(article.extra),
        "copies": [copy.as_json() for copy in article.copies],
    }


def _lines(article: Article, language: str) -> Iterator[str]:
    """Broken at the terminal's width on a terminal, else as the article has them."""
    look, columns = style("auto", sys.stdout), width(sys.stdout)
    yield from wrap(titled(article.title, look), columns)
    for line in _origin(article, language):
        yield quiet(line, look)
    yield ""
    for line in clean_text(article.text).split("\n"):
        yield from (list(wrap(line, columns)) if sys.stdout.isatty() else [line]) or [""]


def _origin(article: Article, language: str) -> Iterator[str]:
    yield " · ".join(part for part in (language, _date(article), article.source) if part)
    yield from (part for part in (article.url, article.path) if part)
    for copy in article.copies:
        yield "also " + " · ".join(part for part in (_date(copy), copy.source, copy.url, copy.id) if part)
    for name, value in article.extra.items():
        yield f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"


def _date(of: Article | Copy) -> str:
    from search.dates import display

    where = _DATE_FROM[of.date_from] if of.date_from else ""
    return (display(of.date) if of.date else "undated") + where
