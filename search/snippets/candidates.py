"""Which words of texts something of the query could be: never less than that, seldom much more.

Stemming every word of ten articles takes ten times longer than looking at their letters. Most stemmers leave a word's
first letters alone, so that only words that begin like a wanted word or stem are analysed; for the others a word must
have two neighbouring letters of it. Letters are compared as folded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import reduce
from operator import or_

import numpy as np

from search.analysis.stems import ANY
from search.snippets.blanks import SEVERAL, Array, Blanked, letters

#: Stemmers that change how words begin, whatever they are asked to stem (Arabic articles, Irish and Sesotho prefixes).
_CHANGING = frozenset({"ar", "fa", "ga", "id", "nl", "st", "ta", "yi"})
#: Stemmers that leave the second letter alone, too, but for what `_beginnings` says of some. Not the Estonian one, for
#: which `loeb` is a form of `luge`.
_STEADY = frozenset({
    "ca", "cs", "da", "de", "en", "es", "eu", "fi", "fr", "hi", "hu", "hy", "it", "lt", "no", "pl", "pt", "ro", "ru",
    "sv", "tr",
})  # fmt: skip
#: Stemmers that may change the third letter of a longer stem: Turkish `elinkine` gives `elne`.
_UNSTEADY = frozenset({"tr"})
#: Stems shorter than this say nothing of their words: Turkish `bunu` gives `p`, and the Serbian stemmer transcribes.
_SHORTEST = {**dict.fromkeys(_CHANGING, 3), "tr": 2, "sr": 1 << 10}
#: So many letters of a word are looked at.
_LETTERS = 3
#: What is left of a number of four letters.
_MASKS = [np.uint64((1 << 16 * size) - 1) for size in range(_LETTERS + 1)]
#: Up to so many letters are compared one by one.
_FEW = 24


class Candidates:
    """The words that may be one of `words`, or have one of these stems by a stemmer (without one, letter sequences)."""

    def __init__(self, words: Iterable[str], stemming: str | None, stems: Collection[str]) -> None:
        self._needles: Collection[str] | None = ()
        beginnings = {word[:_LETTERS] for word in words}
        if stemming == ANY:
            self._needles = stems
        elif firsts(stemming, stems) is not None:
            beginnings |= {beginning for stem in stems for beginning in _beginnings(stemming or "", stem)}
        elif any(len(stem) < _SHORTEST.get(stemming or "", 1) for stem in stems):  # Nepali `क` has an empty stem
            self._needles = None
        else:
            self._needles = {needle for stem in stems for needle in _needles(stemming or "", stem)}
        #: By the number of letters, as the numbers that they are in a row of `Blanked.beginnings`.
        self._beginnings: dict[int, set[int]] = {}
        self._firsts = {SEVERAL}
        for beginning in map(letters, beginnings):
            size = beginning.index(SEVERAL, 1) if SEVERAL in beginning[1:] else len(beginning)
            self._firsts.add(beginning[0])
            self._beginnings.setdefault(size, set()).add(_packed(beginning[:size]))

    def among(self, texts: Blanked) -> Array:
        """The numbers of the words, rising."""
        if self._needles is None:
            return np.arange(len(texts.starts))
        numbers = self._begin(texts) if self._beginnings else _NOTHING
        if not self._needles:
            return numbers
        return np.union1d(numbers, self._having(texts, self._needles))

    def _begin(self, texts: Blanked) -> Array:
        """Of the words that begin like one of the wanted; letters that fold to several could be any."""
        numbers = _any(texts.firsts, self._firsts).nonzero()[0]
        rows = texts.beginnings(numbers)
        packed = rows.view(np.uint64)[:, 0]
        masks = [_any(packed & _MASKS[size], wanted) for size, wanted in self._beginnings.items()]
        if rows.size and rows.max() == SEVERAL:
            masks.append((rows == SEVERAL).any(axis=1))
        begin: Array = numbers[reduce(or_, masks)]
        return begin

    def _having(self, texts: Blanked, needles: Iterable[str]) -> Array:
        """Those whose folded letters have one of the needles, or where one may be hidden."""
        folded = texts.folded
        text = folded.tobytes().decode("utf-16-le", "surrogatepass")
        places = [place for needle in needles for place in _found(needle, text)]
        hidden = np.flatnonzero(folded == SEVERAL)
        at = np.concatenate([np.array(places, dtype=np.intp), hidden])
        numbers = np.searchsorted(texts.starts, at, "right") - 1
        return np.unique(numbers[numbers >= 0])


def _beginnings(stemming: str, stem: str) -> Iterator[str]:
    """How words with this stem may begin."""
    if stemming not in _STEADY or (stemming == "tr" and len(stem) < 3):  # `aba` gives `ap`
        yield stem[0]
        return
    # The last letter of a stem may be another than the word's: `any` gives `ani`.
    beginning = stem[: 2 if stemming in _UNSTEADY or len(stem) <= _LETTERS else _LETTERS]
    yield beginning
    match stemming:
        case "de":  # `aegon` gives `agon`, `guerre` `gurr`
            yield from (f"{beginning[:at]}e{beginning[at:-1]}" for at in (1, 2) if {*beginning[at - 1 : at]} & {*"aou"})
        case "en" if stem[1:2] == "i":  # `dying` gives `die`
            yield f"{stem[0]}y"
        case "fi":  # `llo` gives `lo`, `issue` `isue`
            yield from (beginning[:at] + beginning[at - 1 : -1] for at in (1, 2))


def _needles(stemming: str, stem: str) -> Iterator[str]:
    """Neighbouring letters, of which words with this stem have some; in longer Arabic ones three at a time."""
    size = 3 if stemming == "ar" and len(stem) > 3 else 2
    return (stem[at : at + size] for at in range(len(stem) - size + 1))


_NOTHING = np.empty(0, dtype=np.intp)


def _packed(beginning: Sequence[int]) -> int:
    return sum(letter << 16 * place for place, letter in enumerate(beginning))


def _any(values: Array, wanted: Collection[int]) -> Array:
    """A mask of the values that are one of the wanted."""
    if len(wanted) > _FEW:
        return np.asarray(np.isin(values, np.fromiter(wanted, values.dtype, len(wanted))))
    first, *rest = wanted
    mask: Array = values == first
    for one in rest:
        mask |= values == one
    return mask


def _found(needle: str, text: str) -> Iterator[int]:
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + 1)


def firsts(stemming: str | None, stems: Collection[str]) -> set[str] | None:
    """The first letters, folded, of all words that may have these stems; None if that can't be told."""
    if stemming in _CHANGING or any(len(stem) < _SHORTEST.get(stemming or "", 1) for stem in stems):
        return None
    return {stem[0] for stem in stems}
