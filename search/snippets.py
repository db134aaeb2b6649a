"""Stored text and the query's keys → passages with spans.

Highlighting analyses the stored text with the article's own language and marks what shares a key with the query: the
same keys as matching, never a second opinion. What NOT takes away is no key of the query.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from search.analysis.stems import ANY, SEPARATOR, grams, stemming_of, word_stems
from search.analysis.words import Token, located
from search.query import keyed
from search.query.ast import Zone
from search.query.keyed import Key, Keyed, Kind

Span = tuple[int, int]

#: Ends of sentences, with closing quotes; in scripts without spaces nothing follows.
_SENTENCE_END = re.compile(r"[.!?…؟۔।]+[\"'”’»)\]]*\s+|[。！？｡]+[」』”）]*\s*|\n\s*")
_SPACE = re.compile(r"\s+")
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of text that matched, and which leaves of the query (by number) it matches."""

    start: int
    end: int
    leaves: frozenset[int]


@dataclass(frozen=True, slots=True)
class Marker:
    """The positive keys of a query, ready to be looked for in texts. One leaf is one group of the keyed tree.

    `sequences` are the letter sequences of one word each, which mark a word by how many of them it has.
    """

    words: Mapping[str, frozenset[int]]
    stems: Mapping[str, frozenset[int]]
    sequences: tuple[tuple[int, frozenset[str]], ...]
    places: tuple[tuple[int, keyed.Sequence | keyed.Near], ...]

    def marks(self, text: str, language: str) -> tuple[Mark, ...]:
        """Every match in `text`, in order; neighbouring pairs of an unspaced run are one."""
        if not (self.words or self.stems or self.sequences or self.places):
            return ()
        stemming, tokens = stemming_of(language), list(located(text))
        known = {key: self._leaves(*key, stemming) for key in {(token.text, token.pair) for token in tokens}}
        found: dict[Span, set[int]] = defaultdict(set)
        for token in tokens:
            leaves = known[token.text, token.pair]
            if leaves:
                found[token.start, token.end] |= leaves
        if self.places:
            for span, leaf in self._placed([token for token in tokens if not token.pair]):
                found[span].add(leaf)
        return tuple(_merged(sorted(found.items())))

    def _leaves(self, text: str, pair: bool, stemming: str | None) -> frozenset[int]:
        if pair:
            return self.stems.get(text, frozenset())
        leaves = self.words.get(text, frozenset())
        if stemming == ANY:
            return leaves | self._alike(text)
        if stemming and self.stems:
            leaves = leaves.union(*(self.stems.get(key, frozenset()) for key in word_stems(text, (stemming,))))
        return leaves

    def _alike(self, word: str) -> frozenset[int]:
        """The leaves whose word shares half its letter sequences with this one."""
        if not self.sequences:
            return frozenset()
        own = frozenset(grams(word))
        return frozenset(leaf for leaf, texts in self.sequences if 2 * len(own & texts) >= len(texts))

    def _placed(self, words: Sequence[Token]) -> Iterator[tuple[Span, int]]:
        for leaf, place in self.places:
            slots = [[i for i, token in enumerate(words) if token.text in slot] for slot in place.slots]
            if not all(slots):
                continue
            chosen = _sequences(slots) if isinstance(place, keyed.Sequence) else _windows(slots, place.distance)
            for at in chosen:
                yield (words[at].start, words[at].end), leaf


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
    return Marker(_frozen(words), _frozen(stems), tuple(sequences), tuple(places))


def _frozen(leaves: Mapping[str, set[int]]) -> dict[str, frozenset[int]]:
    return {text: frozenset(numbers) for text, numbers in leaves.items()}


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


def _merged(found: Iterable[tuple[Span, set[int]]]) -> Iterator[Mark]:
    current: Mark | None = None
    for (start, end), leaves in found:
        if current is not None and start < current.end:
            current = Mark(current.start, max(end, current.end), current.leaves | leaves)
            continue
        if current is not None:
            yield current
        current = Mark(start, end, frozenset(leaves))
    if current is not None:
        yield current


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch [start, end) of the text, cut at sentence or word ends."""

    start: int
    end: int


def passages(text: str, marks: Sequence[Mark], count: int, length: int) -> tuple[Passage, ...]:
    """At most `count` passages of about `length` characters that cover most leaves of the query, in text order.

    Without marks it is the beginning of the text.
    """
    if not marks:
        lead = _extended(text, Passage(0, 0), length)
        return (lead,) if lead.end > lead.start else ()
    chosen: list[Passage] = []
    seen: set[int] = set()
    for _ in range(count):
        best = _best(marks, chosen, seen, length)
        if best is None:
            break
        chosen.append(_trimmed(_extended(text, Passage(best[0].start, best[-1].end), length), chosen))
        seen |= {leaf for mark in best for leaf in mark.leaves}
    return tuple(sorted(chosen, key=lambda passage: passage.start))


def _best(marks: Sequence[Mark], chosen: Sequence[Passage], seen: set[int], length: int) -> Sequence[Mark] | None:
    """The run of unused marks within `length` that adds most leaves, then holds most of them, then comes first."""
    free = [mark for mark in marks if not any(p.start < mark.end and mark.start < p.end for p in chosen)]
    best: tuple[tuple[int, int, int], Sequence[Mark]] | None = None
    counts: Counter[int] = Counter()
    last = 0
    for first, mark in enumerate(free):
        while last < len(free) and (last == first or free[last].end - mark.start <= length):
            counts.update(free[last].leaves)
            last += 1
        leaves = {leaf for leaf, count in counts.items() if count}
        score = (len(leaves - seen), len(leaves), last - first)
        if best is None or score > best[0]:
            best = score, free[first:last]
        counts.subtract(mark.leaves)
    return best[1] if best and (best[0][0] or not chosen or len(chosen) < 2) else None


def _extended(text: str, core: Passage, length: int) -> Passage:
    """Widened to whole sentences where they fit, else to whole words."""
    spare = max(0, length - (core.end - core.start))
    start = _start(text, core.start, spare if core.end >= len(text) else spare // 2)
    end = _end(text, core.end, length - (core.end - start) if core.end > start else length)
    return Passage(start, end)


def _start(text: str, at: int, room: int) -> int:
    """The sentence's start if it is within `room` before `at`, else a word's."""
    low = max(0, at - room)
    starts = [match.end() for match in _SPACE.finditer(text, low, at)][:1] if low else [0]
    sentences = [match.end() for match in _SENTENCE_END.finditer(text, low, at)]
    return (sentences[-1:] or starts or [at])[0]


def _end(text: str, at: int, room: int) -> int:
    """The last sentence's end within `room` after `at`, if it fills half of it, else a word's end."""
    high = min(len(text), at + max(0, room))
    if high == len(text):
        return len(text.rstrip())
    sentences = [match.end() for match in _SENTENCE_END.finditer(text, at, high) if match.end() > at + room // 2]
    if sentences:
        return len(text[: sentences[-1]].rstrip())
    words = [match.start() for match in _SPACE.finditer(text, at, high)]
    if words:
        return words[-1]
    ahead = _SPACE.search(text, at)  # no space at all within reach: an unspaced script, or one endless word
    return high if ahead is None or ahead.start() > high else ahead.start()


def _trimmed(passage: Passage, chosen: Sequence[Passage]) -> Passage:
    """Without what a passage chosen before shows already."""
    start, end = passage.start, passage.end
    for other in chosen:
        if other.start <= start < other.end:
            start = other.end
        if other.start < end <= other.end:
            end = other.start
    return Passage(start, max(start, end))


def shown(text: str, passage: Passage, marks: Sequence[Mark]) -> tuple[str, tuple[Span, ...]]:
    """The passage as one line, with its marks' spans in that line. An ellipsis tells where a sentence was cut."""
    pieces: list[str] = []
    spans: list[Span] = []
    length = 0

    def add(piece: str) -> None:
        nonlocal length
        pieces.append(piece)
        length += len(piece)

    if passage.start and not _sentence_starts(text, passage.start):
        add(_ELLIPSIS)
    at = passage.start
    for mark in marks:
        if mark.start < passage.start or mark.end > passage.end:
            continue
        add(_SPACE.sub(" ", text[at : mark.start]))
        before = length
        add(_SPACE.sub(" ", text[mark.start : mark.end]))
        spans.append((before, length))
        at = mark.end
    add(_SPACE.sub(" ", text[at : passage.end]))
    if text[passage.end :].strip() and not _sentence_ends(text, passage.end):
        add(_ELLIPSIS)
    return "".join(pieces), tuple(spans)


def _sentence_starts(text: str, at: int) -> bool:
    return any(match.end() == at for match in _SENTENCE_END.finditer(text, max(0, at - 8), at))


def _sentence_ends(text: str, at: int) -> bool:
    return any(match.end() > at for match in _SENTENCE_END.finditer(text, max(0, at - 4), min(len(text), at + 2)))
