"""A connection of the server that lets nobody take forever."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import Any

from waitress.channel import HTTPChannel

#: Seconds within which a request must be whole, and some of the answer be taken; and that an idle connection lives.
PATIENCE = 30

#: Bytes of answers that wait for a slow reader, in a file from 1 MB on, before the thread that makes them waits too.
AHEAD = 64 << 20


class Channel(HTTPChannel):  # type: ignore[misc]
    """waitress closes what is idle: a request in drops is not, nor an answer that nobody takes, holding a thread."""

    will_close = False
    _begun = _moved = 0.0
    _seen: object = None

    def received(self, data: bytes) -> Any:
        before = self.request
        taken = super().received(data)
        if self.request is not before:
            self._begun = time.monotonic()
        return taken

    def writable(self) -> Any:
        """Called for every connection at least once a second."""
        if not self.will_close and self._is_overdue(time.monotonic()):
            self.will_close = True
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)  # or it would not be seen to: nothing can be written
        return super().writable()

    def _is_overdue(self, now: float) -> bool:
        waits = self.total_outbufs_len, self.last_activity
        if not self.total_outbufs_len or waits != self._seen:
            self._seen, self._moved = waits, now
        return now - self._moved > PATIENCE or (self.request is not None and now - self._begun > PATIENCE)
