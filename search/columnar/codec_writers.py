"""Writes a segment from Whoosh's calls, one posting at a time. Bulk writing goes past this (see `build`)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from whoosh.codec import base

from search.columnar.bytestrings import Bytestrings
from search.columnar.columns import Array
from search.columnar.fields import PositionFormat
from search.columnar.records import Compressor, encode
from search.columnar.segment import ColumnarSegment, length_column
from search.columnar.segment_writer import FieldSink
from search.columnar.tables import TableWriter


class PerDocumentWriter(base.PerDocumentWriter):
    def __init__(self, storage: Any, segment: ColumnarSegment) -> None:
        self._segment = segment
        self._writer = segment.writer(storage)
        self._compress = Compressor().compress
        self._documents = 0
        self._frames: list[bytes] = []
        self._columns: dict[str, tuple[Any, dict[int, Any]]] = {}
        self._lengths: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._stored: dict[str, Any] = {}
        self._docnum = 0
        self.is_closed = False

    def start_doc(self, docnum: int) -> None:
        self._docnum, self._stored = docnum, {}

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int) -> None:
        if value is not None:
            self._stored[fieldname] = value
        if length:
            self._lengths[fieldname][self._docnum] = length

    def add_column_value(self, fieldname: str, columnobj: Any, value: Any) -> None:
        self._columns.setdefault(fieldname, (columnobj, {}))[1][self._docnum] = value

    def add_vector_items(self, fieldname: str, fieldobj: Any, items: Any) -> None:
        raise NotImplementedError("The columnar codec does not store term vectors.")

    def finish_doc(self) -> None:
        self._frames.append(self._compress(encode(self._stored)) if self._stored else b"")
        self._documents = self._docnum + 1

    def cancel_doc(self) -> None:
        for _, values in self._columns.values():
            values.pop(self._docnum, None)
        for lengths in self._lengths.values():
            lengths.pop(self._docnum, None)

    def close(self) -> None:
        for name, (column, values) in self._columns.items():
            self._column(name, column, values)
        for name, lengths in self._lengths.items():
            self._writer.numbers(length_column(name), self._filled(lengths, 0), "length")
        with self._writer.records() as write:
            write(b"".join(self._frames))
        self._writer.record_ends(np.fromiter(map(len, self._frames), dtype=np.int64, count=self._documents))
        self._segment.set_doc_count(self._documents)
        self.is_closed = True

    def _column(self, name: str, column: Any, values: dict[int, Any]) -> None:
        default = column.default_value()
        if not isinstance(default, bytes):
            self._writer.numbers(name, self._filled(values, default))
            return
        distinct = sorted({default, *values.values()})
        order = {value: code for code, value in enumerate(distinct)}
        codes = {docnum: order[value] for docnum, value in values.items()}
        self._writer.category(name, TableWriter(Bytestrings.of(distinct)), self._filled(codes, order[default]))

    def _filled(self, values: dict[int, Any], default: Any) -> Array:
        return np.array([values.get(docnum, default) for docnum in range(self._documents)])


class FieldWriter(base.FieldWriter):
    """Closes the segment's file; Whoosh closes the writer of documents first."""

    def __init__(self, storage: Any, segment: ColumnarSegment) -> None:
        self._segment, self._writer = segment, segment.writer(storage)
        self.is_closed = False

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        self._name, self._format = fieldname, fieldobj.format
        self._terms: list[bytes] = []
        self._sizes: list[int] = []
        self._ids: list[int] = []
        self._weights: list[float] = []
        self._values: list[bytes] = []

    def start_term(self, text: bytes) -> None:
        self._terms.append(text)
        self._sizes.append(0)

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int) -> None:
        self._sizes[-1] += 1
        self._ids.append(docnum)
        self._weights.append(weight)
        self._values.append(vbytes)

    def finish_term(self) -> None:
        pass

    def finish_field(self) -> None:
        weights = np.array(self._weights)
        exact = bool(np.all((weights >= 1) & (weights < 2**32) & (weights == np.floor(weights))))
        kind, counts, payload = self._payload()
        sink = FieldSink(kind, exact)
        sink.add(Bytestrings.of(self._terms), np.array(self._sizes), np.array(self._ids), weights, counts, payload)
        self._writer.field(self._name, sink)

    def _payload(self) -> tuple[str, Array | None, Array | bytes | None]:
        lengths = np.fromiter(map(len, self._values), dtype=np.int64)
        if isinstance(self._format, PositionFormat) and lengths.all():
            return "positions", lengths // 4, np.frombuffer(b"".join(self._values), dtype="<u4")
        if not lengths.any():
            return "none", None, None
        return "bytes", lengths, b"".join(self._values)

    def close(self) -> None:
        self._writer.finish(self._segment.doc_count_all())
        self.is_closed = True
