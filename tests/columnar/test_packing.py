"""Streams and containers give back what was put in, and know when they do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage, RamStorage

from search.columnar.container import BLOCK, Container, ContainerWriter
from search.columnar.errors import Damaged, Unreadable
from search.columnar.packing import SIZE, WIDTHS, Stream, StreamWriter, pack, unpack


@pytest.mark.parametrize("width", WIDTHS)
def test_a_block_survives_packing(width: int) -> None:
    numbers = np.random.default_rng(width).integers(0, 1 << width, (3, SIZE), dtype=np.uint64).astype(np.uint32)
    packed = pack(numbers, width)
    assert packed.shape == (3, 16 * width)
    assert np.array_equal(unpack(packed, width), numbers)


runs = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 31)), max_size=8)


@given(runs, st.integers(0, 2**32))
def test_every_range_of_a_stream_reads_back(shape: list[tuple[int, int]], seed: int) -> None:
    random = np.random.default_rng(seed)
    parts = [random.integers(0, 1 << bits, count, dtype=np.uint32) for count, bits in shape]
    numbers = np.concatenate([np.empty(0, np.uint32), *parts])
    storage, writer = RamStorage(), StreamWriter()
    file = ContainerWriter(storage, "x")
    for part in parts:
        writer.append(part)
    writer.save(file, "s")
    file.finish({})
    stream = Stream(Container(storage, "x"), "s")
    for start, stop in [(0, len(numbers)), *np.sort(random.integers(0, len(numbers) + 1, (5, 2)), axis=1).tolist()]:
        assert np.array_equal(stream.read(start, stop), numbers[start:stop])
    blocks = np.flatnonzero(random.integers(0, 2, -(-len(numbers) // SIZE)))
    padded = np.pad(numbers, (0, -len(numbers) % SIZE)).reshape(-1, SIZE)
    if len(blocks):
        assert np.array_equal(stream.blocks(blocks), padded[blocks])


def test_a_container_in_memory_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    storage = RamStorage()
    ContainerWriter(storage, "x").finish({})
    assert list(storage.list()) == ["x"]
    assert list(tmp_path.iterdir()) == []


def written(folder: Path) -> Path:
    file = ContainerWriter(FileStorage(str(folder)), "x")
    file.add("small", np.arange(10, dtype=np.uint16))
    file.add("large", np.arange(5 * BLOCK, dtype=np.uint32))
    file.finish({"note": "é"})
    return folder / "x"


def read(path: Path) -> Container:
    container = Container(FileStorage(str(path.parent)), path.name)
    container.section("small").whole()
    container.section("large").whole()
    return container


def test_sections_read_back(tmp_path: Path) -> None:
    container = read(written(tmp_path))
    assert container.directory["note"] == "é"
    assert container.section("small").whole().tolist() == list(range(10))
    assert container.section("large").rows(7, 9).tolist() == [7, 8]
    assert list(container.problems()) == []


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.995, 0.9999])
def test_a_flipped_byte_is_noticed_and_the_file_named(tmp_path: Path, share: float) -> None:
    path = written(tmp_path)
    data = bytearray(path.read_bytes())
    data[int(share * len(data))] ^= 0x10
    path.write_bytes(data)
    with pytest.raises(Damaged, match=r"^x "):
        read(path)


@pytest.mark.parametrize("size", [0, 5, 60, 20_000, -1])
def test_a_truncated_file_is_noticed(tmp_path: Path, size: int) -> None:
    path = written(tmp_path)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(Damaged, match=r"^x is truncated"):
        read(path)


def test_only_the_blocks_that_are_read_are_checked(tmp_path: Path) -> None:
    path = written(tmp_path)
    data = bytearray(path.read_bytes())
    data[4 * BLOCK] ^= 1
    path.write_bytes(data)
    container = Container(FileStorage(str(tmp_path)), "x")
    assert container.section("large").rows(0, 9).tolist() == list(range(9))
    with pytest.raises(Damaged, match="damaged in large"):
        container.section("large").rows(4 * BLOCK // 4 - 10, 4 * BLOCK // 4 + 10)
    assert [problem for problem in container.problems() if "large" in problem]


def test_another_version_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path)
    data = bytearray(path.read_bytes())
    data[-12:-8] = (99).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(Unreadable, match="version 99"):
        read(path)
