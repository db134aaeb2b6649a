"""Bytes that are gathered while writing: in memory while they are few, else in a temporary file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

_MEMORY = 1 << 20


class Spool:
    """Readers never write to one, so what it needs is imported by the first `write`."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None

    def write(self, data: Any) -> None:
        if self._file is None:
            from tempfile import SpooledTemporaryFile

            self._file = SpooledTemporaryFile(_MEMORY)  # noqa: SIM115
        self._file.write(data)

    def drain(self) -> Iterator[bytes]:
        """Everything that was written, once."""
        if self._file is None:
            return
        self._file.seek(0)
        while chunk := self._file.read(_MEMORY):
            yield chunk
        self._file.close()
