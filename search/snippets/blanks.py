"""Texts as folded letters with blanks between words, so that what a query wants is found there by `str.find`.

Every character keeps its place. What it stands for is looked up in tables by its code, which fill as characters are
seen: Unicode's own answers take longer than a whole search.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any
from unicodedata import category, is_normalized, normalize

import numpy as np

from search.analysis.fold import fold
from search.analysis.patterns import later
from search.analysis.words import TYPOGRAPHIC, is_unspaced, normalized

Array = Any

#: Between words. SEVERAL stands for a letter whose fold is not one letter: `æ` has two, an accent by itself none.
BLANK, SEVERAL = " ", "\x01"
_GAP = ord(BLANK)
#: A sign that is no letter or becomes others when normalized; one that has flags, or has not been looked up.
_ODD, _FLAGGED = "\x02", "\x00"

#: Stand for characters of two 16-bit codes: of unspaced script, and others that words are made of.
_HAN, _LETTER = "\u4e00", "\uffff"

#: Flags of a sign: it has not been looked up; it is of unspaced script; it may have to be normalized; it can't begin a
#: word; it is of unspaced script and belongs to what is before.
_UNKNOWN, _UNSPACED, _KEPT, _CLINGING, _MELTING = (1 << bit for bit in range(5))

#: All but ASCII and letters of the scripts that most texts are in, whose case is folded one by one (but for ß and İ).
_RARE = later(
    "[^\x00-\x7f\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e\u0180-\u01c3\u01cd-\u01ef\u01f4-\u02af"
    "\u0386\u0388-\u038f\u0391-\u03af\u03b1-\u03ce\u0400-\u0481\u048a-\u052f\u0561-\u0586\u05d0-\u05ea\u0620-\u064a\u0671-\u0674\u0679-\u06d3"
    "\u0905-\u0939\u1e00-\u1e95\u1ea0-\u1eff]"
)
_SAMPLE = 200
_BEYOND = later("[\U00010000-\U0010ffff]")


_NONE: frozenset[int] = frozenset()


class Blanked:
    """The words of several texts, a blank between them: what begins behind a blank in `letters` at n, begins at n.

    Text number n begins at `offsets[n]`. Of `hard` texts letters say nothing: their signs melt together. Beside words,
    `unspaced` texts have characters of unspaced scripts, which part words here. `odd` are the words, each with its
    place, with a sign that is no letter or becomes others when normalized: they stand for any number of words, and are
    blanks here.
    """

    __slots__ = ("hard", "joined", "letters", "odd", "offsets", "unspaced")

    def __init__(self, texts: Sequence[str]) -> None:
        self.joined = BLANK.join(texts)
        self.offsets = list(accumulate([len(text) + 1 for text in texts[:-1]], initial=0))
        self.hard = self.unspaced = _NONE
        self.odd: tuple[tuple[int, str], ...] = ()
        letters = _narrow(self.joined)
        if letters is None:
            letters = self._wide(texts)
        self.letters = self._even(letters) if _ODD in letters else letters

    def _even(self, letters: str) -> str:
        """Without the odd words, which are noted."""
        odd: list[tuple[int, str]] = []
        parts: list[str] = []
        end = 0
        while (at := letters.find(_ODD, end)) >= 0:
            start = letters.rfind(BLANK, end, at) + 1
            parts.append(letters[end:start])
            end = letters.find(BLANK, at)
            parts.append(BLANK * (end - start))
            odd.append((start - 1, self.joined[start - 1 : end - 1]))
        self.odd = tuple(odd)
        return "".join([*parts, letters[end:]])

    def _wide(self, texts: Sequence[str]) -> str:
        codes = _codes(f" {self.joined} ")
        if len(codes) != len(self.joined) + 2:
            codes = _codes(f" {_BEYOND.sub(_one_code, self.joined)} ")
        letters = _decoded(_SIGNS.plain.take(codes))
        return self._flagged(texts, codes) if _FLAGGED in letters else letters

    def _flagged(self, texts: Sequence[str], codes: Array) -> str:
        """Looks at what there are flags for."""
        flags = _SIGNS.flags.take(codes)
        present = int(np.bitwise_or.reduce(flags))
        if present & _UNKNOWN:
            _SIGNS.learn(set(codes[flags == _UNKNOWN].tolist()))
            return self._wide(texts)
        letters = _SIGNS.letters.take(codes)
        decoded = _decoded(letters)
        if present & _UNSPACED:
            of_texts = np.bitwise_or.reduceat(flags[1:], self.offsets).tolist()
            self.unspaced = frozenset(number for number, own in enumerate(of_texts) if own & _UNSPACED)
        hard: set[int] = set()
        if present & _CLINGING:
            hard |= self._behind(flags & _CLINGING, letters == _GAP)
        if present & _MELTING:
            hard |= self._behind(flags & _MELTING, letters != _GAP)
        if present & (_KEPT | _UNSPACED) and not is_normalized("NFC", self.joined):
            hard |= {number for number, text in enumerate(texts) if not is_normalized("NFC", text)}
        self.hard = frozenset(hard)
        return decoded

    def _behind(self, flags: Array, mask: Array) -> set[int]:
        """The texts in which one of what is flagged stands behind something of the mask."""
        before = flags.nonzero()[0] - 1  # the first is a blank
        return set(map(self.text_of, before[mask[before]].tolist()))

    def text_of(self, at: int) -> int:
        """The number of the text in which a place of `joined` is."""
        return bisect_right(self.offsets, at) - 1


class _Signs:
    """By 16-bit code: the folded letter or what stands for it, and flags; looked up when first seen."""

    def __init__(self) -> None:
        self.plain: Array = np.zeros(1 << 16, dtype=np.uint16)  # _FLAGGED where there are flags
        self.letters: Array = np.zeros(1 << 16, dtype=np.uint16)
        self.flags: Array = np.full(1 << 16, _UNKNOWN, dtype=np.uint8)

    def learn(self, codes: Iterable[int]) -> None:
        for code in codes:
            letter, flags = _sign(chr(code))
            self.letters[code], self.plain[code] = ord(letter), ord(_FLAGGED if flags else letter)
            self.flags[code] = flags


def _sign(sign: str) -> tuple[str, int]:
    """Its folded letter or what stands for it, and flags."""
    if sign.isascii() and not sign.isalnum():
        return BLANK, 0
    if not _RARE.match(sign):
        return _folded(sign), 0
    if _parts(sign):
        return BLANK, 0
    if is_unspaced(sign) or "\uff66" <= sign <= "\uffdc":  # half-width kana and Hangul
        return BLANK, _UNSPACED | (_MELTING if sign in "ﾞﾟ" or category(sign)[0] == "M" else 0)
    if category(sign)[0] not in "MLN" or normalize("NFKC", sign) != sign:
        return _ODD, 0
    return _folded(sign), _KEPT | (0 if sign.isalnum() else _CLINGING)


def _parts(sign: str) -> bool:
    """Whether words end at it, whatever stands around."""
    plain = normalized(sign)
    return bool(plain) and not any(char.isalnum() or category(char)[0] in "MC" for char in plain)


@lru_cache(maxsize=1 << 12)
def _folded(letter: str) -> str:
    """One letter, or SEVERAL."""
    bare = fold.__wrapped__("a" + normalized(letter))[1:]  # what vanishes does so beside a letter only
    return bare if len(bare) == 1 else SEVERAL


_SIGNS = _Signs()


@lru_cache(maxsize=1)
def _latin() -> bytes:
    """Of Latin-1, none of whose signs has flags."""
    return "".join(_sign(chr(code))[0] for code in range(256)).encode("latin-1")


def _narrow(text: str) -> str | None:
    """The letters of a text in Latin-1 and typographic signs; None for any other."""
    try:
        if not text.isascii():
            _plain(text[:_SAMPLE]).encode("latin-1")  # most others are told apart by this much
            text = _plain(text)
        return f" {text} ".encode("latin-1").translate(_latin()).decode("latin-1")
    except UnicodeEncodeError:
        return None


def _plain(text: str) -> str:
    for sign in TYPOGRAPHIC:
        text = text.replace(sign, BLANK)
    return text


def _one_code(wide: re.Match[str]) -> str:
    sign = wide.group()
    if _parts(sign):
        return BLANK
    return _HAN if is_unspaced(sign) else _LETTER


def _codes(text: str) -> Array:
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)


def _decoded(codes: Array) -> str:
    return str(codes.tobytes(), "utf-16-le", "surrogatepass")
