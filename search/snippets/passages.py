"""Passages: which stretches of a text are shown, and how they look as one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from itertools import accumulate, pairwise
from operator import or_

from search.snippets.places import Mark, Span

#: Ends of sentences, with closing quotes; in scripts without spaces nothing follows. What they begin with stands first,
#: since `re` looks for nothing else then.
_SENTENCE_END = re.compile(
    r"[.!?…؟۔।。！？｡\n](?:(?<=[.!?…؟۔।])[.!?…؟۔।]*[\"'”’»)\]]*\s+|(?<=[。！？｡])[。！？｡]*[」』”）]*\s*|(?<=\n)\s*)"
)
#: What begins them: where there is none of these, there is no end.
_ENDER = re.compile(r"[.!?…؟۔।。！？｡\n]")
_SPACE = re.compile(r"\s+")
_NO_SPACE = re.compile(r"\S")
_ELLIPSIS = "…"


#: A stretch [start, end) of the text, cut at sentence or word ends.
Passage = tuple[int, int]


def passages(text: str, marks: Sequence[Mark], count: int, length: int) -> tuple[Passage, ...]:
    """At most `count` passages of about `length` characters that cover most leaves of the query, in text order.

    Without marks it is the beginning of the text.
    """
    if not marks:
        start, end = _extended(text, 0, 0, length)
        return ((start, end),) if end > start else ()
    chosen: list[Passage] = []
    free, seen = marks, 0
    while free and len(chosen) < count:
        first, last, leaves = _best(free, seen, length)
        if len(chosen) > 1 and not leaves & ~seen:
            break
        passage = _extended(text, free[first][0], free[last - 1][1], length)
        chosen.append(_trimmed(passage, chosen) if chosen else passage)
        if last - first == len(free):
            break
        seen |= leaves
        start, end = chosen[-1]
        free = [mark for mark in free if mark[1] <= start or end <= mark[0]]
    return tuple(sorted(chosen))


def _best(free: Sequence[Mark], seen: int, length: int) -> tuple[int, int, int]:
    """The run of marks within `length` that adds most leaves, then holds most of them, then comes first.

    Its bounds, and its leaves.
    """
    count = len(free)
    starts, ends, leaves_of = zip(*free, strict=True)
    if ends[-1] - starts[0] <= length or count == 1:
        return 0, count, reduce(or_, leaves_of)
    best, score, last = (0, 0, 0), (0, 0, 0), 0
    for first, start in enumerate(starts):
        reach, before = start + length, last
        while last < count and ends[last] <= reach:
            last += 1
        last = max(last, first + 1)
        if last > before:  # else it is part of the run before
            leaves = reduce(or_, leaves_of[first:last])
            own = (leaves & ~seen).bit_count(), leaves.bit_count(), last - first
            if own > score:
                best, score = (first, last, leaves), own
            if last == count:
                break
    return best


def _extended(text: str, first: int, last: int, length: int) -> Passage:
    """From `first` to `last`, widened to whole sentences where they fit, else to whole words."""
    spare = max(0, length - (last - first))
    start = _start(text, first, spare if last >= len(text) else spare // 2)
    return start, _end(text, last, length - (last - start) if last > start else length)


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
    half = at + room // 2
    middle = max(at, half)
    while middle > at and not text[middle].isalnum():  # no end of a sentence goes on beyond a letter
        middle -= 1
    sentence = -1
    for match in _SENTENCE_END.finditer(text, middle, high):
        sentence = match.end()
    if sentence > half:
        return at + len(text[at:sentence].rstrip())
    cut = max(text.rfind(" ", at, high), text.rfind("\n", at, high))
    if cut >= at:
        return at + len(text[at:cut].rstrip())
    ahead = _SPACE.search(text, at)  # no space at all within reach: an unspaced script, or one endless word
    return high if ahead is None or ahead.start() > high else ahead.start()


def _trimmed(passage: Passage, chosen: Sequence[Passage]) -> Passage:
    """Without what a passage chosen before shows already."""
    start, end = passage
    for first, last in chosen:
        if first <= start < last:
            start = last
        if first < end <= last:
            end = first
    return start, max(start, end)


def shown(text: str, passage: Passage, marks: Sequence[Mark]) -> tuple[str, tuple[Span, ...]]:
    """The passage as one line, with its marks' spans in that line. An ellipsis tells where a sentence was cut."""
    first, last = passage
    spans = [(start, end) for start, end, _ in marks if first <= start and end <= last]
    line, spans = _line(text, passage, spans)
    if first and not _sentence_starts(text, first):
        line = _ELLIPSIS + line
        spans = [(start + len(_ELLIPSIS), end + len(_ELLIPSIS)) for start, end in spans]
    if last < len(text) and not _sentence_ends(text, last) and _NO_SPACE.search(text, last):
        line += _ELLIPSIS
    return line, tuple(spans)


def _line(text: str, passage: Passage, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    """The text of a passage with one space for each run of them, and where the spans are then."""
    first, last = passage
    cut = text[first:last]
    line = cut.replace("\n", " ")
    if not line.isprintable() or "  " in line:
        line = " ".join(cut.split())
    if len(line) == len(cut) and line.strip() == line:  # no run is longer than one, and none stands at an end
        return line, [(start - first, end - first) for start, end in spans]
    edges = [first, *(edge for span in spans for edge in span), last]
    pieces = [_SPACE.sub(" ", text[start:end]) for start, end in pairwise(edges)]
    places = list(accumulate(map(len, pieces)))
    return "".join(pieces), list(zip(places[:-1:2], places[1::2], strict=True))


def _sentence_starts(text: str, at: int) -> bool:
    low = max(0, at - 8)
    return bool(_ENDER.search(text, low, at)) and at in [match.end() for match in _SENTENCE_END.finditer(text, low, at)]


def _sentence_ends(text: str, at: int) -> bool:
    low, high = max(0, at - 4), min(len(text), at + 2)
    if not _ENDER.search(text, low, high):
        return False
    ends = [match.end() for match in _SENTENCE_END.finditer(text, low, high)]
    return bool(ends) and ends[-1] > at
