"""Marks: the words of a stored text that share a key with the query.

The text is analysed with its own language, as it was for the index: the same keys as matching, never a second
opinion. What NOT takes away is no key of the query. Only what could match is analysed at all, see `candidates`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from search.analysis.fold import fold
from search.analysis.located import Token, located
from search.analysis.stems import ANY, SEPARATOR, grams, stemming_of, word_stems
from search.analysis.words import is_unspaced, is_word
from search.query import keyed
from search.query.ast import Zone
from search.query.keyed import Key, Keyed, Kind
from search.snippets.candidates import Anywhere, Units, Words, blanked, firsts, stemmed

Span = tuple[int, int]

_NONE: frozenset[int] = frozenset()

#: Of a longer text, so many characters are read for its snippets; and so many on either side of a word that is found
#: in the `_FAR` after them, where at most `_NEEDLES` are looked for to find a leaf.
_HEAD, _AROUND, _FAR, _NEEDLES = 12_000, 300, 2_000_000, 12


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of text that matched, and which leaves of the query (by number) it matches."""

    start: int
    end: int
    leaves: frozenset[int]


class Marker:
    """The positive keys of a query, ready to be looked for in texts. One leaf is one group of the keyed tree.

    `sequences` are the letter sequences of one word each, which mark a word by how many of them it has.
    """

    def __init__(
        self,
        words: Mapping[str, frozenset[int]],
        stems: Mapping[str, frozenset[int]],
        sequences: Sequence[tuple[int, frozenset[str]]],
        places: Sequence[tuple[int, keyed.Sequence | keyed.Near]],
    ) -> None:
        self.words, self.stems, self.sequences, self.places = words, stems, sequences, places
        self.slots = frozenset(word for _, place in places for slot in place.slots for word in slot)
        self._trials: dict[str | None, _Trial] = {}

    def marks(self, text: str, language: str) -> tuple[Mark, ...]:
        """Every match in `text`, in order; neighbouring pairs of an unspaced run are one."""
        if not (self.words or self.stems or self.sequences or self.places):
            return ()
        stemming = stemming_of(language)
        trial = self._trials.get(stemming)
        if trial is None:
            trial = self._trials[stemming] = _Trial(self, stemming)
        found: dict[Span, frozenset[int]] = {}
        slotted: dict[Span, str] = {}
        for start, piece in trial.pieces(text):
            for first, last, leaves, word in trial.tried(piece):
                span = start + first, start + last
                if leaves:
                    found[span] = found[span] | leaves if span in found else leaves
                if word:
                    slotted[span] = word
        for span, leaf in self._placed(text, slotted):
            found[span] = found.get(span, _NONE) | {leaf}
        return tuple(_merged(sorted(found.items())))

    def glimpsed(self, text: str, language: str) -> tuple[Mark, ...]:
        """Enough of the marks for passages, at a cost that a long text doesn't raise.

        Those at its head; and for leaves that are not there, some around where their words or stems stand farther on.
        """
        if len(text) <= _HEAD:
            return self.marks(text, language)
        cut = _space(text, _HEAD)
        marks = list(self.marks(text[:cut], language))
        seen = {leaf for mark in marks for leaf in mark.leaves}
        plain = text[: cut + _FAR].lower()
        for leaf, needles in self._needles().items():
            for needle in needles[:_NEEDLES] if leaf not in seen else ():
                at = plain.find(needle, cut)
                if at >= 0:
                    start = max(cut, text.rfind(" ", 0, max(at - _AROUND, 0)) + 1)
                    end = _space(text, at + len(needle) + _AROUND)
                    around = self.marks(text[start:end], language)
                    marks += (Mark(start + mark.start, start + mark.end, mark.leaves) for mark in around)
                    if any(leaf in mark.leaves for mark in around):
                        break
        return tuple(_merged(sorted(((mark.start, mark.end), mark.leaves) for mark in marks)))

    def _needles(self) -> Mapping[int, Sequence[str]]:
        """By leaf, what its matches are likely to look like, the likeliest first."""
        needles: dict[int, list[str]] = defaultdict(list)
        for leaf, place in self.places:
            first = [slot[0] for slot in place.slots]
            needles[leaf] += [" ".join(first), "".join(first), *first]
        for keys in (self.words, self.stems):
            for key, leaves in keys.items():
                for leaf in leaves:
                    needles[leaf].append(key.partition(SEPARATOR)[0])
        return {leaf: [needle for needle in found if needle] for leaf, found in needles.items()}

    def _placed(self, text: str, slotted: Mapping[Span, str]) -> Iterator[tuple[Span, int]]:
        """What stands where phrases and near words want it; `slotted` are all words of theirs."""
        if not self.places or len(slotted) < 2:
            return
        spans = sorted(slotted)
        reach = max(place.distance if isinstance(place, keyed.Near) else 1 for _, place in self.places)
        positions = _positions(text, spans, reach)
        span_at = dict(zip(positions, spans, strict=True))
        for leaf, place in self.places:
            slots = [[at for at, span in span_at.items() if slotted[span] in slot] for slot in place.slots]
            if all(slots):
                found = _windows(slots, place.distance) if isinstance(place, keyed.Near) else _sequences(slots)
                yield from ((span_at[at], leaf) for at in found)


class _Trial:
    """What is looked for in the texts of one stemmer, and what was seen there before."""

    def __init__(self, marker: Marker, stemming: str | None) -> None:
        self._marker, self._stemming = marker, stemming
        words = {*marker.words, *marker.slots}
        keys = [*marker.stems, *(text for _, texts in marker.sequences for text in texts)]
        ending = f"{SEPARATOR}{stemming}"
        stems = {key.removesuffix(ending) for key in keys if key.endswith(ending)}
        spaced = [word for word in words if not is_unspaced(word)]
        self._words = Words(spaced)
        self._stemmed = stemmed(stemming, stems) if stems else None
        letters = firsts(stemming, stems)
        self._anywhere = Anywhere(None if letters is None else letters | {fold(word)[0] for word in spaced})
        self._units = Units(words.difference(spaced), [key for key in marker.stems if SEPARATOR not in key])
        self._known: dict[str, tuple[tuple[int, int, frozenset[int], str], ...]] = {}

    def pieces(self, text: str) -> Iterator[tuple[int, str]]:
        plain = blanked(text)
        if plain is None:
            yield from self._anywhere.pieces(text)
            yield from self._units.pieces(text)
            return
        yield from self._words.pieces(text, plain)
        if self._stemmed is not None:
            yield from self._stemmed.pieces(text, plain)

    def tried(self, piece: str) -> tuple[tuple[int, int, frozenset[int], str], ...]:
        """Of each token that matches: its place in the piece, its leaves, and its text if a phrase wants that."""
        known = self._known.get(piece)
        if known is None:
            known = self._known[piece] = tuple(self._try(piece))
        return known

    def _try(self, piece: str) -> Iterator[tuple[int, int, frozenset[int], str]]:
        marker = self._marker
        if is_word(piece):
            tokens: Iterable[Token] = (Token(piece.casefold(), 0, len(piece), 0),)
        else:
            tokens = located(piece)
        for token in tokens:
            if token.pair:
                leaves, slotted = marker.stems.get(token.text, _NONE), False
            else:
                leaves, slotted = self._leaves(token.text), token.text in marker.slots
            if leaves or slotted:
                yield token.start, token.end, leaves, token.text if slotted else ""

    def _leaves(self, word: str) -> frozenset[int]:
        marker = self._marker
        leaves = marker.words.get(word, _NONE)
        if self._stemming == ANY:
            return leaves | self._alike(word)
        if self._stemming and marker.stems:
            for key in word_stems(word, (self._stemming,)):
                if key in marker.stems:
                    leaves |= marker.stems[key]
        return leaves

    def _alike(self, word: str) -> frozenset[int]:
        """The leaves whose word shares half its letter sequences with this one."""
        if not self._marker.sequences:
            return _NONE
        own = frozenset(grams(word))
        return frozenset(leaf for leaf, texts in self._marker.sequences if 2 * len(own & texts) >= len(texts))


def markers(query: Keyed) -> tuple[Marker, Marker]:
    """For titles and for bodies, one and the same where nothing is asked of titles alone."""
    in_title = marker(query, Zone.TITLE)
    titled = any(group.zone is Zone.TITLE for group in keyed.positive_groups(query))
    return in_title, marker(query, Zone.ALL) if titled else in_title


def marker(query: Keyed, zone: Zone) -> Marker:
    """What of `query` may be marked in a title (Zone.TITLE) or in a body (Zone.ALL)."""
    words: dict[str, set[int]] = defaultdict(set)
    stems: dict[str, set[int]] = defaultdict(set)
    sequences: list[tuple[int, frozenset[str]]] = []
    places: list[tuple[int, keyed.Sequence | keyed.Near]] = []
    for leaf, group in enumerate(keyed.positive_groups(query)):
        if group.zone is Zone.TITLE and zone is not Zone.TITLE:
            continue
        for member in group.members:
            if isinstance(member, keyed.Sequence | keyed.Near):
                places.append((leaf, member))
                continue
            if isinstance(member, keyed.Run) and member.keys[0].text.endswith(SEPARATOR + ANY):
                sequences.append((leaf, frozenset(key.text for key in member.keys)))
                continue
            for key in (member,) if isinstance(member, Key) else member.keys:
                (words if key.kind is Kind.WORD else stems)[key.text].add(leaf)
    return Marker(_frozen(words), _frozen(stems), sequences, places)


def _frozen(leaves: Mapping[str, set[int]]) -> dict[str, frozenset[int]]:
    return {text: frozenset(numbers) for text, numbers in leaves.items()}


def _space(text: str, at: int) -> int:
    """The next space, or so: a text without any is cut anywhere."""
    found = text.find(" ", at, at + 200)
    return found if found >= 0 else min(at, len(text))


def _positions(text: str, spans: Sequence[Span], reach: int) -> list[int]:
    """Numbers that differ as the positions of these words do, where that is at most `reach`, and by more elsewhere."""
    positions, end = [0], spans[0][1]
    for start, stop in spans[1:]:
        between = (token for token in located(text[end:start]) if not token.pair)
        positions.append(positions[-1] + 1 + sum(1 for _ in islice(between, reach)))
        end = max(end, stop)
    return positions


def _sequences(slots: Sequence[Sequence[int]]) -> set[int]:
    rest = [frozenset(slot) for slot in slots[1:]]
    starts = [at for at in slots[0] if all(at + offset in slot for offset, slot in enumerate(rest, 1))]
    return {at + offset for at in starts for offset in range(len(slots))}


def _windows(slots: Sequence[Sequence[int]], distance: int) -> set[int]:
    """Every position in a window of `distance` that holds all slots."""
    chosen: set[int] = set()
    for first in sorted({at for slot in slots for at in slot}):
        inside = [slot[bisect_left(slot, first) : bisect_right(slot, first + distance)] for slot in slots]
        together = {at for slot in inside for at in slot}
        if all(inside) and len(together) >= len(slots):
            chosen |= together
    return chosen


def _merged(found: Iterable[tuple[Span, frozenset[int]]]) -> Iterator[Mark]:
    current: Mark | None = None
    for (start, end), leaves in found:
        if current is not None and start < current.end:
            current = Mark(current.start, max(end, current.end), current.leaves | leaves)
            continue
        if current is not None:
            yield current
        current = Mark(start, end, leaves)
    if current is not None:
        yield current
