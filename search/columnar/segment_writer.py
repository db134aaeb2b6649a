"""Writes the file of one segment from whole arrays. FORMAT.md describes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from search.columnar.bytestrings import Bytestrings
from search.columnar.columns import Array
from search.columnar.container import ContainerWriter
from search.columnar.packing import SIZE, SMALL, StreamWriter
from search.columnar.runs import steps
from search.columnar.spool import Spool
from search.columnar.tables import TableWriter, narrow


class FieldSink:
    """Takes the terms of one field in rising order, with their postings, in any portions.

    `values` says what a posting holds beside its weight: `none`, `positions` (rising numbers) or `bytes`. `exact`
    weights are whole numbers from 1; others are kept as 32-bit floats.
    """

    def __init__(self, values: str = "none", exact: bool = True) -> None:
        self.values, self.exact = values, exact
        self._terms = TableWriter()
        self._starts: list[Array] = [np.zeros(1, dtype=np.int64)]
        self._ids, self._weights, self._counts = (StreamWriter() for _ in range(3))
        self._positions = StreamWriter(SMALL)
        self._bytes = Spool()
        self._bases: list[Array] = []
        self._skips: list[Array] = [np.empty(0, dtype=np.uint32)]
        self._before = 0

    def add(
        self,
        terms: Bytestrings,
        sizes: Array,
        ids: Array,
        weights: Array,
        counts: Array | None = None,
        payload: Array | bytes | None = None,
    ) -> None:
        """`sizes` has the number of postings of each term; ids rise within a term.

        `counts` has the number of positions (or bytes) of each posting and `payload` them all, posting by posting.
        """
        codes = weights - 1 if self.exact else weights.astype("<f4").view(np.uint32)
        if counts is not None and isinstance(payload, np.ndarray):
            payload = steps(payload, np.cumsum(counts, dtype=np.int64) - counts)
        self.append(terms, sizes, steps(ids, np.cumsum(sizes, dtype=np.int64) - sizes), codes, counts, payload)

    def append(
        self,
        terms: Bytestrings,
        sizes: Array,
        ids: Array,
        weights: Array,
        counts: Array | None = None,
        payload: Array | bytes | None = None,
    ) -> None:
        """As `add`, of what is stored.

        An id or position is less the one before within a term or posting, a weight less 1 or a float's bits.
        """
        if not len(terms):
            return
        ends = np.cumsum(sizes, dtype=np.int64)
        self._terms.append(terms)
        self._starts.append(ends + self._ids.count)
        self._add_skips(ids, ends - sizes)
        self._ids.append(ids, ends)
        self._weights.append(weights, ends)
        if counts is not None and payload is not None:
            self._add_values(counts, payload, ends)

    def _add_skips(self, ids: Array, starts: Array) -> None:
        """For every block, the document before its first within the same term, or 0."""
        sums = np.zeros(len(ids) + 1, dtype=np.uint32)
        np.cumsum(ids, out=sums[1:])
        blocks = np.arange(-self._ids.count % SIZE, len(ids), SIZE)
        self._skips.append(sums[blocks] - sums[starts[np.searchsorted(starts, blocks, side="right") - 1]])

    def _add_values(self, counts: Array, payload: Array | bytes, terms: Array) -> None:
        if not len(counts):
            return
        ends = np.cumsum(counts, dtype=np.int64)
        blocks = np.arange(-self._counts.count % SIZE, len(counts), SIZE)
        self._bases.append(ends[blocks] - counts[blocks] + self._before)
        self._before += int(ends[-1])
        if isinstance(payload, bytes):
            self._counts.append(counts, terms)
            self._bytes.write(payload)
        else:
            self._counts.append(counts - 1, terms)
            self._positions.append(payload, ends[terms - 1])

    def save(self, file: ContainerWriter, name: str) -> dict[str, Any]:
        self._terms.save(file, f"{name}/terms")
        file.add(f"{name}/starts", narrow(np.concatenate(self._starts)))
        self._ids.save(file, f"{name}/ids")
        file.add(f"{name}/skips", narrow(np.concatenate(self._skips)))
        self._weights.save(file, f"{name}/weights")
        if self.values != "none":
            file.add(f"{name}/bases", narrow(np.concatenate([np.zeros(0, dtype=np.int64), *self._bases])))
            self._counts.save(file, f"{name}/counts")
        if self.values == "positions":
            self._positions.save(file, f"{name}/positions")
        if self.values == "bytes":
            with file.section(f"{name}/bytes", "|u1") as write:
                for chunk in self._bytes.drain():
                    write(chunk)
        return {"values": self.values, "exact": self.exact, "terms": self._terms.count, "postings": self._ids.count}


class SegmentWriter:
    """Fields, columns and records may come in any order; `finish` writes the directory and flushes to disk."""

    def __init__(self, storage: Any, name: str) -> None:
        self._file = ContainerWriter(storage, name)
        self._fields: dict[str, Any] = {}
        self._columns: dict[str, str] = {}
        self._dictionaries = 0

    def field(self, name: str, sink: FieldSink) -> None:
        self._fields[name] = sink.save(self._file, f"fields/{name}")

    def category(self, name: str, values: TableWriter, codes: Array) -> None:
        """`values` are distinct; `codes` has each document's."""
        values.save(self._file, f"columns/{name}/values")
        self._file.add(f"columns/{name}/codes", narrow(codes))
        self._columns[name] = "category"

    def numbers(self, name: str, numbers: Array, kind: str = "number") -> None:
        """A document without one has MISSING where the kind is `number` and 0 where it is `length`."""
        is_float = numbers.dtype.kind == "f"
        self._file.add(f"columns/{name}/numbers", numbers.astype("<f8") if is_float else narrow(numbers))
        self._columns[name] = kind

    def dictionary(self, data: bytes) -> None:
        self._file.add(f"dictionaries/{self._dictionaries}", np.frombuffer(data, dtype=np.uint8))
        self._dictionaries += 1

    def records(self) -> Any:
        """A context that gives a function taking the frames of all documents, in order, as bytes in any portions."""
        return self._file.section("records/frames", "|u1")

    def record_ends(self, lengths: Array) -> None:
        """The length of every document's frame."""
        ends = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)])
        self._file.add("records/offsets", narrow(ends))

    def finish(self, documents: int) -> None:
        self._file.finish(
            {
                "documents": documents,
                "fields": self._fields,
                "columns": self._columns,
                "dictionaries": self._dictionaries,
            }
        )
