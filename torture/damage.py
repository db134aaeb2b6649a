"""Flipped bytes, cut and missing files: found by the check, and told by a search that reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from search import IndexDamaged, open_archive
from search.columnar.check import check
from torture.crash import run
from torture.tries import Try

QUERIES = ("harbour", "opened", '"the station"', "mar*", "museem~", "year:2020", "source:nrk.no -harbour", "")
ARTICLES = """\
{"id": "a", "title": "Harbour", "text": "The harbour opened.", "date": "2020-10", "lang": "en", "source": "nrk.no"}
{"id": "b", "title": "Station", "text": "The station was closed in May.", "date": "2021", "lang": "en"}
{"id": "c", "title": "Museum", "text": "Museet åpnet i går, markedet også.", "lang": "nb", "source": "nrk.no"}
"""


def prepare(folder: Path) -> Path:
    """A small index with a deleted article; its folder."""
    (folder / "news").mkdir()
    (folder / "news" / "a.jsonl").write_text(ARTICLES, encoding="utf-8")
    for command in (("index", "news"), ("delete", "b")):
        status, said = run(folder, command)
        assert status == 0, said
    return folder / "index"


def answers(index: Path) -> list[object]:
    """To all queries, with everything that a page shows."""
    with open_archive(index) as archive:
        return [*(_answer(archive.search(query)) for query in QUERIES), archive.article("a"), archive.suggest("mu")]


def _answer(page: object) -> dict[str, object]:
    return {name: getattr(page, name) for name in ("total", "match", "hits", "facets", "suggestion")}


def damages(index: Path, step: int = 1, first: int = 0) -> Iterator[Try]:
    """Every `step`-th byte of every file flipped, and the file cut there; every file missing."""
    expected = answers(index)
    for path in sorted(index.iterdir()):
        if path.name.endswith("LOCK"):
            continue
        whole = path.read_bytes()
        for at in range(first % step, len(whole), step):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << (at // step) % 8]) + whole[at + 1 :])
            yield Try(1, f"{path.suffix}: byte {at} flipped", list(_problems(index, path.name, expected)))
            path.write_bytes(whole[:at])
            yield Try(1, f"{path.suffix}: cut at {at}", list(_problems(index, path.name, expected)))
        path.unlink()
        yield Try(1, f"{path.suffix}: missing", list(_problems(index, "", expected)))
        path.write_bytes(whole)


def _problems(index: Path, name: str, expected: list[object]) -> Iterator[str]:
    if not any(name in problem for problem in check(index)):
        yield "not found by the check"
    try:
        if answers(index) != expected:
            yield "a wrong answer"
    except IndexDamaged as error:
        if "--rebuild" not in str(error):
            yield f"no way out is named: {error}"
    except Exception as error:  # which is what must not be
        yield f"{type(error).__name__}: {error}"
