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
from search.columnar.records import dictionary_id
from search.columnar.segment import ColumnarSegment
from search.columnar.segment_data import FieldData, SegmentData
from search.columnar.segment_writer import FieldSink, SegmentWriter
from search.columnar.tables import Table, TableWriter

#: Postings merged at a time, from the source with the most.
_BATCH = 1 << 17
#: Values of a column merged at a time, and bytes of records.
_VALUES, _CHUNK = 1 << 14, 1 << 22


class _Source(Struct, frozen=True):
    """`numbers` has the new number of each document; `live` is None if all stay."""

    data: SegmentData
    live: Array | None
    numbers: Array
    count: int


def merge(storage: Any, indexname: str, segments: Sequence[ColumnarSegment]) -> ColumnarSegment:
    """A new segment with the live documents of others, in their order. The others' files stay."""
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
        kept = np.ones(segment.doc_count_all(), dtype=np.int64) if live is None else live.astype(np.int64)
        count = int(kept.sum())
        numbers = np.cumsum(kept) - 1 + before
        sources.append(_Source(segment.data(storage), live, numbers, count))
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
        batches = [
            _read(source, field, *bounds, sink.values) for (source, field), bounds in zip(fields, ranges, strict=True)
        ]
        _add(sink, [batch for batch in batches if len(batch.terms)])
        for source, _ in fields:
            source.data.file.let_go()
    return sink


def _ranges(fields: Sequence[FieldData]) -> Iterator[list[tuple[int, int]]]:
    """Ranges of terms, one of each field, that hold the same stretch of the alphabet."""
    guide = max(fields, key=lambda field: field.postings)
    starts = guide.starts(0, len(guide.terms))
    cuts = np.unique(np.searchsorted(starts, np.arange(_BATCH, guide.postings, _BATCH)))
    yield from stretches([field.terms for field in fields], guide.terms, cuts[cuts < len(guide.terms)].tolist())


class _Batch(Struct, frozen=True):
    """Postings of neighbouring terms, live documents only, under their new numbers."""

    terms: Bytestrings
    sizes: Array
    ids: Array
    weights: Array
    counts: Array | None
    payload: Array | None


def _read(source: _Source, field: FieldData, first: int, last: int, values: str) -> _Batch:
    terms = field.terms.read(first, last)
    starts = field.starts(first, last) if last > first else np.zeros(1, dtype=np.int64)
    span = (int(starts[0]), int(starts[-1]))
    ids, weights, sizes = field.ids_of_terms(starts), field.weights(span), np.diff(starts)
    counts, payload = _payload(field, span, values)
    if source.live is not None:
        kept = source.live[ids]
        owners = np.repeat(np.arange(len(terms)), sizes)[kept]
        sizes = np.bincount(owners, minlength=len(terms))
        ids, weights = ids[kept], weights[kept]
        if counts is not None and payload is not None:
            payload, counts = payload[np.repeat(kept, counts)], counts[kept]
        terms = terms.take(np.flatnonzero(sizes))
        sizes = sizes[sizes > 0]
    return _Batch(terms, sizes, source.numbers[ids], weights, counts, payload)


def _payload(field: FieldData, span: tuple[int, int], values: str) -> tuple[Array | None, Array | None]:
    if values == "none":
        return None, None
    if field.values == "none":
        return np.zeros(span[1] - span[0], dtype=np.int64), np.empty(0, dtype=np.uint8)
    if field.values == "positions":
        counts, positions = field.positions(span)
        return (counts, positions) if values == "positions" else (counts * 4, positions.astype("<u4").view(np.uint8))
    counts, data = field.bytes_of(span)
    return counts, np.frombuffer(data, dtype=np.uint8)


def _add(sink: FieldSink, batches: Sequence[_Batch]) -> None:
    if len(batches) == 1:
        batch = batches[0]
        sink.add(batch.terms, batch.sizes, batch.ids, batch.weights, batch.counts, _raw(sink, batch.payload))
    elif batches:
        _interleave(sink, batches)


def _raw(sink: FieldSink, payload: Array | None) -> Array | bytes | None:
    return payload.tobytes() if sink.values == "bytes" and payload is not None else payload


def _interleave(sink: FieldSink, batches: Sequence[_Batch]) -> None:
    terms, ordinals = union([batch.terms for batch in batches])
    sizes = np.zeros(len(terms), dtype=np.int64)
    for batch, ordinal in zip(batches, ordinals, strict=True):
        sizes[ordinal] += batch.sizes
    free = np.cumsum(sizes) - sizes
    targets = []
    for batch, ordinal in zip(batches, ordinals, strict=True):
        targets.append(_targets(free[ordinal], batch.sizes))
        free[ordinal] += batch.sizes
    ids = _scattered(targets, [batch.ids for batch in batches])
    weights = _scattered(targets, [batch.weights for batch in batches])
    if sink.values == "none":
        sink.add(terms, sizes, ids, weights)
        return
    held = [
        (batch.counts, batch.payload) for batch in batches if batch.counts is not None and batch.payload is not None
    ]
    counts = _scattered(targets, [count for count, _ in held])
    starts = np.cumsum(counts) - counts
    places = [_targets(starts[target], count) for target, (count, _) in zip(targets, held, strict=True)]
    payload = _scattered(places, [values for _, values in held])
    sink.add(terms, sizes, ids, weights, counts, _raw(sink, payload))


def _targets(starts: Array, sizes: Array) -> Array:
    """start, start + 1, … for every run."""
    runs: Array = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
    runs += np.arange(len(runs))
    return runs


def _scattered(targets: Sequence[Array], values: Sequence[Array]) -> Array:
    result = np.empty(sum(map(len, values)), dtype=values[0].dtype)
    for target, part in zip(targets, values, strict=True):
        result[target] = part
    return result
