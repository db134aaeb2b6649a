"""From token arrays to postings: sorting, and sums over runs of the sorted."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from search.columnar.columns import Array

#: Bits of a posting's weight, and of a document's number, in the sort key of keys without positions.
_WEIGHT_BITS, _DOCUMENT_BITS = 16, 22
MOST_WEIGHT = (1 << _WEIGHT_BITS) - 1
MOST_DOCUMENTS = 1 << _DOCUMENT_BITS


class Inverted(Struct, frozen=True):
    """Postings by term, then document. `ordinals` rise; `sizes` has the number of postings of each.

    `tokens` numbers the first token of each posting.
    """

    ordinals: Array
    sizes: Array
    documents: Array
    weights: Array
    counts: Array
    positions: Array
    tokens: Array


def invert_words(ordinals: Array, documents: Array, positions: Array, weights: Array) -> Inverted:
    """All four have one item a token, in order of documents and positions. Fewer than 2³² tokens."""
    keys = ordinals.astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= np.arange(len(keys), dtype=np.uint64)
    keys.sort()
    order = keys.astype(np.uint32)
    keys >>= np.uint64(32)
    terms = keys.astype(np.uint32)
    del keys
    sorted_documents = documents[order]
    starts = _run_starts((terms[1:] != terms[:-1]) | (sorted_documents[1:] != sorted_documents[:-1]), len(terms))
    present, sizes = _runs(terms[starts])
    return Inverted(
        ordinals=present,
        sizes=sizes,
        documents=sorted_documents[starts],
        weights=np.add.reduceat(weights[order], starts, dtype=np.int64) if len(starts) else starts,
        counts=np.diff(starts, append=len(terms)),
        positions=positions[order],
        tokens=order[starts],
    )


def pack_keys(ordinals: Array, documents: Array, weights: Array) -> Array:
    """One sortable number for each posting of a key. Weights above MOST_WEIGHT count as that.

    There are fewer than MOST_DOCUMENTS documents.
    """
    keys = ordinals.astype(np.uint64)
    keys <<= np.uint64(_DOCUMENT_BITS)
    keys |= documents.astype(np.uint64)
    keys <<= np.uint64(_WEIGHT_BITS)
    keys |= np.minimum(weights, MOST_WEIGHT).astype(np.uint64)
    return keys


def first_packed(packed: Array) -> Array:
    """The least that the same key can be packed as."""
    bits = np.uint64(_DOCUMENT_BITS + _WEIGHT_BITS)
    first: Array = packed >> bits << bits
    return first


def unpack_keys(keys: Array) -> tuple[Array, Array, Array, Array]:
    """(ordinals, sizes, documents, weights) of sorted packed postings; those of one document are added up."""
    summands = (keys & np.uint64(MOST_WEIGHT)).astype(np.int64)
    keys = keys >> np.uint64(_WEIGHT_BITS)
    starts = _run_starts(keys[1:] != keys[:-1], len(keys))
    keys = keys[starts]
    present, sizes = _runs((keys >> np.uint64(_DOCUMENT_BITS)).astype(np.uint32))
    sums = np.add.reduceat(summands, starts) if len(starts) else starts
    return present, sizes, (keys & np.uint64(MOST_DOCUMENTS - 1)).astype(np.uint32), sums


def _run_starts(changes: Array, count: int) -> Array:
    if not count:
        return np.empty(0, dtype=np.int64)
    return np.concatenate([np.zeros(1, dtype=np.int64), np.flatnonzero(changes) + 1])


def _runs(values: Array) -> tuple[Array, Array]:
    """The distinct values of a sorted array, and how often each stands there."""
    starts = _run_starts(values[1:] != values[:-1], len(values))
    return values[starts], np.diff(starts, append=len(values))
