"""Searches of every kind over HTTP while indexing goes on: no error, no growth of memory or of open files."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote, urlsplit

from torture.bounds import queries, word
from torture.crash import run
from torture.tries import Try

ARTICLES, BATCH, CLIENTS = 3000, 40, 4
#: Growth that is taken for none, after the first third: of resident memory, and of open files.
_GROWTH, _FILES = 1.15, 8
_SERVE = "from web.serve import serve; import sys; serve(sys.argv[1], port=0)"


def _write(folder: Path, batch: int, count: int) -> None:
    chance = random.Random(batch)
    with (folder / "news" / f"{batch % 50}.jsonl").open("w", encoding="utf-8") as out:
        for number in range(count):
            words = [word(int(chance.paretovariate(0.7)) % 20_000) for _ in range(120)]
            made = {"id": f"{batch % 50}-{number}", "title": " ".join(words[:6]), "text": " ".join(words), "lang": "en"}
            out.write(json.dumps({**made, "date": f"{2000 + number % 24}-0{1 + batch % 9}"}) + "\n")


def _address(chance: random.Random, worst: list[str]) -> str:
    common = " ".join(word(int(chance.paretovariate(0.7)) % 20_000) for _ in range(chance.choice((1, 1, 2, 3))))
    kind = chance.randrange(12)
    query = common
    if kind == 0:
        query = f'"{common}"'
    elif kind == 1:
        query = common[:3] + "*"
    elif kind == 2:
        query = common.split()[0] + "~"
    elif kind == 3 and chance.random() < 0.1:
        query = chance.choice(worst)
    path = chance.choice(("/", "/", "/", "/search.json", "/search.json", "/feed.atom", "/suggest.json", "/facet/year"))
    if kind == 4:
        return f"/article/{chance.randrange(50)}-{chance.randrange(BATCH)}"
    return f"{path}?q={quote(query)}&page={1 + chance.randrange(3)}"


class _Client(threading.Thread):
    def __init__(self, address: str, until: float, seed: int) -> None:
        super().__init__(daemon=True)
        self._host, self._until, self._chance = urlsplit(address).netloc, until, random.Random(seed)
        self.times: list[float] = []
        self.problems: list[str] = []

    def run(self) -> None:
        worst = list(queries().values())
        connection = HTTPConnection(self._host, timeout=30)
        while time.monotonic() < self._until and len(self.problems) < 5:
            path = _address(self._chance, worst)
            began = time.monotonic()
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
            except (OSError, HTTPException) as error:
                self.problems.append(f"{path[:80]}: {type(error).__name__}: {error}")
                connection = HTTPConnection(self._host, timeout=30)
                continue
            self.times.append(time.monotonic() - began)
            if answer.status not in (200, 404):
                self.problems.append(f"{path[:80]}: status {answer.status}")
        connection.close()


def tries(folder: Path, seconds: float) -> Iterator[Try]:
    (folder / "news").mkdir(parents=True)
    for batch in range(ARTICLES // BATCH):
        _write(folder, batch, BATCH)
    if (made := run(folder, ("index", "--quiet", "--jobs", "1", "news")))[0]:
        yield Try(1, "indexing", [made[1]])
        return
    command = [sys.executable, "-c", _SERVE, str(folder / "index")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            address = re.findall(r"http://\S+", server.stderr.readline())[0]
            threading.Thread(target=server.stderr.read, daemon=True).start()
            yield from _under_load(folder, address, server.pid, seconds)
        finally:
            server.terminate()


def _under_load(folder: Path, address: str, pid: int, seconds: float) -> Iterator[Try]:
    until = time.monotonic() + seconds
    clients = [_Client(address, until, seed) for seed in range(CLIENTS)]
    for client in clients:
        client.start()
    problems, sizes, batch = [], [], ARTICLES // BATCH
    while time.monotonic() < until:
        batch += 1
        _write(folder, batch, BATCH)
        status, said = run(folder, ("index", "--quiet", "--jobs", "1", "news"))
        if status:
            problems.append(f"indexing: {said}")
        sizes.append((_resident(pid), len(os.listdir(f"/proc/{pid}/fd"))))  # noqa: PTH208  numbers, no paths
        time.sleep(min(2.0, max(0.0, until - time.monotonic())))
    for client in clients:
        client.join()
        problems += client.problems
    times = sorted(took for client in clients for took in client.times)
    early, late = sizes[len(sizes) // 3], sizes[-1]
    if late[0] > early[0] * _GROWTH:
        problems.append(f"memory grew from {early[0] >> 20} to {late[0] >> 20} MB")
    if late[1] > early[1] + _FILES:
        problems.append(f"open files grew from {early[1]} to {late[1]}")
    told = ", ".join(f"p{share} {1000 * times[len(times) * share // 100]:.0f} ms" for share in (50, 95, 99) if times)
    where = f"{len(sizes)} commits meanwhile; {told}; {late[0] >> 20} MB, {late[1]} open files"
    print(f"  {where}", flush=True)
    yield Try(len(times), where, problems)


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
