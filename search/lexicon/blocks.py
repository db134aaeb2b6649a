"""Named arrays in one run of bytes, readable in place.

Layout: a magic, the length of a JSON directory, the directory (name → type, offset and count, and one entry of plain
values), then the arrays, little-endian, each on a multiple of 8 bytes. Nothing is copied or checked on opening beyond
the directory itself: of what was kept somewhere each block is checked when it is first looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from msgspec import MsgspecError, Struct, json

from search.errors import IndexDamaged

if TYPE_CHECKING:
    import numpy.typing as npt

Array: TypeAlias = "npt.NDArray[np.generic]"

_MAGIC = b"nslx\x00001"
_ALIGNMENT = 8


class Kept(Struct, frozen=True):
    """Bytes that were kept somewhere, from `start` on of a larger whole, which begins on a multiple of 8.

    `seen` has a byte for each block of `1 << shift` bytes of that whole: 0 for one that nobody looked at yet. Then
    `check` has to be called first, with a stretch [start, end) of the whole; it raises IndexDamaged.
    """

    data: memoryview
    start: int
    seen: bytearray
    shift: int
    check: Callable[[int, int], None]

    def whole(self) -> memoryview:
        return self.part(0, len(self.data))

    def part(self, start: int, end: int) -> memoryview:
        self.check(self.start + start, self.start + end)
        return self.data[start:end]


def made(data: bytes) -> Kept:
    """What this process made itself is as it should be."""
    return Kept(memoryview(data), 0, bytearray(b"\1"), max(len(data).bit_length(), 3), lambda start, end: None)


class Column:
    """One of the arrays."""

    __slots__ = ("_array", "_items", "_width", "kept", "start")

    def __init__(self, kept: Kept, array: Array, start: int) -> None:
        """`start` is where it begins in the whole that `kept` is of."""
        self.kept, self.start = kept, start
        self._array, self._items, self._width = array, array.data, array.itemsize

    def __len__(self) -> int:
        return len(self._array)

    def __getitem__(self, place: int) -> int:
        kept, at = self.kept, self.start + place * self._width
        if not kept.seen[at >> kept.shift]:
            kept.check(at, at + self._width)
        item: int = self._items[place]
        return item

    def part(self, first: int, last: int) -> Array:
        self.kept.check(self.start + first * self._width, self.start + last * self._width)
        return self._array[first:last]

    def whole(self) -> Array:
        return self.part(0, len(self._array))

    @property
    def unchecked(self) -> memoryview:
        return self._items


def pack(arrays: Mapping[str, Array], values: Mapping[str, object]) -> bytes:
    """`values` is anything JSON holds."""
    body: list[bytes | memoryview] = []
    length = 0
    directory: dict[str, tuple[str, int, int]] = {}
    for name, array in arrays.items():
        little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        padding = -length % _ALIGNMENT
        directory[name] = (little.dtype.str, length + padding, little.size)
        body += (bytes(padding), little.view(np.uint8).data)
        length += padding + little.nbytes
    head = json.encode({"arrays": directory, "values": values})
    head += b" " * (-len(head) % _ALIGNMENT)
    return b"".join([_MAGIC, len(head).to_bytes(8, "little"), head, *body])


def unpack(kept: Kept) -> tuple[dict[str, Column], dict[str, object]]:
    """The arrays in place, and the values. Raises IndexDamaged."""
    start = len(_MAGIC) + 8
    if bytes(kept.part(0, len(_MAGIC))) != _MAGIC:
        raise IndexDamaged("The index's word table is damaged: index again with --rebuild.")
    head = start + int.from_bytes(kept.part(len(_MAGIC), start), "little")
    try:
        directory = json.decode(kept.part(start, head))
        columns = {
            name: Column(kept, np.frombuffer(kept.data, dtype, count, head + offset), kept.start + head + offset)
            for name, (dtype, offset, count) in directory["arrays"].items()
        }
    except (MsgspecError, ValueError, KeyError) as error:  # the first is one of the second since msgspec 0.21 only
        raise IndexDamaged("The index's word table is cut short: index again with --rebuild.") from error
    return columns, directory["values"]
