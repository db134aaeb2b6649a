"""Passages: which stretches of a text are shown, and how they look as one line."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import reduce
from itertools import accumulate, pairwise
from operator import or_
from typing import NamedTuple

from search.snippets.places import Mark, Span

#: Ends of sentences, with closing quotes; in scripts without spaces nothing follows. What they begin with stands first,
#: since `re` looks for nothing else then.
_SENTENCE_END = re.compile(
    r"[.!?…؟۔।。！？｡\n](?:(?<=[.!?…؟۔।])[.!?…؟۔।]*[\"'”’»)\]]*\s+|(?<=[。！？｡])[。！？｡]*[」』”）]*\s*|(?<=\n)\s*)"
)
_SPACE = re.compile(r"\s+")
_NO_SPACE = re.compile(r"\S")
_ELLIPSIS = "…"


class Passage(NamedTuple):
    """A stretch [start, end) of the text, cut at sentence or word ends."""

    start: int
    end: int


def passages(text: str, marks: Sequence[Mark], count: int, length: int) -> tuple[Passage, ...]:
    """At most `count` passages of about `length` characters that cover most leaves of the query, in text order.

    Without marks it is the beginning of the text.
    """
    if not marks:
        lead = _extended(text, 0, 0, length)
        return (lead,) if lead.end > lead.start else ()
    chosen: list[Passage] = []
    free, seen = marks, 0
    while free and len(chosen) < count:
        first, last, leaves = _best(free, seen, length)
        if len(chosen) > 1 and not leaves & ~seen:
            break
        passage = _extended(text, free[first].start, free[last - 1].end, length)
        chosen.append(_trimmed(passage, chosen) if chosen else passage)
        if last - first == len(free):
            break
        seen |= leaves
        start, end = chosen[-1]
        free = [mark for mark in free if mark.end <= start or end <= mark.start]
    return tuple(sorted(chosen))


def _best(free: Sequence[Mark], seen: int, length: int) -> tuple[int, int, int]:
    """The run of marks within `length` that adds most leaves, then holds most of them, then comes first.

    Its bounds, and its leaves.
    """
    if free[-1].end - free[0].start <= length or len(free) == 1:
        return 0, len(free), _leaves(free)
    ends = [mark.end for mark in free]
    of_one = len({mark.leaves for mark in free}) == 1
    best, score, last = (0, 0, 0), (0, 0, 0), 0
    for first, mark in enumerate(free):
        before, last = last, max(first + 1, bisect_right(ends, mark.start + length, last))
        if last > before:  # else it is part of the run before
            leaves = mark.leaves if of_one else _leaves(free[first:last])
            own = (leaves & ~seen).bit_count(), leaves.bit_count(), last - first
            if own > score:
                best, score = (first, last, leaves), own
    return best


def _leaves(marks: Sequence[Mark]) -> int:
    return reduce(or_, [leaves for _, _, leaves in marks])


def _extended(text: str, first: int, last: int, length: int) -> Passage:
    """From `first` to `last`, widened to whole sentences where they fit, else to whole words."""
    spare = max(0, length - (last - first))
    start = _start(text, first, spare if last >= len(text) else spare // 2)
    return Passage(start, _end(text, last, length - (last - start) if last > start else length))


def _start(text: str, at: int, room: int) -> int:
    """The sentence's start if it is within `room` before `at`, else a word's."""
    low = max(0, at - room)
    sentence = -1
    for match in _SENTENCE_END.finditer(text, low, at):
        sentence = match.end()
    if sentence >= 0 or not low:
        return max(sentence, 0)
    space = _SPACE.search(text, low, at)
    return at if space is None else space.end()


def _end(text: str, at: int, room: int) -> int:
    """The last sentence's end within `room` after `at`, if it fills half of it, else a word's end."""
    high = min(len(text), at + max(0, room))
    if high == len(text):
        return len(text.rstrip())
    sentence = -1
    for match in _SENTENCE_END.finditer(text, at, high):
        sentence = match.end()
    if sentence > at + room // 2:
        return at + len(text[at:sentence].rstrip())
    cut = max(text.rfind(" ", at, high), text.rfind("\n", at, high))
    if cut >= at:
        return at + len(text[at:cut].rstrip())
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
    spans = [(start, end) for start, end, _ in marks if passage.start <= start and end <= passage.end]
    line, spans = _line(text, passage, spans)
    if passage.start and not _sentence_starts(text, passage.start):
        line = _ELLIPSIS + line
        spans = [(start + len(_ELLIPSIS), end + len(_ELLIPSIS)) for start, end in spans]
    if passage.end < len(text) and not _sentence_ends(text, passage.end) and _NO_SPACE.search(text, passage.end):
        line += _ELLIPSIS
    return line, tuple(spans)


def _line(text: str, passage: Passage, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    """The text of a passage with one space for each run of them, and where the spans are then."""
    cut = text[passage.start : passage.end]
    line = " ".join(cut.split())
    if len(line) == len(cut):  # no run is longer than one, and none stands at an end
        return line, [(start - passage.start, end - passage.start) for start, end in spans]
    edges = [passage.start, *(edge for span in spans for edge in span), passage.end]
    pieces = [_SPACE.sub(" ", text[start:end]) for start, end in pairwise(edges)]
    places = list(accumulate(map(len, pieces)))
    return "".join(pieces), list(zip(places[:-1:2], places[1::2], strict=True))


def _sentence_starts(text: str, at: int) -> bool:
    return at in [match.end() for match in _SENTENCE_END.finditer(text, max(0, at - 8), at)]


def _sentence_ends(text: str, at: int) -> bool:
    ends = [match.end() for match in _SENTENCE_END.finditer(text, max(0, at - 4), min(len(text), at + 2))]
    return bool(ends) and ends[-1] > at
