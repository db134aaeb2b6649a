"""Document frequencies by word and language, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from msgspec import Struct

if TYPE_CHECKING:
    import numpy.typing as npt

Counts: TypeAlias = "npt.NDArray[np.integer]"


class Frequencies(Struct, frozen=True):
    """Word i has entries `edges[i]:edges[i + 1]` of `codes` (places in `languages`, rising) and `counts`."""

    languages: tuple[str, ...]
    edges: Counts
    codes: Counts
    counts: Counts

    def totals(self) -> npt.NDArray[np.int64]:
        """Each word's document frequency over all languages."""
        sums = np.concatenate([[0], np.cumsum(self.counts, dtype=np.int64)])
        totals: npt.NDArray[np.int64] = np.diff(sums[self.edges])
        return totals

    def of_languages(self, codes: Sequence[int]) -> tuple[Counts, Counts]:
        """The words of these languages, counted as one, as places, and their counts."""
        chosen = np.isin(self.codes, codes)
        owners = np.repeat(np.arange(len(self.edges) - 1), np.diff(self.edges))[chosen]
        sums = np.bincount(owners, self.counts[chosen]).astype(np.int64)
        places = np.flatnonzero(sums)
        return places, sums[places]


def from_mappings(frequencies: Sequence[Mapping[str, int]]) -> Frequencies:
    """Of a mapping from language to count for each word."""
    languages = tuple(sorted({tag for counts in frequencies for tag in counts}))
    code = {tag: number for number, tag in enumerate(languages)}
    entries = [(code[tag], count) for counts in frequencies for tag, count in sorted(counts.items())]
    table = np.array(entries, np.int64).reshape(-1, 2)
    return Frequencies(languages, np.array([0, *accumulate(map(len, frequencies))]), table[:, 0], table[:, 1])
