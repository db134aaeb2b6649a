"""What is cut into pieces is read as it would be whole, however small the pieces."""

from __future__ import annotations

import io
import tarfile
import zipfile
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.article import Record, Rejected
from search.readers import Origin, Piece, read_piece, read_stream, split
from search.readers.limits import LONGEST
from search.readers.pieces import cut_lines
from search.readers.streams import ahead
from tests.readers.test_golden import FILES, GOLDEN

NEWS = Origin("news", "a.jsonl", Path("/news/a.jsonl"), Path("/news"))


def joined(data: bytes, origin: Origin) -> list[Record | Rejected]:
    found = split(io.BytesIO(data), origin)
    return list(chain.from_iterable(read_piece(one) if isinstance(one, Piece) else (one,) for one in found))


@pytest.mark.parametrize("size", [1 << 20, 40])
@pytest.mark.parametrize("name", FILES)
def test_pieces_hold_what_the_file_holds(name: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.readers.pieces.PIECE", size)
    data, origin = (GOLDEN / name).read_bytes(), Origin("golden", name, GOLDEN / name, GOLDEN)
    assert joined(data, origin) == list(read_stream(io.BytesIO(data), origin))


def test_so_do_archives() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in FILES:
            archive.write(GOLDEN / name, f"in/{name}")
    inner = packed.getvalue()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as outer:
        outer.addfile(tarfile.TarInfo("empty"))
        info = tarfile.TarInfo("all.zip")
        info.size = len(inner)
        outer.addfile(info, io.BytesIO(inner))
    origin = Origin("news", "all.tgz", Path("/news/all.tgz"), Path("/news"))
    whole = list(read_stream(io.BytesIO(packed.getvalue()), origin))
    assert joined(packed.getvalue(), origin) == whole
    assert len(whole) > len(FILES)


@given(st.lists(st.sampled_from([b"{}", b"", b"x" * 70, b"\r", b'{"text": "Alfa"}']), max_size=30), st.integers(1, 99))
def test_lines_keep_their_numbers(lines: list[bytes], size: int) -> None:
    data = b"\n".join(lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.readers.pieces.PIECE", size)
        pieces = list(cut_lines(ahead(io.BytesIO(data)), NEWS))
    assert b"".join(piece.data for piece in pieces) == data
    before = 0
    for piece in pieces:
        assert piece.first == before + 1
        before += piece.data.count(b"\n")


def test_a_line_without_end_takes_no_more_memory_than_one() -> None:
    data = b'{"text": "Alfa"}\n' + b'{"text": "' + b"x" * (LONGEST * 2) + b'"}\n{"text": "Beta"}\n'
    pieces = list(cut_lines(ahead(io.BytesIO(data)), NEWS))
    assert max(len(piece.data) for piece in pieces) <= LONGEST + (1 << 21)
    read = list(chain.from_iterable(map(read_piece, pieces)))
    assert [(one.position, isinstance(one, Record)) for one in read] == [(1, True), (2, False), (3, True)]
