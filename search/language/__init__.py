"""Declared tag or text → BCP 47 tag, with where it came from.

CLD2 answers (`cld2.py`); the members of a close family are told apart in `relatives.py`, languages that it takes for
others in `strangers.py`. Unsure is `und`, which costs a text its stem keys and nothing else; a wrong language costs
more.
"""

from __future__ import annotations

from msgspec import Struct

from search.article import LanguageFrom
from search.language.cld2 import UNKNOWN, detect, supported
from search.language.tags import english_name, standard

__all__ = ["UNKNOWN", "Language", "english_name", "identify", "standard", "supported"]


class Language(Struct, frozen=True):
    """A BCP 47 tag, `und` when unsure; `confidence` is 1.0 if declared, 0.0 if unknown.

    Detected, it is the share of the text that CLD2 finds to be in that language.
    """

    tag: str
    source: LanguageFrom
    confidence: float


def identify(text: str, declared: str | None = None) -> Language:
    """What the source declares, if that is a language; else what the text looks like."""
    tag = standard(declared) if declared else None
    if tag is not None:
        return Language(tag, LanguageFrom.DECLARED, 1.0)
    tag, share = detect(text)
    return Language(tag, LanguageFrom.UNKNOWN if tag == UNKNOWN else LanguageFrom.DETECTED, share)
