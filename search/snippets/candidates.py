"""Where in a text something that the query matches could begin: never less than that, seldom much more.

Analysing a whole article takes a hundred times longer than looking for letters in it. Most stemmers leave a word's
first letter alone, so that only words that begin like a wanted word or stem are analysed; for the others a word must
have two neighbouring letters of it. Letters are compared as folded.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from unicodedata import normalize

from search.analysis.fold import TRADITIONAL, fold
from search.analysis.stems import ANY
from search.analysis.words import UNSPACED, WORD, is_unspaced, normalized

#: Stemmers that change how words begin, whatever they are asked to stem (Arabic articles, Irish and Sesotho prefixes).
_CHANGING = frozenset({"ar", "fa", "ga", "id", "nl", "st", "ta", "yi"})
#: Stems shorter than this say nothing of their words: Turkish `bunu` gives `p`, and the Serbian stemmer transcribes.
_SHORTEST = {**dict.fromkeys(_CHANGING, 3), "tr": 2, "sr": 1 << 10}

#: What certainly parts words: normalization stays on its side of these.
_PUNCTUATION = "!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]\\^_`{|}~¡¿·–—‘’‚“”„«»‹›•…،؛؟।。、，．！？：；「」『』（）【】《》・"
_PIECE = re.compile(rf"[^\s{_PUNCTUATION}]+")
_PART = re.compile(rf"[\s{_PUNCTUATION}]")
#: A place where no word goes on, behind the letter that was found there. Some characters hold several words (½).
_BEGINNING = rf"(?<![^\W_\u02bc\u3131-\u33ff\uff66-\uffdc{UNSPACED}][^\u00bc-\u00be\u2100-\u218f\u2460-\u249b])"
#: Marks, and the half-width voicing signs: they belong to the character before.
_CLINGING = r"[\Wﾞﾟ]{0,4}"

Piece = tuple[int, str]


class Beginnings:
    """Candidates by their first letter."""

    def __init__(self, letters: Iterable[str]) -> None:
        self._first = _compiled(f"[{re.escape(alike(letters))}]{_BEGINNING}") if letters else None

    def pieces(self, text: str) -> Iterator[Piece]:
        if self._first is None:
            return
        done = 0
        for match in self._first.finditer(text):
            start = match.start()
            if start < done:
                continue
            while start and not _PART.match(text[start - 1]):
                start -= 1
                if is_unspaced(text[start]):
                    break
            piece = _PIECE.match(text, start)
            if piece is not None:
                done = piece.end()
                yield start, piece.group()


class Everywhere:
    """Candidates anywhere: pieces whose fold has one of the `needles`; all pieces if these are None."""

    def __init__(self, needles: Collection[str] | None) -> None:
        self._needles = needles
        self._known: dict[str, bool] = {}

    def pieces(self, text: str) -> Iterator[Piece]:
        distinct = set(_PIECE.findall(text))
        if fresh := distinct - self._known.keys():
            self._try(list(fresh))
        for piece in distinct:
            if self._known[piece]:
                yield from ((at, piece) for at in _places(text, piece))

    def _try(self, pieces: list[str]) -> None:
        if self._needles is None:
            self._known.update(dict.fromkeys(pieces, True))
            return
        for some in ([piece for piece in pieces if piece.isascii() is plain] for plain in (True, False)):
            joined = fold.__wrapped__(normalized("\n".join(some)))
            found = {needle for needle in self._needles if needle in joined}
            for piece, bare in zip(some, joined.split("\n"), strict=False):
                self._known[piece] = any(needle in bare for needle in found) if found else False


class Units:
    """Candidates in unspaced script: these characters, and these pairs of neighbours."""

    def __init__(self, words: Iterable[str], pairs: Iterable[str]) -> None:
        single = {f"[{re.escape(alike(fold(word)[0]))}]" for word in words}
        double = {f"[{re.escape(alike(pair[0]))}](?={_CLINGING}[{re.escape(alike(_second(pair)))}])" for pair in pairs}
        self._first = _compiled("|".join(sorted(single | double))) if single or double else None

    def pieces(self, text: str) -> Iterator[Piece]:
        """Each with the character that follows, since neighbours make a pair."""
        if self._first is not None:
            for match in self._first.finditer(text):
                piece = _TWO.match(text, match.start())
                if piece is not None:
                    yield match.start(), piece.group()


_TWO = re.compile(rf".{_CLINGING}[{UNSPACED}\uff66-\uff9d]?{_CLINGING}", re.DOTALL)


def _second(pair: str) -> str:
    """The first letter of a pair's second unit."""
    letters = [letter for letter in pair if is_unspaced(letter) and letter.isalnum()]
    return letters[1] if len(letters) > 1 else pair[-1]


def candidates(
    stemming: str | None, words: Iterable[str], stems: Collection[str], grams: Collection[str]
) -> Beginnings | Everywhere:
    """For texts of one stemmer's language. `stems` and `grams` are bare, without the language."""
    spaced = [word for word in words if not is_unspaced(word)]
    whole = any(word[0] in _VANISHING for word in spaced)
    if whole or any(len(stem) < _SHORTEST.get(stemming or "", 1) for stem in stems):
        return Everywhere(None)
    if stemming == ANY:
        return Everywhere([*grams, *(fold(word)[:2] for word in spaced)])
    if stemming in _CHANGING:
        needles = {stem[at : at + 2] for stem in stems for at in range(len(stem) - 1)}
        return Everywhere([*needles, *(fold(word)[:2] for word in spaced)])
    return Beginnings({*(fold(word)[0] for word in spaced), *(stem[0] for stem in stems)})


def _places(text: str, piece: str) -> Iterator[int]:
    at = text.find(piece)
    while at >= 0:
        end = at + len(piece)
        if (not at or _PART.match(text[at - 1])) and (end == len(text) or _PART.match(text[end])):
            yield at
        at = text.find(piece, end)


@lru_cache(maxsize=1 << 10)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


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
