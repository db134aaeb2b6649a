"""Cutting text into words: the one place that says what a word is, for index, query and highlighting alike.

NFKC, then casefold, then runs of letters, digits and marks; ZWJ, ZWNJ and soft hyphen are not there at all. In scripts
written without spaces between words every character (with its marks) is a word of its own, and neighbours form pairs.

>>> tokens("Nagorno-Karabakh: VÅPENHVILE!").words
('nagorno', 'karabakh', 'våpenhvile')
>>> tokens("停火2023")
Tokens(words=('停', '火', '2023'), pairs=('停火',))
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from search.analysis.fold import fold
from search.analysis.marks import MARKS
from search.article import Tokens

#: Scripts whose words are not told apart by spaces, or (Hangul) whose particles cling to the word: Thai, Lao, Burmese,
#: Khmer, kana, Han, Hangul.
_UNSPACED_RANGES = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\uaa60-\uaa7f\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uac00-\ud7a3\u1100-\u11ff\U0001b000-\U0001b16f\U00020000-\U0003fffd"
)
#: What isn't there at all; and the letter apostrophe, which cuts like the others (Ukrainian is typed with either).
_IGNORED = {**dict.fromkeys(map(ord, "\u00ad\u200c\u200d\u2060\ufeff")), 0x02BC: "'"}
_IGNORED_ONE = re.compile("[\u02bc\u00ad\u200c\u200d\u2060\ufeff]")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_WORD = re.compile(rf"[^\W_]+(?:[{MARKS}]+[^\W_]*)*")
_UNSPACED = re.compile(f"[{_UNSPACED_RANGES}]")
_PIECE = re.compile(rf"([{_UNSPACED_RANGES}])[{MARKS}]*|[^{_UNSPACED_RANGES}]+")
_CHUNK = re.compile(r"\S+")


class Token(NamedTuple):
    """A word or pair with its place [start, end) in the text as given; `position` counts words."""

    text: str
    start: int
    end: int
    position: int
    pair: bool = False


def normalized(text: str) -> str:
    """The text that words are cut from."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).translate(_IGNORED).casefold()


def tokens(text: str) -> Tokens:
    if text.isascii():
        return Tokens(tuple(_ASCII_WORD.findall(text.lower())))
    plain = normalized(text)
    found = _WORD.findall(plain)
    if _UNSPACED.search(plain) is None:
        return Tokens(tuple(found))
    words: list[str] = []
    pairs: list[str] = []
    for word in found:
        for run in _runs(word):
            words += run
            if len(run) > 1:
                pairs += pairs_of(run)
    return Tokens(tuple(words), tuple(pairs))


def is_unspaced(word: str) -> bool:
    """Whether some of it is in a script written without spaces."""
    return _UNSPACED.search(word) is not None


def word_runs(text: str) -> Iterator[tuple[str, ...]]:
    """The words of a text, those of an unspaced run together."""
    return (tuple(run) for word in _WORD.findall(normalized(text)) for run in _runs(word))


def _runs(word: str) -> Iterator[list[str]]:
    """Cut a word where its script changes between spaced and unspaced; an unspaced run comes as its characters."""
    if not is_unspaced(word):
        yield [word]
        return
    run: list[str] = []
    for match in _PIECE.finditer(word):
        if match.group(1):
            run.append(match.group())
            continue
        if run:
            yield run
            run = []
        yield [match.group()]
    if run:
        yield run


def pairs_of(run: Sequence[str]) -> Iterator[str]:
    """The pairs of neighbours, folded: no position asks for their exact form."""
    folded = [fold(unit) for unit in run]
    return (first + second for first, second in pairwise(folded))


def located(text: str) -> Iterator[Token]:
    """The same words and pairs as `tokens`, in order, each with its place in `text`."""
    plain = _aligned(text)
    if plain is not None:
        yield from _tokens_of(plain, 0, 0)
        return
    position = 0
    for match in _CHUNK.finditer(text):
        found = list(_in_chunk(match.group(), match.start(), position))
        yield from found
        position += sum(not token.pair for token in found)


def _aligned(text: str) -> str | None:
    """The normalized text, if each of its characters is that in the same place of `text`; else None.

    Casefolding never shortens, so equal length means that no character became several.
    """
    if text.isascii():
        return text.lower()
    if not unicodedata.is_normalized("NFKC", text) or _IGNORED_ONE.search(text):
        return None
    plain = text.casefold()
    return plain if len(plain) == len(text) else None


def _tokens_of(plain: str, start: int, position: int) -> Iterator[Token]:
    """Words and pairs of normalized text, which begins at offset `start`; `position` words came before."""
    if not is_unspaced(plain):
        for number, match in enumerate(_WORD.finditer(plain), position):
            yield Token(match.group(), start + match.start(), start + match.end(), number)
        return
    for match in _WORD.finditer(plain):
        at = start + match.start()
        for run in _runs(match.group()):
            yield from _run_tokens(run, at, position)
            position += len(run)
            at += sum(map(len, run))


def _run_tokens(run: list[str], at: int, position: int) -> Iterator[Token]:
    pairs = list(pairs_of(run))
    for index, unit in enumerate(run):
        yield Token(unit, at, at + len(unit), position + index)
        if index < len(pairs):
            yield Token(pairs[index], at, at + len(unit) + len(run[index + 1]), position + index, pair=True)
        at += len(unit)


def _in_chunk(chunk: str, start: int, position: int) -> Iterator[Token]:
    """Words and pairs of a piece between spaces: normalization is local there.

    Where characters melt together in a way that clusters don't explain, the whole piece stands for each of its words.
    """
    plain = _aligned(chunk)
    if plain is not None:
        yield from _tokens_of(plain, start, position)
        return
    parts = [(normalized(cluster.group()), cluster.span()) for cluster in _CLUSTER.finditer(chunk)]
    plain = normalized(chunk)
    whole = [(0, len(chunk))] * len(plain)
    places = _places(parts) if "".join(part for part, _ in parts) == plain else whole
    for token in _tokens_of(plain, 0, position):
        first, last = places[token.start][0], places[token.end - 1][1]
        yield token._replace(start=start + first, end=start + last)


#: A character with what may melt into it: marks, and the half-width voicing signs.
_CLUSTER = re.compile(rf".[{MARKS}\uff9e\uff9f]*", re.DOTALL)


def _places(parts: list[tuple[str, tuple[int, int]]]) -> list[tuple[int, int]]:
    """Each normalized character's source. A cluster that changes its length stands whole for each of its characters."""
    places: list[tuple[int, int]] = []
    for part, (start, end) in parts:
        if len(part) == end - start:
            places += ((at, at + 1) for at in range(start, end))
        else:
            places += [(start, end)] * len(part)
    return places
