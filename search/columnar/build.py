"""Builds whole segments from documents' words: no call per posting, one look into a dictionary per word."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from itertools import chain, compress
from operator import ne
from typing import Any

import numpy as np

from search.columnar.columns import Array
from search.columnar.fields import MISSING
from search.columnar.inversion import MOST_DOCUMENTS, Inverted, invert_keys, invert_words
from search.columnar.plan import Plan, Zone
from search.columnar.records import Compressor, encode, train
from search.columnar.segment import ColumnarSegment
from search.columnar.segment_writer import FieldSink, SegmentWriter

#: Bytes of memory that inverting takes for each word or key, and that a dictionary takes for each different word.
_BYTES_PER_TOKEN, _BYTES_PER_WORD = 80, 300
#: Records a compression dictionary is learned from.
_SAMPLES = 1000

Derive = Mapping[str, tuple[str, ...]]


class _Keys(dict[str, int]):
    """Numbers keys in the order they come."""

    def __init__(self) -> None:
        self.texts: list[bytes] = []

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self.texts)
        self.texts.append(key.encode("utf-8", "surrogatepass"))
        return number


class _AllWords:
    """The words of all partitions: their texts, and the numbers of their keys end to end."""

    def __init__(self) -> None:
        self.texts: list[bytes] = []
        self.keys = _Keys()
        self.derived = array("I")
        self.counts = array("I")


class _Words(dict[str, int]):
    """Numbers the words of one partition, and asks once for the keys of each."""

    def __init__(self, all: _AllWords, derive: Derive) -> None:
        self._texts, self._keys, self._derive = all.texts, all.keys, derive
        self._derived, self._count = all.derived.append, all.counts.append

    def __missing__(self, word: str) -> int:
        keys = self._derive[word]
        for key in keys:
            self._derived(self._keys[key])
        self._count(len(keys))
        number = self[word] = len(self._texts)
        self._texts.append(word.encode("utf-8", "surrogatepass"))
        return number


class Builder:
    """Writes segments into a storage; a worker process has one of its own.

    `add` writes a segment by itself when `budget` bytes are used up; `finish` writes the last and gives them all. They
    belong to nobody until a writer adopts them. `dictionary` compresses the records; without one it is learned from
    the first.
    """

    def __init__(
        self, storage: Any, indexname: str, plan: Plan, budget: int = 1 << 28, dictionary: bytes | None = None
    ) -> None:
        self._storage, self._indexname, self._plan = storage, indexname, plan
        self._most_tokens = max(budget // 2 // _BYTES_PER_TOKEN, 1)
        self._most_words = max(budget // 2 // _BYTES_PER_WORD, 1)
        self._compressor = Compressor(dictionary) if dictionary else None
        self.segments: list[ColumnarSegment] = []
        self._forget()
        self._begin()

    def _forget(self) -> None:
        self._all = _AllWords()
        self._by_partition: dict[str, _Words] = {}

    def _begin(self) -> None:
        self._ids: list[str] = []
        self._newest: dict[str, int] = {}
        self._replaced: list[int] = []
        self._categories: list[tuple[str, ...]] = []
        self._integers: list[tuple[int, ...]] = []
        self._raw: list[bytes] = []
        self._frames: list[bytes] = []
        self._tokens, self._lengths = array("I"), array("I")
        self._keys, self._key_counts = array("I"), array("I")

    def add(
        self,
        id: str,
        parts: Sequence[tuple[Sequence[str], Sequence[str]]],
        derive: Derive,
        categories: tuple[str, ...],
        integers: tuple[int | None, ...],
        record: bytes,
    ) -> None:
        """One document; it replaces an earlier one of the same id.

        `parts` are as many as the plan's weights: words in order, and keys without positions that do not come from
        words. `derive` gives the keys of a word and must be the same for all documents of a partition. `categories`
        and `integers` are in the plan's order.
        """
        partition = categories[self._plan.categories.index(self._plan.partition)]
        words = self._by_partition.get(partition)
        if words is None:
            words = self._by_partition[partition] = _Words(self._all, derive)
        for text, keys in parts:
            self._tokens.extend(map(words.__getitem__, text))
            self._lengths.append(len(text))
            self._keys.extend(map(self._all.keys.__getitem__, keys))
            self._key_counts.append(len(keys))
        number = len(self._ids)
        if (earlier := self._newest.get(id)) is not None:
            self._replaced.append(earlier)
        self._newest[id] = number
        self._ids.append(id)
        self._categories.append(categories)
        self._integers.append(tuple(MISSING if value is None else value for value in integers))
        self._store(encode({self._plan.stored: record}))
        if self._is_full():
            self.flush()

    def _is_full(self) -> bool:
        return (
            len(self._tokens) + len(self._keys) >= self._most_tokens
            or len(self._all.texts) >= self._most_words
            or len(self._ids) >= MOST_DOCUMENTS
        )

    def _store(self, record: bytes) -> None:
        if self._compressor is None:
            self._raw.append(record)
            if len(self._raw) >= _SAMPLES:
                self._learn()
        else:
            self._frames.append(self._compressor.compress(record))

    def _learn(self) -> None:
        self._compressor = Compressor(train(self._raw))
        self._frames += map(self._compressor.compress, self._raw)
        self._raw = []

    def discard(self, id: str) -> bool:
        """Take out a document that is not in a segment yet; False if there is none of this id."""
        number = self._newest.pop(id, None)
        if number is None:
            return False
        self._replaced.append(number)
        return True

    def finish(self) -> list[ColumnarSegment]:
        self.flush()
        segments, self.segments = self.segments, []
        return segments

    def flush(self) -> None:
        """Write what was added since the last segment as one of its own."""
        if not self._ids:
            return
        if self._raw:
            self._learn()
        segment = ColumnarSegment(self._indexname, len(self._ids))
        self._write(SegmentWriter(self._storage, segment.filename()))
        if self._replaced:
            segment.delete_documents(np.array(self._replaced))
        self.segments.append(segment)
        self._begin()
        if len(self._all.texts) * 10 > self._most_words * 9:
            self._forget()

    def _write(self, writer: SegmentWriter) -> None:
        self._write_columns(writer)
        self._write_records(writer)
        self._write_ids(writer)
        documents, parts = len(self._ids), len(self._plan.zones[0].weights)
        lengths = np.array(self._lengths, dtype=np.int64).reshape(documents, parts)
        writer.numbers(self._plan.length, lengths.sum(axis=1))
        key_counts = np.array(self._key_counts, dtype=np.int64).reshape(documents, parts)
        for zone in self._plan.zones:
            self._write_zone(writer, zone, lengths, key_counts)
        writer.finish(documents)

    def _write_columns(self, writer: SegmentWriter) -> None:
        for name, column in zip(self._plan.categories, zip(*self._categories, strict=True), strict=True):
            values = sorted({value.encode() for value in column})
            order = {value.decode(): code for code, value in enumerate(values)}
            writer.category(name, values, np.array([order[value] for value in column]))
        for name, numbers in zip(self._plan.integers, np.array(self._integers, dtype=np.int64).T, strict=True):
            writer.numbers(name, numbers)

    def _write_records(self, writer: SegmentWriter) -> None:
        assert self._compressor is not None
        if self._compressor.dictionary:
            writer.dictionary(self._compressor.dictionary)
        with writer.records() as write:
            write(b"".join(self._frames))
        writer.record_ends(np.fromiter(map(len, self._frames), dtype=np.int64))

    def _write_ids(self, writer: SegmentWriter) -> None:
        ids = [id.encode() for id in self._ids]
        distinct = sorted(set(ids))
        order = {id: code for code, id in enumerate(distinct)}
        codes = np.array([order[id] for id in ids])
        writer.category(self._plan.id, distinct, codes)
        sink = FieldSink()
        sink.add(distinct, np.bincount(codes), np.argsort(codes, kind="stable"), np.ones(len(ids)))
        writer.field(self._plan.id, sink)

    def _write_zone(self, writer: SegmentWriter, zone: Zone, lengths: Array, key_counts: Array) -> None:
        weights = np.array(zone.weights)
        tokens, documents, places, factors = _spread(self._tokens, lengths, weights, self._plan.gap)
        ordinals, texts = _ranked(tokens, self._all.texts)
        inverted = invert_words(ordinals, documents, places, factors)
        writer.field(zone.words, _word_sink(inverted, texts))
        numbers = tokens[inverted.tokens]
        keys, postings = _derived(numbers, self._all)
        own, own_documents, _, own_factors = _spread(self._keys, key_counts, weights, 0)
        ordinals, texts = _ranked(np.concatenate([keys, own]), self._all.keys.texts)
        present, sizes, ids, sums = invert_keys(
            ordinals,
            np.concatenate([inverted.documents[postings], own_documents]),
            np.concatenate([inverted.weights[postings], own_factors]),
        )
        sink = FieldSink()
        sink.add([texts[ordinal] for ordinal in present.tolist()], sizes, ids, sums)
        writer.field(zone.keys, sink)


def _spread(items: array[int], counts: Array, weights: Array, gap: int) -> tuple[Array, Array, Array, Array]:
    """The items of the parts that have a weight: items, their documents, positions and weights.

    `counts` has a row for each document and a column for each part.
    """
    numbers = np.frombuffer(items, dtype=np.uint32) if len(items) else np.empty(0, dtype=np.uint32)
    flat = counts.reshape(-1)
    before = np.cumsum(counts + gap, axis=1) - counts - gap
    starts = np.cumsum(flat) - flat
    shift = np.repeat((before.reshape(-1) - starts).astype(np.int32), flat)
    positions = np.arange(len(numbers), dtype=np.int32) + shift
    documents = np.repeat(np.repeat(np.arange(len(counts), dtype=np.uint32), counts.shape[1]), flat)
    factors = np.repeat(np.tile(weights.astype(np.uint16), len(counts)), flat)
    if weights.all():
        return numbers, documents, positions, factors
    chosen = factors > 0
    return numbers[chosen], documents[chosen], positions[chosen], factors[chosen]


def _ranked(numbers: Array, texts: Sequence[bytes]) -> tuple[Array, list[bytes]]:
    """Each number replaced by the rank of its text among those that occur, and these texts in order."""
    used = np.flatnonzero(np.bincount(numbers, minlength=len(texts))).tolist()
    used.sort(key=texts.__getitem__)
    names = [texts[number] for number in used]
    new = np.fromiter(map(ne, names, chain((None,), names)), dtype=bool, count=len(names))
    ranks = np.zeros(len(texts), dtype=np.uint32)
    ranks[used] = np.cumsum(new) - 1
    return ranks[numbers], list(compress(names, new.tolist()))


def _word_sink(inverted: Inverted, texts: Sequence[bytes]) -> FieldSink:
    sink = FieldSink("positions")
    terms = [texts[ordinal] for ordinal in inverted.ordinals.tolist()]
    sink.add(terms, inverted.sizes, inverted.documents, inverted.weights, inverted.counts, inverted.positions)
    return sink


def _derived(words: Array, all: _AllWords) -> tuple[Array, Array]:
    """The keys of words, end to end, and for each the index of its word."""
    counts = np.frombuffer(all.counts, dtype=np.uint32).astype(np.int64) if len(all.counts) else np.empty(0, np.int64)
    keys = np.frombuffer(all.derived, dtype=np.uint32) if len(all.derived) else np.empty(0, np.uint32)
    starts = np.cumsum(counts) - counts
    each = counts[words]
    flat = np.repeat(starts[words] - (np.cumsum(each) - each), each) + np.arange(each.sum())
    return keys[flat], np.repeat(np.arange(len(words)), each)
