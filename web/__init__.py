"""The page: `create_app(archive, settings)` is a WSGI application over one archive."""

from __future__ import annotations

import hashlib
from pathlib import Path

import jinja2
from flask import Flask, Response

from search.searching import Archive
from search.settings import Settings
from web import failures, phrases
from web.views import Views

STATIC = Path(__file__).parent / "static"

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def create_app(archive: Archive, settings: Settings | None = None) -> Flask:
    app = Flask(__name__)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000
    app.url_map.merge_slashes = False  # an article's id is any path, `a//b` too
    app.jinja_options = {"undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    views = Views(archive, settings or Settings())
    phrases.install(app, versions=_versions(STATIC))
    views.install(app)
    failures.install(app)
    app.after_request(_secured)
    return app


def _secured(response: Response) -> Response:
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-cache")
    return response


def _versions(folder: Path) -> dict[str, str]:
    """A short hash of every static file, so that an address never outlives its content."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in sorted(folder.iterdir())}
