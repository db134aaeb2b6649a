"""The page over HTTP, until it is interrupted: in this process, or in several that answer on one socket."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Collection
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import waitress

from search.errors import BadValue
from search.searching import open_archive
from search.settings import Settings
from web import LOOPBACK, create_app, warm
from web.channel import AHEAD, PATIENCE, Channel
from web.workers import supervise

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

#: Room for an address with the longest query, every character of it four bytes, percent-encoded.
MAX_HEADER = 65_536


def serve(path: str | Path, host: str = "127.0.0.1", port: int = 8000, threads: int = 4, workers: int = 1) -> None:
    """Serve the index in folder `path`; port 0 takes any free one. The address is told on stderr.

    Each of several `workers` is a process of its own that maps the same index, so that they share its memory; threads
    alone wait for each other, since Python runs one at a time. Raises what `open_archive` raises, and BadValue where
    nothing can listen on that host and port.
    """
    if threads < 1 or workers < 1:
        given = f"--threads {threads}" if threads < 1 else f"--workers {workers}"
        raise BadValue(f"The page needs at least one thread and one worker: {given} is too few.")
    with _listening(host, port) as listening:
        hosts = LOOPBACK if _is_loopback(host) else None
        told = f"Newsstand is at {_address(host, listening)} (Ctrl-C ends it)"
        if workers == 1:
            _run(path, listening, threads, hosts, told)
        else:
            with open_archive(path):  # what is wrong with it is told once, here
                pass
            print(told, file=sys.stderr, flush=True)
            supervise(lambda: _run(path, listening, threads, hosts), workers)


def _run(
    path: str | Path, listening: socket.socket, threads: int, hosts: Collection[str] | None, told: str = ""
) -> None:
    with open_archive(path) as archive:
        app = create_app(archive, Settings(), hosts)
        server = made(app, listening, threads)
        if told:
            print(told, file=sys.stderr, flush=True)
        warm(app)
        server.run()


def made(app: WSGIApplication, listening: socket.socket, threads: int) -> Any:
    """A server that is ready to run."""
    # A line on stderr for each request that waits is no news, and a pipe that nobody reads would stop the server.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = waitress.create_server(
        app,
        sockets=[listening],
        threads=threads,
        ident=None,
        max_request_header_size=MAX_HEADER,
        max_request_body_size=0,
        outbuf_high_watermark=AHEAD,
        channel_timeout=PATIENCE,
        cleanup_interval=PATIENCE // 2,
    )
    server.channel_class = Channel
    return server


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _listening(host: str, port: int) -> socket.socket:
    # Our own socket, since waitress leaves its threads and pipes behind when it can't have one.
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, OverflowError) as error:
        raise BadValue(f"Can’t listen on {host} port {port} ({error}): choose another --host or --port.") from error


def _address(host: str, listening: socket.socket) -> str:
    port = listening.getsockname()[1]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
