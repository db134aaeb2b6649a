"""One generation of an index as arrays: what evaluation reads, with the statistics that scores need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from msgspec import Struct

from search.columnar import formulas
from search.columnar.columns import Array, categories, integers, source
from search.columnar.fields import Layout
from search.columnar.formulas import Parameters
from search.columnar.periods import Periods, is_dated, periods
from search.columnar.postings import SegmentPostings
from search.columnar.scoring import PartitionedBM25, Segment, collection
from search.columnar.segment_data import SegmentData
from search.columnar.tables import Table

_DAY = 86_400
#: Document frequencies that one view remembers.
_REMEMBERED = 1 << 15


class Codes(Struct, frozen=True):
    """A column of small numbers, with what each of them means."""

    labels: tuple[str, ...]
    numbers: Array


class Facet(Struct, frozen=True):
    """Counts by the values of a category column, or with `years` by the years of a column of seconds since 1970."""

    column: str
    years: bool = False


class Counter:
    """Counts documents by several columns; neighbours with few values are counted as one, of pairs of values."""

    def __init__(self, columns: tuple[Codes, ...]) -> None:
        self._columns = columns
        rest = list(columns)
        self._counted: list[tuple[Array, tuple[int, ...]]] = []
        while rest:
            first = rest.pop(0)
            if rest and len(first.labels) * len(rest[0].labels) <= _MOST_PAIRS:
                second = rest.pop(0)
                shape = len(first.labels), len(second.labels)
                self._counted.append((first.numbers * shape[1] + second.numbers, shape))
            else:
                self._counted.append((first.numbers, (len(first.labels),)))

    def count(self, ids: Array) -> list[list[tuple[str, int]]]:
        """For each column, the values that occur and how often."""
        return [
            _occurring(column.labels, tally) for column, tally in zip(self._columns, self._tallies(ids), strict=True)
        ]

    def _tallies(self, ids: Array) -> Iterator[Array]:
        for numbers, shape in self._counted:
            tally = np.bincount(numbers.take(ids), minlength=prod(shape))
            if len(shape) == 1:
                yield tally
            else:
                pairs = tally.reshape(shape)
                yield from (np.add.reduce(pairs, axis=1), np.add.reduce(pairs, axis=0))


def _occurring(labels: tuple[str, ...], tally: Array) -> list[tuple[str, int]]:
    places = tally.nonzero()[0]
    return list(zip(map(labels.__getitem__, places.tolist()), tally[places].tolist(), strict=True))


class Crossing:
    """Counts documents by pairs of values of two columns."""

    def __init__(self, rows: Codes, columns: Codes) -> None:
        self._rows, self._columns = rows.labels, columns.labels
        self._pairs = rows.numbers * len(columns.labels) + columns.numbers

    def count(self, ids: Array) -> list[tuple[str, str, int]]:
        """The pairs that occur, and how often; only the range of them that occurs is gone through."""
        if not len(ids):
            return []
        pairs = self._pairs[ids]
        low = int(pairs.min())
        tally = np.bincount(pairs - low)
        found = tally.nonzero()[0]
        rows, columns = np.divmod(found + low, len(self._columns))
        return [
            (self._rows[row], self._columns[column], number)
            for row, column, number in zip(rows.tolist(), columns.tolist(), tally[found].tolist(), strict=True)
        ]


#: Pairs of facets with at most so many pairs of values are counted at once.
_MOST_PAIRS = 4096


class SegmentView:
    """Arrays of one segment; its documents are numbered from 0 and are `offset` + that in the whole index."""

    def __init__(self, view: View, index: int, segment: Segment) -> None:
        self._view, self.index = view, index
        self.reader, self.offset = segment.reader, segment.offset
        self.count = len(segment.codes)
        self.partitions = segment.codes
        self.alive: Array | None = None if segment.alive.all() else segment.alive
        self.data = self._data()
        self.postings = None if self.data is None else SegmentPostings(self.data)
        self._lengths = segment.lengths
        self._codes: dict[Facet, Codes] = {}
        self._counters: dict[tuple[Facet, ...], Counter] = {}
        self._crossings: dict[tuple[Periods, Facet], Crossing] = {}
        self._columns: dict[str, Array] = {}
        self._keyed: dict[str, bool] = {}

    def _data(self) -> SegmentData | None:
        arrays = source(self.reader)
        return None if arrays is None else getattr(arrays, "data", None)

    @cached_property
    def tallied(self) -> Array:
        """Partitions for counting live documents: deleted ones have a number past the last."""
        if self.alive is None:
            return self.partitions
        return np.where(self.alive, self.partitions, len(self._view.partitions))

    @cached_property
    def norms(self) -> Array:
        norms: Array = formulas.norm(self._lengths, self._view.averages[self.partitions], self._view.parameters)
        return norms

    @cached_property
    def searcher(self) -> Any:
        """Whoosh's searcher of this segment, for queries that have no array evaluation."""
        return self._view.searcher.leaf_searchers()[self.index][0]

    def is_keyed(self, name: str) -> bool:
        """Whether the field has keys, not a column of values."""
        if name not in self._keyed:
            schema = self.reader.schema
            self._keyed[name] = name in schema and schema[name].column_type is None
        return self._keyed[name]

    def integers(self, name: str) -> Array:
        if name not in self._columns:
            self._columns[name] = integers(self.reader, name)
        return self._columns[name]

    def category(self, name: str) -> Codes:
        """A category column; the empty string stands for none."""
        return self.codes(Facet(name))

    def codes(self, facet: Facet) -> Codes:
        """The empty string stands for no value."""
        if facet not in self._codes:
            if facet.years:
                self._codes[facet] = _years(self.integers(facet.column))
            else:
                labels, codes = categories(self.reader, facet.column)
                self._codes[facet] = Codes(labels, codes.astype(np.int32))
        return self._codes[facet]

    def counter(self, facets: tuple[Facet, ...]) -> Counter:
        if facets not in self._counters:
            self._counters[facets] = Counter(tuple(self.codes(facet) for facet in facets))
        return self._counters[facets]

    def crossing(self, rows: Periods, columns: Facet) -> Crossing:
        if (rows, columns) not in self._crossings:
            labels, numbers = periods(self.integers(rows.start), self.integers(rows.end), rows.unit)
            self._crossings[rows, columns] = Crossing(Codes(labels, numbers), self.codes(columns))
        return self._crossings[rows, columns]

    def ids(self, numbers: Array) -> list[str]:
        if self.data is None:
            codes = self.category(self._view.layout.id)
            return [codes.labels[code] for code in codes.numbers[numbers].tolist()]
        table, ordinals = self._ids
        return [table[ordinal].decode() for ordinal in ordinals[numbers].tolist()]

    @cached_property
    def _ids(self) -> tuple[Table, Array]:
        assert self.data is not None
        return self.data.category(self._view.layout.id)

    def id_order(self, numbers: Array) -> Array:
        """Numbers that order documents of this segment by id."""
        if self.data is None:
            return self.category(self._view.layout.id).numbers[numbers]
        ordinals: Array = self._ids[1][numbers]
        return ordinals.astype(np.int64)


def _years(seconds: Array) -> Codes:
    """By a table of days, which takes a fifth of the time that each document's own calendar takes."""
    dated = is_dated(seconds)
    some = seconds[dated].astype(np.int64)
    if not len(some):
        return Codes(("",), np.zeros(len(seconds), dtype=np.int32))
    first, last = np.array([some.min(), some.max()]).astype("M8[s]").astype("M8[Y]").tolist()
    labels = tuple(f"{year:04}" for year in range(first.year, last.year + 1))
    starts = np.arange(first.year - 1970, last.year - 1968).astype("M8[Y]").astype("M8[D]").astype(np.int64)
    by_day = np.repeat(np.arange(len(labels), dtype=np.int32), np.diff(starts))
    numbers = np.full(len(seconds), len(labels), dtype=np.int32)
    numbers[dated] = by_day[some // _DAY - starts[0]]
    return Codes((*labels, ""), numbers)


class View:
    """Safe to share among threads; what it remembers it can always compute again."""

    def __init__(self, reader: Any, layout: Layout, parameters: Parameters | None = None) -> None:
        self.reader, self.layout = reader, layout
        self.parameters = parameters or Parameters()
        whole = collection(reader, layout)
        self.partitions, self.sizes, self.averages = whole.partitions, whole.sizes, whole.averages
        self.words = self.sizes * self.averages
        self.segments = tuple(SegmentView(self, index, segment) for index, segment in enumerate(whole.segments))
        self._frequencies: dict[Any, Array] = {}

    @cached_property
    def searcher(self) -> Any:
        from whoosh.searching import Searcher  # which array evaluation never needs

        return Searcher(self.reader, weighting=PartitionedBM25(self.layout, self.parameters), closereader=False)

    @cached_property
    def live(self) -> Mapping[str, int]:
        """Live documents by the name of their partition, of those that have some."""
        return {name: int(size) for name, size in zip(self.partitions, self.sizes.tolist(), strict=True) if size}

    @property
    def documents(self) -> int:
        """How many are live."""
        return int(self.sizes.sum())

    def tally(self, segment: SegmentView, numbers: Array) -> Array:
        """How many live documents of these are in each partition."""
        return np.bincount(segment.tallied[numbers], minlength=len(self.partitions))[: len(self.partitions)]

    def recall(self, key: Any) -> Array | None:
        """Document frequencies by partition that were remembered under a key."""
        return self._frequencies.get(key)

    def remember(self, key: Any, frequencies: Array) -> Array:
        if len(self._frequencies) < _REMEMBERED:
            self._frequencies[key] = frequencies
        return frequencies

    def find(self, id: str) -> int | None:
        """The number of the live document with this id, in the whole index."""
        for segment in self.segments:
            if (self.layout.id, id.encode()) in segment.reader:
                for number in segment.reader.postings(self.layout.id, id.encode()).all_ids():
                    return int(number) + segment.offset
        return None

    def segment_of(self, number: int) -> SegmentView:
        if len(self.segments) == 1:
            return self.segments[0]
        return [segment for segment in self.segments if segment.offset <= number][-1]

    def stored(self, number: int) -> dict[str, Any]:
        segment = self.segment_of(number)
        if segment.data is not None:
            return segment.data.record(number - segment.offset)
        fields: dict[str, Any] = segment.reader.stored_fields(number - segment.offset)
        return fields

    def id(self, number: int) -> str:
        segment = self.segment_of(number)
        return segment.ids(np.array([number - segment.offset]))[0]
