"""Strings within a few edits of a word: optimal string alignment, for many strings at a time.

An edit puts in, takes out or replaces one character, or swaps two neighbours; none is edited twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from search.lexicon.strings import Numbers, Strings, letters

if TYPE_CHECKING:
    import numpy.typing as npt

Distances: TypeAlias = "npt.NDArray[np.uint8]"
Flags: TypeAlias = "npt.NDArray[np.bool_]"

#: Stands for every distance outside the band; so no word may be as long.
_FAR = 200


def within(strings: Strings, word: str, edits: int, first: int | None = None) -> list[tuple[int, int]]:
    """(distance, number) of every string at most `edits` (a small number) from `word`, by number.

    With `first`, of the first so many strings. Of words and strings of 200 characters and more nothing is near.
    """
    width = len(word) + edits
    if not 0 < width < _FAR:
        return []
    numbers = _candidates(strings, word, edits, first)
    lengths = strings.lengths[numbers].astype(np.intp)
    distances = alignments(word, strings.codes(numbers, width), lengths, edits)
    near = distances <= edits
    return list(zip(distances[near].tolist(), numbers[near].tolist(), strict=True))


def _candidates(strings: Strings, word: str, edits: int, first: int | None) -> Numbers:
    """Numbers, ascending, of strings of about the same length and letters: an edit adds and takes one at most."""
    similar = np.flatnonzero(_about(strings.lengths[:first], len(word), edits)).astype(np.uint32)
    sets, wanted = strings.letters[similar], np.uint32(letters(word))
    added, taken = np.bitwise_count(sets & ~wanted), np.bitwise_count(wanted & ~sets)
    numbers: Numbers = similar[np.maximum(added, taken) <= edits]
    return numbers


def _about(lengths: npt.NDArray[np.uint8], length: int, edits: int) -> Flags:
    return (lengths >= max(length - edits, 0)) & (lengths <= length + edits)


def alignments(word: str, columns: Numbers, lengths: npt.NDArray[np.intp], edits: int) -> Distances:
    """The distance from `word` of each column, as `Strings.codes`; of those beyond `edits` it only says that they are.

    The usual table, of which only the 2 × edits + 1 cells about the diagonal of a row can matter; a cell is an array
    over all columns.
    """
    same = np.zeros_like(columns, dtype=np.bool_)
    first = np.arange(len(columns) + 1, dtype=np.uint8)
    before = row = np.repeat(first[:, None], columns.shape[1], axis=1)
    for i, char in enumerate(word, 1):
        same_before, same = same, columns == ord(char)
        before_last, before, row = before, row, np.full_like(row, _FAR)
        for j in range(max(i - edits, 0), i + edits + 1):
            row[j] = _cell(i, j, row, before, before_last, same, same_before)
    distances: Distances = row[lengths, np.arange(len(lengths))]
    return distances


def _cell(
    i: int, j: int, row: Distances, before: Distances, before_last: Distances, same: Flags, same_before: Flags
) -> Distances:
    if j == 0:
        return np.full_like(row[0], i)
    best: Distances = np.minimum(np.minimum(before[j], row[j - 1]) + 1, before[j - 1] + ~same[j - 1])
    if i > 1 and j > 1:
        swapped = same[j - 2] & same_before[j - 1]
        best = np.where(swapped, np.minimum(best, before_last[j - 2] + 1), best)
    return best
