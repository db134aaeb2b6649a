"""Streams of unsigned numbers in blocks of 128, each block packed at the width its largest number needs.

A block of width w is the sum of *planes*, one for each bit set in w, widest first: a plane of p bits holds the next p
bits (lowest first) of all 128 numbers. Planes of 8, 16 and 32 bits are plain little-endian arrays; in a plane of 4, 2
or 1 bits the byte i holds the numbers i, i + 128·p/8, i + 2·128·p/8, … from its low bits up. So a plane unpacks with a
few whole-array operations. All blocks of one width stand together, in order, as the rows of one matrix, so that the
blocks of one run of numbers are one slice of each matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from search.columnar.columns import Array
from search.columnar.container import Container, ContainerWriter, Section
from search.columnar.spool import Spool

SIZE = 128
WIDTHS = (0, 1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 32)
_LIMITS = np.array([(1 << width) - 1 for width in WIDTHS], dtype=np.uint64)
_CODES = np.array(WIDTHS, dtype=np.uint8)
_PLANES = (32, 16, 8, 4, 2, 1)
_SPLIT = {width: tuple(plane for plane in _PLANES if width & plane) for width in WIDTHS}
_MASKS = {plane: np.uint8((1 << plane) - 1) for plane in (1, 2, 4)}
_SHIFTS = {plane: np.arange(0, 8, plane, dtype=np.uint8)[:, None] for plane in (1, 2, 4)}
#: Up to so many blocks of a run get one width.
_FEW = 32
#: The widths of blocks in long runs, which unpack in one step or two; and one that takes a little longer, for what is
#: read seldom.
QUICK = (0, 1, 2, 4, 8, 12, 16, 24, 32)
SMALL = (0, 1, 2, 4, 8, 10, 12, 16, 24, 32)
#: Ranges of so many blocks are unpacked run by run.
_SHORT = 24


def pack(numbers: Array, width: int) -> Array:
    """uint32 (n, 128) → uint8 (n, 16 × width)."""
    numbers = numbers.astype(np.uint8 if width <= 8 else np.uint16 if width <= 16 else np.uint32)
    rows = np.empty((len(numbers), 16 * width), dtype=np.uint8)
    at = 0
    for plane in _SPLIT[width]:
        _pack_plane(numbers, plane, rows[:, at : at + 16 * plane])
        numbers >>= numbers.dtype.type(plane)
        at += 16 * plane
    return rows


def _pack_plane(numbers: Array, plane: int, rows: Array) -> None:
    """The lowest bits of each number."""
    if plane >= 8:
        rows[:] = numbers.astype(f"<u{plane // 8}").view(np.uint8)
        return
    slots = numbers.astype(np.uint8)
    slots &= _MASKS[plane]
    column = SIZE * plane // 8
    rows[:] = slots[:, :column]
    for part in range(1, 8 // plane):
        rows |= slots[:, part * column : (part + 1) * column] << np.uint8(part * plane)


def unpack(rows: Array, width: int) -> Array:
    """uint8 (n, 16 × width) → (n, 128) of the narrowest unsigned type that fits."""
    planes = _SPLIT[width]
    if len(planes) == 1:
        return _unpack_plane(rows, width)
    result: Array | None = None
    at = shift = 0
    for plane in planes:
        part = _unpack_plane(rows[:, at : at + 16 * plane], plane)
        if result is None:
            result = part if width <= 8 else part.astype(np.uint16 if width <= 16 else np.uint32)
        else:
            np.bitwise_or(result, part.astype(result.dtype) << result.dtype.type(shift), out=result)
        at, shift = at + 16 * plane, shift + plane
    return np.zeros((len(rows), SIZE), dtype=np.uint8) if result is None else result


def _unpack_plane(rows: Array, plane: int) -> Array:
    if plane == 8:
        return rows
    if plane > 8:
        return np.ascontiguousarray(rows).view(f"<u{plane // 8}")
    column, mask = SIZE * plane // 8, _MASKS[plane]
    slots = np.empty((len(rows), 8 // plane, column), dtype=np.uint8)
    np.right_shift(rows[:, None, :], _SHIFTS[plane], out=slots)
    np.bitwise_and(slots, mask, out=slots)
    return slots.reshape(len(rows), SIZE)


class StreamWriter:
    """Takes numbers below 2³² in any portions; `save` writes the sections `name/…`."""

    def __init__(self, widths_of_long_runs: Sequence[int] = QUICK) -> None:
        self.count = 0
        self._coarse = np.array([next(w for w in widths_of_long_runs if w >= n) for n in range(33)], np.uint8)
        self._rest = np.empty(0, dtype=np.uint32)
        self._widths: list[Array] = []
        self._rows: list[Array] = []
        self._matrices: dict[int, Spool] = {}
        self._lengths: dict[int, int] = {}

    def append(self, numbers: Array, ends: Array | None = None) -> None:
        """`ends` bounds runs of numbers that will be read as one: the blocks inside a run share few widths."""
        self.count += len(numbers)
        before = len(self._rest)
        numbers = np.concatenate([self._rest, numbers.astype(np.uint32, copy=False)])
        whole = len(numbers) // SIZE * SIZE
        blocks = numbers[:whole].reshape(-1, SIZE)
        widths = _CODES[np.searchsorted(_LIMITS, blocks.max(axis=1))] if whole else np.empty(0, dtype=np.uint8)
        if ends is not None and whole:
            _level(widths, ends + before, self._coarse)
        self._blocks(blocks, widths)
        self._rest = numbers[whole:].copy()

    def save(self, file: ContainerWriter, name: str) -> None:
        if len(self._rest):
            block = np.pad(self._rest, (0, SIZE - len(self._rest))).reshape(1, SIZE)
            self._blocks(block, _CODES[np.searchsorted(_LIMITS, block.max(axis=1))])
        file.add(f"{name}/widths", _joined(self._widths, np.uint8))
        file.add(f"{name}/rows", _joined(self._rows, np.uint32))
        for width, matrix in sorted(self._matrices.items()):
            with file.section(f"{name}/{width}", "|u1", 16 * width) as write:
                for chunk in matrix.drain():
                    write(chunk)

    def _blocks(self, blocks: Array, widths: Array) -> None:
        if not len(blocks):
            return
        rows = np.zeros(len(blocks), dtype=np.uint32)
        for width in np.flatnonzero(np.bincount(widths)).tolist():
            chosen = widths == width
            count, before = int(chosen.sum()), self._lengths.get(width, 0)
            rows[chosen] = np.arange(before, before + count, dtype=np.uint32)
            self._lengths[width] = before + count
            if width:
                if width not in self._matrices:
                    self._matrices[width] = Spool()
                self._matrices[width].write(pack(blocks[chosen], width).tobytes())
        self._widths.append(widths)
        self._rows.append(rows)


def _level(widths: Array, ends: Array, coarse: Array) -> None:
    """Make the blocks that lie wholly inside one run alike: one width if they are few, else widths of few planes."""
    starts = np.concatenate([np.zeros(1, dtype=ends.dtype), ends[:-1]])
    first, last = -(-starts // SIZE), np.minimum(ends // SIZE, len(widths))
    counts = last - first
    few = (counts > 1) & (counts <= _FEW)
    if few.any():
        bounds = np.stack([first[few], last[few]], axis=1).reshape(-1)
        if bounds[-1] == len(widths):
            bounds = bounds[:-1]
        widest = np.maximum.reduceat(widths, bounds)[::2]
        places = np.repeat(first[few] - (np.cumsum(counts[few]) - counts[few]), counts[few])
        widths[places + np.arange(len(places))] = np.repeat(widest, counts[few])
    for start, stop in zip(first[counts > _FEW].tolist(), last[counts > _FEW].tolist(), strict=True):
        widths[start:stop] = coarse[widths[start:stop]]


def _joined(arrays: list[Array], dtype: type) -> Array:
    return np.concatenate(arrays) if arrays else np.empty(0, dtype=dtype)


class Stream:
    """Reads what StreamWriter saved under a name."""

    def __init__(self, file: Container, name: str) -> None:
        self._widths = file.section(f"{name}/widths")
        self._rows = file.section(f"{name}/rows")
        self._matrices: dict[int, Section] = {
            width: file.section(f"{name}/{width}") for width in WIDTHS if f"{name}/{width}" in file
        }

    def read(self, start: int, stop: int) -> Array:
        """The numbers at start, …, stop - 1, as an unsigned type that fits them."""
        if stop <= start:
            return np.empty(0, dtype=np.uint32)
        first, last = start // SIZE, (stop - 1) // SIZE + 1
        return self._range(first, last).reshape(-1)[start - first * SIZE : stop - first * SIZE]

    def several(self, starts: Array, stops: Array) -> Array:
        """The numbers of several runs, one after the other; no run is empty."""
        first, sizes = starts // SIZE, stops - starts
        counts = (stops - 1) // SIZE + 1 - first
        before = np.cumsum(counts) - counts
        wanted, rows_of = np.unique(np.repeat(first - before, counts) + np.arange(counts.sum()), return_inverse=True)
        widths, rows = self._widths.pick(wanted), self._rows.pick(wanted)
        unpacked = np.zeros((len(wanted), SIZE), dtype=np.uint32)
        for width in set(widths.tolist()) - {0}:
            chosen = np.flatnonzero(widths == width)
            unpacked[chosen] = unpack(self._matrices[width].pick(rows[chosen]), width)
        offsets = before * SIZE + starts % SIZE - (np.cumsum(sizes) - sizes)
        numbers: Array = unpacked[rows_of].reshape(-1)[np.repeat(offsets, sizes) + np.arange(sizes.sum())]
        return numbers

    def blocks(self, numbers: Array) -> Array:
        """The blocks of these rising numbers, as rows."""
        low, high = int(numbers[0]), int(numbers[-1]) + 1
        if len(numbers) == high - low:
            return self._range(low, high)
        widths, rows = self._widths.rows(low, high)[numbers - low], self._rows.rows(low, high)[numbers - low]
        result = np.empty((len(numbers), SIZE), dtype=np.uint32)
        for width in np.flatnonzero(np.bincount(widths)).tolist():
            chosen = widths == width
            result[chosen] = unpack(self._matrices[width].take(rows[chosen]), width) if width else 0
        return result

    def _range(self, first: int, last: int) -> Array:
        if last - first == 1:
            width = int(self._widths.rows(first, last)[0])
            return self._slice(width, int(self._rows.rows(first, last)[0]), 1)
        widths = self._widths.rows(first, last)
        codes = widths.tobytes()
        present = sorted(set(codes))
        if len(present) == 1:
            return self._slice(present[0], int(self._rows.rows(first, first + 1)[0]), last - first)
        result = np.empty((last - first, SIZE), dtype=np.uint16 if present[-1] <= 16 else np.uint32)
        if last - first <= _SHORT:
            self._fill_runs(result, codes, first)
        else:
            rows = self._rows.rows(first, last)
            for width in present:
                chosen = widths == width
                result[chosen] = self._slice(width, int(rows[codes.index(width)]), codes.count(width))
        return result

    def _fill_runs(self, result: Array, codes: bytes, first: int) -> None:
        """Unpack runs of neighbours of one width: few in short ranges."""
        rows, start = self._rows.rows(first, first + len(codes)), 0
        for width, run in groupby(codes):
            stop = start + sum(1 for _ in run)
            result[start:stop] = self._slice(width, int(rows[start]), stop - start)
            start = stop

    def _slice(self, width: int, row: int, count: int) -> Array:
        if not width:
            return np.zeros((count, SIZE), dtype=np.uint8)
        return unpack(self._matrices[width].rows(row, row + count), width)
