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
from operator import add
from typing import NamedTuple

from search.analysis.fold import fold
from search.analysis.marks import BASIC_MARKS, MARKS
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
_IGNORED_CHARACTERS = tuple(map(chr, _IGNORED))
#: The look ahead spares what most words end at a look at hundreds of ranges.
_WORD = re.compile(rf"[^\W_]+(?:(?=[^\x00-\u02ff])[{MARKS}]+[^\W_]*)*")
_UNSPACED = re.compile(f"[{_UNSPACED_RANGES}]")
_PIECE = re.compile(rf"([{_UNSPACED_RANGES}])[{MARKS}]*|[^{_UNSPACED_RANGES}]+")
#: Unspaced letters that take no marks.
_UNMARKED = re.compile(
    "[\u1100-\u11ff\u3005-\u3007\u3041-\u3096\u309d-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]+"
)
_CHUNK = re.compile(r"\S+")
#: What is neither ASCII nor a letter or digit, so that most texts have few kinds of it.
_FOREIGN_SIGN = re.compile(r"[^\x00-\x7f\w]")
#: Blanks for what ends words in ASCII; in UTF-8 no other character has these bytes.
_BLANKS = bytes(code if code > 127 or chr(code).isalnum() else 32 for code in range(256))
_STRAY_MARK = re.compile(f" [{BASIC_MARKS}]")
#: Unspaced scripts, and the planes where more of them are.
_UNSPLIT = re.compile(f"[{_UNSPACED_RANGES}\U00010000-\U0010ffff]")


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
    plain = unicodedata.normalize("NFKC", text)
    if any(character in plain for character in _IGNORED_CHARACTERS):
        plain = plain.translate(_IGNORED)
    return plain.casefold()


def tokens(text: str) -> Tokens:
    plain = normalized(text)
    words = _split(plain)
    return _tokens(plain) if words is None else Tokens(tuple(words))


def _split(plain: str) -> list[str] | None:
    """The words of normalized text that only needs blanks for what stands between them; None for any other."""
    marked = False
    if not plain.isascii():
        if _UNSPLIT.search(plain):
            return None
        for sign in set(_FOREIGN_SIGN.findall(plain)):
            if unicodedata.category(sign).startswith("M"):
                marked = True
            else:
                plain = plain.replace(sign, " ")
    blanked = plain.encode("utf-8", "surrogatepass").translate(_BLANKS).decode("utf-8", "surrogatepass")
    return None if marked and _STRAY_MARK.search(f" {blanked}") else blanked.split()


def _tokens(plain: str) -> Tokens:
    words: list[str] = []
    pairs: list[str] = []
    for word in _WORD.findall(plain):
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
    if _UNMARKED.fullmatch(word):
        yield list(word)
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
    folded = list(map(fold, run))
    return map(add, folded, folded[1:])


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
