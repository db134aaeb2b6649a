"""Whoosh field types for keys that are already analysed, and for plain columns of documents.

A value of a `Keys` field is an iterable of `(text, weight, positions)`, or a mapping from text to
`(weight, positions)`. `weight` is the weighted frequency of the key in the document and is independent of how many
positions there are; `positions` rise, and are None in a field without them. They work on any codec of Whoosh.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from whoosh import columns, fields, formats

#: What an integer column holds for a document without a value.
MISSING = -(2**63)

Posting = tuple[str, float, Sequence[int] | None]
Postings = Mapping[str, tuple[float, Sequence[int] | None]] | Iterable[Posting]


class Layout(Struct, frozen=True):
    """The names of the fields that ranking and ordering read.

    `id` is unique, `partition` a category, `length` and `newest` integers; ties are broken by the larger `newest`.
    """

    id: str = "id"
    partition: str = "partition"
    length: str = "length"
    newest: str = "newest"


class KeyFormat(formats.Format):
    """Posting values of keys without positions: nothing but the weight, which postings keep beside the value."""

    posting_size = 0

    def encode(self, positions: Sequence[int] | None) -> bytes:
        return b""

    def decode_weight(self, value: bytes) -> float:
        return 1.0

    def decode_frequency(self, value: bytes) -> int:
        return 1

    def combine(self, values: Iterable[bytes]) -> bytes:
        return b""


class PositionFormat(KeyFormat):
    """Posting values of keys with positions: each a 32-bit little-endian number."""

    posting_size = -1

    def encode(self, positions: Sequence[int] | None) -> bytes:
        return _little_endian(array("I", positions or ())).tobytes()

    def decode_positions(self, value: bytes) -> list[int]:
        numbers = array("I")
        numbers.frombytes(value)
        return _little_endian(numbers).tolist()

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // 4

    def combine(self, values: Iterable[bytes]) -> bytes:
        return self.encode(sorted({position for value in values for position in self.decode_positions(value)}))


def _little_endian(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


class Keys(fields.FieldType):
    """Keys as given. Not scorable in Whoosh's sense: lengths come from a column."""

    analyzer = None
    scorable = stored = unique = False
    vector = column_type = None
    spellable = False

    def __init__(self, positions: bool = False) -> None:
        self.format = PositionFormat() if positions else KeyFormat()

    def index(self, value: Postings, **kwargs: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        encode = self.format.encode
        for text, weight, positions in _triples(value):
            yield text.encode(), max(1, int(weight)), weight, encode(positions)

    def process_text(self, qstring: str, mode: str = "", **kwargs: Any) -> Iterator[str]:
        return iter([qstring])


def _triples(value: Postings) -> Iterable[Posting]:
    if isinstance(value, Mapping):
        return ((text, weight, positions) for text, (weight, positions) in value.items())
    return value


def identity() -> fields.FieldType:
    """A field of unique ids, also a column."""
    return fields.ID(unique=True, sortable=columns.VarBytesColumn())


class Category(fields.COLUMN):
    """A column of strings of which many documents share each; the empty string stands for none."""

    def __init__(self) -> None:
        super().__init__(columns.RefBytesColumn())

    def to_column_value(self, value: str) -> bytes:
        return value.encode()

    def from_column_value(self, value: bytes) -> str:
        return value.decode()


class Integer(fields.COLUMN):
    """A column of 64-bit signed numbers; a document without one has MISSING."""

    def __init__(self) -> None:
        super().__init__(columns.NumericColumn("q", default=MISSING))

    def to_column_value(self, value: int) -> int:
        return value

    def from_column_value(self, value: int) -> int:
        return value
