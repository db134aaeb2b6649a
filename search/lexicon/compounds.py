"""Parts of compounds, learnt from the words themselves (Koehn & Knight 2003, Empirical Methods for Compound Splitting).

A word is split only if all of it is covered by words that are frequent in the same language and its cover is more
frequent (by geometric mean) than the word itself. First parts are whole words, with what links them; the last part
may be inflected, so it is compared by its stem.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from math import prod

from msgspec import Struct

from search.analysis.profiles import STEMMERS
from search.analysis.stems import folded_stems
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
    """Each compound of a language, with the folded stems of its parts.

    `language` is a primary subtag of LINKINGS; `counts` are its words' document frequencies.
    """
    splitter = _splitter(language, counts, documents)
    ends = _ends((word for word in counts if len(word) >= 2 * SHORTEST and word.isalpha()), splitter.firsts)
    covers = splitter.covers(ends)
    splitter.stems.learn(covers)
    for word, count in counts.items():
        stems = splitter.split(word, covers[word], count) if word in covers else ()
        if stems:
            yield word, stems


#: First parts of a word as they are written in it, and the rest of it.
_Cover = tuple[tuple[str, ...], str]


def _ends(words: Iterable[str], firsts: Container[str]) -> dict[str, list[int]]:
    """Where first parts of each word end, that leave letters enough; of the words that have any."""
    found = (
        (word, [end for end in range(SHORTEST, len(word) - SHORTEST + 1) if word[:end] in firsts]) for word in words
    )
    return {word: ends for word, ends in found if ends}


class _Stems(dict[str, str]):
    """The folded stem of a word, "" in a script that the language's stemmer doesn't read."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._stemmer = STEMMERS[language]

    def learn(self, words: Iterable[str]) -> None:
        new = [word for word in words if word not in self]
        self.update(zip(new, (stem or "" for stem in folded_stems(self._stemmer, new)), strict=True))

    def __missing__(self, word: str) -> str:
        self.learn((word,))
        return self[word]


class _Splitter(Struct, frozen=True):
    """`firsts` gives the word behind a first part as written in compounds; `heads` counts by stem."""

    firsts: Mapping[str, str]
    known: Mapping[str, int]
    heads: Mapping[str, int]
    stems: _Stems

    def covers(self, ends: Mapping[str, list[int]]) -> dict[str, list[_Cover]]:
        """Of each word that has any: with one first part, or else with two."""
        found = self._covers(ends)
        uncovered = [(word, word[:end], word[end:]) for word in ends if word not in found for end in ends[word]]
        rests = self._covers(_ends({rest for _, _, rest in uncovered if len(rest) >= 2 * SHORTEST}, self.firsts))
        for word, first, rest in uncovered:
            if rest in rests:
                found.setdefault(word, []).extend(((first, *written), head) for written, head in rests[rest])
        return found

    def _covers(self, ends: Mapping[str, list[int]]) -> dict[str, list[_Cover]]:
        stems, heads = self.stems, self.heads
        stems.learn({word[end:] for word, places in ends.items() for end in places})
        found: dict[str, list[_Cover]] = {}
        for word, places in ends.items():
            covers: list[_Cover] = [((word[:end],), word[end:]) for end in places if stems[word[end:]] in heads]
            if covers:
                found[word] = covers
        return found

    def split(self, word: str, covers: Iterable[_Cover], count: int) -> tuple[str, ...]:
        """The parts' stems. A cover without linking elements goes before the others (`welt|erfolg`, `welter|folg`)."""
        best: tuple[bool, float, tuple[str, ...]] = (False, 0.0, ())
        for written, head in covers:
            firsts = tuple(self.firsts[part] for part in written)
            mean = self._mean(firsts, head, count)
            if mean >= count and self._ends_in(word, head):
                best = max(best, (firsts == written, mean, tuple(map(self.stems.__getitem__, (*firsts, head)))))
        return best[2]

    def _ends_in(self, word: str, head: str) -> bool:
        return len(self.stems[word]) - (len(word) - len(head)) >= _KEPT

    def _mean(self, firsts: tuple[str, ...], head: str, count: int) -> float:
        stem = self.stems[head]
        frequencies = [*(self.known[first] for first in firsts), self.heads[stem]]
        mean: float = prod(frequencies) ** (1 / len(frequencies))
        long = min(len(stem), *map(len, firsts)) >= _LONG
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
    known = {word: count for word, count in usual.items() if len(stems[word]) >= linking.shortest_stem}
    return _Splitter(_firsts(known, linking), known, _heads(known, linking, stems), stems)


def _rarest(documents: int) -> int:
    """Documents that must hold a word before it counts as a part: 1 up to 75, 3 in a thousand, 9 in 100,000."""
    rarest: int = round(documents**0.2) - 1
    return max(1, rarest)


def _firsts(known: Mapping[str, int], linking: Linking) -> dict[str, str]:
    """Where several words are written alike in a compound, the most frequent stands for them, or else the first."""
    firsts = {word: word for word in known}
    for inside, alone in (*((element, "") for element in linking.elements), *linking.changes):
        shortest = SHORTEST + len(alone) - len(inside)
        for word in known if not alone else [word for word in known if word.endswith(alone) and len(word) >= shortest]:
            written = word[: len(word) - len(alone)] + inside
            other = firsts.setdefault(written, word)
            if other is not word and (-known[word], word) < (-known[other], other):
                firsts[written] = word
    for particle in linking.particles:
        firsts.pop(particle, None)
    return firsts


def _heads(known: Mapping[str, int], linking: Linking, stems: _Stems) -> Counter[str]:
    heads: Counter[str] = Counter()
    for word, count in known.items():
        heads[stems[word]] += count
    for ending in linking.endings:
        heads.pop(stems[ending], None)
    return heads
