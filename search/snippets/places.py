"""Marks, and which positions of words make a phrase or are near enough to one another."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from search.analysis.located import located
from search.query import keyed

Span = tuple[int, int]
#: A leaf of the query by its bit, and what it wants where.
Place = tuple[int, keyed.Sequence | keyed.Near]


#: A span [start, end) of text that matched, and which leaves of the query it matches: a bit for each. A page has
#: hundreds: a class of their own takes several times as long to make.
Mark = tuple[int, int, int]


def placed(places: Iterable[Place], words: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """The positions that belong to a place, and its leaf; `words` are those of all slots by their position."""
    for leaf, place in places:
        slots = [[at for at, word in words.items() if word in slot] for slot in place.slots]
        if all(slots):
            found = _windows(slots, place.distance) if isinstance(place, keyed.Near) else _sequences(slots)
            yield from ((at, leaf) for at in found)


def positions(text: str, spans: Sequence[Span], places: Iterable[Place]) -> list[int]:
    """Numbers that differ as the positions of these words do, where that matters, and by more elsewhere."""
    reach = max(place.distance if isinstance(place, keyed.Near) else 1 for _, place in places)
    found, end = [0], spans[0][1]
    for start, stop in spans[1:]:
        between = (token for token in located(text[end:start]) if not token.pair)
        found.append(found[-1] + 1 + sum(1 for _ in islice(between, reach)))
        end = max(end, stop)
    return found


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


def merged(found: Iterable[Mark]) -> Iterator[Mark]:
    """Marks in order, those that overlap as one."""
    current: Mark | None = None
    for mark in found:
        if current is not None and mark[0] < current[1]:
            start, end, leaves = current
            current = start, max(mark[1], end), leaves | mark[2]
            continue
        if current is not None:
            yield current
        current = mark
    if current is not None:
        yield current
