"""The page under load: many readers at once on this machine, over the server as it is run.

    python -m bench.load INDEX [--clients 64] [--seconds 30] [--workers 2] [--small NEWSSTAND WHOOSH]

First the pages of results are made in this process, without a server between, which is what one costs. Then readers
ask without pause, each over one connection, for a mix of what people look at: mostly results of one to three
words that stand together in some article, with and without filters, and articles, months, completions, feeds. Of
smaller indexes of the same articles, a page by stock Whoosh alone is asked beside for results.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Thread
from urllib.parse import quote

from msgspec import Struct, field
from werkzeug.test import EnvironBuilder

from bench.report import Cell, Section, markdown
from search import SearchRequest, open_archive
from web import create_app, warm

_WORD = re.compile(r"\w{3,}")
#: Articles that queries are taken from, and how many addresses of each kind are made.
_ARTICLES, _ADDRESSES = 2000, 400


class Manner(Struct, frozen=True):
    clients: int = 64
    seconds: float = 30
    workers: int = 2

    @property
    def warming(self) -> float:
        """Seconds for what is measured before."""
        return min(10, self.seconds)


class Tally(Struct):
    """`times` are milliseconds by kind of address."""

    times: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    bytes: int = 0

    @property
    def all(self) -> list[float]:
        return [time for times in self.times.values() for time in times]

    @property
    def told(self) -> str:
        """How many went wrong."""
        wrong = {str(status): times for status, times in self.statuses.items() if status != 200} | dict(self.failures)
        return f"{sum(wrong.values())} failed ({wrong})" if wrong else "none went wrong"


def addresses(index: Path, kinds: Container[str] | None = None, seed: int = 1) -> dict[str, list[str]]:
    """By kind, of those or all; a kind is asked for as often as its share of SHARES."""
    chance = random.Random(seed)
    with open_archive(index) as archive:
        found = list(islice(archive.every(SearchRequest(sort="oldest")), _ARTICLES * 5))
        hits = chance.sample(found, min(_ARTICLES, len(found)))
        texts = [(hit, _WORD.findall(hit.title)) for hit in hits]
    some = [(hit, words) for hit, words in texts if len(words) >= 3][:_ADDRESSES]
    made = _made(some, chance)
    wanted = [kind for kind in made if kinds is None or kind in kinds]
    return {kind: [quote(address, safe="/?&=+%") for address in made[kind]] for kind in wanted}


#: Of a hundred requests.
SHARES = {
    "one word": 25,
    "two words": 20,
    "three words": 10,
    "phrase": 5,
    "filtered": 10,
    "month": 5,
    "shares": 5,
    "article": 10,
    "completion": 8,
    "feed": 2,
}


NOT_RESULTS = frozenset({"article", "completion", "feed"})
#: What a page by Whoosh alone can answer too.
PLAIN = SHARES.keys() - NOT_RESULTS - {"shares"}

#: Seconds after which an answer is no longer waited for.
_PATIENCE = 120


def _made(some: Sequence[tuple[object, list[str]]], chance: random.Random) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {kind: [] for kind in SHARES}
    for hit, words in some:
        at = chance.randrange(len(words) - 2)
        one, two, three = words[at : at + 3]
        made["one word"].append(f"/?q={one}")
        made["two words"].append(f"/?q={one}+{three}")
        made["three words"].append(f"/?q={one}+{two}+{three}")
        made["phrase"].append(f'/?q="{one}+{two}"')
        made["filtered"].append(f"/?q={one}&lang={hit.language}&after=2010")  # type: ignore[attr-defined]
        made["month"].append(f"/?q={two}&after=2015-10&before=2015-10")
        made["shares"].append(f"/?q={three}&timeline=shares")
        made["article"].append(f"/article/{hit.id}?q={one}&hit=1")  # type: ignore[attr-defined]
        made["completion"].append(f"/suggest.json?q={one[:3]}")
        made["feed"].append(f"/feed.atom?q={two}")
    return made


async def reader(host: str, port: int, mix: Iterator[tuple[str, str]], until: float, tally: Tally) -> None:
    connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    while time.perf_counter() < until:
        kind, address = next(mix)
        started = time.perf_counter()
        try:
            if connection is None:
                connection = await asyncio.open_connection(host, port)
            status, length, stays = await asyncio.wait_for(_asked(*connection, host, address), _PATIENCE)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            tally.failures[type(error).__name__] += 1
            connection = None
            continue
        tally.times.setdefault(kind, []).append((time.perf_counter() - started) * 1000)
        tally.statuses[status] += 1
        tally.bytes += length
        if not stays:
            connection[1].close()
            connection = None
    if connection is not None:
        connection[1].close()


async def _asked(
    read: asyncio.StreamReader, write: asyncio.StreamWriter, host: str, address: str
) -> tuple[int, int, bool]:
    """Status, length of the body, and whether the connection stays open."""
    write.write(f"GET {address} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    head = (await read.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.partition("content-length:")[2].split()[0])
    await read.readexactly(length)
    return int(head.split(maxsplit=2)[1]), length, "connection: close" not in head


def mixed(by_kind: dict[str, list[str]], seed: int) -> Iterator[tuple[str, str]]:
    chance = random.Random(seed)
    kinds, shares = list(by_kind), [SHARES[kind] for kind in by_kind]
    while True:
        (kind,) = chance.choices(kinds, shares)
        yield kind, chance.choice(by_kind[kind])


def memory(pid: int) -> tuple[float, float]:
    """Megabytes that a process and its children have, mapped files left out, and with them."""
    own = whole = 0.0
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (str(pid), *children):
        rollup = Path(f"/proc/{each}/smaps_rollup").read_text()
        sizes = {name: int(size) / 1024 for name, size in re.findall(r"^(\w+):\s+(\d+) kB$", rollup, re.MULTILINE)}
        own += sizes["Pss_Anon"] + sizes["Pss_Shmem"]
        whole += sizes["Pss"]
    return own, whole


async def load(port: int, clients: int, seconds: float, by_kind: dict[str, list[str]]) -> Tally:
    tally, until = Tally(), time.perf_counter() + seconds
    readers = (reader("127.0.0.1", port, mixed(by_kind, n), until, tally) for n in range(clients))
    await asyncio.gather(*readers)
    return tally


def alone(index: Path, by_kind: dict[str, list[str]], seconds: float) -> tuple[list[float], list[float]]:
    """Milliseconds that pages of results take here, by the clock and in processor time."""
    clock, processor = [], []
    with open_archive(index) as archive:
        app = create_app(archive)
        warm(app)
        until = time.perf_counter() + seconds
        for kind, address in mixed(by_kind, 99):
            if kind in NOT_RESULTS:
                continue
            environ = EnvironBuilder(address).get_environ()
            started, spent = time.perf_counter(), time.process_time()
            b"".join(app(environ, lambda *_: lambda _: None))
            clock.append((time.perf_counter() - started) * 1000)
            processor.append((time.process_time() - spent) * 1000)
            if time.perf_counter() > until:
                break
    return clock, processor


@contextmanager
def served(*program: str | Path) -> Iterator[tuple[int, int]]:
    """The port that a server tells it is at on stderr, and its process's id."""
    with subprocess.Popen([sys.executable, "-m", *program], stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr
            told = server.stderr.readline()
            # A pipe that is full would stop the server.
            Thread(target=server.stderr.read, daemon=True).start()
            yield int(told.split()[3].rstrip("/").rpartition(":")[2]), server.pid
        finally:
            server.send_signal(signal.SIGTERM)


def row(name: str, articles: int, times: Sequence[float], seconds: float) -> tuple[Cell, ...]:
    cuts = statistics.quantiles(times, n=100) if len(times) > 1 else [*times] * 99
    return name, articles, len(times), len(times) / seconds, cuts[49], cuts[98]


def measured(index: Path, how: Manner, small: tuple[Path, Path] | None = None) -> Section:
    """`small` are indexes of the same articles, fewer, by Newsstand and for Whoosh's own page."""
    by_kind, articles = addresses(index), count(index)
    clock, processor = alone(index, by_kind, how.warming)
    with served(*newsstand(index, how)) as (port, pid):
        asyncio.run(load(port, 2, 3, by_kind))  # what is read at first is read
        first = asyncio.run(load(port, 1, how.warming, by_kind))
        tally = asyncio.run(load(port, how.clients, how.seconds, by_kind))
        own, whole = memory(pid)
    rows = [
        row("one page in process", articles, clock, how.warming),
        row("the same, processor time", articles, processor, how.warming),
        row("one reader alone", articles, first.all, how.warming),
        row("all", articles, tally.all, how.seconds),
        *(row(kind, articles, tally.times[kind], how.seconds) for kind in SHARES if tally.times.get(kind)),
    ]
    told = [f"Of these requests {tally.told}, with {tally.bytes / how.seconds / 1e6:.1f} MB/s."]
    if small:
        ours, theirs = small
        by_kind, articles = addresses(ours, kinds=PLAIN), count(ours)
        others = {"Newsstand": newsstand(ours, how), "Whoosh’s own page": whoosh(theirs, how)}
        for name, program in others.items():
            with served(*program) as (port, _):
                asyncio.run(load(port, 2, 3, by_kind))
                one = asyncio.run(load(port, 1, how.warming, by_kind))
                many = asyncio.run(load(port, how.clients, how.seconds, by_kind))
            rows.append(row(f"{name}, results only, one reader", articles, one.all, how.warming))
            rows.append(row(f"{name}, results only", articles, many.all, how.seconds))
            told.append(f"{name}, results only: {many.told}.")
        told.append(
            "Whoosh’s own page has its text fields, query parser, grouping and highlighter, and no more than title, "
            "passages, counts by language, source and year; the server and the number of workers are the same."
        )
    note = (
        f"Milliseconds at {how.clients} readers for {how.seconds:.0f} seconds over loopback, each asking without pause "
        f"for a mix of results, articles, completions and feeds; {how.workers} workers on {os.cpu_count()} cores, "
        f"which the readers share. The server's processes had {own:,.0f} MB of their own, {whole:,.0f} MB with their "
        f"part of the mapped index. {' '.join(told)}"
    )
    columns = ("", "articles", "requests", "requests/s", "p50", "p99")
    return Section("The page under load", note, columns, tuple(rows))


def newsstand(index: Path, how: Manner) -> list[str | Path]:
    return ["search", "--index", index, "serve", "--port", "0", "--workers", str(how.workers)]


def whoosh(index: Path, how: Manner) -> list[str | Path]:
    return ["bench.contenders.whoosh_page", index, str(how.workers)]


def count(index: Path) -> int:
    with open_archive(index) as archive:
        return archive.stats().articles


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    usual = Manner()
    parser.add_argument("index", type=Path)
    parser.add_argument("--clients", type=int, default=usual.clients)
    parser.add_argument("--seconds", type=float, default=usual.seconds)
    parser.add_argument("--workers", type=int, default=usual.workers)
    parser.add_argument("--small", type=Path, nargs=2, metavar="FOLDER", help="indexes by Newsstand and for Whoosh")
    asked = parser.parse_args()
    section = measured(asked.index, Manner(asked.clients, asked.seconds, asked.workers), asked.small)
    print(*markdown(section), sep="\n")
    return 1 if "failed" in section.note else 0


if __name__ == "__main__":
    sys.exit(main())
