"""Parts of compounds, learnt from the words themselves (Koehn & Knight 2003, Empirical Methods for Compound Splitting).

A word is split only if all of it is covered by words that are frequent in the same language and its cover is more
frequent (by geometric mean) than the word itself. First parts are whole words, with what links them; the last part
may be inflected, so it is compared by its stem.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import prod

from msgspec import Struct

from search.analysis.stems import SEPARATOR, document_stems
from search.lexicon.linking import LINKINGS, Linking

#: Shortest part, in letters: below it covers are found in any word (`mini|ster`).
SHORTEST = 4

#: Letters of a last part that the stem of the whole word must keep: what the stemmer takes away was an ending.
_KEPT = 3

#: Where both parts are long the cover is no accident, so that it may be rarer than the word by this factor.
_LONG, _LONG_FACTOR = 5, 4.0

#: Words in more than this share of a language's documents (plus some, for small archives) are no parts.
_COMMON_SHARE, _COMMON_EXTRA = 0.2, 20


def compound_parts(language: str, counts: Mapping[str, int], documents: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each compound of a language, with the Z keys of its parts.

    `language` is a primary subtag of LINKINGS; `counts` are its words' document frequencies.
    """
    splitter = _splitter(language, counts, documents)
    words = [word for word in counts if len(word) >= 2 * SHORTEST and word.isalpha()]
    splitter.stems.learn({word[end:] for word in words for end in splitter.ends(word, SHORTEST)})
    for word in words:
        keys = splitter.split(word, counts[word])
        if keys:
            yield word, keys


class _Stems(dict[str, str]):
    """The Z key of a word, "" in a script that the language's stemmer doesn't read."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._keys = document_stems(language)

    def learn(self, words: Iterable[str]) -> None:
        new = [word for word in words if word not in self]
        self.update(zip(new, (keys[0] if keys else "" for keys in self._keys(new)), strict=True))

    def __missing__(self, word: str) -> str:
        self.learn((word,))
        return self[word]


class _Splitter(Struct, frozen=True):
    """`firsts` gives the word behind a first part as written in compounds; `heads` counts by Z key."""

    firsts: Mapping[str, str]
    known: Mapping[str, int]
    heads: Mapping[str, int]
    stems: _Stems

    def stem(self, word: str) -> str:
        return self.stems[word]

    def ends(self, word: str, left: int) -> list[int]:
        """Where first parts of a word end that leave so many letters at least."""
        firsts = self.firsts
        return [end for end in range(SHORTEST, len(word) - left + 1) if word[:end] in firsts]

    def split(self, word: str, count: int) -> tuple[str, ...]:
        """The parts' Z keys. A cover without linking elements goes before the others (`welt|erfolg`, `welter|folg`)."""
        best: tuple[bool, float, tuple[str, ...]] = (False, 0.0, ())
        for written, head in self._covers(word) or self._long_covers(word):
            firsts = tuple(self.firsts[part] for part in written)
            mean = self._mean(firsts, head, count)
            if mean >= count and self._ends_in(word, head):
                best = max(best, (firsts == written, mean, (*map(self.stem, firsts), self.stem(head))))
        return best[2]

    def _covers(self, word: str) -> list[tuple[tuple[str, ...], str]]:
        """First parts as written (here one), and the rest of the word."""
        ends, stems, heads = self.ends(word, SHORTEST), self.stems, self.heads
        return [((word[:end],), word[end:]) for end in ends if stems[word[end:]] in heads]

    def _long_covers(self, word: str) -> list[tuple[tuple[str, ...], str]]:
        """The same with two first parts."""
        return [
            ((word[:end], *written), head)
            for end in self.ends(word, 2 * SHORTEST)
            for written, head in self._covers(word[end:])
        ]

    def _ends_in(self, word: str, head: str) -> bool:
        return len(_bare(self.stem(word))) - (len(word) - len(head)) >= _KEPT

    def _mean(self, firsts: tuple[str, ...], head: str, count: int) -> float:
        stem = self.stem(head)
        frequencies = [*(self.known[first] for first in firsts), self.heads[stem]]
        mean: float = prod(frequencies) ** (1 / len(frequencies))
        long = min(len(_bare(stem)), *map(len, firsts)) >= _LONG
        return mean * _LONG_FACTOR if long and mean < count else mean


def _splitter(language: str, counts: Mapping[str, int], documents: int) -> _Splitter:
    linking, stems = LINKINGS[language], _Stems(language)
    rarest, commonest = _rarest(documents), documents * _COMMON_SHARE + _COMMON_EXTRA
    usual = {
        word: count
        for word, count in counts.items()
        if rarest <= count <= commonest and len(word) >= SHORTEST and word.isalpha() and word not in linking.particles
    }
    stems.learn(usual)
    known = {word: count for word, count in usual.items() if len(_bare(stems[word])) >= linking.shortest_stem}
    return _Splitter(_firsts(known, linking), known, _heads(known, linking, stems), stems)


def _rarest(documents: int) -> int:
    """Documents that must hold a word before it counts as a part: 1 up to 75, 3 in a thousand, 9 in 100,000."""
    rarest: int = round(documents**0.2) - 1
    return max(1, rarest)


def _firsts(known: Mapping[str, int], linking: Linking) -> dict[str, str]:
    """Where several words are written alike in a compound, the most frequent stands for them."""
    changes = [("", ""), *((element, "") for element in linking.elements), *linking.changes]
    firsts: dict[str, str] = {}
    for word, count in known.items():
        for inside, alone in changes:
            if not word.endswith(alone):
                continue
            written = word.removesuffix(alone) + inside
            if len(written) < SHORTEST or written in linking.particles:
                continue
            if count > known.get(firsts.get(written, ""), 0):
                firsts[written] = word
    return firsts


def _heads(known: Mapping[str, int], linking: Linking, stems: _Stems) -> Counter[str]:
    heads: Counter[str] = Counter()
    for word, count in known.items():
        heads[stems[word]] += count
    for ending in linking.endings:
        heads.pop(stems[ending], None)
    return heads


def _bare(key: str) -> str:
    return key.partition(SEPARATOR)[0]
