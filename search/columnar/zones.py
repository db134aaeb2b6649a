"""From the words of documents to the postings of a zone, a stretch of the alphabet at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from search.columnar.columns import Array
from search.columnar.dictionary import Settled
from search.columnar.inversion import KEY_BITS, Packing, Spread, invert_words, pack_keys, runs, unpack_keys
from search.columnar.plan import Zone
from search.columnar.runs import stretched
from search.columnar.segment_writer import FieldSink, SegmentWriter

#: Words that are sorted at once, which takes eight bytes for each.
_SORTED = 1 << 22
#: Bits of a packed token. Those of parts and of a token's number are 24 and 32 at most.
_BITS = 64
#: Words or keys that are inverted at once; what there is of them then fits a processor's cache.
_STRETCH = 1 << 17


def spread(numbers: Array, counts: Array, weights: Array, gaps: Array) -> Spread:
    """Of the parts that have a weight. `counts` has a row for each document and a column for each part.

    `gaps` are the positions left free before each part.
    """
    flat = counts.reshape(-1)
    chosen = np.flatnonzero(np.tile(weights > 0, len(counts)) & (flat > 0))
    sizes = flat[chosen]
    ends = np.cumsum(sizes)
    if len(chosen) < np.count_nonzero(flat):
        numbers = numbers[stretched((np.cumsum(flat) - flat)[chosen], sizes)]
    before = (np.cumsum(counts + gaps, axis=1) - counts).reshape(-1)[chosen]
    documents, columns = np.divmod(chosen, len(weights))
    return Spread(
        numbers,
        ends,
        documents.astype(np.uint32),
        weights[columns].astype(np.uint16),
        ends - sizes - before,
    )


def write_zone(writer: SegmentWriter, zone: Zone, settled: Settled, words: Spread, own: Spread) -> None:
    sink = FieldSink("positions")
    counts = np.bincount(words.numbers, minlength=len(settled.key_counts))
    keys = _Keys(len(own.numbers) + int(counts @ settled.key_counts))
    parts = own.parts(0, len(own.numbers))
    keys.add(settled.key_ranks.take(own.numbers), own.documents.take(parts), own.weights.take(parts))
    for packing, tokens in _sorted_tokens(words, counts, settled):
        for stretch in runs(tokens, packing.bits, _STRETCH):
            found = invert_words(*packing.unpack(stretch), words)
            terms = settled.words.take(found.terms)
            sink.add(terms, found.sizes, found.documents, found.weights, found.counts, found.positions)
            for ranks, postings in _derived(words.numbers.take(found.tokens), settled):
                keys.add(ranks, found.documents.take(postings), found.weights.take(postings))
    writer.field(zone.words, sink)
    writer.field(zone.keys, keys.sink(settled))


class _Keys:
    """Gathers the postings of keys, at most `most`; what is not filled takes no memory."""

    def __init__(self, most: int) -> None:
        self._packed, self._count = np.empty(most, dtype=np.uint64), 0

    def add(self, ranks: Array, documents: Array, weights: Array) -> None:
        end = self._count + len(ranks)
        self._packed[self._count : end] = pack_keys(ranks, documents, weights)
        self._count = end

    def sink(self, settled: Settled) -> FieldSink:
        sink, packed = FieldSink(), self._packed[: self._count]
        packed.sort()
        for stretch in runs(packed, KEY_BITS, _STRETCH):
            present, sizes, ids, sums = unpack_keys(stretch)
            sink.add(settled.keys.take(present), sizes, ids, sums)
        return sink


def _sorted_tokens(words: Spread, counts: Array, settled: Settled) -> Iterator[tuple[Packing, Array]]:
    """The tokens of the first words of the alphabet, of the next, and so on, packed; no word's are parted.

    `counts` has how many tokens each word has. What is given is written over for the next.
    """
    part_bits, token_bits = len(words.ends).bit_length(), len(words.numbers).bit_length()
    sums = np.cumsum(np.bincount(settled.word_ranks, counts, len(settled.words))).astype(np.int64)
    cuts = np.searchsorted(sums, range(_SORTED, len(words.numbers), _SORTED)).tolist()
    widest = range(0, len(sums), 1 << (_BITS - part_bits - token_bits))
    bounds = sorted({0, *widest, *cuts, len(sums)})
    before = np.concatenate([np.zeros(1, dtype=np.int64), sums])[bounds]
    packed = np.empty(np.diff(before).max(initial=0), dtype=np.uint64)
    for low, high in pairwise(bounds):
        packing, end = Packing(part_bits, token_bits, low), 0
        for some in _tokens(words, settled.word_ranks, packing, high):
            packed[end : end + len(some)] = some
            end += len(some)
        packed[:end].sort()
        yield packing, packed[:end]


def _tokens(words: Spread, ranks: Array, packing: Packing, high: int) -> Iterator[Array]:
    """Packed tokens of words of the ranks from `packing.low` to below `high`."""
    for start in range(0, len(words.numbers), _STRETCH):
        terms = ranks.take(words.numbers[start : start + _STRETCH])
        chosen = np.flatnonzero((terms >= packing.low) & (terms < high))
        parts = words.parts(start, start + len(terms))
        yield packing.pack(terms.take(chosen), parts.take(chosen), chosen + start)


def _derived(words: Array, settled: Settled) -> Iterator[tuple[Array, Array]]:
    """The ranks of the keys of words, and for each the place of its word: first keys, second keys, and so on."""
    places, counts = settled.key_starts.take(words), settled.key_counts.take(words)
    postings = np.arange(len(words))
    place = 0
    while len(postings):
        chosen = np.flatnonzero(counts > place)
        places, counts, postings = places.take(chosen), counts.take(chosen), postings.take(chosen)
        yield settled.word_keys.take(places + place), postings
        place += 1
