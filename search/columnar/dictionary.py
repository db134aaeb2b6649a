"""Numbers for words and keys while segments are built, and their ranks when one is written."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, chain, count, islice

import numpy as np
from msgspec import Struct

from search.columnar.bytestrings import Bytestrings
from search.columnar.columns import Array

#: Words whose keys are made at once, which takes some hundred bytes for each.
_DERIVED = 1 << 14

#: The keys of each of many different words.
Derive = Callable[[Sequence[str]], Sequence[Sequence[str]]]


class Numbers(defaultdict[str, int]):
    """Numbers strings in the order they come, without a step of Python for each."""

    def __init__(self) -> None:
        super().__init__(count().__next__)


class Sorting:
    """Strings by number, and their ranks. They are kept as bytes, which is what is sorted and written."""

    def __init__(self) -> None:
        self._strings = Bytestrings.of([])

    def __len__(self) -> int:
        return len(self._strings)

    def extend(self, texts: Sequence[str]) -> None:
        self._strings = Bytestrings.joined([self._strings, Bytestrings.encoded(texts)])

    def settle(self) -> tuple[Bytestrings, Array]:
        """The different strings in order, and the rank of each number; equal strings have the same."""
        strings, ranks = self._strings.ranked()
        return strings, ranks.astype(np.uint32)


class Words(Numbers):
    """The words of one partition.

    `numbers` has their numbers among the words of all partitions, `key_counts` the number of keys of each,
    `key_numbers` these keys end to end.
    """

    def __init__(self, derive: Derive) -> None:
        super().__init__()
        self._derive = derive
        self.numbers, self.key_counts, self.key_numbers = array("I"), array("I"), array("I")

    def settle(self, words: Sorting, keys: Numbers) -> None:
        """Number the words that came since the last time, and their keys."""
        texts = list(islice(self, len(self.numbers), None))
        self.numbers.extend(range(len(words), len(words) + len(texts)))
        words.extend(texts)
        for start in range(0, len(texts), _DERIVED):
            derived = self._derive(texts[start : start + _DERIVED])
            self.key_counts.extend(map(len, derived))
            self.key_numbers.extend(map(keys.__getitem__, chain.from_iterable(derived)))


class Settled(Struct, frozen=True):
    """A dictionary as arrays. Words are numbered through all partitions: `first` has the first number of each.

    `words` and `keys` are by rank, `word_ranks` and `key_ranks` by number. Word w has `key_counts[w]` keys; `word_keys`
    has the ranks of the keys of all words, end to end, those of w from `key_starts[w]` on.
    """

    first: Mapping[str, int]
    words: Bytestrings
    word_ranks: Array
    keys: Bytestrings
    key_ranks: Array
    key_counts: Array
    key_starts: Array
    word_keys: Array


class Dictionary:
    """The words of all partitions, each numbered by itself, and keys."""

    def __init__(self) -> None:
        self.keys = Numbers()
        self._by_partition: dict[str, Words] = {}
        self._words, self._keys = Sorting(), Sorting()

    def __len__(self) -> int:
        return sum(map(len, self._by_partition.values()))

    def words(self, partition: str, derive: Derive) -> Words:
        words = self._by_partition.get(partition)
        if words is None:
            words = self._by_partition[partition] = Words(derive)
        return words

    def settled(self) -> Settled:
        partitions = self._by_partition.values()
        for words in partitions:
            words.settle(self._words, self.keys)
        self._keys.extend(list(islice(self.keys, len(self._keys), None)))
        ranked_words, word_ranks = self._words.settle()
        ranked_keys, key_ranks = self._keys.settle()
        key_counts = np.concatenate([words.key_counts for words in partitions]).astype(np.int64)
        return Settled(
            first=dict(zip(self._by_partition, accumulate(map(len, partitions), initial=0), strict=False)),
            words=ranked_words,
            word_ranks=word_ranks[np.concatenate([words.numbers for words in partitions])],
            keys=ranked_keys,
            key_ranks=key_ranks,
            key_counts=key_counts,
            key_starts=np.cumsum(key_counts) - key_counts,
            word_keys=key_ranks[np.concatenate([words.key_numbers for words in partitions])],
        )
