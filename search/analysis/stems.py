"""Z keys: the folded stem of a word, told apart by the stemmer's language.

Stem first, fold last: accents tell the stemmer what an ending is (folding first loses 20% of what French stemming
joins and 38% of Czech). The language comes *after* the stem, so that all languages' keys of one stem are neighbours
in a sorted index.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from threading import Lock

from search.analysis.fold import fold
from search.analysis.profiles import ALGORITHMS, UNKNOWN, reads, script_of, stemmer_of

#: Between stem and language: sorts before every letter and can't be part of a word.
SEPARATOR = "\x1f"

#: Stands for a language where a key is a sequence of letters: those are shared by all languages without a stemmer.
ANY = "*"

#: Letters of a sequence (McNamee and Mayfield 2004: 4 and 5 do as well as stemmers; 5 makes the smaller index).
GRAM = 5


class StemKeys(dict[str, tuple[str, ...]]):
    """Z keys by word, for one language's stemmer; each word is stemmed when first asked for."""

    __slots__ = ("_language",)

    def __init__(self, language: str | None) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> tuple[str, ...]:
        keys = self._keys(word)
        self[word] = keys
        return keys

    def _keys(self, word: str) -> tuple[str, ...]:
        if self._language is None:
            return ()
        return grams(word) if self._language == ANY else word_stems.__wrapped__(word, (self._language,))


@cache
def document_stems(tag: str) -> StemKeys:
    """The memo for documents of a language. It grows with the vocabulary, so it is for indexing only."""
    return StemKeys(stemming_of(tag))


def stemming_of(tag: str) -> str | None:
    """The language whose stemmer makes the Z keys of `tag`; ANY where there is none, None where nothing is known."""
    return None if tag == UNKNOWN else stemmer_of(tag) or ANY


def grams(word: str) -> tuple[str, ...]:
    """The sequences of letters that stand for a word's stem where there is no stemmer; none for a short word.

    Prefixes and suffixes change (Xhosa `umpengesi`, `kampengesi`), what is between stays.
    """
    bare = fold(word)
    if len(bare) <= GRAM:
        return ()
    return tuple(dict.fromkeys(f"{bare[at : at + GRAM]}{SEPARATOR}{ANY}" for at in range(len(bare) - GRAM + 1)))


@lru_cache(maxsize=1 << 16)
def word_stems(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """The Z keys of a word under the stemmers of those `languages` that read its script.

    In any other script a stem is the word, which is found as that.
    """
    folded: dict[str, str] = {}
    keys = []
    for ending, stemmer in _readers(script_of(word), languages):
        stem = stemmer(word)
        bare = folded.get(stem)
        if bare is None:
            bare = folded[stem] = fold(stem)
        keys.append(bare + ending)
    return tuple(keys)


@lru_cache(maxsize=64)
def _readers(script: str, languages: tuple[str, ...]) -> tuple[tuple[str, Callable[[str], str]], ...]:
    """Those of the languages whose stemmers read a script: what their keys end in, and the stemmer."""
    return tuple((SEPARATOR + language, _stemmer(language)) for language in languages if reads(language, script))


def shown(key: str) -> str:
    """A Z key or pair as explanations show it: `no:vapenhvil`."""
    stem, separator, language = key.partition(SEPARATOR)
    return f"{language}:{stem}" if separator else key


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    try:
        from Stemmer import Stemmer
    except ImportError:  # PyStemmer is C; its pure twin gives the same stems
        return _pure_stemmer(language)
    stem: Callable[[str], str] = Stemmer(ALGORITHMS[language]).stemWord
    return stem


def _pure_stemmer(language: str) -> Callable[[str], str]:
    import snowballstemmer

    stemmer, lock = snowballstemmer.stemmer(ALGORITHMS[language]), Lock()

    def stem(word: str) -> str:
        with lock:  # it works on one buffer of its own
            return str(stemmer.stemWord(word))

    return stem
