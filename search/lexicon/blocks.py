"""Named arrays in one run of bytes, readable in place.

Layout: a magic, the length of a JSON directory, the directory (name → type, offset and count, and one entry of plain
values), then the arrays, little-endian, each on a multiple of 8 bytes. Nothing is copied or checked on opening beyond
the directory itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from msgspec import json

from search.errors import IndexDamaged

if TYPE_CHECKING:
    import numpy.typing as npt

Array: TypeAlias = "npt.NDArray[np.generic]"

_MAGIC = b"nslx\x00001"
_ALIGNMENT = 8


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


def unpack(buffer: memoryview) -> tuple[dict[str, Array], dict[str, object]]:
    """The arrays as views of `buffer`, and the values. Raises IndexDamaged."""
    start = len(_MAGIC) + 8
    if bytes(buffer[: len(_MAGIC)]) != _MAGIC:
        raise IndexDamaged("The index's word table is damaged: index again with --rebuild.")
    head = start + int.from_bytes(buffer[len(_MAGIC) : start], "little")
    try:
        directory = json.decode(buffer[start:head])
        views = {
            name: np.frombuffer(buffer, dtype, count, head + offset)
            for name, (dtype, offset, count) in directory["arrays"].items()
        }
    except (ValueError, KeyError) as error:
        raise IndexDamaged("The index's word table is cut short: index again with --rebuild.") from error
    return views, directory["values"]
