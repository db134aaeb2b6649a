"""The page: `create_app(archive, settings)` is a WSGI application over one archive."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, request

from search.searching import Archive
from search.settings import Settings
from web.answers import Answers
from web.failures import Failures
from web.frame import Frame
from web.outputs import Outputs
from web.tongues import TONGUES
from web.views import Views

HERE = Path(__file__).parent
STATIC = HERE / "static"

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

#: Whom a page on this machine may be asked for: any other name may be a stranger's that was made to lead here.
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def create_app(archive: Archive, settings: Settings | None = None, hosts: Collection[str] | None = None) -> Flask:
    """`hosts` are the only names that it answers to, whatever the port; None for any."""
    settings = settings or Settings()
    app = Flask(__name__)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000
    if hosts is not None:
        app.before_request(lambda: _turned_away(hosts))
    app.url_map.merge_slashes = False  # an article's id is any path, `a//b` too
    frame = Frame(archive, settings, _static(STATIC))
    frame.install(app)
    answers = Answers(archive, _version())
    Views(archive, settings, frame).install(app, answers)
    Outputs(archive, settings, frame).install(app, answers)
    Failures(frame).install(app)
    app.after_request(_secured)
    return app


def warm(app: Flask) -> None:
    """Make the first page of each language ahead, so that nobody waits for templates and tables to be read."""
    for tongue in TONGUES:
        with app.test_request_context(f"/?ui={tongue}"):
            app.full_dispatch_request()


def _turned_away(hosts: Collection[str]) -> Response | None:
    """As plain as can be: a page made for a stranger's name would hold links to it."""
    try:
        name = urlsplit(f"//{request.host}").hostname
    except ValueError:
        name = None
    if name in hosts:
        return None
    return Response("This page answers only to the names of its own machine.\n", 421, mimetype="text/plain")


def _secured(response: Response) -> Response:
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-cache")
    return response


def _static(folder: Path) -> dict[str, str]:
    """The address of each static file, with a short hash of it, so that an address never outlives its content."""
    return {
        path.name: f"/static/{path.name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
        for path in sorted(folder.iterdir())
    }


def _version() -> str:
    """A hash of all that pages are made with."""
    files = sorted(path for path in HERE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return hashlib.sha256(b"\n".join(path.read_bytes() for path in files)).hexdigest()
