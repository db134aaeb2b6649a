from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from search.engines.memory import MemoryEngine
from tests.indexing.folders import write


@pytest.fixture
def engine() -> Iterator[MemoryEngine]:
    with closing(MemoryEngine()) as engine:
        yield engine


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    write(folder / "a.txt", "Alfa")
    write(folder / "b/b.txt", "Beta")
    write(folder / "c.jsonl", {"id": "c1", "text": "Gamma"}, {"text": "Delta"})
    return folder
