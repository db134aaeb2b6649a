"""A damaged index, served or asked on the command line: what is right, or one clear error with the way to mend it."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from flask import Flask
from whoosh.filedb.filestore import FileStorage

from search import IndexDamaged, IndexMissing, open_archive
from search.columnar.container import Container
from torture.bounds import word
from torture.crash import run
from torture.tries import Try
from web import create_app

ADDRESSES = (
    "/?q=harbour",
    '/?q="bobo+bebo"&timeline=shares',
    "/?year=2003",
    "/article/7?q=harbour",
    "/facet/source?q=harbour",
    "/search.json?q=harbuor~",
    "/search.json?q=title:bo*+-source:x.org",
    "/search.csv?q=harbour",
    "/feed.atom?q=bobo",
    "/suggest.json?q=har",
    "/healthz",
)
READING = (
    ("search", "harbour"),
    ("search", "bo*", "--sort", "newest", "--format", "json"),
    ("show", "7"),
    ("explain", "harbour", "--id", "7"),
    ("suggest", "har"),
    ("stats",),
)
WRITING = ("index", "news")


def prepare(folder: Path) -> None:
    """An index of some articles, large enough that most of what it holds lies in blocks of its own."""
    chance, lines = random.Random(1), []
    (folder / "news").mkdir()
    for number in range(600):
        words = [word(int(chance.paretovariate(0.4)) % 9000) for _ in range(60)] + ["harbour"] * (number % 3 == 1)
        said = {"id": str(number), "title": " ".join(words[:4]), "text": " ".join(words), "lang": "en"}
        lines.append(json.dumps({**said, "date": f"{2000 + number % 9}", "source": f"s{number % 5}.org"}))
    (folder / "news" / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert run(folder, WRITING)[0] == 0
    assert run(folder, ("delete", "3"))[0] == 0


def places(path: Path) -> Iterator[tuple[str, int]]:
    """Where each kind of block of a file is: a name, and a byte in the midst of it."""
    whole = path.read_bytes()
    if path.suffix == ".toc":
        yield from ((f"at {share}", int(share * len(whole))) for share in (0.01, 0.3, 0.6, 0.95))
        return
    sections = Container(FileStorage(str(path.parent)), path.name).directory["sections"]
    yield from ((name, start + length // 2) for name, (start, length, *_) in sections.items() if length)
    end = max(start + length for start, length, *_ in sections.values())
    yield from (("header", 3), ("checksums", end + 1), ("directory", len(whole) - 200), ("trailer", len(whole) - 10))


def answers(index: Path, meanwhile: Callable[[], object] = lambda: None) -> list[tuple[int, str]]:
    """Status and text of each page; None in their place, and why, if it can't be served at all."""
    try:
        with open_archive(index) as archive:
            meanwhile()
            app = create_app(archive)
            app.logger.disabled = True
            return [_answer(app, address) for address in ADDRESSES]
    except (IndexDamaged, IndexMissing) as error:
        return [(0, str(error))]


def _answer(app: Flask, address: str) -> tuple[int, str]:
    with app.test_client() as client, client.get(address) as answer:
        return answer.status_code, _lasting(answer.get_data(as_text=True))


#: What names the way out.
_MENDED = re.compile(r"newsstand .*index (--rebuild )?PATH")
#: What took how long, which is another time each time.
_TIMES = re.compile(r'"took_ms": [\d.]+|[\d.,]+\sm?s\b')


def _lasting(text: str) -> str:
    return _TIMES.sub("", text)


def _wrong(expected: list[tuple[int, str]], found: list[tuple[int, str]]) -> list[str]:
    if found[0][0] == 0:
        return [] if _MENDED.search(found[0][1]) else [f"no way out is named: {found[0][1]}"]
    return [
        f"{address}: {status} {text[:200]}"
        for address, right, (status, text) in zip(ADDRESSES, expected, found, strict=True)
        if (status, text) != right and not (status == 503 and "--rebuild" in text)
    ]


def harmed(index: Path) -> Iterator[tuple[str, Path, bytes | None]]:
    """Every kind of block with one bit flipped; every file cut in several places, emptied, and missing."""
    for path in sorted(index.iterdir()):
        if path.name.endswith("LOCK"):
            continue
        whole = path.read_bytes()
        for name, at in places(path):
            yield f"{path.suffix} {name}", path, whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :]
        for length in (0, len(whole) // 10, len(whole) // 2, len(whole) - 1):
            yield f"{path.suffix} cut at {length}", path, whole[:length]
        yield f"{path.suffix} missing", path, None


def served(index: Path, step: int = 1) -> Iterator[Try]:
    """Damaged before the page is started; and while it is served, as far as that can be caught.

    A block is checked once, when it is first read, so that what changes in it later may show; but nothing fails.
    """
    expected = answers(index)
    assert {status for status, _ in expected} == {200}
    for what, path, data in islice(harmed(index), None, None, step):
        whole = path.read_bytes()
        if data is None or len(data) == len(whole):
            found = answers(index, lambda path=path, data=data: _overwrite(path, data))
            found = [right if one[0] == 200 else one for right, one in zip(expected, found, strict=True)]
            yield Try(len(ADDRESSES), f"{what} while it is served", _wrong(expected, found))
        path.unlink(missing_ok=True)
        if data is not None:
            path.write_bytes(data)
        yield Try(len(ADDRESSES), what, _wrong(expected, answers(index)))
        path.write_bytes(whole)


def _overwrite(path: Path, data: bytes | None) -> None:
    """In the file itself, as a bad disk does it, which shows wherever it is mapped."""
    if data is None:
        path.unlink()
        return
    with path.open("r+b") as file:
        file.write(data)


def commanded(folder: Path, step: int = 1) -> Iterator[Try]:
    """The same on the command line: for each one command that reads, and one that writes."""
    saved = shutil.copytree(folder / "index", folder / "saved")
    expected = [run(folder, command)[1] for command in READING]
    for number, (what, path, data) in enumerate(list(harmed(folder / "index"))[::step]):
        place = number % len(READING)
        (folder / "news" / "more.txt").write_text(f"The harbour of {number} opened.")
        for command, right in ((READING[place], expected[place]), (WRITING, "newsstand: 1 added, 599 unchanged")):
            path.unlink() if data is None else path.write_bytes(data)
            status, said = run(folder, command)
            is_told = status == 2 and said.count("\n") == 1 and _MENDED.search(said)
            is_right = _lasting(said).startswith(_lasting(right))
            yield Try(1, f"{what}, {command}", [] if is_told or is_right else [f"{status} {said}"])
            shutil.rmtree(folder / "index")
            shutil.copytree(saved, folder / "index")
