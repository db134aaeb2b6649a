"""What can be set, with its default and the reason for it."""

from __future__ import annotations

from dataclasses import dataclass

#: Version of files and keys. Raise it when either changes meaning: an index of another version is refused.
INDEX_VERSION = 1

#: Longest title, in characters, cut at a word.
TITLE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the page and of searching; every field has a default that suits one person at a terminal."""

    limit: int = 10
    max_limit: int = 1000
    max_offset: int = 1_000_000
    snippets: int = 2
    snippet_length: int = 200
