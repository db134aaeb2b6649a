"""Did you mean: which of the words near a typed one was probably meant.

A noisy channel in bits: a word is as likely as its frequency, and each error costs a constant.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log2

#: One error in a hundred letters or so; the first letter is seldom the wrong one.
_EDIT_BITS = 6.0
_FIRST_LETTER_BITS = 3.0

#: A word that is there is only doubted for one this many times as frequent.
TIMES = 10


def allowed_edits(word: str) -> int:
    """Errors looked for: one in a short word, where two would turn it into any other."""
    return 0 if len(word) < 3 else 1 if len(word) < 6 else 2


def best(word: str, frequency: int, candidates: Mapping[str, tuple[int, int]], limit: int) -> tuple[str, ...]:
    """The likeliest first. `candidates` gives distance and frequency; those as rare as `word` itself are none."""
    worthy = {
        other: log2(count) - _EDIT_BITS * distance - _FIRST_LETTER_BITS * (other[0] != word[0])
        for other, (distance, count) in candidates.items()
        if distance and count >= TIMES * frequency
    }
    return tuple(sorted(worthy, key=lambda other: (-worthy[other], other))[:limit])
