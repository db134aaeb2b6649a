"""Text → tag by CLD2, with second opinions where its answer is known to be doubtful."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import pycld2
from msgspec import Struct
from msgspec.structs import replace

from search.language.relatives import decide
from search.language.strangers import is_terse_english, settle
from search.language.tags import standard

UNKNOWN = "und"

#: Characters that CLD2 looks at: of 7,442 stories in all languages 0.991 are found right, with 700 0.990, with 400
#: 0.988 and with 300 0.985. Its time grows with them.
_LIMIT = 500
#: It is asked about so many first: 19 in 20 texts are plain by then, of this share and with that much of a score for
#: each KB. Of 33,000 that were, what follows would change six.
_FIRST, _WHOLE, _SCORE = 250, 95, 500
#: Never plain: languages so close that many are told apart by what follows only (Galician, Malay, Rundi, Xhosa).
_CLOSE = frozenset({"gl", "id", "ms", "rn", "rw", "ss", "xh", "zu"})
#: Fewer bytes of letters than this must satisfy CLD2's own idea of reliable.
_LONG = 200
#: Of a longer text this share, in per cent, is enough; CLD2 wants 80, and names and quotations often take more than 20.
_MOST = 60

#: What CLD2 refuses: controls, surrogates and what Unicode calls noncharacters.
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U0001fffe-\U0010ffff]+")

#: Grave, acute and macron: Yoruba as dictionaries write it, and as CLD2 has never seen it.
_TONES = re.compile("[\u0300\u0301\u0304]")
#: Words of Cyrillic and Latin letters that look alike, as Serbian sites write to escape search.
_MIXED = re.compile(r"\w*(?:[\u0400-\u04ff][a-zA-Z]|[a-zA-Z][\u0400-\u04ff])\w*")
_ALIKE = str.maketrans("aceopxyjisABCEHJIKMOPTXYS", "асеорхујісАВСЕНЈІКМОРТХУЅ")


class Answer(Struct, frozen=True):
    """A tag, the per cent of the text that is in it, and whether that is to be believed; `plain` if by far."""

    tag: str
    share: int
    reliable: bool
    plain: bool = False


#: Languages that CLD2 doesn't know, told from those it takes them for.
_BEYOND = ("nd", "pcm")

#: Letters that only Sorani writes, and only Serbian: enough for an answer that CLD2 itself is unsure of.
_LETTERS = {"ckb": frozenset("ێڕڵ"), "sr": frozenset("ђћ")}


def detect(text: str) -> tuple[str, float]:
    """The tag of the language of `text`, `und` when unsure, and the share of the text that is in it."""
    answer = _ask(text[:_FIRST])
    if not answer.plain:
        answer = _best_answer(text[:_LIMIT])
    tag = decide(text, answer.tag, answer.reliable)
    tag = settle(text, tag) if tag is not None else None
    return (UNKNOWN, 0.0) if tag is None or tag == UNKNOWN else (tag, answer.share / 100)


def _best_answer(text: str) -> Answer:
    """CLD2's first answer if reliable, else its answer to the repaired text, else its guess.

    A guess stands by its letters or words, or, for a short text, to be decided among relatives: of a long text CLD2
    is unsure with reason.
    """
    answer = _ask(text)
    if answer.reliable:
        return answer
    repaired = _repaired(text)
    if repaired != text and (answer := _ask(repaired)).reliable:
        return answer
    guess = _ask(repaired, guess=True)
    by_letters = not _LETTERS.get(guess.tag, frozenset()).isdisjoint(repaired)
    if by_letters or (guess.tag == "en" and is_terse_english(text)):
        return replace(guess, reliable=True)
    return guess if len(text) < _LONG else Answer(UNKNOWN, 0, False)


def _ask(text: str, guess: bool = False) -> Answer:
    try:
        reliable, size, languages = pycld2.detect(text, isPlainText=True, bestEffort=guess)
    except (pycld2.error, UnicodeEncodeError):
        reliable, size, languages = pycld2.detect(_UNFIT.sub(" ", text), isPlainText=True, bestEffort=guess)
    _, code, share, score = languages[0]
    tag, mostly = _tag(code), size >= _LONG and share >= _MOST
    plain = reliable and share >= _WHOLE and score >= _SCORE and tag not in _CLOSE
    return Answer(tag, share, not guess and (reliable or mostly), plain)


@lru_cache(maxsize=512)
def _tag(code: str) -> str:
    """CLD2's codes made standard. Its Kurdish is that in Arabic letters; `xx-…` is a script, not a language."""
    if code == "ku":
        return "ckb"
    return UNKNOWN if code == "un" or code.startswith("xx-") else standard(code) or UNKNOWN


@cache
def supported() -> frozenset[str]:
    """The tags that `detect` can answer: what CLD2 says it detects, and what is told from it here."""
    codes = dict(pycld2.LANGUAGES)
    return frozenset((*map(_tag, map(codes.__getitem__, pycld2.DETECTED_LANGUAGES)), *_BEYOND)) - {UNKNOWN}


def _repaired(text: str) -> str:
    """`text` with what is known to blind CLD2 taken out: tone marks, and Latin letters in Cyrillic words."""
    toneless = unicodedata.normalize("NFC", _TONES.sub("", unicodedata.normalize("NFD", text)))
    return _MIXED.sub(lambda word: word[0].translate(_ALIKE), toneless)
