"""Columns of documents as whole arrays, from any Whoosh reader of one segment.

A reader of this package's codec gives its arrays as they are; for any other, values are read one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

Array: TypeAlias = "npt.NDArray[Any]"


class ColumnSource(Protocol):
    """What the per-document reader of the columnar codec offers beside Whoosh's interface."""

    def integer_array(self, name: str) -> Array: ...
    def category_array(self, name: str) -> tuple[Sequence[bytes], Array]: ...
    def live_array(self) -> Array | None: ...


def source(reader: Any) -> ColumnSource | None:
    perdoc = getattr(reader, "_perdoc", None)
    return cast(ColumnSource, perdoc) if hasattr(perdoc, "category_array") else None


def integers(reader: Any, name: str) -> Array:
    """int64, or narrower where all values fit, one a document."""
    if (arrays := source(reader)) is not None and reader.has_column(name):
        return arrays.integer_array(name)
    column = reader.column_reader(name, translate=False)
    return np.fromiter(column, dtype=np.int64, count=reader.doc_count_all())


def categories(reader: Any, name: str) -> tuple[tuple[str, ...], Array]:
    """The distinct values in byte order, and each document's index into them."""
    if (arrays := source(reader)) is not None and reader.has_column(name):
        values, codes = arrays.category_array(name)
        return tuple(value.decode() for value in values), codes
    rows = list(reader.column_reader(name, translate=False))
    distinct = sorted(set(rows))
    order = {value: code for code, value in enumerate(distinct)}
    codes = np.fromiter((order[value] for value in rows), dtype=np.int64, count=len(rows))
    return tuple(value.decode() for value in distinct), codes


def live(reader: Any) -> Array:
    """True for every document that is not deleted."""
    alive = np.ones(reader.doc_count_all(), dtype=bool)
    if (arrays := source(reader)) is not None:
        mask = arrays.live_array()
        return alive if mask is None else mask
    alive[[number for number in range(len(alive)) if reader.is_deleted(number)]] = False
    return alive
