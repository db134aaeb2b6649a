"""Marks: the words of stored texts that share a key with the query.

A text is analysed with its own language, as it was for the index: the same keys as matching, never a second opinion.
What NOT takes away is no key of the query. Only what could match is analysed at all, see `candidates`, and the texts of
one stemmer are gone through together.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct, field

from search.analysis.fold import fold
from search.analysis.stems import ANY, SEPARATOR, grams, remembered_stems, stemming_of
from search.analysis.words import is_unspaced
from search.snippets.blanks import BLANK, Blanked
from search.snippets.candidates import Candidates, firsts
from search.snippets.places import Mark, Place, merged, placed
from search.snippets.unparted import Anywhere, Piece, Units, Unparted

#: Of a longer text, so many characters are read for its snippets; and so many on either side of a word that is found
#: in the `_FAR` after them, where at most `_NEEDLES` are looked for to find a leaf.
_HEAD, _AROUND, _FAR, _NEEDLES = 12_000, 300, 2_000_000, 12
#: Words of texts that one stemmer's trial remembers: those of some pages.
_REMEMBERED = 512
#: Positions of different texts differ by more than any two that are near.
_APART = 1 << 32

#: A text and the tag of its language.
Text = tuple[str, str]


class Marker:
    """The positive keys of a query, ready to be looked for in texts. One leaf is one group of the keyed tree.

    Leaves are bits. `sequences` are the letter sequences of one word each: how many of them it has marks a word.
    """

    def __init__(
        self,
        words: Mapping[str, int],
        stems: Mapping[str, int],
        sequences: Sequence[tuple[int, frozenset[str]]],
        places: Sequence[Place],
    ) -> None:
        self.words, self.stems, self.sequences, self.places = words, stems, sequences, places
        self.slots = frozenset(word for _, place in places for slot in place.slots for word in slot)
        self._trials: dict[str | None, _Trial] = {}

    def marks(self, text: str, language: str) -> tuple[Mark, ...]:
        """Every match in `text`, in order; neighbouring pairs of an unspaced run are one."""
        (marks,) = self.marks_of([(text, language)])
        return marks

    def marks_of(self, texts: Sequence[Text]) -> list[tuple[Mark, ...]]:
        """The marks of each of several texts, which costs little more than those of one."""
        found: list[tuple[Mark, ...]] = [()] * len(texts)
        if not (self.words or self.stems or self.sequences or self.places):
            return found
        stemmings = {language: stemming_of(language) for language in {language for _, language in texts}}
        alike: dict[str | None, list[int]] = {}
        for number, (_, language) in enumerate(texts):
            alike.setdefault(stemmings[language], []).append(number)
        for stemming, numbers in alike.items():
            trial = self._trials.get(stemming)
            if trial is None:
                trial = self._trials[stemming] = _Trial(self, stemming)
            for number, marks in zip(numbers, trial.marks([texts[number][0] for number in numbers]), strict=True):
                found[number] = marks
        return found

    def glimpsed(self, texts: Sequence[Text]) -> list[tuple[Mark, ...]]:
        """Enough of the marks of each for passages, at a cost that a long text doesn't raise.

        Those at its head; and for leaves that are not there, some around where their words or stems stand farther on.
        """
        heads = [_space(text, _HEAD) if len(text) > _HEAD else len(text) for text, _ in texts]
        marks = self.marks_of([(text[:cut], language) for (text, language), cut in zip(texts, heads, strict=True)])
        return [
            seen if cut == len(text) else self._farther(text, language, cut, seen)
            for (text, language), cut, seen in zip(texts, heads, marks, strict=True)
        ]

    def _farther(self, text: str, language: str, cut: int, found: Sequence[Mark]) -> tuple[Mark, ...]:
        """With some marks beyond `cut` for the leaves that were not found before it."""
        marks, seen = list(found), 0
        for _, _, leaves in marks:
            seen |= leaves
        plain = text[: cut + _FAR].lower()
        for leaf, needles in self._needles().items():
            for needle in needles[:_NEEDLES] if not leaf & seen else ():
                at = plain.find(needle, cut)
                if at >= 0:
                    start = max(cut, text.rfind(" ", 0, max(at - _AROUND, 0)) + 1)
                    end = _space(text, at + len(needle) + _AROUND)
                    around = self.marks(text[start:end], language)
                    marks += ((start + first, start + last, leaves) for first, last, leaves in around)
                    if any(leaf & leaves for _, _, leaves in around):
                        break
        return tuple(merged(sorted(marks)))

    def _needles(self) -> Mapping[int, Sequence[str]]:
        """By leaf, what its matches are likely to look like, the likeliest first."""
        needles: dict[int, list[str]] = defaultdict(list)
        for leaf, place in self.places:
            first = [slot[0] for slot in place.slots]
            needles[leaf] += [" ".join(first), "".join(first), *first]
        for keys in (self.words, self.stems):
            for key, leaves in keys.items():
                for leaf in _bits(leaves):
                    needles[leaf].append(key.partition(SEPARATOR)[0])
        return {leaf: [needle for needle in found if needle] for leaf, found in needles.items()}


class _Seen(Struct):
    """Words as they were met in texts: their leaves, and what slots of phrases call them."""

    leaves: dict[str, int] = field(default_factory=dict)
    slots: dict[str, str] = field(default_factory=dict)


class _Trial:
    """What is looked for in the texts of one stemmer, and what was seen there before; safe to share among threads."""

    def __init__(self, marker: Marker, stemming: str | None) -> None:
        self._marker, self._stemming = marker, stemming
        words = {*marker.words, *marker.slots}
        keys = [*marker.stems, *(text for _, texts in marker.sequences for text in texts)]
        ending = f"{SEPARATOR}{stemming}"
        self._stems = {key.removesuffix(ending): marker.stems.get(key, 0) for key in keys if key.endswith(ending)}
        self._words = [word for word in words if not is_unspaced(word)]
        self._units = words.difference(self._words)
        self._candidates = Candidates(self._words, stemming, self._stems)
        self._seen = _Seen()

    def marks(self, texts: Sequence[str]) -> list[tuple[Mark, ...]]:
        blanked = Blanked(texts)
        marks = _parted(self._found(blanked), blanked.offsets)
        if blanked.odd or blanked.unspaced or blanked.hard:
            self._look(blanked, texts, marks)
        return marks

    def _look(self, blanked: Blanked, texts: Sequence[str], marks: list[tuple[Mark, ...]]) -> None:
        """At what blanks don't part into words."""
        odd: dict[int, list[Piece]] = defaultdict(list)
        for at, piece in blanked.odd:
            number = blanked.text_of(at)
            odd[number].append((at - blanked.offsets[number], piece))
        hard = blanked.hard.union(blanked.unspaced, odd) if self._marker.places else blanked.hard
        for number in hard:
            marks[number] = tuple(merged(self._unparted.found(texts[number], odd.get(number, ()))))
        for number in blanked.unspaced.union(odd).difference(hard):
            text = texts[number] if number in blanked.unspaced else ""
            if beside := self._unparted.beside(text, odd.get(number, ())):
                marks[number] = tuple(merged(sorted([*marks[number], *beside])))

    @cached_property
    def _unparted(self) -> Unparted:
        marker, letters = self._marker, firsts(self._stemming, self._stems)
        anywhere = Anywhere(None if letters is None else letters | {fold(word)[0] for word in self._words})
        pairs = {key: leaves for key, leaves in marker.stems.items() if SEPARATOR not in key}
        return Unparted(anywhere, Units(self._units, pairs), self._leaves, pairs, marker.slots, marker.places)

    def _found(self, blanked: Blanked) -> list[Mark]:
        """The words that match, as blanks part them, with their places in all texts together."""
        if len(self._seen.leaves) > _REMEMBERED:
            self._seen = _Seen()
        text, seen, end_after = blanked.joined, self._seen, blanked.letters.find
        starts = self._candidates.among(blanked.letters)
        words = [text[at : end_after(BLANK, at + 1) - 1] for at in starts]
        if fresh := set(words).difference(seen.leaves):
            self._learn(list(fresh), seen)
        leaves = self._placed(blanked, starts, words, seen) if seen.slots else map(seen.leaves.__getitem__, words)
        return [(at, at + len(word), own) for at, word, own in zip(starts, words, leaves, strict=True) if own]

    def _placed(self, blanked: Blanked, starts: Sequence[int], words: Sequence[str], seen: _Seen) -> list[int]:
        """The leaves of words, with those of the phrases that they are in."""
        leaves = [seen.leaves[word] for word in words]
        slotted: dict[int, str] = {}
        number_at: dict[int, int] = {}
        position = before = 0
        for number, (start, word) in enumerate(zip(starts, words, strict=True)):
            if (slot := seen.slots.get(word)) is not None:
                position += len(blanked.letters[before:start].split())
                before = start
                at = position + blanked.text_of(start) * _APART
                slotted[at], number_at[at] = slot, number
        for at, leaf in placed(self._marker.places, slotted):
            leaves[number_at[at]] |= leaf
        return leaves

    def _learn(self, pieces: Sequence[str], seen: _Seen) -> None:
        """Pieces between blanks, each of which is one word."""
        words = [piece.casefold() for piece in pieces]
        seen.leaves.update(zip(pieces, self._leaves(words), strict=True))
        if self._marker.slots:
            slots = self._marker.slots
            seen.slots.update((piece, word) for piece, word in zip(pieces, words, strict=True) if word in slots)

    def _leaves(self, words: Sequence[str]) -> list[int]:
        marker = self._marker
        leaves = [marker.words.get(word, 0) for word in words]
        if self._stemming == ANY:
            return [own | self._alike(word) for own, word in zip(leaves, words, strict=True)]
        if self._stemming is None or not self._stems:
            return leaves
        stems = remembered_stems(self._stemming)(words)
        of_stem = self._stems
        return [own if stem is None else own | of_stem.get(stem, 0) for own, stem in zip(leaves, stems, strict=True)]

    def _alike(self, word: str) -> int:
        """The leaves whose word shares half its letter sequences with this one."""
        leaves = 0
        if self._marker.sequences:
            own = frozenset(grams(word))
            for leaf, texts in self._marker.sequences:
                if 2 * len(own & texts) >= len(texts):
                    leaves |= leaf
        return leaves


def _parted(found: Sequence[Mark], offsets: Sequence[int]) -> list[tuple[Mark, ...]]:
    """The marks in each text, of those in all."""
    if len(offsets) == 1 or not found:
        return [tuple(found)] * len(offsets)
    starts = [start for start, _, _ in found]
    cuts = [bisect_left(starts, offset) for offset in offsets]
    return [
        tuple([(start - offset, end - offset, leaves) for start, end, leaves in found[first:last]])
        if first < last
        else ()
        for offset, first, last in zip(offsets, cuts, [*cuts[1:], len(found)], strict=True)
    ]


def _bits(leaves: int) -> Iterator[int]:
    while leaves:
        lowest = leaves & -leaves
        yield lowest
        leaves ^= lowest


def _space(text: str, at: int) -> int:
    """The next space, or so: a text without any is cut anywhere."""
    found = text.find(" ", at, at + 200)
    return found if found >= 0 else min(at, len(text))
