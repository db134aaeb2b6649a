"""Folding: the spelling of a word without what keyboards and habits leave out.

A fold is not a spelling that anyone sees: it only says which words are written alike. It strips the accents of
scripts where an accent marks a letter (Latin, Greek, Cyrillic, Hebrew, Arabic) and leaves vowel signs of other
scripts alone, since those *are* the letters there.

>>> fold_forms("våpenhvile")
('vapenhvile', 'vaapenhvile')
>>> fold("Łódź".casefold()), fold("été"), fold("ёлка"), fold("йод")
('lodz', 'ete', 'елка', 'йод')
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from pathlib import Path

#: Accents of Latin, Greek and Cyrillic; Hebrew points; Arabic vowel marks and tatweel; nuktas of Indic scripts.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]+"
)

#: Letters that Unicode doesn't decompose, and habits of keyboards.
_LETTERS = str.maketrans(
    {
        "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ŧ": "t", "ŋ": "ng",
        "ı": "i", "ĸ": "k", "ə": "e", "ǝ": "e", "ɛ": "e", "ɔ": "o", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ɖ": "d",
        "ƒ": "f", "ɣ": "g", "ɲ": "n", "ʋ": "v", "ǥ": "g", "ƶ": "z", "ɨ": "i", "ʉ": "u", "ɩ": "i", "ʊ": "u",
        # modifier letters that stand for an apostrophe or a glottal stop (Hausa, Somali, Hawaiian, transliterations)
        "ʼ": None, "ʻ": None, "ʾ": None, "ʿ": None, "ʹ": None, "ʺ": None,
        # Arabic: alef, yeh, kaf, heh and hamza carriers; the Persian, Urdu and Kurdish letters for the same sounds
        "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ہ": "ه", "ە": "ه", "ھ": "ه", "ۀ": "ه",
        "ۃ": "ه",
    }
)  # fmt: skip

#: Letters with two habits: the other one.
_DIGRAPHS = str.maketrans({"å": "aa", "ø": "oe", "ö": "oe", "ä": "ae", "æ": "ae", "ü": "ue"})
_SINGLES = str.maketrans({"æ": "a"})
_TWO_HABITS = re.compile(f"[{''.join(map(chr, _DIGRAPHS | _SINGLES))}]")

#: Hiragana and katakana are one syllabary in two shapes (U+30A1–U+30F6 against U+3041–U+3096).
_KANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}

#: й is a letter of its own in every language that has it; without this it would decompose to и.
_SHORT_I = "й"
_SHORT_I_HELD = "\ue000"

#: Traditional Chinese characters and their simplified ones, a line each; made by tools/make_hanzi.py.
TRADITIONAL, _SIMPLIFIED = Path(__file__).with_name("hanzi.txt").read_text(encoding="utf-8").splitlines()

_PLAIN = {**_LETTERS, **_KANA, **str.maketrans(TRADITIONAL, _SIMPLIFIED), ord(_SHORT_I): _SHORT_I_HELD}

#: Digits of all scripts are ASCII digits.
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")


#: Scripts of which a word folds letter by letter: what is left of a letter never joins the next.
_BY_LETTER = re.compile("[\\x00-\u05ff\u0620-\u06ff\u1e00-\u1fff]+")


class _Letters(dict[int, str]):
    """The fold of each letter, or of what it has the habit of being written as, for `str.translate`.

    `uneven` are those that were asked for and are folded to none or several.
    """

    def __init__(self, habits: Mapping[int, str]) -> None:
        super().__init__()
        self._habits = habits
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(self._habits.get(code, chr(code)))
        if len(folded) != 1:
            self.uneven.add(chr(code))
        return folded


_FOLDED = _Letters({})
_FOLDED_DIGRAPHS = _Letters(_DIGRAPHS)


@lru_cache(maxsize=1 << 14)
def fold(word: str) -> str:
    """The simple fold of a casefolded word; idempotent."""
    if word.isascii():
        return word
    return (word.translate(_FOLDED) if _BY_LETTER.fullmatch(word) else _fold(word)) or word


def _fold(word: str) -> str:
    bare = word.translate(_PLAIN)
    if not bare.isascii():
        bare = _ACCENTS.sub("", unicodedata.normalize("NFD", bare))
        bare = unicodedata.normalize("NFC", bare).replace(_SHORT_I_HELD, _SHORT_I)
        bare = _FOREIGN_DIGIT.sub(lambda match: str(unicodedata.decimal(match.group())), bare)
    return bare


def fold_letters(text: str) -> str:
    """`fold` of each letter of a text by itself, without that of a letter which has none being the letter."""
    return text.translate(_FOLDED)


def fold_all(words: Sequence[str]) -> list[str]:
    """`fold` of each of many words, by one translation for most; none of them holds a line feed."""
    folded = list(words)
    places = [place for place, word in enumerate(words) if not word.isascii()]
    foreign = [words[place] for place in places]
    are_plain = [_BY_LETTER.fullmatch(word) is not None for word in foreign]
    plain = "\n".join(compress(foreign, are_plain)).translate(_FOLDED).split("\n")
    next_plain = iter(plain).__next__
    for place, word, is_plain in zip(places, foreign, are_plain, strict=True):
        folded[place] = (next_plain() or word) if is_plain else fold(word)
    return folded


def folds_of(word: str, others: Iterable[str]) -> dict[str, str]:
    """`fold` of each of other words, faster for beginnings of `word`: a stem is one, mostly."""
    bare = fold(word)
    even = len(bare) == len(word) and _BY_LETTER.fullmatch(word) and _FOLDED.uneven.isdisjoint(word)
    return {other: bare[: len(other)] if even and word.startswith(other) else fold(other) for other in others}


def all_fold_forms(words: Sequence[str]) -> list[tuple[str, ...]]:
    """`fold_forms` of each of many words, by one translation more for most that have several."""
    bare = fold_all(words)
    forms: list[tuple[str, ...]] = [(fold,) for fold in bare]
    plain: list[int] = []
    for place, word in enumerate(words):
        if word.isascii():
            continue
        is_composed, has_two = unicodedata.is_normalized("NFC", word), _TWO_HABITS.search(word)
        if is_composed and has_two and "æ" not in word and _BY_LETTER.fullmatch(word):
            plain.append(place)
        elif has_two or not is_composed:
            forms[place] = fold_forms(word)
    digraphs = "\n".join(map(words.__getitem__, plain)).translate(_FOLDED_DIGRAPHS).split("\n")
    for place, digraph in zip(plain, digraphs, strict=False):
        forms[place] = (bare[place], digraph) if digraph != bare[place] else forms[place]
    return forms


@lru_cache(maxsize=1 << 14)
def fold_forms(word: str) -> tuple[str, ...]:
    """Every fold of a word, the simple one first; an ASCII word has only itself."""
    if word.isascii():
        return (word,)
    bare, composed = fold(word), unicodedata.normalize("NFC", word)
    if composed == word and not _TWO_HABITS.search(word):
        return (bare,)
    by_letter = composed.translate(_FOLDED_DIGRAPHS) if _BY_LETTER.fullmatch(word) else ""
    digraphs = by_letter or fold(composed.translate(_DIGRAPHS))
    singles = bare if composed == word and "æ" not in word else fold(composed.translate(_SINGLES))
    return tuple(dict.fromkeys((bare, digraphs, singles)))
