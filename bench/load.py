"""The page under load: many readers at once on this machine, over the server as it is run.

    python -m bench.load INDEX [--clients 64] [--seconds 30] [--workers 2]

First the pages of results are made in this process, without a server between, which is what one costs. Then readers
ask without pause, each over one connection, for a mix of what people look at: mostly results of one to three
words that stand together in some article, with and without filters, and articles, months, completions, feeds.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from werkzeug.test import EnvironBuilder

from search import SearchRequest, open_archive
from web import create_app, warm

_WORD = re.compile(r"\w{3,}")
#: Articles that queries are taken from, and how many addresses of each kind are made.
_ARTICLES, _ADDRESSES = 2000, 400


@dataclass(slots=True)
class Tally:
    """`times` are milliseconds by kind of address."""

    times: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    bytes: int = 0


def addresses(index: Path, seed: int = 1) -> dict[str, list[str]]:
    """By kind; a kind is asked for as often as its share of SHARES."""
    chance = random.Random(seed)
    with open_archive(index) as archive:
        found = list(islice(archive.every(SearchRequest(sort="oldest")), _ARTICLES * 5))
        hits = chance.sample(found, min(_ARTICLES, len(found)))
        texts = [(hit, _WORD.findall(hit.title)) for hit in hits]
    some = [(hit, words) for hit, words in texts if len(words) >= 3][:_ADDRESSES]
    return {kind: [quote(address, safe="/?&=+%") for address in made] for kind, made in _made(some, chance).items()}


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
            status, length, stays = await _asked(*connection, host, address)
        except (OSError, EOFError, ValueError) as error:
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
    kinds, shares = list(SHARES), list(SHARES.values())
    while True:
        (kind,) = chance.choices(kinds, shares)
        yield kind, chance.choice(by_kind[kind])


def memory(pid: int) -> tuple[float, float]:
    """Megabytes that a process and its children have for themselves, and with their part of what they share."""
    own = whole = 0.0
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (str(pid), *children):
        rollup = Path(f"/proc/{each}/smaps_rollup").read_text()
        sizes = {name: int(size) / 1024 for name, size in re.findall(r"^(\w+):\s+(\d+) kB$", rollup, re.MULTILINE)}
        own += sizes["Private_Clean"] + sizes["Private_Dirty"]
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


def row(kind: str, times: Sequence[float]) -> str:
    cuts = statistics.quantiles(times, n=100) if len(times) > 1 else [*times] * 99
    return f"| {kind} | {len(times):,} | {cuts[49]:.0f} | {cuts[98]:.0f} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    by_kind = addresses(asked.index)
    clock, processor = alone(asked.index, by_kind, min(10, asked.seconds))
    program = [sys.executable, "-m", "search", "--index", str(asked.index), "serve", "--port", "0"]
    with subprocess.Popen([*program, "--workers", str(asked.workers)], stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr
            port = int(server.stderr.readline().split()[3].rstrip("/").rpartition(":")[2])
            asyncio.run(load(port, 2, 3, by_kind))  # what is read at first is read
            first = asyncio.run(load(port, 1, min(10, asked.seconds), by_kind))
            tally = asyncio.run(load(port, asked.clients, asked.seconds, by_kind))
            own, whole = memory(server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
    everything = [time for times in tally.times.values() for time in times]
    single = [time for times in first.times.values() for time in times]
    rate = len(everything) / asked.seconds
    print(f"{asked.clients} readers, {asked.workers} workers, {asked.seconds:.0f} s: {rate:,.0f} requests/s, ", end="")
    answers = f"statuses {dict(tally.statuses)}, failures {dict(tally.failures)}"
    print(f"{tally.bytes / asked.seconds / 1e6:.1f} MB/s, {answers}")
    print(f"memory {own:,.0f} MB of their own, {whole:,.0f} MB with their part of what is shared\n")
    print("| | requests | p50 ms | p99 ms |\n|---|---|---|---|")
    print(row("all", everything))
    print(row("one reader alone", single))
    print(row("made in process: results", clock))
    print(row("the same, processor time", processor))
    for kind in SHARES:
        if tally.times.get(kind):
            print(row(kind, tally.times[kind]))
    return 1 if tally.failures or set(tally.statuses) != {200} else 0


if __name__ == "__main__":
    sys.exit(main())
