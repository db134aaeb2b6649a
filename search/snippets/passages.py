"""Passages: which stretches of a text are shown, and how they look as one line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from search.snippets.marking import Mark, Span

#: Ends of sentences, with closing quotes; in scripts without spaces nothing follows.
_SENTENCE_END = re.compile(r"[.!?…؟۔।]+[\"'”’»)\]]*\s+|[。！？｡]+[」』”）]*\s*|\n\s*")
_SPACE = re.compile(r"\s+")
_ELLIPSIS = "…"


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
    sentences = [match.end() for match in _SENTENCE_END.finditer(text, low, at)]
    if sentences:
        return sentences[-1]
    space = _SPACE.search(text, low, at) if low else None
    return (at if space is None else space.end()) if low else 0


def _end(text: str, at: int, room: int) -> int:
    """The last sentence's end within `room` after `at`, if it fills half of it, else a word's end."""
    high = min(len(text), at + max(0, room))
    if high == len(text):
        return len(text.rstrip())
    sentences = [match.end() for match in _SENTENCE_END.finditer(text, at, high) if match.end() > at + room // 2]
    if sentences:
        return at + len(text[at : sentences[-1]].rstrip())
    cut = max(text.rfind(space, at, high) for space in " \n")
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
