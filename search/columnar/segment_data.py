"""Reads the file of one segment as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from search.columnar.columns import Array
from search.columnar.container import Container, Section
from search.columnar.packing import SIZE, Stream
from search.columnar.records import Decompressor, decode
from search.columnar.runs import unstepped
from search.columnar.tables import Table

#: Larger than any document's number.
_NEVER = 1 << 62
#: Terms whose place in a dictionary is remembered.
_REMEMBERED = 1 << 16


class FieldData:
    """Postings of a field. A posting's number counts all postings of the field, in the order of terms."""

    def __init__(self, file: Container, name: str, about: dict[str, Any]) -> None:
        base = f"fields/{name}"
        self.values: str = about["values"]
        self.exact: bool = about["exact"]
        self.postings: int = about["postings"]
        self.terms = Table(file, f"{base}/terms")
        self._starts = file.section(f"{base}/starts")
        self._ids = Stream(file, f"{base}/ids")
        self._skips = file.section(f"{base}/skips")
        self._weights = Stream(file, f"{base}/weights")
        self._spans: dict[bytes, tuple[int, int] | None] = {}
        if self.values != "none":
            self._bases = file.section(f"{base}/bases")
            self._counts = Stream(file, f"{base}/counts")
        if self.values == "positions":
            self._positions = Stream(file, f"{base}/positions")
        if self.values == "bytes":
            self._bytes = file.section(f"{base}/bytes")

    def find(self, term: bytes) -> tuple[int, int] | None:
        """The numbers of the term's first posting and of the one after its last."""
        try:
            return self._spans[term]
        except KeyError:
            ordinal = self.terms.find(term)
            span = None if ordinal is None else self.span(ordinal)
            if len(self._spans) < _REMEMBERED:
                self._spans[term] = span
            return span

    def span(self, ordinal: int) -> tuple[int, int]:
        start, stop = self._starts.rows(ordinal, ordinal + 2).tolist()
        return start, stop

    def starts(self, first: int, last: int) -> Array:
        """Where the postings of the terms first, …, last - 1 begin, and where the last's end, as int64."""
        return self._starts.rows(first, last + 1).astype(np.int64)

    def ids(self, span: tuple[int, int]) -> Array:
        """The documents of one term, rising, as int64 for use as indices."""
        return np.cumsum(self._ids.read(*span), dtype=np.int64)

    def several(self, spans: Sequence[tuple[int, int]]) -> list[tuple[Array, Array]]:
        """Documents, as of `ids`, and weights of several terms."""
        starts, stops = np.array(spans, dtype=np.int64).T
        sizes = stops - starts
        ends = np.cumsum(sizes)
        ids = unstepped(self._ids.several(starts, stops), ends - sizes, sizes)
        weights = self._weighed(self._weights.several(starts, stops))
        bounds = [0, *ends.tolist()]
        return [(ids[start:stop], weights[start:stop]) for start, stop in pairwise(bounds)]

    def ids_of_terms(self, starts: Array) -> Array:
        """The documents of neighbouring terms, of which `starts` are the bounds."""
        return unstepped(self._ids.read(int(starts[0]), int(starts[-1])), starts[:-1] - starts[0], np.diff(starts))

    def steps(self, span: tuple[int, int]) -> Array:
        """The documents of neighbouring terms as they are stored: each less the one before, within a term."""
        return self._ids.read(*span).astype(np.uint32)

    def weight_codes(self, span: tuple[int, int]) -> Array:
        """Weights as they are stored."""
        return self._weights.read(*span)

    def lookup(self, span: tuple[int, int], ids: Array) -> tuple[Array, Array]:
        """Which of these rising documents the term is in, as a mask, and the numbers of these postings.

        Reads only the blocks where they would stand.
        """
        first, last = span[0] // SIZE, (span[1] - 1) // SIZE + 1
        skips = self._skips.rows(first, last).astype(np.int64)
        skips[0] = 0
        blocks, _ = _distinct(np.maximum(np.searchsorted(skips, ids) - 1, 0))
        found = np.cumsum(self._ids.blocks(blocks + first), axis=1, dtype=np.int64) + skips[blocks][:, None]
        begin, end = span[0] - first * SIZE, span[1] - (last - 1) * SIZE
        if blocks[0] == 0 and begin:
            found[0] -= found[0, begin - 1]
            found[0, :begin] = -1
        if blocks[-1] == last - first - 1:
            found[-1, end:] = _NEVER
        flat = found.reshape(-1)
        at = np.searchsorted(flat, ids)
        at[at == len(flat)] = 0
        inside = flat[at] == ids
        at = at[inside]
        return inside, (blocks[at // SIZE] + first) * SIZE + at % SIZE

    def weights(self, span: tuple[int, int], chosen: Array | None = None) -> Array:
        """Of the postings of a term; with `chosen`, a mask or places, only of those."""
        numbers = self._weights.read(*span)
        return self._weighed(numbers if chosen is None else numbers[chosen])

    def weights_at(self, postings: Array) -> Array:
        """Of postings by rising number."""
        blocks, places = _distinct(postings // SIZE)
        return self._weighed(self._weights.blocks(blocks)[places, postings % SIZE])

    def _weighed(self, numbers: Array) -> Array:
        if self.exact:
            return numbers + np.float64(1)
        return numbers.astype(np.uint32, copy=False).view(np.float32).astype(np.float64)

    def counts(self, span: tuple[int, int]) -> Array:
        """How many positions, or bytes, each posting holds."""
        counts = self._counts.read(*span).astype(np.int64)
        return counts if self.values == "bytes" else counts + 1

    def _offset(self, posting: int) -> int:
        block = posting // SIZE
        return int(self._bases.rows(block, block + 1)[0]) + int(self.counts((block * SIZE, posting)).sum())

    def positions(self, span: tuple[int, int]) -> tuple[Array, Array]:
        """The number of positions of each posting, and them all, rising within a posting, as int64."""
        counts, numbers = self.position_steps(span)
        return counts, unstepped(numbers, np.cumsum(counts) - counts, counts)

    def position_steps(self, span: tuple[int, int]) -> tuple[Array, Array]:
        """As `positions`, but each less the one before, within a posting."""
        counts = self.counts(span)
        if not len(counts):
            return counts, counts
        offset = self._offset(span[0])
        return counts, self._positions.read(offset, offset + int(counts.sum()))

    def keys(self, span: tuple[int, int], ids: Array, chosen: Array, shift: int) -> Array:
        """(document << shift) + position, rising, of the postings of a term at the places `chosen`.

        `ids` are the documents of the whole term. Only the blocks that are needed are read.
        """
        if len(chosen) * 4 < len(ids):
            return self.keys_at(chosen + span[0], ids[chosen], shift)
        counts = self.counts(span)
        offset = self._offset(span[0])
        keys = _keys(ids << shift, counts, self._positions.read(offset, offset + int(counts.sum())))
        if len(chosen) == len(ids):
            return keys
        wanted = np.zeros(len(ids), dtype=bool)
        wanted[chosen] = True
        kept: Array = keys[np.repeat(wanted, counts)]
        return kept

    def keys_at(self, postings: Array, ids: Array, shift: int) -> Array:
        """As `keys`, of postings by rising number, whose documents are `ids`."""
        counts, offsets = self._places(postings)
        return _keys(ids << shift, counts, self._positions_from(offsets, counts))

    def _places(self, postings: Array) -> tuple[Array, Array]:
        """For chosen postings by rising number: how many positions each has, and the number of its first."""
        blocks, places = _distinct(postings // SIZE)
        by_block = self._counts.blocks(blocks).astype(np.int64) + 1
        ends = np.cumsum(by_block, axis=1)
        within = postings % SIZE
        counts = by_block[places, within]
        return counts, self._bases.take(blocks).astype(np.int64)[places] + ends[places, within] - counts

    def _positions_from(self, offsets: Array, counts: Array) -> Array:
        ends = np.cumsum(counts)
        flat = np.repeat(offsets - (ends - counts), counts) + np.arange(ends[-1])
        wanted, places = _distinct(flat // SIZE)
        numbers: Array = self._positions.blocks(wanted)[places, flat % SIZE]
        return numbers

    def bytes_of(self, span: tuple[int, int]) -> tuple[Array, bytes]:
        """The length of each posting's value, and them all."""
        counts = self.counts(span)
        if not len(counts):
            return counts, b""
        offset = self._offset(span[0])
        return counts, self._bytes.rows(offset, offset + int(counts.sum())).tobytes()


def _keys(bases: Array, counts: Array, numbers: Array) -> Array:
    """Each base plus the sums of its own `counts` numbers."""
    sums = np.cumsum(numbers, dtype=np.int64)
    starts = np.cumsum(counts) - counts
    keys = np.repeat(bases - (sums[starts] - numbers[starts]), counts)
    keys += sums
    return keys


def _distinct(rising: Array) -> tuple[Array, Array]:
    """The distinct values of a rising array, and for each item the place of its value."""
    first = np.ones(len(rising), dtype=bool)
    np.not_equal(rising[1:], rising[:-1], out=first[1:])
    return rising[first], np.cumsum(first) - 1


class SegmentData:
    """A segment's file. Everything is read when it is asked for."""

    def __init__(self, storage: Any, name: str) -> None:
        self.file = Container(storage, name)
        directory = self.file.directory
        self.documents: int = directory["documents"]
        self.fields = {name: FieldData(self.file, name, about) for name, about in directory["fields"].items()}
        self.columns: dict[str, str] = directory["columns"]

    @cached_property
    def dictionaries(self) -> tuple[bytes, ...]:
        count = self.file.directory["dictionaries"]
        return tuple(self.file.section(f"dictionaries/{n}").whole().tobytes() for n in range(count))

    @cached_property
    def _decompress(self) -> Decompressor:
        return Decompressor(self.dictionaries)

    def frame(self, number: int) -> bytes:
        """The compressed record of a document; empty if it has none."""
        frames, offsets = self._records
        start, stop = offsets.rows(number, number + 2).data
        return frames.rows(start, stop).tobytes()

    def record(self, number: int) -> dict[str, Any]:
        frame = self.frame(number)
        return decode(self._decompress(frame)) if frame else {}

    def frames(self) -> tuple[Section, Section]:
        """The sections of all frames and of their offsets."""
        return self._records

    @cached_property
    def _records(self) -> tuple[Section, Section]:
        return self.file.section("records/frames"), self.file.section("records/offsets")

    def numbers(self, name: str) -> Array:
        return self.file.section(f"columns/{name}/numbers").whole()

    def category(self, name: str) -> tuple[Table, Array]:
        return Table(self.file, f"columns/{name}/values"), self.file.section(f"columns/{name}/codes").whole()

    def category_values(self, name: str) -> Sequence[bytes]:
        return list(Table(self.file, f"columns/{name}/values"))
