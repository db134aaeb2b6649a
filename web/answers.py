"""Answers that a browser may keep: it asks again each time, and is told if nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps

from flask import Response, current_app, g, request
from msgspec import Struct

from search.searching import Archive


class Answers(Struct, frozen=True):
    """`version` is that of the page's own files: other templates make other pages of the same index."""

    archive: Archive
    version: str

    def unless_known(self, view: Callable[..., object]) -> Callable[..., Response]:
        """The view's answer with an ETag of index, address and language; 304 without asking for it if that is known."""

        @wraps(view)
        def answer(**arguments: str) -> Response:
            tag = self.tag()
            if request.if_none_match.contains_weak(tag):
                response = Response(status=304)
            else:
                response = current_app.make_response(view(**arguments))  # type: ignore[arg-type]
            response.set_etag(tag, weak=True)
            response.vary.add("Accept-Language")
            return response

        return answer

    def tag(self) -> str:
        told = (self.archive.edition, self.version, g.tongue, request.host, request.full_path)
        return hashlib.sha256("\n".join(told).encode("utf-8", "surrogatepass")).hexdigest()[:24]
