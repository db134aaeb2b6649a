"""Marks in texts that blanks can't part into words: of unspaced script, or with signs that normalization changes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from unicodedata import normalize

from search.analysis.fold import TRADITIONAL, fold
from search.analysis.located import located
from search.analysis.patterns import later
from search.analysis.words import UNSPACED, WORD, normalized
from search.snippets.places import Mark, Place, Span, placed, positions

#: Marks, and the half-width voicing signs: they belong to the character before.
_CLINGING = r"[\Wﾞﾟ]{0,4}"
_TWO = later(rf".{_CLINGING}[{UNSPACED}\uff66-\uffdc]?{_CLINGING}", re.DOTALL)
#: What surely parts words in any text: normalization stays on its side of these.
_PIECE = later(r"[^\s!-/:-@\[-`{-~¡«»·–—‘’‚“”„•…،؛؟।。、，．！？：；「」『』（）【】《》・]+")

#: Pieces that are remembered.
_REMEMBERED = 512

#: Where it stands in the text, and how it looks there.
Piece = tuple[int, str]


class Anywhere:
    """Pieces of texts that blanks can't part into words, with one of the letters; all pieces if these are None."""

    def __init__(self, letters: Iterable[str] | None) -> None:
        self._letters = None if letters is None else alike(letters)

    def pieces(self, text: str) -> Iterator[Piece]:
        present = None if self._letters is None else [letter for letter in self._letters if letter in text]
        if present is None or present:
            for match in _PIECE.finditer(text):
                piece = match.group()
                if present is None or any(letter in piece for letter in present):
                    yield match.start(), piece


class Units:
    """Candidates in unspaced script: these characters, and the first ones of these pairs of neighbours."""

    def __init__(self, words: Iterable[str], pairs: Iterable[str]) -> None:
        first = {fold(word)[0] for word in words} | {pair[0] for pair in pairs}
        self._letters = alike(first).translate(_WITHOUT_VANISHING) if first else ""

    def pieces(self, text: str) -> Iterator[Piece]:
        """Each with the character that follows, since neighbours make a pair."""
        for letter in self._letters:
            at = text.find(letter)
            while at >= 0:
                piece = _TWO.match(text, at)
                if piece is not None:
                    yield at, piece.group()
                at = text.find(letter, at + 1)


class Unparted:
    """Looks into such texts. `leaves` gives those of each of many words, `pairs` those of neighbouring characters."""

    def __init__(
        self,
        anywhere: Anywhere,
        units: Units,
        leaves: Callable[[Sequence[str]], Sequence[int]],
        pairs: Mapping[str, int],
        slots: Collection[str],
        places: Sequence[Place],
    ) -> None:
        self._anywhere, self._units, self._leaves, self._pairs = anywhere, units, leaves, pairs
        self._slots, self._places = slots, places
        self._known: dict[str, tuple[tuple[int, int, int, str], ...]] = {}

    def found(self, text: str, pieces: Iterable[Piece]) -> list[Mark]:
        """In order; they may overlap. `pieces` are some that could be missed."""
        return self._marks(text, chain(pieces, self._anywhere.pieces(text), self._units.pieces(text)))

    def beside(self, text: str, pieces: Iterable[Piece]) -> list[Mark]:
        """Of words in unspaced script in a text, and of these pieces of it."""
        return self._marks(text, chain(pieces, self._units.pieces(text)))

    def _marks(self, text: str, pieces: Iterable[Piece]) -> list[Mark]:
        found: dict[Span, int] = {}
        slotted: dict[Span, str] = {}
        for start, piece in pieces:
            for first, last, leaves, word in self._tokens(piece):
                span = start + first, start + last
                if leaves:
                    found[span] = found.get(span, 0) | leaves
                if word:
                    slotted[span] = word
        if self._places and len(slotted) > 1:
            spans = sorted(slotted)
            span_at = dict(zip(positions(text, spans, self._places), spans, strict=True))
            for at, leaf in placed(self._places, {at: slotted[span] for at, span in span_at.items()}):
                found[span_at[at]] = found.get(span_at[at], 0) | leaf
        return [(start, end, leaves) for (start, end), leaves in sorted(found.items())]

    def _tokens(self, piece: str) -> tuple[tuple[int, int, int, str], ...]:
        """Of each token that matches: its place in the piece, its leaves, and its text if a phrase wants that."""
        known = self._known.get(piece)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known = {}
            known = self._known[piece] = tuple(self._try(piece))
        return known

    def _try(self, piece: str) -> Iterator[tuple[int, int, int, str]]:
        tokens = list(located(piece))
        words = self._leaves([token.text for token in tokens if not token.pair])
        next_leaves = iter(words).__next__
        for token in tokens:
            leaves = self._pairs.get(token.text, 0) if token.pair else next_leaves()
            slotted = not token.pair and token.text in self._slots
            if leaves or slotted:
                yield token.start, token.end, leaves, token.text if slotted else ""


#: Where blocks of letters that fold to one another begin, and the ranges [first, last] of each.
_BLOCKS: tuple[tuple[int, tuple[tuple[int, int], ...]], ...] = (
    (0x0000, ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A), (0xAA, 0x2AF), (0x1E00, 0x1EFF), (0x2070, 0x218F),
              (0xFB00, 0xFB06), (0xFF10, 0xFF5A), (0x660, 0x669), (0x6F0, 0x6F9), (0x966, 0x96F))),
    (0x0370, ((0x370, 0x3FF), (0x1F00, 0x1FFF))),
    (0x0400, ((0x400, 0x52F), (0x1C80, 0x1C88))),
    (0x0530, ((0x531, 0x587), (0xFB13, 0xFB17))),
    (0x0590, ((0x5D0, 0x5F2), (0xFB1D, 0xFB4F))),
    (0x0600, ((0x620, 0x6D5), (0x750, 0x77F), (0xFB50, 0xFDFB), (0xFE70, 0xFEFC))),
    (0x0780, ((0x780, 0xDFF),)),
    (0x0E00, ()),
    (0x3041, ((0x3041, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9D), (0x32D0, 0x32FE))),
    (0x3100, ()),
    (0x3400, ((0xF900, 0xFAD9), (0x2F00, 0x2FD5))),
    (0xAC00, ()),
)  # fmt: skip
#: Letters that a fold leaves out: a word that begins with one folds to what comes after.
_VANISHING = "ʻʾʿʹʺـ"
_WITHOUT_VANISHING = dict.fromkeys(map(ord, _VANISHING))


def alike(letters: Iterable[str]) -> str:
    """Every character with which a word may begin whose fold begins with one of the letters."""
    found = set(_VANISHING)
    for wanted in letters:
        for letter in (wanted, normalize("NFD", wanted)[0]):
            found |= {letter, *_block(bisect_right(_STARTS, ord(letter)) - 1).get(letter, "")}
    return "".join(sorted(found))


_STARTS = [start for start, _ in _BLOCKS]


@cache
def _block(number: int) -> Mapping[str, set[str]]:
    """By the first letter of the words that the characters of a block fold to; ½ has two."""
    ranges = _BLOCKS[number][1]
    letters = [char for first, last in ranges for char in map(chr, range(first, last + 1)) if char.isalnum()]
    if _BLOCKS[number][0] == 0x3400:
        letters += TRADITIONAL
    table: dict[str, set[str]] = {}
    if not letters:
        return table
    folded = fold.__wrapped__(normalized("\n".join(letters)))
    for letter, line in zip(letters, folded.split("\n"), strict=True):
        for word in WORD.findall(line):
            table.setdefault(word[0], set()).add(letter)
    return table
