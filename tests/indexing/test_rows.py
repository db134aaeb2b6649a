"""Rows of tables as bytes, and what is no such bytes."""

from __future__ import annotations

import struct

import pytest
import zstandard

from search.errors import IndexDamaged
from search.indexing import rows
from search.indexing.ledger import Ledger
from search.indexing.rows import packed, unpacked
from tests.columnar.test_records import claiming


def test_blocks_stay_small(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"few": [["a", 1]], "many": [["x" * 50, number] for number in range(50)], "none": []}
    monkeypatch.setattr(rows, "_LARGEST", 1000)
    blocks = list(unpacked(packed(table), {"few": 2, "many": 2}))
    assert len(blocks) > 4
    assert {name: [row for one, some in blocks if one == name for row in some] for name in table} == table


def framed(frame: bytes) -> bytes:
    return struct.pack("<I", len(frame)) + frame


@pytest.mark.parametrize(
    "data",
    [
        b"\1",
        framed(b""),
        framed(claiming(1 << 40)),
        framed(zstandard.compress(b"{")),
        framed(zstandard.compress(b"[1]")),
        packed({"few": [[1]]})[:-1],
        # Other tables, other columns, and what is no table at all.
        packed({"few": [[1]]}),
        packed({"many": [[1, 2], [1]]}),
        packed({"many": [1]}),
        framed(zstandard.compress(b"[" * 100_000)),
    ],
)
def test_what_is_no_rows_is_told(data: bytes) -> None:
    with pytest.raises(IndexDamaged, match="--rebuild"):
        list(unpacked(data, {"many": 2}))


@pytest.mark.parametrize(
    "tables",
    [
        {"deleted SELECT id, text FROM claim --": [["a", "b"]]},
        {"deleted": [["a", {}]]},
        {"deleted": [["a", []]]},
        {"deleted": [["a", 1 << 80]]},
        {"deleted": [["\ud800", "a"]]},
        {"deleted": [["a", None], ["a", None]]},
    ],
)
def test_a_ledger_takes_over_its_own_rows_only(tables: dict[str, list[object]]) -> None:
    """Whoever made it, and whatever its checksums say."""
    with pytest.raises(IndexDamaged, match="--rebuild"):
        Ledger({"ledger": packed(tables)}.get)
