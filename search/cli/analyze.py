from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

import click

from search.cli.command import QueryCommand
from search.cli.screen import cell_width, clean, hanging, style, titled, width, wrap
from search.explaining import Analysed, analyse

_HEADINGS = ("Word", "Folded", "Stems")

#: Columns that words and their folded forms get at most; what is longer is broken.
_WIDEST = 24


@click.command("analyze", cls=QueryCommand, example="newsstand analyze --lang nb våpenhvilen")
@click.argument("text", nargs=-1, required=True, metavar="TEXT...", type=click.UNPROCESSED)
@click.option("--lang", "language", required=True, metavar="TAG", help="The language of the text; und: not known.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(text: tuple[str, ...], language: str, as_json: bool) -> None:
    """Print the keys that a text gives: what it would be found by."""
    from search.language import english_name

    tag = _standard(language)
    analysed = analyse(" ".join(text), tag)
    if as_json:
        click.echo(json.dumps(analysed.as_json(), ensure_ascii=False, indent=2))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(analysed, english_name(tag)))


def _standard(language: str) -> str:
    from search.language import UNKNOWN, standard

    tag = UNKNOWN if language == UNKNOWN else standard(language)
    if tag is None:
        raise click.BadParameter(
            f"{language} is no language. Give a tag like nb, pt-BR or zh-Hant.", param_hint="--lang"
        )
    return tag


def _lines(analysed: Analysed, name: str) -> Iterator[str]:
    columns = width(sys.stdout)
    stemmer = f"stemmer {analysed.stemmer}" if analysed.stemmer else "no stemmer"
    yield f"{name} ({analysed.language}), {stemmer}"
    if analysed.words:
        yield ""
        yield from _words(analysed, columns)
    if analysed.pairs:
        yield ""
        yield from hanging("Pairs  ", " ".join(analysed.pairs), columns)


def _words(analysed: Analysed, columns: int) -> Iterator[str]:
    look = style("auto", sys.stdout)
    rows = [(clean(each.word), " ".join(each.folded), " ".join(each.stems)) for each in analysed.words]
    word, folded = (max(cell_width(row[place]) for row in (_HEADINGS, *rows)) for place in (0, 1))
    left = (min(word, _WIDEST), min(folded, _WIDEST))
    yield from _table([tuple(titled(each, look) for each in _HEADINGS), *rows], (*left, columns - sum(left) - 4))


def _table(rows: Iterable[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    """Cells side by side, each broken into lines within its column, two spaces between columns."""
    for row in rows:
        columns = [list(wrap(cell, width)) for cell, width in zip(row, widths, strict=True)]
        for cells in zip_longest(*columns, fillvalue=""):
            padded = (cell + " " * (width - cell_width(cell)) for cell, width in zip(cells, widths, strict=True))
            yield "  ".join(padded).rstrip()
