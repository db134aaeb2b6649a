"""Numbers for words and keys while segments are built, and their ranks when one is written."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, count, islice
from operator import ne

import numpy as np

from search.columnar.columns import Array

#: Words whose keys are made at once, which takes some hundred bytes for each.
_DERIVED = 1 << 14

#: The keys of each of many different words.
Derive = Callable[[Sequence[str]], Sequence[Sequence[str]]]


class Numbers(defaultdict[str, int]):
    """Numbers strings in the order they come, without a step of Python for each."""

    def __init__(self) -> None:
        super().__init__(count().__next__)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Strings by rank: `texts[order[rank]]`."""

    texts: Sequence[str]
    order: Array

    def encoded(self, ranks: Array) -> list[bytes]:
        return [self.texts[number].encode("utf-8", "surrogatepass") for number in self.order[ranks].tolist()]


class Sorting:
    """Strings by number, and their order. Those that were put in order before are not sorted again."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._order = np.empty(0, dtype=np.uint32)

    def settle(self) -> tuple[Ranked, Array]:
        """The strings by rank, and the rank of each number; equal strings have the same."""
        text_of, before = self.texts.__getitem__, len(self._order)
        # What is in order already is only merged; of what is new, little is left to do.
        new = _beginnings(self.texts[before:]).argsort() + before
        order = sorted(new.tolist(), key=text_of)
        if before:
            order = sorted([*self._order.tolist(), *order], key=text_of)
        texts = list(map(text_of, order))
        is_first = np.fromiter(map(ne, texts, chain((None,), texts)), dtype=bool, count=len(texts))
        self._order = np.array(order, dtype=np.uint32)
        ranks = np.empty(len(order), dtype=np.uint32)
        ranks[self._order] = np.cumsum(is_first) - 1
        return Ranked(self.texts, self._order[is_first]), ranks


def _beginnings(texts: Sequence[str]) -> Array:
    """The first eight bytes of each, as numbers of the same order."""
    encoded = [text[:8].encode("utf-8", "surrogatepass") for text in texts]
    return np.array(encoded, dtype="S8").view(">u8").astype(np.uint64)


class Words(Numbers):
    """The words of one partition.

    `numbers` has their numbers among the words of all partitions, `key_counts` the number of keys of each,
    `key_numbers` these keys end to end.
    """

    def __init__(self, derive: Derive) -> None:
        super().__init__()
        self._derive = derive
        self.numbers, self.key_counts, self.key_numbers = array("I"), array("I"), array("I")

    def settle(self, texts: list[str], keys: Numbers) -> None:
        """Number the words that came since the last time, and their keys."""
        before = len(texts)
        texts += islice(self, len(self.numbers), None)
        self.numbers.extend(range(before, len(texts)))
        for start in range(before, len(texts), _DERIVED):
            derived = self._derive(texts[start : start + _DERIVED])
            self.key_counts.extend(map(len, derived))
            self.key_numbers.extend(map(keys.__getitem__, chain.from_iterable(derived)))


@dataclass(frozen=True, slots=True)
class Settled:
    """A dictionary as arrays. Words are numbered through all partitions: `first` has the first number of each.

    `word_ranks` and `key_ranks` are by number. Word w has `key_counts[w]` keys; `word_keys` has the ranks of the keys
    of all words, end to end, those of w from `key_starts[w]` on.
    """

    first: Mapping[str, int]
    words: Ranked
    word_ranks: Array
    keys: Ranked
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
            words.settle(self._words.texts, self.keys)
        self._keys.texts += islice(self.keys, len(self._keys.texts), None)
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
