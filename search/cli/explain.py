from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from search.cli.command import QueryCommand, match_of
from search.cli.screen import Style, clean, hanging, quiet, style, titled, width, wrap
from search.explaining import Explained, ExplainedArticle, ExplainedKey, ExplainedLeaf, ExplainedShare
from search.query.ast import Zone
from search.searching import open_archive

#: Words or stems of one key that are named; --json has them all.
NAMED = 24

_WANTED = {"all": "all of the words", "any": "at least one of the words"}
_FELL_BACK = ", as no article has them all"


@click.command("explain", cls=QueryCommand, example="newsstand explain våpenhvile --id 000_328e7e0a124123ac.txt")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.option("--id", metavar="ID", help="Also what each word gave to the score of this article.")
@click.option("--any", "any_word", is_flag=True, help="As for a search of articles with at least one of the words.")
@click.option("--all", "all_words", is_flag=True, help="As for a search of articles with all of the words.")
@click.option("--no-names", is_flag=True, help="Leave out what a place is called in other languages.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def command(
    index: Path,
    words: tuple[str, ...],
    id: str | None,
    any_word: bool,
    all_words: bool,
    no_names: bool,
    as_json: bool,
) -> int:
    """Say how a query was read, and which keys its words stand for.

    Of the keys of one word the best one counts. With an article's ID: which keys it matched, how often in title and
    body, and each one's share. Their sum times the weight of the article's language is its score.
    """
    match = match_of(any_word, all_words)
    with open_archive(index) as archive:
        if id is not None and archive.article(id) is None:
            click.echo(f"newsstand: no article has the id {id}", err=True)
            return 1
        explained = archive.explain(" ".join(words), id, match=match, names=not no_names)
        language = archive.language_name(explained.article.language) if explained.article else ""
    if as_json:
        click.echo(json.dumps(explained.as_json(), ensure_ascii=False, indent=2))
        return 0
    sys.stdout.writelines(f"{line}\n" for line in _lines(explained, match, language, style("auto", sys.stdout)))
    sys.stdout.flush()
    sys.stderr.writelines(f"newsstand: {clean(note)}\n" for note in explained.notes)
    return 0


def _lines(explained: Explained, asked: str, language: str, look: Style) -> Iterator[str]:
    columns = width(sys.stdout)
    for heading, text in _reading(explained, asked):
        yield from hanging(f"{heading:<9}", text, columns)
    for leaf in explained.leaves:
        yield ""
        yield from _leaf_lines(leaf, look, columns)
    if explained.article is not None:
        yield ""
        yield from _article_lines(explained.article, language, look, columns)


def _reading(explained: Explained, asked: str) -> Iterator[tuple[str, str]]:
    if explained.read:
        fell_back = asked == "auto" and explained.match == "any"
        yield "Read as", clean(explained.read)
        yield "Wanted", _WANTED[explained.match] + (_FELL_BACK if fell_back else "")
    else:
        yield "Read as", "no words: every article"
    if explained.filters:
        yield "Filters", clean(" ".join(explained.filters))


def _leaf_lines(leaf: ExplainedLeaf, look: Style, columns: int) -> Iterator[str]:
    """The leaf as it could be typed, and below it a line for each key."""
    field = "title:" if leaf.zone == Zone.TITLE else ""
    yield from wrap(titled(f"{'NOT ' if leaf.removes else ''}{field}{leaf.leaf}", look), columns)
    for key in leaf.keys:
        yield from hanging(f"  {key.weight:.2f}  {key.kind:<6}  ", _shortened(key) or "nothing in the archive", columns)


def _shortened(key: ExplainedKey | ExplainedShare) -> str:
    words = key.text.split()
    if key.kind not in ("word", "stem") or len(words) <= NAMED:
        return clean(key.text)
    return f"{clean(' '.join(words[:NAMED]))} … and {len(words) - NAMED:,} more"


def _article_lines(article: ExplainedArticle, language: str, look: Style, columns: int) -> Iterator[str]:
    yield from wrap(titled(article.title, look), columns)
    yield from wrap(quiet(f"{language} · {article.id}", look), columns)
    if not article.matched:
        yield "  doesn't match"
        return
    yield quiet("   Share  Title  Body  Key", look)
    for share in article.shares:
        label = f"  {share.score:6.3f}  {share.in_title:5}  {share.in_body:4}  "
        yield from hanging(label, _matched(share), columns)
    total = sum(share.score for share in article.shares)
    score = f"together, × {article.language_weight:.3f}, the weight of {language}, = {article.score:.3f}"
    yield from hanging(f"  {total:6.3f}  ", clean(score), columns)


def _matched(share: ExplainedShare) -> str:
    """The key, and what was typed where that is something else."""
    return _shortened(share) + ("" if share.text == share.leaf else f" (for {clean(share.leaf)})")
