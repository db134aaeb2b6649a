"""Named arrays in one run of bytes, readable in place.

Layout: a magic, the length of a JSON directory, the directory (name → type, offset and count, and one entry of plain
values), then the arrays, little-endian, each on a multiple of 8 bytes. Nothing is copied or checked on opening beyond
the directory itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from search.errors import IndexDamaged

Array = npt.NDArray[np.generic]

_MAGIC = b"nslx\x00001"
_ALIGNMENT = 8


def pack(arrays: Mapping[str, Array], values: Mapping[str, object]) -> bytes:
    """`values` is anything JSON holds."""
    body = bytearray()
    directory: dict[str, tuple[str, int, int]] = {}
    for name, array in arrays.items():
        body += bytes(-len(body) % _ALIGNMENT)
        little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        directory[name] = (little.dtype.str, len(body), little.size)
        body += little.tobytes()
    head = json.dumps({"arrays": directory, "values": values}, separators=(",", ":")).encode()
    head += b" " * (-len(head) % _ALIGNMENT)
    return _MAGIC + len(head).to_bytes(8, "little") + head + bytes(body)


def unpack(buffer: memoryview) -> tuple[dict[str, Array], dict[str, object]]:
    """The arrays as views of `buffer`, and the values. Raises IndexDamaged."""
    start = len(_MAGIC) + 8
    if bytes(buffer[: len(_MAGIC)]) != _MAGIC:
        raise IndexDamaged("The index's word table is damaged: index again with --rebuild.")
    head = start + int.from_bytes(buffer[len(_MAGIC) : start], "little")
    try:
        directory = json.loads(bytes(buffer[start:head]))
        views = {
            name: np.frombuffer(buffer, dtype, count, head + offset)
            for name, (dtype, offset, count) in directory["arrays"].items()
        }
    except (ValueError, KeyError) as error:
        raise IndexDamaged("The index's word table is cut short: index again with --rebuild.") from error
    return views, directory["values"]
