"""How documents that are sequences of keys become fields: what the bulk builder is told once."""

from __future__ import annotations

from msgspec import Struct


class Zone(Struct, frozen=True):
    """A part of documents that is searched by itself: a field of words with positions and one of keys without.

    `weights` says how much an occurrence counts in each part of a document; 0 leaves the part out.
    """

    words: str
    keys: str
    weights: tuple[int, ...]


class Plan(Struct, frozen=True):
    """Names of fields.

    `gaps` are the positions left free between parts, so that no phrase runs across; 0 where one goes on in the next.
    `length` is filled with the number of words of all parts. `partition` is one of `categories`; `stored` takes the
    record.
    """

    zones: tuple[Zone, ...]
    id: str
    partition: str
    length: str
    stored: str
    categories: tuple[str, ...]
    integers: tuple[str, ...]
    gaps: tuple[int, ...]
