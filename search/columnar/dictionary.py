"""Numbers for words and keys while segments are built, and their ranks when one is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct

from search.columnar.bytestrings import Bytestrings
from search.columnar.columns import Array
from search.columnar.numbering import Numbers, Strings, spaced
from search.columnar.runs import stretched

#: Words whose keys are made at once, which takes some hundred bytes for each.
_DERIVED = 1 << 14

#: The keys of many different words end to end, and how many each has.
Derive = Callable[[Sequence[str]], tuple[Sequence[str], Sequence[int]]]


class Settled(Struct, frozen=True):
    """The words and keys of a segment as arrays.

    `words` and `keys` are by rank, `word_ranks` and `key_ranks` by number, with 0 for what is not in the segment. Word
    w has `key_counts[w]` keys; `word_keys` has their ranks, from `key_starts[w]` on.
    """

    words: Bytestrings
    word_ranks: Array
    keys: Bytestrings
    key_ranks: Array
    key_counts: Array
    key_starts: Array
    word_keys: Array


class Dictionary:
    """Numbers the words of each partition, through all partitions, and keys."""

    def __init__(self) -> None:
        self._words, self._keys = Numbers(), Numbers()
        self._partitions: dict[str, int] = {}
        self._derive: list[Derive] = []
        self._homes: list[Array] = []
        self._key_counts, self._key_starts = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int64)
        self._word_keys: list[Array] = []

    def __len__(self) -> int:
        return len(self._words)

    def partition(self, name: str, derive: Derive) -> int:
        """A number for a partition, the keys of whose words `derive` gives."""
        number = self._partitions.setdefault(name, len(self._partitions))
        if number == len(self._derive):
            self._derive.append(derive)
        return number

    def words(self, texts: Sequence[bytes], partitions: Array) -> tuple[Array, Array]:
        """The numbers of the words of texts, and how many each text has; they have spaces between them."""
        strings, counts = spaced(texts)
        homes = np.repeat(partitions.astype(np.uint16), counts)
        numbers, fresh = self._words.number(strings, homes.astype(np.uint64))
        self._homes.append(homes[fresh])
        return numbers, counts

    def keys(self, texts: Sequence[bytes]) -> tuple[Array, Array]:
        """As `words`, of keys."""
        strings, counts = spaced(texts)
        return self._number_keys(strings), counts

    def _number_keys(self, strings: Strings) -> Array:
        return self._keys.number(strings, np.zeros(1, dtype=np.uint64))[0]

    def settled(self, words: Array, keys: Array) -> Settled:
        """For a segment in which these numbers of words and of keys stand."""
        self._derive_keys()
        present = _present(words, len(self._words))
        word_keys = np.concatenate([np.empty(0, dtype=np.uint32), *self._word_keys])
        self._word_keys = [word_keys]
        derived = word_keys[stretched(self._key_starts[present], self._key_counts[present])]
        ranked_words, word_ranks = _ranked(self._words, present)
        ranked_keys, key_ranks = _ranked(self._keys, _present(np.concatenate([keys, derived]), len(self._keys)))
        return Settled(
            words=ranked_words,
            word_ranks=word_ranks,
            keys=ranked_keys,
            key_ranks=key_ranks,
            key_counts=self._key_counts,
            key_starts=self._key_starts,
            word_keys=key_ranks[word_keys],
        )

    def _derive_keys(self) -> None:
        """Of the words that came since the last time."""
        first = len(self._key_counts)
        homes = np.concatenate([np.empty(0, dtype=np.uint16), *self._homes])
        self._homes = [homes]
        self._key_counts = np.concatenate([self._key_counts, np.zeros(len(homes) - first, dtype=np.int32)])
        self._key_starts = np.concatenate([self._key_starts, np.zeros(len(homes) - first, dtype=np.int64)])
        end = sum(map(len, self._word_keys))
        strings = self._words.strings
        for partition in np.unique(homes[first:]).tolist():
            fresh = np.flatnonzero(homes[first:] == partition) + first
            for start in range(0, len(fresh), _DERIVED):
                some = fresh[start : start + _DERIVED]
                keys, each = self._derive[partition](strings.take(some).texts())
                self._key_counts[some] = counts = np.array(each, dtype=np.int32)
                self._key_starts[some] = end + np.cumsum(counts) - counts
                self._word_keys.append(self._number_keys(Strings.of(Bytestrings.encoded(keys))))
                end += len(keys)


def _present(numbers: Array, count: int) -> Array:
    is_present = np.zeros(count, dtype=bool)
    is_present[numbers] = True
    return np.flatnonzero(is_present)


def _ranked(numbers: Numbers, chosen: Array) -> tuple[Bytestrings, Array]:
    """The different strings among those chosen, in order, and the rank of each number."""
    strings, ranks = numbers.strings.take(chosen).ranked()
    by_number = np.zeros(len(numbers), dtype=np.uint32)
    by_number[chosen] = ranks
    return strings, by_number
