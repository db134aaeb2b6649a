"""Which words of texts something of the query could be: never less than that, seldom much more.

Stemming every word of ten articles takes ten times longer than looking at their letters. Most stemmers leave a word's
first letters alone, so that only words that begin like a wanted word or stem are analysed; for the others a word must
have two neighbouring letters of it. Letters are compared as folded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import accumulate

from search.analysis.fold import fold
from search.analysis.stems import ANY
from search.snippets.blanks import BLANK, SEVERAL

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
#: More beginnings than this are looked for in one look at each word.
_FEW = 64


class Candidates:
    """The words that may be one of `words`, or have one of these stems by a stemmer (without one, letter sequences)."""

    def __init__(self, words: Iterable[str], stemming: str | None, stems: Collection[str]) -> None:
        self._needles: Collection[str] | None = ()
        beginnings = {fold(word)[:_LETTERS] for word in words}
        if stemming == ANY:
            self._needles = stems
        elif firsts(stemming, stems) is not None:
            beginnings |= {beginning for stem in stems for beginning in _beginnings(stemming or "", stem)}
        elif any(len(stem) < _SHORTEST.get(stemming or "", 1) for stem in stems):  # Nepali `क` has an empty stem
            self._needles = None
        else:
            self._needles = {needle for stem in stems for needle in _needles(stemming or "", stem)}
        self._beginnings = {
            BLANK + one for one in beginnings if beginnings.isdisjoint(one[:end] for end in range(1, len(one)))
        }
        # A letter that folds to several could be any.
        self._hidden = {one[:end] + SEVERAL for one in self._beginnings for end in range(1, len(one))}
        if beginnings:
            self._hidden.add(BLANK + SEVERAL)

    def among(self, letters: str) -> list[int]:
        """Where the words begin, rising; `letters` are those of a `Blanked` text."""
        if self._needles is None:
            return [at for at, word in _each(letters) if word]
        begin = self._beginnings | self._hidden if SEVERAL in letters else self._beginnings
        if len(begin) <= _FEW:
            found = _found(begin, letters)
        else:
            found = [at for at, word in _each(letters) if word and any(BLANK + word[:n] in begin for n in _SIZES)]
        if self._needles:
            wanted = (*self._needles, SEVERAL) if SEVERAL in letters else self._needles
            found = [*{*found, *(letters.rfind(BLANK, 0, at) for at in _found(wanted, letters))}]
        found.sort()
        return found


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


_SIZES = range(1, _LETTERS + 1)


def _each(letters: str) -> Iterator[tuple[int, str]]:
    """What stands behind each blank, and where that is."""
    words = letters.split(BLANK)[1:]
    return zip(accumulate([len(word) + 1 for word in words], initial=0), words, strict=False)


def _found(needles: Iterable[str], letters: str) -> list[int]:
    """Where one of the needles stands."""
    places: list[int] = []
    find = letters.find
    for needle in needles:
        at = find(needle)
        while at >= 0:
            places.append(at)
            at = find(needle, at + 1)
    return places


def firsts(stemming: str | None, stems: Collection[str]) -> set[str] | None:
    """The first letters, folded, of all words that may have these stems; None if that can't be told."""
    if stemming in _CHANGING or any(len(stem) < _SHORTEST.get(stemming or "", 1) for stem in stems):
        return None
    return {stem[0] for stem in stems}
