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
from unicodedata import category, is_normalized, normalize

from search.analysis.fold import TRADITIONAL, fold
from search.analysis.patterns import later
from search.analysis.stems import ANY
from search.analysis.words import UNSPACED, WORD, is_unspaced, normalized

#: Stemmers that change how words begin, whatever they are asked to stem (Arabic articles, Irish and Sesotho prefixes).
_CHANGING = frozenset({"ar", "fa", "ga", "id", "nl", "st", "ta", "yi"})
#: Stemmers that leave the second letter alone, too (not the Finnish one, which halves doubled letters: `llo`, `lo`).
_STEADY = frozenset({"ca", "cs", "da", "es", "eu", "fr", "hi", "hu", "hy", "it", "no", "pl", "pt", "ro", "ru", "sv"})
#: What may stand between the first letter and the second, and a fold leaves out.
_ACCENTS = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0323\u0327\u0328\u093c"
#: Stems shorter than this say nothing of their words: Turkish `bunu` gives `p`, and the Serbian stemmer transcribes.
_SHORTEST = {**dict.fromkeys(_CHANGING, 3), "tr": 2, "sr": 1 << 10}

#: Signs of which a text has few kinds: neither ASCII nor letters of the scripts that most texts are in, whose case is
#: folded one by one (but for ß and İ).
_RARE = later(
    "[^\x00-\x7f\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e\u0180-\u01c3\u01cd-\u01ef\u01f4-\u02af"
    "\u0386\u0388-\u038f\u0391-\u03af\u03b1-\u03ce\u0400-\u0481\u048a-\u052f\u0561-\u0586\u05d0-\u05ea\u0620-\u064a\u0671-\u0674\u0679-\u06d3"
    "\u0905-\u0939\u1e00-\u1e95\u1ea0-\u1eff]"
)
#: Blanks for all of ASCII that is in no word; in UTF-8 no other character has these bytes.
_BLANKS = bytes(code if code > 127 or chr(code).isalnum() else 32 for code in range(256))
#: Marks, and the half-width voicing signs: they belong to the character before.
_CLINGING = r"[\Wﾞﾟ]{0,4}"
_TWO = later(rf".{_CLINGING}[{UNSPACED}\uff66-\uffdc]?{_CLINGING}", re.DOTALL)
#: What surely parts words in any text: normalization stays on its side of these.
_PIECE = later(r"[^\s!-/:-@\[-`{-~¡«»·–—‘’‚“”„•…،؛؟।。、，．！？：；「」『』（）【】《》・]+")

Piece = tuple[int, str]


#: Stands for İ, whose small letter is two characters.
_DOTTED = "\ue000"


def _small(text: str) -> str:
    """Its casefold with ß as it is and İ as one character, so that every character keeps its place."""
    if not text.isascii() and ("İ" in text or "ς" in text or "Σ" in text):
        text = text.replace("İ", _DOTTED).replace("Σ", "σ").replace("ς", "σ")
    return text.lower()


def _spellings(word: str) -> Iterator[str]:
    """How a word may look in small letters; a mixture of ß and ss is not among them."""
    word = word.replace("i\u0307", _DOTTED)
    yield word
    if "ss" in word:
        yield word.replace("ss", "ß")


def blanked(text: str) -> str | None:
    """The text in small letters with blanks for all that parts words, and one before and after it.

    So every word has a blank on each side, and is one character behind its place in the text. None for a text that
    blanks can't part into words: of unspaced script, or with signs that become words when normalized.
    """
    kept = []
    if not text.isascii():
        for sign in set(_RARE.findall(text)):
            parts = _parts(sign)
            if parts is None:
                return None
            if parts:
                text = text.replace(sign, " ")
            else:
                kept.append(sign)
    if kept and not is_normalized("NFC", text):
        return None
    plain = text.encode("utf-8", "surrogatepass").translate(_BLANKS).decode("utf-8", "surrogatepass")
    plain = f" {_small(plain)} "
    stray = any(f" {sign}" in plain for sign in kept if not sign.isalnum())
    return None if stray else plain


@lru_cache(maxsize=1 << 12)
def _parts(sign: str) -> bool | None:
    """Whether words end at it, whatever stands around; None if it takes more to tell."""
    plain = normalized(sign)
    if plain and not any(char.isalnum() or category(char)[0] in "MC" for char in plain):
        return True
    usual = category(sign)[0] in "MLN" and normalize("NFKC", sign) == sign
    return False if usual and not is_unspaced(sign) else None


#: Up to so many words are looked for one by one.
_FEW = 48


class Words:
    """These words."""

    def __init__(self, words: Iterable[str]) -> None:
        self._spellings = {spelling for word in words for spelling in _spellings(word)}

    def pieces(self, text: str, plain: str) -> Iterator[Piece]:
        there = self._spellings if len(self._spellings) <= _FEW else self._spellings.intersection(plain.split())
        return _framed([f" {spelling} " for spelling in there], text, plain)


def _framed(framed: Iterable[str], text: str, plain: str) -> Iterator[Piece]:
    """Where pieces stand that are framed by blanks."""
    for piece in framed:
        at = plain.find(piece)
        while at >= 0:
            yield at, text[at : at + len(piece) - 2]
            at = plain.find(piece, at + 1)


class Beginnings:
    """Words by their first letter, or their first two."""

    def __init__(self, beginnings: Iterable[str]) -> None:
        begins: dict[str, set[str]] = {}
        for beginning in beginnings:
            seconds = {_small(letter) for letter in alike(beginning[1:])} if len(beginning) > 1 else {""}
            for letter in alike(beginning[0]):
                # a letter that folds to two stands for the second, too; one that vanishes, for nothing
                alone = letter in _VANISHING or len(fold(normalized(letter))) > 1
                begins.setdefault(_small(letter), set()).update({""} if alone else seconds)
        self._begins = {first: ("",) if "" in seconds else tuple(seconds) for first, seconds in begins.items()}

    def pieces(self, text: str, plain: str) -> Iterator[Piece]:
        accented = not plain.isascii() and any(accent in plain for accent in _ACCENTS)
        for first, seconds in self._begins.items():
            if first in plain:
                for second in ("",) if accented else seconds:
                    begin = f" {first}{second}"
                    at = plain.find(begin)
                    while at >= 0:
                        end = plain.find(" ", at + 1)
                        yield at, text[at : end - 1]
                        at = plain.find(begin, end)


class Everywhere:
    """Words whose fold has one of the `needles`; all words if these are None."""

    def __init__(self, needles: Collection[str] | None) -> None:
        self._needles = needles
        self._known: dict[str, bool] = {}

    def pieces(self, text: str, plain: str) -> Iterator[Piece]:
        if self._needles is not None and plain.isascii() and not any(needle in plain for needle in self._needles):
            return
        distinct = set(plain.split())
        if fresh := distinct - self._known.keys():
            self._try(list(fresh))
        yield from _framed((f" {piece} " for piece in distinct if self._known[piece]), text, plain)

    def _try(self, pieces: list[str]) -> None:
        if self._needles is None:
            self._known.update(dict.fromkeys(pieces, True))
            return
        for some in ([piece for piece in pieces if piece.isascii() is plain] for plain in (True, False)):
            joined = fold.__wrapped__(normalized("\n".join(some)))
            found = {needle for needle in self._needles if needle in joined}
            for piece, bare in zip(some, joined.split("\n"), strict=False):
                self._known[piece] = any(needle in bare for needle in found) if found else False


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


def firsts(stemming: str | None, stems: Collection[str]) -> set[str] | None:
    """The first letters, folded, of all words that may have these stems; None if that can't be told."""
    if stemming in _CHANGING or any(len(stem) < _SHORTEST.get(stemming or "", 1) for stem in stems):
        return None
    return {stem[0] for stem in stems}


def stemmed(stemming: str | None, stems: Collection[str]) -> Beginnings | Everywhere:
    """Words that may have these stems, or where there is no stemmer these letter sequences."""
    if stemming == ANY:
        return Everywhere(stems)
    if firsts(stemming, stems) is not None:
        return Beginnings({stem[: 2 if stemming in _STEADY else 1] for stem in stems})
    if any(len(stem) < _SHORTEST.get(stemming or "", 1) for stem in stems):  # Nepali `क` has an empty stem
        return Everywhere(None)
    return Everywhere({stem[at : at + 2] for stem in stems for at in range(len(stem) - 1)})


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
