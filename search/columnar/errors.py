"""What reading a columnar index can raise."""

from __future__ import annotations


class Damaged(Exception):
    """A file is missing, truncated or altered. The message names it and the part that is wrong."""


class Unreadable(Damaged):
    """A file of another version of the format."""
