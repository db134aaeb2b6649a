"""The archive's own words, as a query consults them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from search.analysis.fold import fold_forms
from search.analysis.words import normalized
from search.lexicon.blocks import Kept, unpack
from search.lexicon.correct import TIMES, allowed_edits, best
from search.lexicon.distance import within
from search.lexicon.patterns import matching
from search.lexicon.strings import Strings

#: Words that a wildcard or typo stands for at most.
EXPANSIONS = 200

#: Compounds that a word stands for at most.
COMPOUNDS = 50


class Lexicon:
    """Views of the bytes that `build_lexicon` made. Wherever words are listed, the most frequent come first.

    Words are the archive's W keys. A word also answers to its folded forms, so `vapenhvile` and `vaapenhvile` stand
    for `våpenhvile`.
    """

    def __init__(self, kept: Kept) -> None:
        columns, values = unpack(kept)
        self.languages = tuple(cast(list[str], values["languages"]))
        self.documents = cast(Mapping[str, int], values["documents"])
        self._words = Strings(columns, "word.")
        self._forms = Strings(columns, "form.")
        self._form_edges = columns["form.words.edges"]
        self._form_words = columns["form.words"]
        self._parts = Strings(columns, "part.")
        self._joining = cast(list[str], values["joining"])
        self._part_edges = columns["part.stemmers.edges"]
        self._part_stemmers = columns["part.stemmers"]
        self._compound_edges = columns["part.words.edges"]
        self._compounds = columns["part.words"]
        self._edges = columns["frequency.edges"]
        self._codes = columns["frequency.codes"]
        self._counts = columns["frequency.counts"]

    def __len__(self) -> int:
        return len(self._words)

    def __iter__(self) -> Iterator[str]:
        """The most frequent first."""
        return iter(self._words)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self._words.find(word) >= 0

    def frequency(self, word: str) -> int:
        """The number of live documents that hold it, 0 for a word that isn't there."""
        number = self._words.find(word)
        return self._count(number) if number >= 0 else 0

    def frequencies(self, word: str) -> dict[str, int]:
        """The same by language, without zeros."""
        number = self._words.find(word)
        if number < 0:
            return {}
        entries = range(self._edges[number], self._edges[number + 1])
        return {self.languages[self._codes[entry]]: self._counts[entry] for entry in entries}

    def is_form(self, text: str) -> bool:
        """Whether some indexed word has this folded form and another spelling."""
        return self._forms.find(text) >= 0

    def folding_to(self, forms: Iterable[str]) -> tuple[str, ...]:
        """Every indexed word with one of its folded forms among `forms`."""
        numbers: set[int] = set()
        for form in forms:
            place, number = self._forms.find(form), self._words.find(form)
            if place >= 0:
                numbers.update(self._members(place))
            if number >= 0 and form in fold_forms(form):
                numbers.add(number)
        return tuple(self._words.take(sorted(numbers)))

    def compounds(self, stems: Sequence[str], stemmers: Sequence[str], limit: int = COMPOUNDS) -> tuple[str, ...]:
        """Words that have one of these among their parts: `stems` are a word's, each in the language beside it."""
        numbers: set[int] = set()
        for stem in set(stems):
            part = self._parts.find(stem)
            if part >= 0:
                asked = {stemmer for one, stemmer in zip(stems, stemmers, strict=True) if one == stem}
                for row in range(self._part_edges[part], self._part_edges[part + 1]):
                    if self._joining[self._part_stemmers[row]] in asked:
                        start, end = self._compound_edges[row], self._compound_edges[row + 1]
                        numbers.update(self._compounds.part(start, min(end, start + limit)).tolist())
        return tuple(self._words.take(sorted(numbers)[:limit])) if numbers else ()

    def wildcard(self, pattern: str, limit: int = EXPANSIONS) -> tuple[list[str], bool]:
        """Words that match, by themselves or by a folded form, and whether others that do were left out.

        `*` is any run of characters, `?` one character. Accents typed on Latin letters are meant: only bare letters
        stand for accented ones. No pattern costs more than some tens of milliseconds.
        """
        plain = normalized(pattern)
        folded = (form for form in fold_forms(plain) if not form.isascii())
        return self._collect(dict.fromkeys((plain, *folded)), limit)

    def prefix(self, text: str, limit: int = EXPANSIONS) -> tuple[list[str], bool]:
        """`wildcard` of all that begins with `text`, in which `*` and `?` are nothing special."""
        plain = text.replace("*", "").replace("?", "")
        return self.wildcard(f"{plain}*", limit)

    def near(self, text: str, edits: int, limit: int = EXPANSIONS) -> tuple[list[str], bool]:
        """Words at most `edits` (1 or 2) typing errors away, themselves or a folded form; the nearest first."""
        distances = self._distances(text, edits)
        ranked = sorted(distances, key=lambda number: (distances[number], number))
        return self._words.take(ranked[:limit]), len(ranked) > limit

    def complete(self, prefix: str, limit: int = 10) -> tuple[str, ...]:
        """The most frequent words that begin like this, themselves or a folded form."""
        return tuple(self.prefix(prefix, limit)[0])

    def correct(self, word: str, limit: int = 3) -> tuple[str, ...]:
        """Words of the archive that `word` may be an error for, the likeliest first; none that it folds to.

        Empty for a word that is itself frequent beside them.
        """
        plain = normalized(word)
        frequency = self.frequency(plain)
        # words and forms are numbered from the most frequent on, and a rarer word is no correction
        words = bisect_left(range(len(self)), True, key=lambda number: self._count(number) < TIMES * frequency)
        distances = self._distances(plain, allowed_edits(plain), words) if plain and words else {}
        candidates = {self._words[number]: (distance, self._count(number)) for number, distance in distances.items()}
        return best(plain, frequency, candidates, limit)

    def _count(self, number: int) -> int:
        return sum(self._counts.part(self._edges[number], self._edges[number + 1]).tolist())

    def _collect(self, patterns: Iterable[str], limit: int) -> tuple[list[str], bool]:
        numbers: set[int] = set()
        cut = False
        for pattern in patterns:
            words, words_cut = matching(self._words, pattern, limit)
            forms, forms_cut = matching(self._forms, pattern, limit)
            numbers.update(words, *map(self._members, forms))
            cut = cut or words_cut or forms_cut
        return self._words.take(sorted(numbers)[:limit]), cut or len(numbers) > limit

    def _distances(self, text: str, edits: int, words: int | None = None) -> dict[int, int]:
        """Distance by word number; with `words`, of the first so many."""
        distances: dict[int, int] = {}
        forms = None if words is None else self._forms_of(words)
        for spelling in _spellings(text):
            allowed = min(edits, len(spelling) - 1)
            found = within(self._words, spelling, allowed, words)
            for distance, form in within(self._forms, spelling, allowed, forms):
                found += ((distance, number) for number in self._members(form))
            for distance, number in found:
                distances[number] = min(distance, distances.get(number, distance))
        return distances

    def _forms_of(self, words: int) -> int:
        """How many forms, which are numbered by their first word, one of the first `words` has."""
        return bisect_left(range(len(self._forms)), words, key=lambda form: self._members(form)[0])

    def _members(self, form: int) -> list[int]:
        members: list[int] = self._form_words.part(self._form_edges[form], self._form_edges[form + 1]).tolist()
        return members


def _spellings(text: str) -> tuple[str, ...]:
    plain = normalized(text)
    return tuple(dict.fromkeys((plain, *fold_forms(plain))))
