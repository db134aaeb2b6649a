"""Builds whole segments from documents' words: no call per posting, one look into a dictionary per word."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

from search.columnar.bytestrings import Bytestrings
from search.columnar.columns import Array
from search.columnar.dictionary import Derive, Dictionary
from search.columnar.fields import MISSING
from search.columnar.heap import give_back, keep
from search.columnar.inversion import MOST_DOCUMENTS
from search.columnar.plan import Plan
from search.columnar.records import Compressor, encode, train
from search.columnar.segment import ColumnarSegment
from search.columnar.segment_writer import FieldSink, SegmentWriter
from search.columnar.spool import Spool
from search.columnar.tables import TableWriter
from search.columnar.zones import spread, write_zone

#: Bytes of memory that each word or key takes until a segment is written, each different word, and each document.
_TOKEN_BYTES, _WORD_BYTES, _DOCUMENT_BYTES = 11, 250, 1000
#: Bytes of texts whose words are numbered at once.
_NUMBERED = 1 << 19
#: Records a compression dictionary is learned from, and bytes of them, whichever come first.
_SAMPLES, _SAMPLED = 4000, 1 << 23
#: Records that are compressed together, and bytes: one by one, each would find its dictionary gone from the processor's
#: cache.
_TOGETHER, _BYTES_TOGETHER = 256, 1 << 20


class _Texts:
    """Texts until their words are numbered, and the numbers from then on."""

    def __init__(self) -> None:
        self._texts: list[bytes] = []
        self._numbers: list[Array] = []
        self._counts: list[Array] = []
        self.waiting = self.count = 0

    def add(self, text: bytes) -> None:
        self._texts.append(text)
        self.waiting += len(text)

    def take(self) -> list[bytes]:
        """The texts that wait."""
        texts, self._texts, self.waiting = self._texts, [], 0
        return texts

    def put(self, numbers: Array, counts: Array) -> None:
        """`counts` has how many numbers each text has."""
        self._numbers.append(numbers)
        self._counts.append(counts)
        self.count += len(numbers)

    def drain(self, documents: int) -> tuple[Array, Array]:
        """All numbers, and the counts with a row for each document."""
        numbers, counts = np.concatenate(self._numbers), np.concatenate(self._counts).reshape(documents, -1)
        self._numbers, self._counts = [], []
        return numbers, counts


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
        keep()
        self._budget = budget
        self._compressor = Compressor(dictionary) if dictionary else None
        self.segments: list[ColumnarSegment] = []
        self._dictionary = Dictionary()
        self._begin()

    def _begin(self) -> None:
        self._ids: list[str] = []
        self._newest: dict[str, int] = {}
        self._replaced: list[int] = []
        self._categories: list[tuple[str, ...]] = []
        self._integers: list[tuple[int, ...]] = []
        self._raw: list[bytes] = []
        self._raw_length = 0
        self._frames, self._frame_lengths = Spool(), array("I")
        self._partitions: list[int] = []
        self._words, self._keys = _Texts(), _Texts()

    def add(
        self,
        id: str,
        parts: Sequence[tuple[bytes, bytes]],
        derive: Derive,
        categories: tuple[str, ...],
        integers: tuple[int | None, ...],
        record: bytes,
    ) -> None:
        """One document; it replaces an earlier one of the same id.

        `parts` are as many as the plan's weights: words in order, and keys without positions that do not come from
        words; both are UTF-8 with one or several spaces between them. `derive` gives the keys of each of many words and
        must do the same for all documents of a partition. `categories` and `integers` are in the plan's order.
        """
        partition = categories[self._plan.categories.index(self._plan.partition)]
        self._partitions.append(self._dictionary.partition(partition, derive))
        for words, keys in parts:
            self._words.add(words)
            self._keys.add(keys)
        number = len(self._ids)
        if (earlier := self._newest.get(id)) is not None:
            self._replaced.append(earlier)
        self._newest[id] = number
        self._ids.append(id)
        self._categories.append(categories)
        self._integers.append(tuple(MISSING if value is None else value for value in integers))
        self._store(encode({self._plan.stored: record}))
        if self._words.waiting + self._keys.waiting >= min(_NUMBERED, self._budget):
            self._number()
            if self._is_full():
                self.flush()

    def _number(self) -> None:
        """The words and keys that wait for it."""
        partitions, self._partitions = np.repeat(self._partitions, len(self._plan.zones[0].weights)), []
        self._words.put(*self._dictionary.words(self._words.take(), partitions))
        self._keys.put(*self._dictionary.keys(self._keys.take()))

    def _is_full(self) -> bool:
        tokens = self._words.count + self._keys.count
        used = tokens * _TOKEN_BYTES + len(self._dictionary) * _WORD_BYTES + len(self._ids) * _DOCUMENT_BYTES
        return used >= self._budget or len(self._ids) >= MOST_DOCUMENTS

    def _store(self, record: bytes) -> None:
        self._raw.append(record)
        self._raw_length += len(record)
        count, length = (_SAMPLES, _SAMPLED) if self._compressor is None else (_TOGETHER, _BYTES_TOGETHER)
        if len(self._raw) >= count or self._raw_length >= length:
            self._compress()

    def _compress(self) -> None:
        """The records that wait for it, after learning from the first how to."""
        if self._compressor is None:
            self._compressor = Compressor(train(self._raw))
        for record in self._raw:
            frame = self._compressor.compress(record)
            self._frames.write(frame)
            self._frame_lengths.append(len(frame))
        self._raw, self._raw_length = [], 0

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
        self._compress()
        self._number()
        segment = ColumnarSegment(self._indexname, len(self._ids))
        self._write(SegmentWriter(self._storage, segment.filename()))
        if self._replaced:
            segment.delete_documents(np.array(self._replaced))
        self.segments.append(segment)
        self._begin()
        if len(self._dictionary) * _WORD_BYTES * 2 > self._budget:
            self._dictionary = Dictionary()
        give_back()

    def _write(self, writer: SegmentWriter) -> None:
        self._write_columns(writer)
        self._write_records(writer)
        self._write_ids(writer)
        words, lengths = self._words.drain(len(self._ids))
        keys, key_counts = self._keys.drain(len(self._ids))
        writer.numbers(self._plan.length, lengths.sum(axis=1))
        settled = self._dictionary.settled(words, keys)
        give_back()  # what making keys took is not to be there while most is needed
        gaps = np.array([0, *self._plan.gaps])
        for zone in self._plan.zones:
            weights = np.array(zone.weights)
            own = spread(keys, key_counts, weights, np.zeros_like(gaps))
            write_zone(writer, zone, settled, spread(words, lengths, weights, gaps), own)
        writer.finish(len(self._ids))

    def _write_columns(self, writer: SegmentWriter) -> None:
        for name, column in zip(self._plan.categories, zip(*self._categories, strict=True), strict=True):
            values, codes = Bytestrings.encoded(column).ranked()
            writer.category(name, TableWriter(values), codes)
        for name, numbers in zip(self._plan.integers, np.array(self._integers, dtype=np.int64).T, strict=True):
            writer.numbers(name, numbers)

    def _write_records(self, writer: SegmentWriter) -> None:
        assert self._compressor is not None
        if self._compressor.dictionary:
            writer.dictionary(self._compressor.dictionary)
        with writer.records() as write:
            for chunk in self._frames.drain():
                write(chunk)
        writer.record_ends(np.array(self._frame_lengths))

    def _write_ids(self, writer: SegmentWriter) -> None:
        distinct, codes = Bytestrings.encoded(self._ids).ranked()
        writer.category(self._plan.id, TableWriter(distinct), codes)
        sink = FieldSink()
        sink.add(distinct, np.bincount(codes), np.argsort(codes, kind="stable"), np.ones(len(codes)))
        writer.field(self._plan.id, sink)
