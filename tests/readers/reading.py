"""Reading bytes as if they lay in a file."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from search.article import Record, Rejected
from search.readers import Origin, read_stream

Read = list[Record | Rejected]


def reading(name: str, data: bytes) -> Read:
    return list(read_stream(io.BytesIO(data), Origin("news", name, Path("/news") / name, Path("/news"))))


def texts(read: Iterable[Record | Rejected]) -> list[str]:
    return [one.text.strip() for one in read if isinstance(one, Record)]


def reasons(read: Iterable[Record | Rejected]) -> list[str]:
    return [one.reason for one in read if isinstance(one, Rejected)]


def zipped(members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return whole.getvalue()


def tarred(members: Mapping[str, bytes], *others: tarfile.TarInfo) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for info in others:
            archive.addfile(info)
    return whole.getvalue()
