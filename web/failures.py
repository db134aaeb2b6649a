"""Errors as pages with the right status, and as JSON where JSON was asked for. Never a stack trace.

| raised | status |
|---|---|
| BadValue | 400, with what is wrong |
| any other NewsstandError | 503, with the way to mend it |
| what Flask raises | its own (404, 405 …) |
| anything else | 500, and a trace in the server's log |
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, current_app, g, request
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from search.errors import BadValue, NewsstandError
from web.frame import Frame
from web.outputs import as_json
from web.speech import _
from web.tongues import told

JSON_ADDRESSES = frozenset({"/search.json", "/suggest.json", "/openapi.json", "/healthz"})

HEADINGS = {
    400: _("This can’t be searched for"),
    404: _("Not found"),
    405: _("Not done that way"),
    500: _("Something went wrong"),
    503: _("The index can’t be read"),
}

MESSAGES = {
    404: _("There is no page at this address."),
    405: _("This address is only for reading."),
    500: _("It is not your search but a fault of ours, and it is written in the server’s log."),
}

GONE = _("There is no article here. It may have been taken out of the index, or have another id by now.")


class Failures(Struct, frozen=True):
    frame: Frame

    def install(self, app: Flask) -> None:
        app.register_error_handler(BadValue, self.bad_value)
        app.register_error_handler(NewsstandError, self.unavailable)
        app.register_error_handler(HTTPException, self.http_error)

    def bad_value(self, error: BadValue) -> Response:
        return self.told(400, told(error, g.tongue))

    def unavailable(self, error: NewsstandError) -> Response:
        current_app.logger.error("%s", error, exc_info=error)
        return self.told(503, str(error))

    def http_error(self, error: HTTPException) -> Response:
        status = error.code or 500
        own_words = error.description if error.description != type(error).description else None
        words = own_words or MESSAGES.get(status) or error.description or ""
        response = self.told(status, self.frame.speech.gettext(words))
        response.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
        return response

    def told(self, status: int, message: str) -> Response:
        if request.path in JSON_ADDRESSES:
            return as_json({"status": status, "error": message}, status)
        heading = self.frame.speech.gettext(HEADINGS.get(status) or HTTPStatus(status).phrase)
        return Response(self.frame.filled("error.html", heading=heading, message=message), status)
