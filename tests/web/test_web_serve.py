"""The page over a real server: a process of its own, answering on loopback."""

from __future__ import annotations

import json
import signal
import socket
import urllib.error
import urllib.request
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
    ("host", "threads", "said"), [("no.such.host.invalid", 4, "choose"), ("127.0.0.1", 0, "thread")]
)
def test_what_can_not_be_listened_on_is_told(index: Path, host: str, threads: int, said: str) -> None:
    with pytest.raises(BadValue, match=said):
        serve(index, host=host, port=0, threads=threads)


def test_a_missing_index_is_told_before_anything_listens(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        serve(tmp_path / "nowhere")


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
