"""Several texts as one array of letters, so that a page is gone through once: words in small letters, blanks between.

Every character keeps its place. What it stands for is looked up in tables by its code, which fill as characters are
seen: Unicode's own answers take longer than a whole search.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache, reduce
from itertools import accumulate
from operator import or_
from typing import Any
from unicodedata import category, is_normalized, normalize

import numpy as np

from search.analysis.fold import fold
from search.analysis.patterns import later
from search.analysis.words import is_unspaced, normalized

Array = Any

_BLANK = 32
#: A letter whose fold is not one letter: `æ` has two, an accent by itself none.
SEVERAL = 0xFFFF
#: Stands for İ, whose small letter is two characters.
_DOTTED = "\ue000"

#: Stand for characters of two 16-bit codes: of unspaced script, and others that words are made of.
_HAN, _LETTER = "\u4e00", "\uffff"

#: Flags of a sign: it has not been looked up; what word it is in takes more to tell; it is of unspaced script; it may
#: have to be normalized; it can't begin a word; it is of unspaced script and belongs to what is before.
_UNKNOWN, _ODD, _UNSPACED, _KEPT, _CLINGING, _MELTING = (1 << bit for bit in range(6))

#: All but ASCII and letters of the scripts that most texts are in, whose case is folded one by one (but for ß and İ).
_RARE = later(
    "[^\x00-\x7f\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e\u0180-\u01c3\u01cd-\u01ef\u01f4-\u02af"
    "\u0386\u0388-\u038f\u0391-\u03af\u03b1-\u03ce\u0400-\u0481\u048a-\u052f\u0561-\u0586\u05d0-\u05ea\u0620-\u064a\u0671-\u0674\u0679-\u06d3"
    "\u0905-\u0939\u1e00-\u1e95\u1ea0-\u1eff]"
)
_BEYOND = re.compile("[\U00010000-\U0010ffff]")


_FOUR = np.arange(4)
_NOTHING: Array = np.empty(0, dtype=np.intp)
_NONE: frozenset[int] = frozenset()


class _Folds:
    """The folded letter of each 16-bit code, found out when one is first seen."""

    def __init__(self) -> None:
        self._letters: Array = np.zeros(1 << 16, dtype=np.uint16)

    def look(self, codes: Array) -> Array:
        """`codes` are quickest as indices are."""
        folded = self._letters.take(codes)
        if folded.size and not folded.min():
            for code in set(codes[folded == 0].tolist()):
                self._letters[code] = _folded(chr(code))
            folded = self._letters.take(codes)
        return folded


class _Small:
    """The small letter of each 16-bit code, a blank for what parts words, and its flags; looked up when first seen."""

    def __init__(self) -> None:
        self._plain: Array = np.zeros(1 << 16, dtype=np.uint16)  # 0 where there are flags
        self._small: Array = np.zeros(1 << 16, dtype=np.uint16)
        self._flags: Array = np.full(1 << 16, _UNKNOWN, dtype=np.uint8)

    def look(self, codes: Array) -> tuple[Array, Array | None]:
        """`codes` are quickest as indices are. No flags if there is none: most texts are in few letters."""
        small = self._plain.take(codes)
        if small.min():
            return small, None
        flags = self._flags.take(codes)
        if (unknown := flags == _UNKNOWN).any():
            for code in set(codes[unknown].tolist()):
                self._learn(code)
            return self.look(codes)
        return self._small.take(codes), flags

    def _learn(self, code: int) -> None:
        small, flags = _sign(chr(code))
        self._small[code], self._plain[code] = small, 0 if flags else small
        self._flags[code] = flags


def _sign(sign: str) -> tuple[int, int]:
    """Its small letter or a blank, and flags."""
    if sign.isascii() and not sign.isalnum():
        return _BLANK, 0
    small = ord(_small(sign))
    if not _RARE.match(sign):
        return small, 0
    if _parts(sign):
        return _BLANK, 0
    if is_unspaced(sign) or "\uff66" <= sign <= "\uffdc":  # half-width kana and Hangul
        return _BLANK, _UNSPACED | (_MELTING if sign in "ﾞﾟ" or category(sign)[0] == "M" else 0)
    if category(sign)[0] not in "MLN" or normalize("NFKC", sign) != sign:
        return ord(_LETTER), _ODD
    return small, _KEPT | (0 if sign.isalnum() else _CLINGING)


def _parts(sign: str) -> bool:
    """Whether words end at it, whatever stands around."""
    plain = normalized(sign)
    return bool(plain) and not any(char.isalnum() or category(char)[0] in "MC" for char in plain)


def _small(letter: str) -> str:
    """Its casefold, but for ß; one character, and final sigma like any other."""
    return {"İ": _DOTTED, "Σ": "σ", "ς": "σ"}.get(letter) or letter.lower()


@lru_cache(maxsize=1 << 12)
def _folded(sign: str) -> int:
    bare = fold.__wrapped__("a" + normalized(sign))[1:]  # what vanishes does so beside a letter only
    return ord(bare) if len(bare) == 1 else SEVERAL


_SMALL = _Small()
_FOLDS = _Folds()


def letters(word: str) -> tuple[int, ...]:
    """The folded letters of a casefolded word, as in `Blanked`."""
    return tuple(map(_folded, word if word.isascii() else map(chr, _codes(word))))


def spelt(piece: str) -> str:
    """The word that stands in a text as this piece."""
    return piece if piece.isascii() else piece.replace(_DOTTED, "i\u0307").casefold()


def _narrow(wide: re.Match[str]) -> str:
    sign = wide.group()
    if _parts(sign):
        return " "
    return _HAN if is_unspaced(sign) else _LETTER


def _codes(text: str) -> Array:
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)


class Blanked:
    """The words of several texts: word n of all begins at `starts[n]`, text n at `offsets[n]`.

    What is said of words of the `hard` texts means nothing: their signs melt together. Beside words, the `unspaced`
    texts have characters of unspaced scripts, which part words here. `odd` are the words with a sign that is no letter
    or becomes others when normalized: they stand for any number of words.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        joined = f" {' '.join(texts)} "
        codes = _codes(joined)
        if len(codes) != len(joined):
            joined = _BEYOND.sub(_narrow, joined)
            codes = _codes(joined)
        self._codes = codes.astype(np.intp)
        self._small, flags = _SMALL.look(self._codes)
        self.offsets = list(accumulate([len(text) + 1 for text in texts[:-1]], initial=1))
        self._blanks = (self._small == _BLANK).nonzero()[0]
        # A word stands behind each blank that has no other behind it.
        self._before = (self._blanks[1:] - self._blanks[:-1] > 1).nonzero()[0]
        self.starts = self._blanks.take(self._before) + 1
        self.odd, self.unspaced, self.hard = _NOTHING, _NONE, _NONE
        if flags is not None:
            self._look(texts, joined, flags)

    def _look(self, texts: Sequence[str], joined: str, flags: Array) -> None:
        """At what there are flags for."""
        of_texts = np.bitwise_or.reduceat(flags, self.offsets).tolist()
        present = reduce(or_, of_texts)
        if present & _ODD:
            self.odd = np.unique(np.searchsorted(self.starts, np.flatnonzero(flags & _ODD), "right") - 1)
        if present & _UNSPACED:
            self.unspaced = frozenset(number for number, own in enumerate(of_texts) if own & _UNSPACED)
        if present & _CLINGING:
            self.hard = frozenset(self.texts_of(self.starts[(flags[self.starts] & _CLINGING) > 0]).tolist())
        if present & _MELTING:
            after_words = (flags[1:] & _MELTING > 0) & (self._small[:-1] != _BLANK)
            self.hard |= {*self.texts_of(np.flatnonzero(after_words) + 1).tolist()}
        if present & (_KEPT | _UNSPACED) and not is_normalized("NFC", joined):
            self.hard |= {number for number, text in enumerate(texts) if not is_normalized("NFC", text)}

    def ends(self, numbers: Array) -> Array:
        return self._blanks[self._before[numbers] + 1]

    def texts_of(self, places: Array) -> Array:
        """The numbers of the texts in which these places are."""
        return np.searchsorted(self.offsets, places, "right") - 1

    @cached_property
    def plain(self) -> str:
        return str(self._small.tobytes(), "utf-16-le", "surrogatepass")

    def words(self, numbers: Array) -> list[str]:
        plain = self.plain
        return [
            plain[start:end]
            for start, end in zip(self.starts[numbers].tolist(), self.ends(numbers).tolist(), strict=True)
        ]

    @cached_property
    def firsts(self) -> Array:
        """The first letter of each word, folded; SEVERAL for one that folds to more or to none."""
        return _FOLDS.look(self._codes.take(self.starts))

    def beginnings(self, numbers: Array) -> Array:
        """The first four letters of each of these words, folded alike, as rows; past its end something else."""
        return _FOLDS.look(self._codes.take(self.starts[numbers, None] + _FOUR, mode="clip"))

    @cached_property
    def folded(self) -> Array:
        """All letters, folded alike; what parts words is something else."""
        return _FOLDS.look(self._codes)
