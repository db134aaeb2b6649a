"""The key of a place name: its folded words, however it is written with hyphens, apostrophes and accents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from search.analysis.fold import fold
from search.analysis.patterns import later
from search.analysis.profiles import ELISIONS
from search.analysis.words import tokens

_APOSTROPHES = later("['’ʼ＇`´ʻ]")


def key_of(words: Sequence[str]) -> str:
    """`words` are W keys."""
    return fold(words[0]) if len(words) == 1 else joined(map(fold, words))


def joined(folded: Iterable[str]) -> str:
    """The key of a name whose words are folded."""
    return " ".join(folded)


def keys_of(spelling: str) -> tuple[str, ...]:
    """
    >>> keys_of("Côte d’Ivoire")
    ('cote d ivoire', 'cote divoire', 'cote ivoire')
    """
    words = tokens(spelling).words
    unelided = [word for word in words if word not in ELISIONS] if _APOSTROPHES.search(spelling) else words
    written = (words, tokens(_APOSTROPHES.sub("", spelling)).words, unelided)
    return tuple(dict.fromkeys(filter(None, map(key_of, written))))
