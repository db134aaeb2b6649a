"""The list of rejected input, as a file beside the index: JSON Lines, however long it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from msgspec.structs import asdict

from search.article import Rejected

#: In the folder of the index.
NAME = "rejected.jsonl"


class Rejections:
    """Told each rejection, it lists them; when the context is left, the list takes the place of the last one.

    `path` is where it is then; None if nothing was rejected.
    """

    def __init__(self, index: Path) -> None:
        self._index = index
        self._list: IO[bytes] = TemporaryFile()  # noqa: SIM115
        self.path: Path | None = None

    def __call__(self, rejected: Rejected) -> None:
        self._list.write(json.dumps(asdict(rejected), ensure_ascii=False).encode() + b"\n")

    def __enter__(self) -> Rejections:
        return self

    def __exit__(self, *exc: object) -> None:
        with self._list:
            if not self._index.is_dir():
                return
            if not self._list.tell():
                (self._index / NAME).unlink(missing_ok=True)
                return
            self._list.seek(0)
            new = self._index / f".{NAME}"
            new.unlink(missing_ok=True)  # what it is may be a link
            with new.open("xb") as file:
                shutil.copyfileobj(self._list, file)
            self.path = new.replace(self._index / NAME)
