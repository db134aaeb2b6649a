"""Which of many strings a `*`/`?` pattern matches, without looking at most of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import numpy as np

from search.lexicon.strings import Numbers, Strings, letters

#: Most strings compared with a pattern one by one, about 20 ms; letters and lengths rule out all others first.
CHECKS = 40_000

_BLOCK = 1000


def matching(strings: Strings, pattern: str, limit: int) -> tuple[list[int], bool]:
    """The smallest numbers of matching strings, ascending, and whether some that match may be missing.

    `*` is any run of characters, `?` one character.
    """
    if pattern.endswith("*") and not re.search(r"[*?]", pattern[:-1]):
        return _smallest(strings.starting(pattern[:-1]), limit)
    possible = _candidates(strings, pattern)
    found = list(islice(_exact(strings, pattern, possible[:CHECKS]), limit + 1))
    if len(found) <= limit and len(possible) > CHECKS:
        possible = _holding(strings, pattern, possible)
        found = list(islice(_exact(strings, pattern, possible[:CHECKS]), limit + 1))
    return found[:limit], len(found) > limit or len(possible) > CHECKS


def _smallest(numbers: Numbers, limit: int) -> tuple[list[int], bool]:
    if len(numbers) <= limit:
        return np.sort(numbers).tolist(), False
    return np.sort(np.partition(numbers, limit)[:limit]).tolist(), True


def _candidates(strings: Strings, pattern: str) -> Numbers:
    """Numbers, ascending, of the strings that begin as the pattern does, are long enough and have its letters."""
    head = re.split(r"[*?]", pattern, maxsplit=1)[0]
    shortest = min(len(pattern.replace("*", "")), 255)
    wanted = np.uint32(letters(re.sub(r"[*?]", "", pattern)))
    numbers = np.sort(strings.starting(head)) if head else None
    lengths, sets = strings.lengths, strings.letters
    if numbers is not None:
        lengths, sets = lengths[numbers], sets[numbers]
    fits = lengths >= shortest if "*" in pattern else lengths == shortest
    fits &= (sets & wanted) == wanted
    return np.flatnonzero(fits).astype(np.uint32) if numbers is None else numbers[fits]


def _holding(strings: Strings, pattern: str, numbers: Numbers) -> Numbers:
    """Those that hold the longest run of letters of the pattern; all of them if it is a single letter."""
    longest = max(re.split(r"[*?]", pattern), key=len)
    if len(longest) < 2:
        return numbers
    return np.intersect1d(numbers, strings.holding(longest), assume_unique=True)


def _exact(strings: Strings, pattern: str, numbers: Numbers) -> Iterator[int]:
    expression = re.compile(_expression(pattern), re.DOTALL)
    for start in range(0, len(numbers), _BLOCK):
        block = numbers[start : start + _BLOCK]
        for number, text in zip(block.tolist(), strings.take_many(block), strict=True):
            if expression.fullmatch(text):
                yield number


def _expression(pattern: str) -> str:
    """Each run but the last is matched as early as it can be and never tried again, so that no pattern is slow.

    >>> _expression("a*b?*")
    'a(?>.*?b.).*'
    """
    head, *pieces = re.sub(r"\*+", "*", pattern).split("*")
    parts = [_literal(head), *(f"(?>.*?{_literal(piece)})" for piece in pieces[:-1])]
    return "".join(parts) + (f".*{_literal(pieces[-1])}" if pieces else "")


def _literal(piece: str) -> str:
    return "".join("." if char == "?" else re.escape(char) for char in piece)
