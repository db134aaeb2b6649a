"""Merging segments: arrays end to end, with an offset for documents; nothing is indexed again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from operator import ne
from typing import Any

import numpy as np

from search.columnar.columns import Array
from search.columnar.fields import MISSING
from search.columnar.records import dictionary_id
from search.columnar.segment import ColumnarSegment
from search.columnar.segment_data import FieldData, SegmentData
from search.columnar.segment_writer import FieldSink, SegmentWriter

#: Postings merged at a time, from the source with the most.
_BATCH = 1 << 17
_CHUNK = 1 << 22


@dataclass(frozen=True, slots=True)
class _Source:
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
            writer.category(name, *_merged_category(name, sources))
        else:
            writer.numbers(name, np.concatenate([_numbers(name, kind, source) for source in sources]), kind)


def _numbers(name: str, kind: str, source: _Source) -> Array:
    if name in source.data.columns:
        return _kept(source.data.numbers(name), source)
    return np.full(source.count, MISSING if kind == "number" else 0, dtype=np.int64)


def _merged_category(name: str, sources: Sequence[_Source]) -> tuple[list[bytes], Array]:
    parts = []
    for source in sources:
        if name in source.data.columns:
            parts.append((source.data.category_values(name), _kept(source.data.category(name)[1], source)))
        else:
            parts.append(([b""], np.zeros(source.count, dtype=np.int64)))
    used = [np.flatnonzero(np.bincount(codes, minlength=len(values))).tolist() for values, codes in parts]
    distinct = sorted({values[code] for (values, _), present in zip(parts, used, strict=True) for code in present})
    order = {value: code for code, value in enumerate(distinct)}
    tables = [np.array([order.get(value, 0) for value in values], dtype=np.int64) for values, _ in parts]
    return distinct, np.concatenate([table[codes] for table, (_, codes) in zip(tables, parts, strict=True)])


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
    before = [0] * len(fields)
    for cut in cuts[cuts < len(guide.terms)].tolist():
        after = [field.terms.place(guide.terms[cut]) for field in fields]
        yield list(zip(before, after, strict=True))
        before = after
    yield list(zip(before, [len(field.terms) for field in fields], strict=True))


@dataclass(frozen=True, slots=True)
class _Batch:
    """Postings of neighbouring terms, live documents only, under their new numbers."""

    terms: list[bytes]
    sizes: Array
    ids: Array
    weights: Array
    counts: Array | None
    payload: Array | None


def _read(source: _Source, field: FieldData, first: int, last: int, values: str) -> _Batch:
    terms = field.terms.read(first, last) if last > first else []
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
        terms = [term for term, size in zip(terms, sizes.tolist(), strict=True) if size]
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
    terms, ordinals = _union([batch.terms for batch in batches])
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


def _union(tables: Sequence[list[bytes]]) -> tuple[list[bytes], list[Array]]:
    """The distinct strings of several sorted tables in order, and for each table the places of its own among them.

    To sort tables put end to end is to merge them.
    """
    strings = list(chain.from_iterable(tables))
    order = sorted(range(len(strings)), key=strings.__getitem__)
    rising = list(map(strings.__getitem__, order))
    is_first = np.fromiter(map(ne, rising, chain((None,), rising)), dtype=bool, count=len(rising))
    places = np.empty(len(strings), dtype=np.int64)
    places[order] = np.cumsum(is_first) - 1
    ends = np.cumsum([len(table) for table in tables])
    return list(compress(rising, is_first.tolist())), np.split(places, ends[:-1])


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
