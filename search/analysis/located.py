"""Where the words of a text stand in it, as it was given: normalization moves letters, marks must not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from search.analysis.marks import MARKS
from search.analysis.patterns import later
from search.analysis.words import WORD, is_unspaced, normalized, pairs_of, runs_of

_IGNORED_ONE = later("[\u02bc\u00ad\u200c\u200d\u2060\ufeff]")
_CHUNK = re.compile(r"\S+")


class Token(Struct, frozen=True):
    """A word or pair with its place [start, end) in the text as given; `position` counts words."""

    text: str
    start: int
    end: int
    position: int
    pair: bool = False


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
        for number, match in enumerate(WORD.finditer(plain), position):
            yield Token(match.group(), start + match.start(), start + match.end(), number)
        return
    for match in WORD.finditer(plain):
        at = start + match.start()
        for run in runs_of(match.group()):
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
        yield replace(token, start=start + first, end=start + last)


#: A character with what may melt into it: marks, and the half-width voicing signs.
_CLUSTER = later(rf".[{MARKS}\uff9e\uff9f]*", re.DOTALL)


def _places(parts: list[tuple[str, tuple[int, int]]]) -> list[tuple[int, int]]:
    """Each normalized character's source. A cluster that changes its length stands whole for each of its characters."""
    places: list[tuple[int, int]] = []
    for part, (start, end) in parts:
        if len(part) == end - start:
            places += ((at, at + 1) for at in range(start, end))
        else:
            places += [(start, end)] * len(part)
    return places
