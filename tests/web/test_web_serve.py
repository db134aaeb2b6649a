"""The page over a real server: a process of its own, answering on loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from search.errors import BadValue, IndexMissing
from tests.web.conftest import serving
from web.serve import serve


def test_it_answers_and_ends_when_interrupted(index: Path) -> None:
    with serving(index) as (server, told):
        with urllib.request.urlopen(f"{told}/healthz") as answer:
            assert json.load(answer)["status"] == "ok"
            assert "Server" not in answer.headers
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=20) == 0
        assert "Traceback" not in server.stderr.read()


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM])
def test_workers_answer_together_and_end_together(index: Path, signal_: int) -> None:
    with serving(index, workers=2) as (server, told):
        workers = two_children(server.pid)
        for _ in range(8):
            assert ask(f"{told}/healthz")["status"] == "ok"
        server.send_signal(signal_)
        assert server.wait(timeout=20) == 0
        assert "Traceback" not in server.stderr.read()
    assert [worker for worker in workers if Path(f"/proc/{worker}").exists()] == []


def test_a_worker_that_dies_is_replaced(index: Path) -> None:
    with serving(index, workers=2) as (server, told):
        before = two_children(server.pid)
        os.kill(before[0], signal.SIGKILL)
        assert "A worker ended with -9; another begins." in server.stderr.readline()
        assert len(set(two_children(server.pid)) - set(before)) == 1
        assert ask(f"{told}/healthz")["status"] == "ok"


def test_many_who_ask_at_once_are_no_news_on_stderr(index: Path) -> None:
    with serving(index) as (server, told):
        with ThreadPoolExecutor(40) as readers:
            answers = readers.map(ask, [f"{told}/search.json?q=word"] * 200)
            assert {answer["total"] for answer in answers} == {ask(f"{told}/search.json?q=word")["total"]}
        server.send_signal(signal.SIGINT)
        assert server.stderr.read() == ""


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def two_children(pid: int) -> list[int]:
    """Once both are there."""
    until = time.monotonic() + 20
    while len(children(pid)) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert len(children(pid)) == 2
    return children(pid)


def ask(address: str, **headers: str) -> dict[str, object]:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=20) as answer:
        return json.load(answer)


@pytest.mark.parametrize("name", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::1", "127.0.0.2"])
def test_a_stranger_s_name_is_turned_away(site: str, name: str) -> None:
    """A page of another site, whose name was made to lead here, could read everything otherwise."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(f"{site}/healthz", Host=name)
    with refused.value as answer:
        assert answer.code in (400, 421)
        assert answer.headers["Content-Security-Policy"] or answer.code == 400


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST:80", "127.0.0.1", "[::1]:8000"])
def test_its_own_names_are_answered(site: str, name: str) -> None:
    assert ask(f"{site}/healthz", Host=name)["status"] == "ok"


def test_on_every_address_every_name_is_answered(index: Path) -> None:
    with serving(index, "0.0.0.0") as (_, told):
        assert ask(f"{told}/healthz", Host="desk.example")["status"] == "ok"


def test_the_longest_query_fits_in_the_address(site: str) -> None:
    query = urllib.request.quote("𝒜" * 2000)
    with urllib.request.urlopen(f"{site}/search.json?q={query}") as answer:
        assert len(json.load(answer)["query"]) == 2000


def test_more_than_an_address_is_refused(site: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(f"{site}/?q=" + "x" * 100_000):
        pass
    with refused.value as answer:
        assert answer.code == 431
    with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(f"{site}/", data=b"x" * 100):
        pass
    with refused.value as answer:
        assert answer.code == 413


def test_a_port_that_is_taken_is_told(site: str, index: Path) -> None:
    port = int(site.rpartition(":")[2])
    with pytest.raises(BadValue, match=f"Can’t listen on 127.0.0.1 port {port} .*: choose another"):
        serve(index, port=port)


@pytest.mark.parametrize(
    ("host", "threads", "workers", "said"),
    [
        ("no.such.host.invalid", 4, 1, "choose"),
        ("127.0.0.1", 0, 1, "--threads 0 is too few"),
        ("127.0.0.1", 1, 0, "--workers 0 is too few"),
    ],
)
def test_what_can_not_be_listened_on_is_told(index: Path, host: str, threads: int, workers: int, said: str) -> None:
    with pytest.raises(BadValue, match=said):
        serve(index, host=host, port=0, threads=threads, workers=workers)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_missing_index_is_told(tmp_path: Path, workers: int) -> None:
    with pytest.raises(IndexMissing):
        serve(tmp_path / "nowhere", port=0, workers=workers)


@pytest.mark.parametrize(
    ("host", "told"), [("localhost", "http://localhost:"), ("0.0.0.0", "http://0.0.0.0:"), ("::1", "http://[::1]:")]
)
def test_other_hosts(index: Path, host: str, told: str) -> None:
    if host == "::1" and not _has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    with serving(index, host) as (_, address), urllib.request.urlopen(f"{address}/healthz") as answer:
        assert address.startswith(told)
        assert answer.status == 200


def _has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False
