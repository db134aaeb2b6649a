"""Z keys: the folded stem of a word, told apart by the stemmer's language.

Stem first, fold last: accents tell the stemmer what an ending is (folding first loses 20% of what French stemming
joins and 38% of Czech). The language comes *after* the stem, so that all languages' keys of one stem are neighbours
in a sorted index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache, partial
from itertools import chain, compress, islice, repeat
from operator import add, itemgetter
from threading import Lock
from typing import Any

from msgspec import Struct

from search.analysis.fold import fold, fold_all, folds_of
from search.analysis.profiles import ALGORITHMS, COMPOUNDING, UNKNOWN, reads, script_of, scripts_of, stemmer_of
from search.article import Stemming, Stems

#: The stem of each of many words.
Stemmer = Callable[[Sequence[str]], list[str]]

#: Between stem and language: sorts before every letter and can't be part of a word.
SEPARATOR = "\x1f"

#: Stands for a language where a key is a sequence of letters: those are shared by all languages without a stemmer.
ANY = "*"
_ANYS = SEPARATOR + ANY

#: Letters of a sequence (McNamee and Mayfield 2004: 4 and 5 do as well as stemmers). 4 finds more where words are
#: short: known-item MRR of Hebrew 0.90 to 0.92, of Somali 0.94 to 0.96, of 19 such languages 0.908 to 0.912.
GRAM = 4


#: Words of each stemmer whose stems are remembered.
_REMEMBERED = 1 << 14


@cache
def document_stems(tag: str) -> Stemming:
    """Gives the Z keys of each of many words in documents of a language."""
    return partial(_stems, stemming_of(tag))


def _stems(language: str | None, words: Sequence[str]) -> Stems:
    """As `word_stems` or `grams`, in one call of the stemmer."""
    if language is None:
        return [], [0] * len(words)
    if language == ANY:
        sequences = list(map(_grams, fold_all(words)))
        return list(chain.from_iterable(sequences)), list(map(len, sequences))
    stems, are_read = _read_stems(language, words)
    return list(map(add, stems, repeat(SEPARATOR + language))), are_read


def by_word(stems: Stems) -> list[tuple[str, ...]]:
    keys, counts = iter(stems[0]), stems[1]
    return [tuple(islice(keys, count)) for count in counts]


def folded_stems(language: str, words: Sequence[str]) -> list[str | None]:
    """The folded stem of each of many words by the stemmer of a language; None where that doesn't read the script."""
    stems, are_read = _read_stems(language, words)
    next_stem = iter(stems).__next__
    return [next_stem() if is_read else None for is_read in are_read]


def _read_stems(language: str, words: Sequence[str]) -> tuple[list[str], list[bool]]:
    """The folded stems of the words that the stemmer reads, and which of all these are."""
    scripts = scripts_of(language)
    is_latin = "latin" in scripts
    are_read = [
        is_latin and not word.isdigit()
        if word.isascii()
        else script_of(word) in scripts  # as script_of, for most words
        for word in words
    ]
    return fold_all(_stemmer(language)(list(compress(words, are_read)))), are_read


class _Remembered:
    """`folded_stems` by one stemmer: texts have the same words again and again. Safe to share among threads."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._known: dict[str, str | None] = {}

    def __call__(self, words: Sequence[str]) -> list[str | None]:
        known = self._known
        fresh = [word for word in words if word not in known]
        if fresh:
            if len(known) + len(fresh) > _REMEMBERED:
                self._known = known = {}
                fresh = list(words)
            known.update(zip(fresh, folded_stems(self._language, fresh), strict=True))
        return list(map(known.__getitem__, words))


@cache
def remembered_stems(language: str) -> Callable[[Sequence[str]], list[str | None]]:
    """`folded_stems` of words many of which were probably asked for before."""
    return _Remembered(language)


def stemming_of(tag: str) -> str | None:
    """The language whose stemmer makes the Z keys of `tag`; ANY where there is none, None where nothing is known."""
    return None if tag == UNKNOWN else stemmer_of(tag) or ANY


def grams(word: str) -> tuple[str, ...]:
    """The sequences of letters that stand for a word's stem where there is no stemmer; none for a short word.

    Prefixes and suffixes change (Xhosa `umpengesi`, `kampengesi`), what is between stays.
    """
    return _grams(fold(word))


def _grams(bare: str) -> tuple[str, ...]:
    if len(bare) <= GRAM:
        return ()
    keys = [gram + _ANYS for gram in _cutter(len(bare))(bare)]
    return tuple(keys if len(set(keys)) == len(keys) else dict.fromkeys(keys))


@lru_cache(maxsize=64)
def _cutter(length: int) -> Callable[[str], tuple[str, ...]]:
    """Cuts words of a length, above GRAM, into their sequences: all in one call, in a third of a loop's time."""
    return itemgetter(*(slice(at, at + GRAM) for at in range(length - GRAM + 1)))


def word_stems(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """The Z keys of a word under the stemmers of those `languages` that read its script.

    In any other script a stem is the word, which is found as that.
    """
    readers = readers_of(script_of(word), languages)
    return tuple(map(add, readers.stems(word), readers.endings))


class Readers(Struct, frozen=True):
    """The stemmers of those of some languages that read a script, and what their keys end in.

    `joining` are those of the languages that join words into one, `joined` says where they are.
    """

    stemmers: tuple[Callable[[str], str], ...]
    endings: tuple[str, ...]
    joined: tuple[bool, ...]
    joining: tuple[str, ...]

    def stems(self, word: str) -> list[str]:
        """A word's folded stem in each of the languages."""
        stems = [stem(word) for stem in self.stemmers]
        if "".join(stems).isascii():
            return stems
        folded = folds_of(word, set(stems))
        return [folded[stem] for stem in stems]


@lru_cache(maxsize=64)
def readers_of(script: str, languages: tuple[str, ...]) -> Readers:
    readers = [language for language in languages if reads(language, script)]
    return Readers(
        tuple(map(_word_stemmer, readers)),
        tuple(SEPARATOR + language for language in readers),
        tuple(language in COMPOUNDING for language in readers),
        tuple(language for language in readers if language in COMPOUNDING),
    )


def shown(key: str) -> str:
    """A Z key or pair as explanations show it: `no:vapenhvil`."""
    stem, separator, language = key.partition(SEPARATOR)
    return f"{language}:{stem}" if separator else key


@cache
def _stemmer(language: str) -> Stemmer:
    stemmer = _pystemmer(language)
    if stemmer is None:
        return _pure_stemmer(language)
    stem: Stemmer = stemmer.stemWords
    return stem


@cache
def _word_stemmer(language: str) -> Callable[[str], str]:
    """The same for one word, which saves a third where a query's word has many stemmers."""
    stemmer = _pystemmer(language)
    if stemmer is None:
        pure = _pure_stemmer(language)
        return lambda word: pure((word,))[0]
    stem: Callable[[str], str] = stemmer.stemWord
    return stem


def _pystemmer(language: str) -> Any:
    """None where PyStemmer is not installed: it is C; its pure twin gives the same stems."""
    try:
        import Stemmer as pystemmer
    except ImportError:
        return None
    # Its memo, left out here, takes longer than stemming does.
    return pystemmer.Stemmer(ALGORITHMS[language], 0)


@cache
def _pure_stemmer(language: str) -> Stemmer:
    import snowballstemmer

    stemmer, lock = snowballstemmer.stemmer(ALGORITHMS[language]), Lock()

    def stem(words: Sequence[str]) -> list[str]:
        with lock:  # it works on one buffer of its own
            return list(stemmer.stemWords(words))

    return stem
