"""The segment object that Whoosh keeps in its table of contents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh.codec import base

from search.columnar.columns import Array
from search.columnar.segment_data import SegmentData

if TYPE_CHECKING:
    from search.columnar.segment_writer import SegmentWriter

EXTENSION = ".col"


class ColumnarSegment(base.Segment):
    """Knows its name, how many documents it holds, and which of them are deleted: one bit each, lowest first."""

    def __init__(self, indexname: str, documents: int = 0, id: str | None = None, deleted: bytes = b"") -> None:
        super().__init__(indexname)
        if id is not None:
            self.segid = id
        self._documents = documents
        self._deleted = deleted
        self._data: SegmentData | None = None
        self._writer: SegmentWriter | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_data": None, "_writer": None}

    def codec(self, **kwargs: Any) -> Any:
        from search.columnar.codec import ColumnarCodec

        return ColumnarCodec()

    def filename(self) -> str:
        return str(self.make_filename(EXTENSION))

    def data(self, storage: Any) -> SegmentData:
        """Its file, opened once for this object."""
        if self._data is None:
            self._data = SegmentData(storage, self.filename())
        return self._data

    def writer(self, storage: Any) -> SegmentWriter:
        """The one writer of its file."""
        from search.columnar.segment_writer import SegmentWriter

        if self._writer is None:
            self._writer = SegmentWriter(storage, self.filename())
        return self._writer

    def should_assemble(self) -> bool:
        return False

    def set_doc_count(self, doccount: int) -> None:
        self._documents = doccount

    def doc_count_all(self) -> int:
        return self._documents

    def deleted_count(self) -> int:
        return int.from_bytes(self._deleted, "little").bit_count()

    def deleted_mask(self) -> Array | None:
        """True for deleted documents; None if there are none."""
        if not self._deleted:
            return None
        bits = np.unpackbits(np.frombuffer(self._deleted, dtype=np.uint8), bitorder="little")
        return bits[: self._documents].astype(bool)

    def deleted_docs(self) -> Any:
        mask = self.deleted_mask()
        return iter(() if mask is None else np.flatnonzero(mask).tolist())

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        self.delete_documents(np.array([docnum]), delete)

    def delete_documents(self, numbers: Array, delete: bool = True) -> None:
        mask = self.deleted_mask()
        mask = np.zeros(self._documents, dtype=bool) if mask is None else mask
        mask[numbers] = delete
        self._deleted = np.packbits(mask, bitorder="little").tobytes() if mask.any() else b""

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._deleted) and bool(self._deleted[docnum >> 3] >> (docnum & 7) & 1)


def length_column(fieldname: str) -> str:
    """Where the exact lengths of a field that Whoosh scores are kept."""
    return f"{fieldname}/length"
