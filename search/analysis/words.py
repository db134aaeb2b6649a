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

from search.analysis.fold import fold, fold_letters
from search.analysis.forms import in_form
from search.analysis.marks import BASIC_MARKS, MARKS
from search.analysis.patterns import later
from search.article import Spaced, Tokens

#: What nine of ten texts that aren't in NFKC have nothing else of: two hard spaces and the ellipsis.
_COMMON_FORMS = (("\u00a0", " "), ("\u202f", " "), ("\u2026", "..."))
#: Scripts whose words are not told apart by spaces, or (Hangul) whose particles cling to the word: Thai, Lao, Burmese,
#: Khmer, kana, Han, Hangul.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\uaa60-\uaa7f\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uac00-\ud7a3\u1100-\u11ff\U0001b000-\U0001b16f\U00020000-\U0003fffd"
)
#: What isn't there at all; and the letter apostrophe, which cuts like the others (Ukrainian is typed with either).
_IGNORED = {**dict.fromkeys(map(ord, "\u00ad\u200c\u200d\u2060\ufeff")), 0x02BC: "'"}
_IGNORED_CHARACTERS = tuple(map(chr, _IGNORED))
#: The look ahead spares what most words end at a look at hundreds of ranges.
WORD = later(rf"[^\W_]+(?:(?=[^\x00-\u02ff])[{MARKS}]+[^\W_]*)*")
_UNSPACED_ONE = later(f"[{UNSPACED}]")
_PIECE = later(rf"([{UNSPACED}])[{MARKS}]*|[^{UNSPACED}]+")
#: Unspaced letters that take no marks, and what may be unspaced and takes some, with all marks. Beyond the Basic
#: Multilingual Plane there is more of both; without it these classes are tables to `re`.
_UNMARKED = (
    "\u1100-\u11ff\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3"
)
_MARKED_ONE = later(f"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\uaa60-\uaa7f\u3097-\u309c\uf900-\ufaff{BASIC_MARKS}]")
_UNMARKED_RUN, _UNMARKED_WORD = later(f"[{_UNMARKED}]+"), later(rf"[{_UNMARKED}]|[^\W_{_UNMARKED}]+")
_PAIR = re.compile("(?=(..))")
#: What is neither ASCII nor a letter or digit, so that most texts have few kinds of it.
_FOREIGN_SIGN = re.compile(r"[^\x00-\x7f\w]")
#: Blanks for what ends words in Latin-1; and in ASCII, whose bytes no other character has in UTF-8.
_BLANKS = bytes(code if chr(code).isalnum() else 32 for code in range(256))
_ASCII_BLANKS = bytes(code if code > 127 else _BLANKS[code] for code in range(256))
#: The signs beyond Latin-1 that texts in its letters have.
TYPOGRAPHIC = "\u2018\u2019\u201a\u201c\u201d\u201e\u2013\u2014\u2022\u2039\u203a\u20ac"
_STRAY_MARK = later(f" [{BASIC_MARKS}]")
_UNSPLIT = later(f"[{UNSPACED[: UNSPACED.index(chr(0x1B000))]}]")


def nfkc(text: str) -> str:
    """The text in NFKC, which most are after a quick look for what is common."""
    for character, form in _COMMON_FORMS:
        text = text.replace(character, form)
    return in_form("NFKC", text)


def normalized(text: str) -> str:
    """The text that words are cut from."""
    if text.isascii():
        return text.lower()
    plain = nfkc(text)
    for character in _IGNORED_CHARACTERS:
        if character in plain:
            plain = plain.replace(character, _IGNORED[ord(character)] or "")
    return plain.casefold()


def tokens(text: str) -> Tokens:
    plain = normalized(text)
    if plain.isascii() and plain.isalnum():  # as a query's words are
        return Tokens((plain,))
    blanked = _blanked(plain)
    return _tokens(plain) if blanked is None else Tokens(tuple(blanked.decode().split()))


def spaced(text: str) -> Spaced:
    """`tokens` of a text as bytes."""
    plain = normalized(text)
    blanked = _blanked(plain)
    if blanked is not None:
        return Spaced(blanked)
    found = _tokens(plain)
    return Spaced(" ".join(found.words).encode(), " ".join(found.pairs).encode())


def _is_basic(plain: str) -> bool:
    """Whether all of it is in the Basic Multilingual Plane."""
    return plain.isascii() or len(plain.encode("utf-16-le", "surrogatepass")) == 2 * len(plain)


def cut(text: Spaced, count: int) -> tuple[Spaced, Spaced]:
    """The first `count` words, and the rest.

    A pair goes with its first character, near enough: those that end a run have none, so the first part may get some
    of the second's.
    """
    lead, body = _parted(text.words, count)
    unspaced = sum(map(is_unspaced, lead.decode().split())) if text.pairs else 0
    pairs, others = _parted(text.pairs, unspaced)
    return Spaced(lead, pairs), Spaced(body, others)


def _parted(keys: bytes, count: int) -> tuple[bytes, bytes]:
    rest = keys.split(None, count)[count:]
    end = len(keys) - len(rest[0]) if rest else len(keys)
    return keys[:end], keys[end:]


def _blanked(plain: str) -> bytes | None:
    """The words of normalized text that only needs blanks for what is between them, as UTF-8; None for any other."""
    if plain.isascii():
        return plain.encode().translate(_BLANKS)
    if not _is_basic(plain):
        return None
    for sign in TYPOGRAPHIC:
        plain = plain.replace(sign, " ")
    try:
        return plain.encode("latin-1").translate(_BLANKS).decode("latin-1").encode()
    except UnicodeEncodeError:
        return _blanked_wide(plain)


def _blanked_wide(plain: str) -> bytes | None:
    if _UNSPLIT.search(plain):
        return None
    marked = False
    for sign in set(_FOREIGN_SIGN.findall(plain)):
        if unicodedata.category(sign).startswith("M"):
            marked = True
        else:
            plain = plain.replace(sign, " ")
    blanked = plain.encode("utf-8", "surrogatepass").translate(_ASCII_BLANKS)
    return None if marked and _STRAY_MARK.search(f" {blanked.decode()}") else blanked


def _unmarked(plain: str) -> Tokens:
    """The tokens of text with no marks in it, in which no unspaced letter takes any."""
    runs = fold_letters("\n".join(_UNMARKED_RUN.findall(plain)))
    return Tokens(tuple(_UNMARKED_WORD.findall(plain)), tuple(_PAIR.findall(runs)))


def _tokens(plain: str) -> Tokens:
    """Of any text."""
    if _is_basic(plain) and not _MARKED_ONE.search(plain):
        return _unmarked(plain)
    words: list[str] = []
    pairs: list[str] = []
    for word in WORD.findall(plain):
        for run in runs_of(word):
            words += run
            if len(run) > 1:
                pairs += pairs_of(run)
    return Tokens(tuple(words), tuple(pairs))


def is_unspaced(word: str) -> bool:
    """Whether some of it is in a script written without spaces.

    Most alphabets stand before all of these, and so need no class of thirty thousand letters, which takes 3 ms to make.
    """
    return not word.isascii() and max(word) >= UNSPACED[0] and _UNSPACED_ONE.search(word) is not None


def is_word(text: str) -> bool:
    """Whether a text is one word for sure, which is then its casefold."""
    if not text.isalnum():
        return False
    plain = text.isascii() or (unicodedata.is_normalized("NFKC", text) and "\u02bc" not in text)
    return plain and not is_unspaced(text)


def word_runs(text: str) -> Iterator[tuple[str, ...]]:
    """The words of a text, those of an unspaced run together."""
    plain = normalized(text)
    blanked = _blanked(plain)
    words = WORD.findall(plain) if blanked is None else blanked.decode().split()
    return (tuple(run) for word in words for run in runs_of(word))


def runs_of(word: str) -> Iterator[list[str]]:
    """Cut a word where its script changes between spaced and unspaced; an unspaced run comes as its characters."""
    if not is_unspaced(word):
        yield [word]
        return
    if _UNMARKED_RUN.fullmatch(word):
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
