"""The codec as Whoosh sees it: what `whoosh.index` and `whoosh.searching` read segments with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.columns import ColumnReader
from whoosh.reading import TermInfo, TermNotFound

from search.columnar.columns import Array
from search.columnar.leaf_matcher import PostingsMatcher
from search.columnar.segment import ColumnarSegment, length_column
from search.columnar.segment_data import FieldData
from search.columnar.tables import Table


class ColumnarCodec(base.Codec):
    """What only writers need is imported when they do.

    Use with `index.writer(codec=ColumnarCodec())`; reading finds it by itself. Term vectors are not supported."""

    length_stats = False

    def per_document_writer(self, storage: Any, segment: ColumnarSegment) -> Any:
        from search.columnar.codec_writers import PerDocumentWriter

        return PerDocumentWriter(storage, segment)

    def field_writer(self, storage: Any, segment: ColumnarSegment) -> Any:
        from search.columnar.codec_writers import FieldWriter

        return FieldWriter(storage, segment)

    def terms_reader(self, storage: Any, segment: ColumnarSegment) -> TermsReader:
        return TermsReader(storage, segment)

    def per_document_reader(self, storage: Any, segment: ColumnarSegment) -> PerDocumentReader:
        return PerDocumentReader(storage, segment)

    def new_segment(self, storage: Any, indexname: str) -> ColumnarSegment:
        return ColumnarSegment(indexname)


class TermsReader(base.TermsReader):
    def __init__(self, storage: Any, segment: ColumnarSegment) -> None:
        self.data = segment.data(storage)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._span(*term) is not None

    def _span(self, fieldname: str, text: bytes) -> tuple[int, int] | None:
        field = self.data.fields.get(fieldname)
        return None if field is None else field.find(text)

    def _found(self, fieldname: str, text: bytes) -> tuple[FieldData, tuple[int, int]]:
        span = self._span(fieldname, text)
        if span is None:
            raise KeyError(text)
        return self.data.fields[fieldname], span

    def indexed_field_names(self) -> Any:
        return self.data.fields.keys()

    def cursor(self, fieldname: str, fieldobj: Any) -> Any:
        if fieldname not in self.data.fields:
            return base.EmptyCursor()
        return Cursor(self, fieldname, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for name in sorted(self.data.fields):
            yield from self._terms(name, 0)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for name in sorted(self.data.fields):
            if name >= fieldname:
                first = self.data.fields[name].terms.place(prefix) if name == fieldname else 0
                yield from self._terms(name, first)

    def _terms(self, name: str, first: int) -> Iterator[tuple[str, bytes]]:
        return ((name, text) for text in self.data.fields[name].terms.iterate(first))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        field, span = self._found(fieldname, text)
        ids, weights = field.ids(span), field.weights(span)
        lengths = self._lengths(fieldname, ids)
        return TermInfo(
            weight=float(weights.sum()),
            df=span[1] - span[0],
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(weights.max()),
            minid=int(ids[0]),
            maxid=int(ids[-1]),
        )

    def _lengths(self, fieldname: str, ids: Array) -> Array:
        name = length_column(fieldname)
        return self.data.numbers(name)[ids] if name in self.data.columns else np.zeros(1, dtype=np.int64)

    def frequency(self, fieldname: str, text: bytes) -> float:
        field, span = self._found(fieldname, text)
        return float(field.weights(span).sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        start, stop = self._found(fieldname, text)[1]
        return stop - start

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> PostingsMatcher:
        if (span := self._span(fieldname, text)) is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        field = self.data.fields[fieldname]
        return PostingsMatcher(field, span, format_, (fieldname, text), scorer)


class Cursor(base.FieldCursor):
    """Moves over the terms of one field; `text` is None past the last."""

    def __init__(self, reader: TermsReader, fieldname: str, fieldobj: Any) -> None:
        self._reader, self._name, self._field = reader, fieldname, fieldobj
        self._terms: Table = reader.data.fields[fieldname].terms
        self._at = 0

    def is_valid(self) -> bool:
        return self._at < len(self._terms)

    def text(self) -> Any:
        return self._field.from_bytes(self._terms[self._at]) if self.is_valid() else None

    def term(self) -> Any:
        return self.text()

    def first(self) -> Any:
        self._at = 0
        return self.text()

    def find(self, string: Any) -> Any:
        text = string if isinstance(string, bytes) else self._field.to_bytes(string)
        self._at = self._terms.place(text)
        return self.text()

    def next(self) -> Any:
        self._at += 1
        return self.text()

    def term_info(self) -> TermInfo | None:
        return self._reader.term_info(self._name, self._terms[self._at]) if self.is_valid() else None


class PerDocumentReader(base.PerDocumentReader):
    """Whoosh's interface, and whole columns for those who know this codec (see `columns.ColumnSource`)."""

    def __init__(self, storage: Any, segment: ColumnarSegment) -> None:
        self.data = segment.data(storage)
        self._segment = segment

    def doc_count(self) -> int:
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        return self._segment.doc_count_all()

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Any:
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in self.data.columns

    def list_columns(self) -> Any:
        return self.data.columns.keys()

    def column_reader(self, fieldname: str, column: Any) -> Column:
        if self.data.columns[fieldname] == "category":
            return Column(*self.category_array(fieldname))
        return Column(None, self.data.numbers(fieldname))

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        lengths = self._lengths(fieldname)
        return default if lengths is None else int(lengths[docnum]) or default

    def _lengths(self, fieldname: str) -> Array | None:
        name = length_column(fieldname)
        return self.data.numbers(name) if name in self.data.columns else None

    def field_length(self, fieldname: str) -> int:
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else int(lengths.sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else int(lengths.min(initial=1 << 62))

    def max_field_length(self, fieldname: str) -> int:
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else int(lengths.max(initial=0))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return self.data.record(docnum)

    def integer_array(self, name: str) -> Array:
        return self.data.numbers(name)

    def category_array(self, name: str) -> tuple[Sequence[bytes], Array]:
        return self.data.category_values(name), self.data.category(name)[1]

    def live_array(self) -> Array | None:
        mask = self._segment.deleted_mask()
        return None if mask is None else ~mask


class Column(ColumnReader):
    def __init__(self, values: Sequence[bytes] | None, codes: Array) -> None:
        self._values, self._codes = values, codes
        self._sign = 1

    def __len__(self) -> int:
        return len(self._codes)

    def __getitem__(self, docnum: int) -> Any:
        code = self._codes[docnum].item()
        return code if self._values is None else self._values[code]

    def __iter__(self) -> Iterator[Any]:
        codes = self._codes.tolist()
        return iter(codes if self._values is None else [self._values[code] for code in codes])

    def sort_key(self, docnum: int) -> Any:
        return self._sign * self._codes[docnum].item()

    def load(self) -> list[Any]:
        return list(self)

    def set_reverse(self) -> None:
        self._sign = -1
