"""Byte strings as arrays: many are taken, encoded and sorted in a few operations, and none becomes an object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate, pairwise

import numpy as np

from search.columnar.columns import Array

#: Bytes that are compared at once.
_WORD = 8
#: Bytes that are compared so; only few strings are longer and the same up to there.
_LONG = 128
#: Strings whose bytes are moved at once: their places take eight times the memory.
_BATCH = 1 << 16


class Bytestrings:
    """String i is `text[edges[i]:edges[i + 1]]`.

    >>> strings = Bytestrings.encoded(["é", "b", "", "b"])
    >>> distinct, ranks = strings.ranked()
    >>> list(distinct), ranks.tolist()
    ([b'', b'b', b'\\xc3\\xa9'], [2, 1, 0, 1])
    """

    __slots__ = ("edges", "text")

    def __init__(self, text: Array, edges: Array) -> None:
        self.text, self.edges = text, edges

    @classmethod
    def of(cls, strings: Sequence[bytes]) -> Bytestrings:
        edges = np.fromiter(accumulate(map(len, strings), initial=0), dtype=np.int64, count=len(strings) + 1)
        return cls(np.frombuffer(b"".join(strings), dtype=np.uint8), edges)

    @classmethod
    def encoded(cls, texts: Sequence[str]) -> Bytestrings:
        """In UTF-8; lone surrogates stay what they are."""
        joined = "".join(texts)
        edges = np.fromiter(accumulate(map(len, texts), initial=0), dtype=np.int64, count=len(texts) + 1)
        text = np.frombuffer(joined.encode("utf-8", "surrogatepass"), dtype=np.uint8)
        if len(text) > len(joined):
            edges = np.append(np.flatnonzero(text & 0xC0 != 0x80), len(text))[edges]
        return cls(text, edges)

    @classmethod
    def joined(cls, parts: Sequence[Bytestrings]) -> Bytestrings:
        """The strings of all parts, one after the other."""
        sizes = [np.zeros(1, dtype=np.int64), *(part.sizes for part in parts)]
        texts = [np.empty(0, dtype=np.uint8), *(part.text[part.edges[0] : part.edges[-1]] for part in parts)]
        return cls(np.concatenate(texts), np.cumsum(np.concatenate(sizes)))

    def __len__(self) -> int:
        return len(self.edges) - 1

    def __iter__(self) -> Iterator[bytes]:
        text = self.text[self.edges[0] : self.edges[-1]].tobytes()
        return (text[start:stop] for start, stop in pairwise((self.edges - self.edges[0]).tolist()))

    def latin(self) -> list[str]:
        """As text of Latin-1, which has the order of the bytes."""
        text = self.text[self.edges[0] : self.edges[-1]].tobytes().decode("latin-1")
        return [text[start:stop] for start, stop in pairwise((self.edges - self.edges[0]).tolist())]

    @property
    def sizes(self) -> Array:
        sizes: Array = np.diff(self.edges)
        return sizes

    def texts(self) -> list[str]:
        """Decoded, of what is UTF-8."""
        text = self.text[self.edges[0] : self.edges[-1]]
        edges = self.edges - self.edges[0]
        if len(text) and text.max() > 127:
            edges = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(text & 0xC0 != 0x80)])[edges]
        decoded = text.tobytes().decode("utf-8", "surrogatepass")
        return [decoded[start:stop] for start, stop in pairwise(edges.tolist())]

    def take(self, places: Array) -> Bytestrings:
        return gathered(self.text, self.edges[places], self.sizes[places])

    def ranked(self) -> tuple[Bytestrings, Array]:
        """The different strings in order, and the rank of each string among them."""
        order, is_first = self._order()
        ranks = np.empty(len(order), dtype=np.int64)
        ranks[order] = np.cumsum(is_first) - 1
        return self.take(order[is_first]), ranks

    def _order(self) -> tuple[Array, Array]:
        """The places of the strings in rising order, and which of these are not the same string as the one before."""
        keys = self._words(slice(None), 0)
        order = np.argsort(keys)
        is_first = np.ones(len(self), dtype=bool)
        is_first[1:] = np.diff(keys[order]) != 0
        for at in range(_WORD, min(int(self.sizes.max(initial=0)), _LONG), _WORD):
            if not _sort_tied(order, is_first, partial(self._words, at=at)):
                break
        _sort_tied(order, is_first, self._endings)
        return order, is_first

    def _endings(self, places: Array) -> Array:
        """What tells apart strings that begin alike: their sizes, and if they are long what they hold."""
        keys = self.sizes[places]
        long = np.flatnonzero(keys > _LONG)
        if len(long):
            strings = list(self.take(places[long]))
            ranks = {string: rank for rank, string in enumerate(sorted(set(strings)), _LONG + 1)}
            keys[long] = [ranks[string] for string in strings]
        return keys

    def _words(self, places: Array | slice, at: int) -> Array:
        """Eight bytes of each from `at` on, with zeros beyond its end, as numbers of the same order."""
        starts, stops = self.edges[:-1][places], self.edges[1:][places]
        words = np.zeros(len(starts), dtype=np.uint64)
        last = max(len(self.text) - 1, 0)
        for place in range(at, at + _WORD):
            here = starts + place
            there = here < stops
            words <<= np.uint64(8)
            if len(self.text):
                words |= np.where(there, self.text[np.minimum(here, last)], 0).astype(np.uint64)
        return words


def gathered(text: Array, starts: Array, sizes: Array) -> Bytestrings:
    """From each start on so many bytes of `text`."""
    edges = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
    chosen = np.empty(edges[-1], dtype=np.uint8)
    for first in range(0, len(starts), _BATCH):
        some = slice(first, first + _BATCH)
        begin, end = int(edges[first]), int(edges[min(first + _BATCH, len(starts))])
        places = np.repeat(starts[some] - edges[:-1][some], sizes[some])
        places += np.arange(begin, end)
        chosen[begin:end] = text[places]
    return Bytestrings(chosen, edges)


def _sort_tied(order: Array, is_first: Array, keys_of: Callable[[Array], Array]) -> bool:
    """Put those that are the same so far in the order of their keys; whether there were any."""
    tied = ~is_first
    tied[:-1] |= tied[1:]
    places = np.flatnonzero(tied)
    if not len(places):
        return False
    groups = np.cumsum(is_first)[places]
    keys = keys_of(order[places])
    chosen = np.lexsort((keys, groups))
    order[places] = order[places][chosen]
    keys = keys[chosen]
    is_first[places[1:]] = (groups[1:] != groups[:-1]) | (keys[1:] != keys[:-1])
    return True
