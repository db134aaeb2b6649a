"""Merging segments: arrays end to end, with an offset for documents; nothing is indexed again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from search.columnar.alphabet import stretches, union
from search.columnar.bytestrings import Bytestrings
from search.columnar.columns import Array
from search.columnar.fields import MISSING
from search.columnar.heap import keep
from search.columnar.records import dictionary_id
from search.columnar.runs import run_sums, steps, stretched, unstepped
from search.columnar.segment import ColumnarSegment
from search.columnar.segment_data import FieldData, SegmentData
from search.columnar.segment_writer import FieldSink, SegmentWriter
from search.columnar.tables import Table, TableWriter

#: Postings merged at a time, of all sources.
_BATCH = 1 << 20
#: Values of a column merged at a time, and bytes of records.
_VALUES, _CHUNK = 1 << 14, 1 << 22


class _Source(Struct, frozen=True):
    """`count` documents stay, after `before` others; `live` is None if all do."""

    data: SegmentData
    live: Array | None
    before: int
    count: int

    def renumbered(self, live: Array) -> Array:
        """The new number of each document that stays."""
        numbers = np.cumsum(live, dtype=np.int64)
        numbers += self.before - 1
        return numbers.astype(np.uint32)


def merge(storage: Any, indexname: str, segments: Sequence[ColumnarSegment]) -> ColumnarSegment:
    """A new segment with the live documents of others, in their order. The others' files stay."""
    keep()
    sources = _sources(storage, segments)
    documents = sum(source.count for source in sources)
    merged = ColumnarSegment(indexname, documents)
    writer = SegmentWriter(storage, merged.filename())
    _merge_columns(writer, sources)
    _merge_records(writer, sources)
    for name in sorted({name for source in sources for name in source.data.fields}):
        fields = [(source, source.data.fields[name]) for source in sources if name in source.data.fields]
        writer.field(name, _merged_field(fields))
    writer.finish(documents)
    return merged


def _sources(storage: Any, segments: Sequence[ColumnarSegment]) -> list[_Source]:
    sources, before = [], 0
    for segment in segments:
        deleted = segment.deleted_mask()
        live = None if deleted is None else ~deleted
        count = segment.doc_count_all() if live is None else int(live.sum())
        sources.append(_Source(segment.data(storage), live, before, count))
        before += count
    return sources


def _kept(array: Array, source: _Source) -> Array:
    return array if source.live is None else array[source.live]


def _merge_columns(writer: SegmentWriter, sources: Sequence[_Source]) -> None:
    kinds = {name: kind for source in sources for name, kind in source.data.columns.items()}
    for name, kind in sorted(kinds.items()):
        if kind == "category":
            _merge_category(writer, name, sources)
        else:
            writer.numbers(name, np.concatenate([_numbers(name, kind, source) for source in sources]), kind)


def _numbers(name: str, kind: str, source: _Source) -> Array:
    if name in source.data.columns:
        return _kept(source.data.numbers(name), source)
    return np.full(source.count, MISSING if kind == "number" else 0, dtype=np.int64)


def _merge_category(writer: SegmentWriter, name: str, sources: Sequence[_Source]) -> None:
    """Those that lack the column have the empty string, which comes before all others."""
    held = [source for source in sources if name in source.data.columns]
    tables, codes = [], []
    for source in held:
        table, numbers = source.data.category(name)
        tables.append(table)
        codes.append(_kept(numbers, source))
    used = [np.bincount(some, minlength=len(table)) > 0 for table, some in zip(tables, codes, strict=True)]
    places = [np.zeros(len(table), dtype=np.uint32) for table in tables]
    values, lacking = TableWriter(), [Bytestrings.of([b""])] * (len(held) < len(sources))
    guide = max(tables, key=len)
    for ranges in stretches(tables, guide, range(_VALUES, len(guide), _VALUES)):
        chosen = [np.flatnonzero(one[first:last]) + first for one, (first, last) in zip(used, ranges, strict=True)]
        read = [_values(table, *bounds, one) for table, bounds, one in zip(tables, ranges, used, strict=True)]
        distinct, ordinals = union([*read, *lacking])
        for place, some, ordinal in zip(places, chosen, ordinals, strict=False):
            place[some] = ordinal + values.count
        values.append(distinct)
        lacking = []
        for source in held:
            source.data.file.let_go()
    merged = iter([place[some] for place, some in zip(places, codes, strict=True)])
    each = [next(merged) if source in held else np.zeros(source.count, dtype=np.uint32) for source in sources]
    writer.category(name, values, np.concatenate(each))


def _values(table: Table, first: int, last: int, used: Array) -> Bytestrings:
    return table.read(first, last).take(np.flatnonzero(used[first:last]))


def _merge_records(writer: SegmentWriter, sources: Sequence[_Source]) -> None:
    dictionaries = {dictionary_id(data): data for source in sources for data in source.data.dictionaries}
    for data in dictionaries.values():
        writer.dictionary(data)
    lengths = []
    with writer.records() as write:
        for source in sources:
            frames, offsets = source.data.frames()
            bounds = offsets.whole().astype(np.int64)
            lengths.append(_kept(np.diff(bounds), source))
            for first, last in _runs(source):
                for start in range(int(bounds[first]), int(bounds[last]), _CHUNK):
                    write(frames.rows(start, min(start + _CHUNK, int(bounds[last]))))
                    source.data.file.let_go()
    writer.record_ends(np.concatenate(lengths))


def _runs(source: _Source) -> Iterator[tuple[int, int]]:
    """Bounds of the runs of live documents."""
    if source.live is None:
        yield 0, source.data.documents
        return
    edges = np.flatnonzero(np.diff(np.concatenate([[False], source.live, [False]]).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _merged_field(fields: Sequence[tuple[_Source, FieldData]]) -> FieldSink:
    kinds = {field.values for _, field in fields}
    sink = FieldSink(kinds.pop() if len(kinds) == 1 else "bytes", all(field.exact for _, field in fields))
    for ranges in _ranges([field for _, field in fields]):
        batches = [_read(source, field, *bounds, sink) for (source, field), bounds in zip(fields, ranges, strict=True)]
        _interleave(sink, [batch for batch in batches if len(batch.terms)])
        for source, _ in fields:
            source.data.file.let_go()
    return sink


def _ranges(fields: Sequence[FieldData]) -> Iterator[list[tuple[int, int]]]:
    """Ranges of terms, one of each field, that hold the same stretch of the alphabet."""
    guide = max(fields, key=lambda field: field.postings)
    starts = guide.starts(0, len(guide.terms))
    step = max(_BATCH * guide.postings // max(sum(field.postings for field in fields), 1), 1)
    cuts = np.unique(np.searchsorted(starts, np.arange(step, guide.postings, step)))
    yield from stretches([field.terms for field in fields], guide.terms, cuts[cuts < len(guide.terms)].tolist())


class _Batch(Struct, frozen=True):
    """Postings of neighbouring terms as `FieldSink.append` takes them, live documents only, under their new numbers.

    `last` has the last document of each term.
    """

    terms: Bytestrings
    sizes: Array
    last: Array
    ids: Array
    weights: Array
    counts: Array | None
    payload: Array | None


def _read(source: _Source, field: FieldData, first: int, last: int, sink: FieldSink) -> _Batch:
    terms = field.terms.read(first, last)
    starts = field.starts(first, last) if last > first else np.zeros(1, dtype=np.int64)
    span, sizes = (int(starts[0]), int(starts[-1])), np.diff(starts)
    ends = starts[1:] - span[0]
    ids, weights = field.steps(span), field.weight_codes(span)
    if field.exact and not sink.exact:
        weights = (weights + np.float32(1)).view(np.uint32)
    counts, payload = _payload(field, span, sink.values)
    if source.live is None:
        ids[ends - sizes] += np.uint32(source.before)
        return _Batch(terms, sizes, run_sums(ids, ends), ids, weights, counts, payload)
    numbers = unstepped(ids, ends - sizes, sizes)
    kept = source.live[numbers]
    numbers = source.renumbered(source.live)[numbers[kept]]
    sizes = np.bincount(np.repeat(np.arange(len(terms)), sizes)[kept], minlength=len(terms))
    terms, sizes = terms.take(np.flatnonzero(sizes)), sizes[sizes > 0]
    ends = np.cumsum(sizes)
    if counts is not None and payload is not None:
        payload, counts = payload[np.repeat(kept, counts)], counts[kept]
    return _Batch(terms, sizes, numbers[ends - 1], steps(numbers, ends - sizes), weights[kept], counts, payload)


def _payload(field: FieldData, span: tuple[int, int], values: str) -> tuple[Array | None, Array | None]:
    """Positions as they are stored, or bytes."""
    if values == "none":
        return None, None
    if field.values == "none":
        return np.zeros(span[1] - span[0], dtype=np.int64), np.empty(0, dtype=np.uint8)
    if values == "positions":
        return field.position_steps(span)
    if field.values == "positions":
        counts, positions = field.positions(span)
        return counts * 4, positions.astype("<u4").view(np.uint8)
    counts, data = field.bytes_of(span)
    return counts, np.frombuffer(data, dtype=np.uint8)


def _interleave(sink: FieldSink, batches: Sequence[_Batch]) -> None:
    """Term by term, the postings of each batch: runs that are moved whole."""
    if not batches:
        return
    terms, ordinals = union([batch.terms for batch in batches])
    owners = np.concatenate(ordinals)
    order = np.argsort(owners, kind="stable")
    sizes = np.concatenate([batch.sizes for batch in batches])
    starts, sizes, owners = (np.cumsum(sizes) - sizes)[order], sizes[order], owners[order]
    places = stretched(starts, sizes)
    ids = np.concatenate([batch.ids for batch in batches]).take(places)
    again = np.flatnonzero(owners[1:] == owners[:-1])
    ids[(np.cumsum(sizes) - sizes)[again + 1]] -= np.concatenate([batch.last for batch in batches])[order[again]]
    weights = np.concatenate([batch.weights for batch in batches]).take(places)
    together = np.bincount(owners, sizes).astype(np.int64)
    if sink.values == "none":
        sink.append(terms, together, ids, weights)
        return
    counts = np.concatenate([batch.counts for batch in batches if batch.counts is not None])
    before = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
    held = np.concatenate([batch.payload for batch in batches if batch.payload is not None])
    payload = held.take(stretched(before[starts], before[starts + sizes] - before[starts]))
    raw = payload.tobytes() if sink.values == "bytes" else payload
    sink.append(terms, together, ids, weights, counts.take(places), raw)
