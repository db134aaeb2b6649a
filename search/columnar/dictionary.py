"""Numbers for words and keys while segments are built, and their ranks when one is written."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, count, islice

import numpy as np

from search.columnar.columns import Array

#: The keys of each of many different words.
Derive = Callable[[Sequence[str]], Sequence[Sequence[str]]]


class Numbers(defaultdict[str, int]):
    """Numbers strings in the order they come, without a step of Python for each."""

    def __init__(self) -> None:
        super().__init__(count().__next__)


class Words(Numbers):
    """The words of one partition; `key_counts` has the number of keys of each, `key_numbers` their keys end to end."""

    def __init__(self, derive: Derive) -> None:
        super().__init__()
        self._derive = derive
        self.key_numbers, self.key_counts = array("I"), array("I")

    def settle(self, keys: Numbers) -> list[str]:
        """Find the keys of the words that came since the last time, which are returned."""
        new = list(islice(self, len(self.key_counts), None))
        derived = self._derive(new)
        self.key_counts.extend(map(len, derived))
        self.key_numbers.extend(map(keys.__getitem__, chain.from_iterable(derived)))
        return new


class Ranks:
    """The order of all strings so far. Those that came before are not sorted again."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._places: dict[str, int] = {}

    def add(self, texts: Iterable[str]) -> None:
        new = set(texts).difference(self._places)
        # Strings of one kind are compared faster; what is in order already is only merged.
        plain = {text for text in new if text.isascii()}
        self.texts += [*sorted(plain), *sorted(new - plain)]
        self.texts.sort()
        self._places = dict(zip(self.texts, range(len(self.texts)), strict=True))

    def of(self, texts: Iterable[str]) -> Array:
        return np.fromiter(map(self._places.__getitem__, texts), dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Settled:
    """A dictionary as arrays. Words are numbered through all partitions: `first` has the first number of each.

    `words` and `keys` are in order, `word_ranks` and `key_ranks` have the place in them by number. Word w has
    `key_counts[w]` keys; `word_keys` has the places of the keys of all words, end to end.
    """

    first: Mapping[str, int]
    words: Sequence[str]
    word_ranks: Array
    keys: Sequence[str]
    key_ranks: Array
    key_counts: Array
    word_keys: Array


class Dictionary:
    """The words of all partitions, each numbered by itself, and keys."""

    def __init__(self) -> None:
        self.keys = Numbers()
        self._by_partition: dict[str, Words] = {}
        self._word_ranks, self._key_ranks = Ranks(), Ranks()

    def __len__(self) -> int:
        return sum(map(len, self._by_partition.values()))

    def words(self, partition: str, derive: Derive) -> Words:
        words = self._by_partition.get(partition)
        if words is None:
            words = self._by_partition[partition] = Words(derive)
        return words

    def settled(self) -> Settled:
        partitions = self._by_partition.values()
        self._word_ranks.add(chain.from_iterable([words.settle(self.keys) for words in partitions]))
        self._key_ranks.add(self.keys)
        key_ranks = self._key_ranks.of(self.keys)
        sizes = list(map(len, partitions))
        return Settled(
            first=dict(zip(self._by_partition, accumulate(sizes, initial=0), strict=False)),
            words=self._word_ranks.texts,
            word_ranks=self._word_ranks.of(chain.from_iterable(partitions)),
            keys=self._key_ranks.texts,
            key_ranks=key_ranks,
            key_counts=np.concatenate([words.key_counts for words in partitions]).astype(np.int64),
            word_keys=key_ranks[np.concatenate([words.key_numbers for words in partitions])],
        )
