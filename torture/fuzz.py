"""Bytes that nobody would write, for everything that reads bytes: `python -m torture.fuzz TARGET SECONDS`.

Guided by coverage where atheris is installed; elsewhere seeds are altered at random, and it says so. Ends with 1 if
something was raised that a caller does not expect; the input is written to `.cache/fuzz/`.
"""

from __future__ import annotations

import atexit
import importlib.util
import io
import random
import shutil
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from msgspec import Struct
from msgspec.structs import replace

from torture import seeds

FOUND = Path(".cache/fuzz")
TODAY = date(2024, 5, 1)
#: Longest that one input may take, in seconds of a processor, and by the clock; and bytes that it may have.
SLOWEST, HANGS, LARGEST = 5.0, 60, 1 << 14

Try = Callable[[bytes], None]


class Target(Struct, frozen=True):
    """`make` imports what is tried, and is called once."""

    make: Callable[[], Try]
    seeds: Callable[[], Sequence[bytes]]


def _reader(suffix: str) -> Callable[[], Try]:
    def make() -> Try:
        from search.article import Article, Record, Rejected
        from search.normalize import normalize
        from search.readers import STANDARD_INPUT, read_stream

        origin = replace(STANDARD_INPUT, file=Path(f"/news/a{suffix}"), path=f"a{suffix}")

        def attempt(data: bytes) -> None:
            for found in read_stream(io.BytesIO(data), origin):
                assert isinstance(found, Record | Rejected)
                if isinstance(found, Record):
                    assert isinstance(normalize(found, id="a", today=TODAY), Article | Rejected)

        return attempt

    return make


def _query() -> Try:
    from search.query.parse import parse
    from search.query.show import show

    def attempt(data: bytes) -> None:
        query = parse(data.decode("utf-8", "surrogateescape"))
        if query.root is not None:
            show(query.root)

    return attempt


def _dates() -> Try:
    from search.dates import find_in_url, parse_partial
    from search.dates.declared import parse_declared
    from search.dates.text import find_in_text

    def attempt(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        for language in ("nb", "en", "ar", "zh", "und"):
            parse_declared(text, TODAY, language)
            find_in_text(text, language, TODAY)
        for found in (parse_partial(text), find_in_url(text, TODAY)):
            assert found is None or found.start <= found.end

    return attempt


def _params() -> Try:
    from werkzeug.datastructures import MultiDict

    from search.errors import BadValue
    from search.settings import Settings
    from web.params import read, write

    def attempt(data: bytes) -> None:
        settings = Settings()
        try:
            request = read(MultiDict(parse_qsl(data.decode("utf-8", "replace"))), settings)
        except BadValue:
            return
        again = read(MultiDict(parse_qsl(write(request, settings), keep_blank_values=True)), settings)
        assert again == request, (again, request)

    return attempt


def _search() -> Try:
    """Any query, with everything that a page shows."""
    from search import open_archive

    archive = open_archive(_index()[0])

    def attempt(data: bytes) -> None:
        query = data.decode("utf-8", "replace")
        page = archive.search(query)
        assert page.total >= len(page.hits)
        archive.suggest(query)

    return attempt


def _forged(pattern: str) -> Callable[[], Try]:
    """A file of an index, altered under checksums that fit: anything may be raised, but nothing may crash."""

    def make() -> Try:
        from search import open_archive
        from search.columnar.blobs import blob
        from search.columnar.container import Container
        from search.indexing.ledger import Ledger
        from torture.damage import QUERIES

        place, storage = _index()
        path = next(place.glob(pattern))
        whole = path.read_bytes()

        def attempt(data: bytes) -> None:
            path.write_bytes(_resealed(whole, data))
            with suppress(Exception), open_archive(place) as archive:
                for query in QUERIES:
                    with suppress(Exception):
                        archive.search(query)
                        archive.suggest(query)
            if path.suffix == ".blobs":
                with suppress(Exception), closing(Ledger(partial(blob, Container(storage, path.name)))) as ledger:
                    list(ledger.all_copies())

        return attempt

    return make


def _resealed(whole: bytes, changes: bytes) -> bytes:
    """Every four bytes of `changes` put a byte (the last) at a place (the others)."""
    from search.columnar.container import _TRAILER, BLOCK

    length, listed, total, _, version, magic = _TRAILER.unpack(whole[-_TRAILER.size :])
    body, listing = bytearray(whole[:length]), bytearray(whole[len(whole) - _TRAILER.size - listed : -_TRAILER.size])
    for at in range(0, len(changes) - 3, 4):
        place = int.from_bytes(changes[at : at + 3], "little") % (length + listed)
        (body if place < length else listing)[place % length if place < length else place - length] = changes[at + 3]
    sums = b"".join(zlib.crc32(body[at : at + BLOCK]).to_bytes(4, "little") for at in range(0, length, BLOCK))
    crc = zlib.crc32(listing, zlib.crc32(sums))
    return bytes(body + sums + listing + _TRAILER.pack(length, listed, total, crc, version, magic))


def _contents() -> Try:
    """Any table of contents under a seal that fits: schema and segments, or said to be damaged."""
    from search.columnar import contents
    from search.columnar.errors import Damaged

    place, storage = _index()
    path = next(place.glob("*.toc"))

    def attempt(data: bytes) -> None:
        seal = contents._SEAL.pack(len(data), zlib.crc32(data), contents._MAGIC)
        path.write_bytes(data + seal)
        with suppress(Damaged):
            assert isinstance(contents.read(storage, "MAIN"), contents.Contents)

    return attempt


def _bodies() -> Sequence[bytes]:
    from search.columnar import contents

    return [next(_index()[0].glob("*.toc")).read_bytes()[: -contents._SEAL.size]]


def _index() -> tuple[Path, Any]:
    """Its folder, and as Whoosh knows it. Goes with the process."""
    from whoosh.filedb.filestore import FileStorage

    from torture.damage import prepare

    place = tempfile.mkdtemp(prefix="newsstand-fuzz-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    index = prepare(Path(place))
    return index, FileStorage(str(index))


def _changes() -> Sequence[bytes]:
    return [b"\0\0\0\0", bytes(range(64))]


TARGETS: dict[str, Target] = {
    **{f"read{suffix}": Target(_reader(suffix), partial(seeds.texts, suffix)) for suffix in seeds.TEXTS},
    **{f"read{suffix}": Target(_reader(suffix), seeds.packed) for suffix in seeds.PACKED},
    "query": Target(_query, lambda: seeds.QUERIES),
    "search": Target(_search, lambda: seeds.QUERIES),
    "dates": Target(_dates, lambda: seeds.DATES),
    "parameters": Target(_params, lambda: seeds.PARAMETERS),
    "contents": Target(_contents, _bodies),
    "segment": Target(_forged("*.col"), _changes),
    "blobs": Target(_forged("*.blobs"), _changes),
}


def altered(given: Sequence[bytes], chance: random.Random) -> Iterator[bytes]:
    """Without end: the seeds, then what a few changes make of one, or of two."""
    yield from given
    while True:
        data = bytearray(chance.choice(given))
        for _ in range(chance.choice((1, 1, 2, 4, 16))):
            _alter(data, chance, given)
        yield bytes(data[:LARGEST])


_TELLING = (
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b"<",
    b"&",
    b"]]>",
    b'"',
    b"'",
    b"\\",
    b"\n",
    b"{",
    b"[",
    b"(",
    b"9" * 30,
    b"-1",
    b"%00",
)


def _alter(data: bytearray, chance: random.Random, given: Sequence[bytes]) -> None:
    at = chance.randrange(len(data) + 1)
    end = min(len(data), at + chance.choice((1, 2, 8, 64)))
    match chance.randrange(6):
        case 0 if at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        case 1:
            data[at:at] = chance.choice(_TELLING) * chance.choice((1, 1, 1, 100))
        case 2:
            del data[at:end]
        case 3:
            data[at:at] = data[at:end] * chance.choice((1, 2, 50))
        case 4:
            other = chance.choice(given)
            start = chance.randrange(len(other) + 1)
            data[at:] = other[start:]
        case _:
            data[at:end] = chance.randbytes(end - at)


def by_chance(name: str, seconds: float, seed: int = 0) -> int:
    """How many inputs were tried."""
    target = TARGETS[name]
    attempt, until, tried = _timed(target.make()), time.monotonic() + seconds, 0
    for data in altered(list(target.seeds()), random.Random(seed)):
        if time.monotonic() > until:
            break
        tried += 1
        try:
            attempt(data)
        except BaseException:
            FOUND.mkdir(parents=True, exist_ok=True)
            (FOUND / f"{name}-{zlib.crc32(data):x}").write_bytes(data)
            raise
    return tried


def _timed(attempt: Try) -> Try:
    """By the processor's clock: on a machine that has much to do, any input takes long by the one on the wall."""

    def timed(data: bytes) -> None:
        began = time.process_time()
        attempt(data)
        took = time.process_time() - began
        assert took < SLOWEST, f"took {took:.1f} s"

    return timed


def guided(name: str, seconds: float) -> None:
    """By coverage; libFuzzer ends the process itself, and says how many were tried."""
    import atheris

    target = TARGETS[name]
    corpus = Path(".cache/fuzz-corpus", name)
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    FOUND.mkdir(parents=True, exist_ok=True)
    with atheris.instrument_imports(include=["search", "web", "feedparser", "warcio"]):
        attempt = _timed(target.make())
        attempt(next(iter(target.seeds())))
    options = {
        "max_total_time": int(seconds),
        "max_len": LARGEST,
        "timeout": HANGS,
        "rss_limit_mb": 2048,
        "artifact_prefix": f"{FOUND}/{name}-",
        "print_final_stats": 1,
    }
    atheris.Setup([sys.argv[0], *(f"-{key}={value}" for key, value in options.items()), str(corpus)], attempt)
    atheris.Fuzz()


def is_guided() -> bool:
    return importlib.util.find_spec("atheris") is not None


if __name__ == "__main__":
    chosen, duration = sys.argv[1], float(sys.argv[2])
    if is_guided():
        guided(chosen, duration)
    print(f"stat::number_of_executed_units: {by_chance(chosen, duration)}")
