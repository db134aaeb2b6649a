"""The page over HTTP, until it is interrupted."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import waitress

from search.errors import BadValue
from search.searching import open_archive
from search.settings import Settings
from web import create_app

#: Room for an address with the longest query, every character of it four bytes, percent-encoded.
MAX_HEADER = 65_536


def serve(path: str | Path, host: str = "127.0.0.1", port: int = 8000, threads: int = 4) -> None:
    """Serve the index in folder `path`; port 0 takes any free one. The address is told on stderr.

    Raises what `open_archive` raises, and BadValue where nothing can listen on that host and port.
    """
    if threads < 1:
        raise BadValue(f"The page needs at least one thread, not {threads}: give --threads 1 or more.")
    with open_archive(path) as archive, _listening(host, port) as listening:
        server = waitress.create_server(
            create_app(archive, Settings()),
            sockets=[listening],
            threads=threads,
            ident=None,
            max_request_header_size=MAX_HEADER,
            max_request_body_size=0,
        )
        print(f"Newsstand is at {_address(host, listening)} (Ctrl-C ends it)", file=sys.stderr, flush=True)
        server.run()


def _listening(host: str, port: int) -> socket.socket:
    # Our own socket, since waitress leaves its threads and pipes behind when it can't have one.
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, OverflowError) as error:
        raise BadValue(f"Can’t listen on {host} port {port} ({error}): choose another --host or --port.") from error


def _address(host: str, listening: socket.socket) -> str:
    port = listening.getsockname()[1]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
