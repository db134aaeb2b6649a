"""Everything Newsstand raises on purpose.

    NewsstandError            says what happened and what to do about it
    ├── IndexMissing          there is no index in that folder
    ├── IndexStale            written by another version of format or analysis
    ├── IndexLocked           another process is writing to it
    ├── WorkerLost            a process that read for the index died
    ├── EngineError           the engine failed; its own error is the cause
    │   └── IndexDamaged      a file of the index is missing or broken
    └── BadValue              a value given by a caller makes no sense (also a ValueError)

A bad article is not an error but a `Rejected`; a bad query is text, with a note.
"""

from __future__ import annotations


class NewsstandError(Exception):
    """The message is a whole sentence for a person, and names the way out."""


class IndexMissing(NewsstandError):
    pass


class IndexStale(NewsstandError):
    pass


class IndexLocked(NewsstandError):
    pass


class WorkerLost(NewsstandError):
    pass


class EngineError(NewsstandError):
    pass


class IndexDamaged(EngineError):
    pass


class BadValue(NewsstandError, ValueError):
    pass
