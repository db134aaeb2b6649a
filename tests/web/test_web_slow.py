"""Who asks or listens ever so slowly is sent away, and holds up nobody else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from web import channel
from web.serve import made

ENOUGH = 60  # seconds: then something hangs

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


def large(environ: object, start: Callable[..., object]) -> Iterator[bytes]:
    """More than a system keeps for one who doesn't read."""
    start("200 OK", [("Content-Type", "text/csv")])
    for _ in range(400):
        yield bytes(1 << 16)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Of a server with one thread and little patience, in which an answer waits for whoever reads it."""
    monkeypatch.setattr(channel, "PATIENCE", 1)
    monkeypatch.setattr("web.serve.AHEAD", 1 << 16)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = made(large, listening, threads=1)
        running = threading.Thread(target=server.run)
        running.start()
        yield listening.getsockname()[1]
        server.asyncore.close_all(server._map)
        running.join()
        server.task_dispatcher.shutdown()


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=ENOUGH) as connection:
        yield connection


def whole(connection: socket.socket) -> int:
    """How many bytes come, until it is closed."""
    count = 0
    try:
        while data := connection.recv(1 << 20):
            count += len(data)
    except ConnectionError:
        pass
    return count


def test_a_request_in_drops_is_ended(port: int) -> None:
    until = time.monotonic() + ENOUGH
    with connected(port) as connection, pytest.raises(ConnectionError):
        connection.sendall(HEAD)
        while time.monotonic() < until:
            connection.sendall(b"X: y\r\n")
            time.sleep(0.05)


def test_an_answer_that_nobody_takes_is_ended(port: int) -> None:
    with connected(port) as idle:
        idle.sendall(HEAD + b"\r\n")
        with connected(port) as other:  # waits for the only thread
            other.sendall(HEAD + b"Connection: close\r\n\r\n")
            assert whole(other) > 400 << 16
        assert whole(idle) < 400 << 16


def test_who_is_only_slow_gets_all(port: int) -> None:
    with connected(port) as connection:
        for piece in (b"GET / HTTP/1.1\r\n", b"Host: localhost\r\nConnection: ", b"close\r\n\r\n"):
            connection.sendall(piece)
            time.sleep(0.2)
        time.sleep(0.2)
        assert whole(connection) > 400 << 16
