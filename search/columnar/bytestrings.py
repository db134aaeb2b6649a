"""Byte strings as arrays: many are taken, encoded and sorted in a few operations, and none becomes an object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

import numpy as np

from search.columnar.columns import Array

#: Bytes that a number of 64 bits is read from.
_EIGHT = 8
#: Keeps the first n bytes of eight.
_KEPT = np.array([(1 << 64) - (1 << 64 - 8 * size) for size in range(_EIGHT + 1)], dtype=np.uint64)
#: Bits that say how many bytes a string has left.
_LEFT_BITS = 4
#: Bytes that are compared as numbers; only few strings are longer and the same up to there.
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
        """The places of the strings in rising order, and which of these are not the same string as the one before.

        Those that begin alike are told apart by the bytes that follow, until none are left that go on.
        """
        text = np.concatenate([self.text, np.zeros(_EIGHT, dtype=np.uint8)])
        eights = np.ndarray(len(self.text) + 1, dtype=">u8", buffer=text, strides=(1,))
        order, is_first = np.arange(len(self)), np.zeros(len(self), dtype=bool)
        is_first[:1] = True
        tied, at = order.copy(), 0
        while len(tied):
            strings = order[tied]
            groups = np.cumsum(is_first[tied])
            starts, left = self.edges[strings] + at, self.edges[strings + 1] - self.edges[strings] - at
            count = min((64 - _LEFT_BITS - int(groups[-1]).bit_length()) // 8, _EIGHT - 1)
            if at < _LONG:
                keys, goes_on = _keys(eights, starts, left, count), left > count
            else:
                keys, goes_on = _ranks(gathered(self.text, starts, left)), np.zeros(len(tied), dtype=bool)
            keys |= groups.view(np.uint64) << np.uint64(8 * count + _LEFT_BITS)
            rising = np.argsort(keys)
            order[tied] = strings[rising]
            keys = keys[rising]
            is_alike = keys[1:] == keys[:-1]
            is_first[tied[1:]] = ~is_alike
            is_open = np.zeros(len(tied), dtype=bool)
            is_open[1:] = is_alike
            is_open[:-1] |= is_alike
            is_open &= goes_on[rising]
            tied, at = tied[is_open], at + count
        return order, is_first


def _keys(eights: Array, starts: Array, left: Array, count: int) -> Array:
    """The first `count` bytes of each, zeros beyond its end, and below them how many it has left.

    For all that go on that is one more than `count`.
    """
    keys = eights[starts].astype(np.uint64)
    keys &= _KEPT[np.minimum(left, count)]
    keys >>= np.uint64(64 - 8 * count)
    keys <<= np.uint64(_LEFT_BITS)
    keys |= np.minimum(left, count + 1).view(np.uint64)
    return keys


def _ranks(strings: Bytestrings) -> Array:
    """Of few, which are long."""
    held = list(strings)
    ranks = {string: rank for rank, string in enumerate(sorted(set(held)))}
    return np.array([ranks[string] for string in held], dtype=np.uint64)


def gathered(text: Array, starts: Array, sizes: Array) -> Bytestrings:
    """From each start on so many bytes of `text`."""
    edges = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
    chosen = np.empty(edges[-1], dtype=np.uint8)
    for first in range(0, len(starts), _BATCH):
        some = slice(first, first + _BATCH)
        begin, end = int(edges[first]), int(edges[min(first + _BATCH, len(starts))])
        places = np.repeat(starts[some] - edges[:-1][some], sizes[some])
        places += np.arange(begin, end)
        chosen[begin:end] = text.take(places)
    return Bytestrings(chosen, edges)
