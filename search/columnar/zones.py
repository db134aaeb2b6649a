"""From the words of documents to the postings of a zone, a stretch of the alphabet at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from search.columnar.columns import Array
from search.columnar.dictionary import Settled
from search.columnar.inversion import first_packed, invert_words, pack_keys, unpack_keys
from search.columnar.plan import Zone
from search.columnar.segment_writer import FieldSink, SegmentWriter

#: Words or keys that are inverted at once.
_STRETCH = 1 << 18


class Spread(Struct, frozen=True):
    """Numbers of words or keys, in the order of documents, and the part of a document that each is in.

    By part: its document, how much it counts, and what to take from a word's index to get its position.
    """

    numbers: Array
    parts: Array
    documents: Array
    weights: Array
    shifts: Array


def spread(numbers: Array, counts: Array, weights: Array, gaps: Array) -> Spread:
    """Of the parts that have a weight. `counts` has a row for each document and a column for each part.

    `gaps` are the positions left free before each part.
    """
    flat = counts.reshape(-1)
    chosen = np.flatnonzero(np.tile(weights > 0, len(counts)) & (flat > 0))
    sizes = flat[chosen]
    ends = np.cumsum(sizes)
    parts = np.repeat(np.arange(len(chosen), dtype=np.uint32), sizes)
    if len(parts) != len(numbers):
        shifts = ((np.cumsum(flat) - flat)[chosen] - ends + sizes).astype(np.int32)
        numbers = numbers[shifts[parts] + np.arange(len(parts), dtype=np.int32)]
    before = (np.cumsum(counts + gaps, axis=1) - counts).reshape(-1)[chosen]
    documents, columns = np.divmod(chosen, len(weights))
    return Spread(
        numbers,
        parts,
        documents.astype(np.uint32),
        weights[columns].astype(np.uint16),
        (ends - sizes - before).astype(np.int32),
    )


def write_zone(writer: SegmentWriter, zone: Zone, settled: Settled, words: Spread, own: Spread) -> None:
    sink = FieldSink("positions")
    packed = [pack_keys(settled.key_ranks[own.numbers], own.documents[own.parts], own.weights[own.parts])]
    ranks = settled.word_ranks[words.numbers]
    for chosen in _stretches(ranks, len(settled.words)):
        parts = words.parts[chosen]
        found = invert_words(
            ranks[chosen], words.documents[parts], chosen.astype(np.int32) - words.shifts[parts], words.weights[parts]
        )
        terms = settled.words.take(found.ordinals)
        sink.add(terms, found.sizes, found.documents, found.weights, found.counts, found.positions)
        keys, postings = _derived(words.numbers[chosen[found.tokens]], settled)
        packed.append(pack_keys(keys, found.documents[postings], found.weights[postings]))
    writer.field(zone.words, sink)
    del ranks
    writer.field(zone.keys, _key_sink(packed, settled))


def _key_sink(packed: list[Array], settled: Settled) -> FieldSink:
    """Empties `packed`."""
    sink = FieldSink()
    keys, end = np.empty(sum(map(len, packed)), dtype=np.uint64), 0
    while packed:  # what was moved is let go of
        some = packed.pop()
        keys[end : end + len(some)] = some
        end += len(some)
    keys.sort()
    for stretch in _runs(keys):
        present, sizes, ids, sums = unpack_keys(stretch)
        sink.add(settled.keys.take(present), sizes, ids, sums)
    return sink


def _stretches(ranks: Array, count: int) -> Iterator[Array]:
    """The places of the smallest ranks, of the next, and so on."""
    if len(ranks) <= _STRETCH:
        yield np.arange(len(ranks))
        return
    sums = np.cumsum(np.bincount(ranks, minlength=count))
    cuts = np.searchsorted(sums, np.arange(_STRETCH, len(ranks), _STRETCH))
    bounds = np.unique([0, *cuts.tolist(), count])
    for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        yield np.flatnonzero((ranks >= low) & (ranks < high))


def _runs(keys: Array) -> Iterator[Array]:
    """Slices of packed and sorted keys that part no key's postings."""
    ordinals = range(_STRETCH, len(keys), _STRETCH)
    cuts = np.searchsorted(keys, first_packed(keys[list(ordinals)]))
    bounds = np.unique([0, *cuts.tolist(), len(keys)])
    for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        yield keys[low:high]


def _derived(words: Array, settled: Settled) -> tuple[Array, Array]:
    """The ranks of the keys of words, end to end, and for each the index of its word."""
    each = settled.key_counts[words]
    starts = settled.key_starts[words] - (np.cumsum(each) - each)
    places = np.repeat(starts, each)
    places += np.arange(len(places))
    return settled.word_keys[places], np.repeat(np.arange(len(words), dtype=np.int32), each)
