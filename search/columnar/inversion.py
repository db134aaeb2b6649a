"""From token arrays to postings: sorting packed numbers, and sums over runs of the sorted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from msgspec import Struct

from search.columnar.columns import Array
from search.columnar.runs import distinct, run_sizes, run_starts, run_sums

#: Bits of a posting's weight, and of a document's number, in the sort key of keys without positions.
_WEIGHT_BITS, _DOCUMENT_BITS = 16, 22
MOST_WEIGHT = (1 << _WEIGHT_BITS) - 1
MOST_DOCUMENTS = 1 << _DOCUMENT_BITS
KEY_BITS = _DOCUMENT_BITS + _WEIGHT_BITS


class Spread(Struct, frozen=True):
    """Numbers of words or keys, in the order of documents, and the part of a document that each is in.

    By part: where it ends among the numbers, its document, how much it counts, and what to take from a word's index to
    get its position.
    """

    numbers: Array
    ends: Array
    documents: Array
    weights: Array
    shifts: Array

    def parts(self, start: int, stop: int) -> Array:
        """Of the numbers start, …, stop - 1."""
        first, last = np.searchsorted(self.ends, (start, stop - 1), side="right").tolist()
        ends = np.minimum(self.ends[first : last + 1], stop)
        return np.repeat(np.arange(first, first + len(ends)), np.diff(ends, prepend=start))


class Packing(Struct, frozen=True):
    """How a token is made one sortable number: its term, less `low`; its part; its own number, in the lowest bits."""

    part_bits: int
    token_bits: int
    low: int = 0

    @property
    def bits(self) -> int:
        """Below those of terms."""
        return self.part_bits + self.token_bits

    def pack(self, terms: Array, parts: Array, tokens: Array) -> Array:
        packed = (terms - self.low).astype(np.uint64)
        packed <<= np.uint64(self.part_bits)
        packed |= parts.view(np.uint64)
        packed <<= np.uint64(self.token_bits)
        packed |= tokens.view(np.uint64)
        return packed

    def unpack(self, packed: Array) -> tuple[Array, Array, Array]:
        """Terms, parts and tokens."""
        tokens = (packed & np.uint64((1 << self.token_bits) - 1)).view(np.int64)
        terms = packed >> np.uint64(self.token_bits)
        parts = (terms & np.uint64((1 << self.part_bits) - 1)).view(np.int64)
        terms >>= np.uint64(self.part_bits)
        return terms.view(np.int64) + self.low, parts, tokens


class Inverted(Struct, frozen=True):
    """Postings by term, then document. `terms` rise; `sizes` has the number of postings of each.

    `tokens` numbers the first token of each posting.
    """

    terms: Array
    sizes: Array
    documents: Array
    weights: Array
    counts: Array
    positions: Array
    tokens: Array


def invert_words(terms: Array, parts: Array, tokens: Array, words: Spread) -> Inverted:
    """All tokens of some terms, in order."""
    documents = words.documents.take(parts)
    starts = run_starts((terms[1:] != terms[:-1]) | (documents[1:] != documents[:-1]), len(terms))
    counts = run_sizes(starts, len(terms))
    present, sizes = distinct(terms.take(starts))
    return Inverted(
        terms=present,
        sizes=sizes,
        documents=documents.take(starts),
        weights=run_sums(words.weights.take(parts), starts + counts),
        counts=counts,
        positions=(tokens - words.shifts.take(parts)).astype(np.uint32),
        tokens=tokens.take(starts),
    )


def pack_keys(ordinals: Array, documents: Array, weights: Array) -> Array:
    """One sortable number for each posting of a key. Weights above MOST_WEIGHT count as that.

    There are fewer than MOST_DOCUMENTS documents.
    """
    keys = ordinals.astype(np.uint64)
    keys <<= np.uint64(_DOCUMENT_BITS)
    keys |= documents
    keys <<= np.uint64(_WEIGHT_BITS)
    keys |= np.minimum(weights, MOST_WEIGHT).astype(np.uint16)
    return keys


def unpack_keys(keys: Array) -> tuple[Array, Array, Array, Array]:
    """(ordinals, sizes, documents, weights) of sorted packed postings; those of one document are added up."""
    weights = keys.astype(np.uint16)
    keys = keys >> np.uint64(_WEIGHT_BITS)
    starts = run_starts(keys[1:] != keys[:-1], len(keys))
    keys = keys.take(starts)
    present, sizes = distinct(keys >> np.uint64(_DOCUMENT_BITS))
    documents = keys.astype(np.uint32) & np.uint32(MOST_DOCUMENTS - 1)
    return present.astype(np.int64), sizes, documents, run_sums(weights, starts + run_sizes(starts, len(weights)))


def runs(packed: Array, bits: int, size: int) -> Iterator[Array]:
    """Slices of about `size` packed and sorted numbers. The lowest `bits` don't tell terms apart; no term is parted."""
    shift = np.uint64(bits)
    cuts = np.searchsorted(packed, packed[size::size] >> shift << shift)
    bounds = np.unique([0, *cuts.tolist(), len(packed)]).tolist()
    for low, high in pairwise(bounds):
        yield packed[low:high]
