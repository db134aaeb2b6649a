"""What is kept with a generation beside its documents: named bytes, in one file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from search.columnar.container import Container, ContainerWriter


def write_blobs(storage: Any, indexname: str, generation: int, blobs: Mapping[str, bytes]) -> None:
    writer = ContainerWriter(storage, blob_file(indexname, generation))
    for name, data in blobs.items():
        writer.add(name, np.frombuffer(data, dtype=np.uint8))
    writer.finish({})


def read_blobs(storage: Any, indexname: str, generation: int) -> Container | None:
    """The blobs of a generation, by `blob`; generation 0 has none. Raises FileNotFoundError and Damaged."""
    return Container(storage, blob_file(indexname, generation)) if generation else None


def blob(container: Container, name: str) -> memoryview | None:
    return container.section(name).whole().data if name in container else None


def blob_file(indexname: str, generation: int) -> str:
    return f"{indexname}.{generation}.blobs"
