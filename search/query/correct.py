"""Did you mean: the query again, with words of the archive for those that are probably typing errors."""

from __future__ import annotations

import re
from collections.abc import Iterator

from search.analysis.words import is_unspaced
from search.lexicon import Lexicon
from search.query.ast import And, Node, Or, Query, Word
from search.query.expand import wanted_runs

#: Words of a query that is offered a correction, at most.
MOST = 20


def corrected(query: Query, lexicon: Lexicon) -> str | None:
    """The text of the query with each doubtful word replaced by its likeliest correction; None if there is none.

    None too for more than MOST words: looking at each takes some milliseconds, and what was pasted was not typed.
    """
    text, words = query.text, list(_plain_words(query.root))
    for word in words if len(words) <= MOST else ():
        meant = _correction(word.text, lexicon)
        if meant is not None:
            text = _replaced(text, word.text, meant)
    return text if text != query.text else None


def completed(prefix: str, lexicon: Lexicon, limit: int) -> tuple[str, ...]:
    """Whole queries that `prefix` may become: its last word completed by the archive's most frequent words.

    Nothing for a prefix that ends in no letter.
    """
    start = re.search(r"\w+\Z", prefix)
    if start is None:
        return ()
    before = prefix[: start.start()]
    return tuple(before + word for word in lexicon.complete(start.group(), limit))


def _replaced(text: str, word: str, meant: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda _: meant, text)


def _correction(text: str, lexicon: Lexicon) -> str | None:
    runs = wanted_runs(text)
    if len(runs) != 1 or len(runs[0]) != 1 or is_unspaced(runs[0][0]):
        return None
    return next(iter(lexicon.correct(runs[0][0], limit=1)), None)


def _plain_words(node: Node | None) -> Iterator[Word]:
    match node:
        case Word(exact=False):
            yield node
        case And(children) | Or(children):
            for child in children:
                yield from _plain_words(child)
        case _:
            return
