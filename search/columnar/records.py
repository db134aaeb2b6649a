"""Stored fields of a document as bytes, and their compression.

A record is a run of fields: the length of the name (1 byte), the name, a letter for the type, the length of the value
(4 bytes, little-endian), the value. Letters: b bytes, s text, j JSON, d date and time. Records are zstd frames,
each on its own, with a dictionary shared by many; a frame names its dictionary, so frames can be moved between files.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import Any

import zstandard

from search.columnar.errors import Damaged

_LENGTH = struct.Struct("<I")
#: A dictionary is trained on at least so many records, and is as large as this share of them, within bounds.
FEWEST_SAMPLES = 200
_SHARE, _SMALLEST, _LARGEST = 18, 112 * 1024, 448 * 1024
#: Of 50 to 500, and 6 or 8, what articles become smallest with.
_SEGMENT, _DMER = 200, 8
#: Level 3, made for the largest dictionary. Tables with room for all of it (19 bits) would make articles smaller by
#: another 3%, but don't stay in the processor's cache between two articles: that takes twice the time.
_PARAMETERS = zstandard.ZstdCompressionParameters.from_level(
    3, strategy=zstandard.STRATEGY_DFAST, min_match=5, window_log=20, hash_log=17, chain_log=17, write_dict_id=True
)
#: Bytes of a record. A frame says itself how much memory it wants, and may be a stranger's.
LARGEST = 1 << 28


def encode(fields: Mapping[str, Any]) -> bytes:
    return b"".join([_field(name, value) for name, value in fields.items()])


def _field(name: str, value: Any) -> bytes:
    key, (letter, data) = name.encode(), _typed(name, value)
    return bytes([len(key)]) + key + letter + _LENGTH.pack(len(data)) + data


def _typed(name: str, value: Any) -> tuple[bytes, bytes]:
    if isinstance(value, bytes | bytearray | memoryview):
        return b"b", bytes(value)
    if isinstance(value, str):
        return b"s", value.encode("utf-8", "surrogatepass")
    if isinstance(value, datetime):
        return b"d", value.isoformat().encode()
    import json

    try:
        return b"j", json.dumps(value).encode()
    except TypeError as error:
        raise TypeError(f"The stored field {name!r} holds a {type(value).__name__}, which this codec can't.") from error


def decode(record: bytes) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    at, size = 0, len(record)
    while at < size:
        name_end = at + 1 + record[at]
        name = record[at + 1 : name_end].decode()
        (length,) = _LENGTH.unpack_from(record, name_end + 1)
        start = name_end + 1 + _LENGTH.size
        at = start + length
        letter, data = record[name_end : name_end + 1], record[start:at]
        fields[name] = data if letter == b"b" else _value(letter, data)
    return fields


def _value(letter: bytes, data: bytes) -> Any:
    match letter:
        case b"s":
            return data.decode("utf-8", "surrogatepass")
        case b"d":
            return datetime.fromisoformat(data.decode())
        case _:
            import json

            return json.loads(data)


def train(samples: Sequence[bytes]) -> bytes | None:
    """A dictionary for records like these; None if there are too few to learn from."""
    if len(samples) < FEWEST_SAMPLES:
        return None
    try:
        size = min(max(sum(map(len, samples)) // _SHARE, _SMALLEST), _LARGEST)
        return zstandard.train_dictionary(size, list(samples), k=_SEGMENT, d=_DMER).as_bytes()
    except zstandard.ZstdError:
        return None


class Compressor:
    """Compresses records, each to a frame of its own. Raises ValueError for one that would not be read again."""

    def __init__(self, dictionary: bytes | None = None) -> None:
        self.dictionary = dictionary
        data = None if dictionary is None else zstandard.ZstdCompressionDict(dictionary)
        self._compress = zstandard.ZstdCompressor(compression_params=_PARAMETERS, dict_data=data).compress

    def compress(self, record: bytes) -> bytes:
        if len(record) > LARGEST:
            raise ValueError(f"A document stores {len(record)} bytes; {LARGEST} are the most.")
        return self._compress(record)


class Decompressor:
    """Decompresses frames, each with the dictionary it names. Safe to share among threads. Raises Damaged."""

    def __init__(self, dictionaries: Iterable[bytes]) -> None:
        learned = [zstandard.ZstdCompressionDict(dictionary) for dictionary in dictionaries]
        self._by_id = {data.dict_id(): zstandard.ZstdDecompressor(dict_data=data) for data in learned}
        self._by_id[0] = zstandard.ZstdDecompressor()
        self._lock = Lock()

    def __call__(self, frame: bytes) -> bytes:
        try:
            told = zstandard.get_frame_parameters(frame)
            if told.content_size > LARGEST:
                raise Damaged(f"A record claims to hold {told.content_size} bytes")
            with self._lock:
                return self._by_id[told.dict_id].decompress(frame)
        except (zstandard.ZstdError, KeyError) as error:
            raise Damaged("A record can't be unpacked") from error


def dictionary_id(dictionary: bytes) -> int:
    return zstandard.ZstdCompressionDict(dictionary).dict_id()
