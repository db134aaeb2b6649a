"""The worst queries there are get an answer, and are told what was left out. `make torture` measures what they take."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search import Archive, open_archive
from torture.bounds import queries, write
from torture.crash import run

WORST = queries(0)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("bounds")
    (folder / "news").mkdir()
    write(folder / "news" / "all.jsonl", 200)
    assert run(folder, ("index", "--quiet", "news"))[0] == 0
    with open_archive(folder / "index") as opened:
        yield opened


@pytest.mark.parametrize("name", WORST)
@pytest.mark.parametrize("match", ["auto", "any"])
def test_a_query_is_answered(archive: Archive, name: str, match: str) -> None:
    page = archive.search(WORST[name], match=match)
    assert page.total >= len(page.hits)
    assert page.notes or len(WORST[name].split()) < 100
