"""CLDR's names of territories, as `tools/make_names.py` wrote them.

`territories.tsv`: a line a territory, its code and then `spelling|languages|ordinary in` (comma-separated primary
subtags). `keys.tsv`: a line a key and its territory, sorted by bytes, without the keys of several territories and those
that are ordinary words in some language.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Set
from functools import cache
from pathlib import Path

from msgspec import Struct

TERRITORIES = Path(__file__).with_name("territories.tsv")
KEYS = Path(__file__).with_name("keys.tsv")


class Spelling(Struct, frozen=True):
    """A territory's name in some languages; in those of `ordinary` it is first of all another word."""

    territory: str
    text: str
    languages: frozenset[str]
    ordinary: frozenset[str]


def spellings(spoken: Set[str]) -> Iterator[Spelling]:
    """The names in some of these languages."""
    return (spelling for spelling in _all() if not spelling.languages.isdisjoint(spoken))


@cache
def _all() -> tuple[Spelling, ...]:
    lines = (line.split("\t") for line in TERRITORIES.read_text(encoding="utf-8").splitlines())
    return tuple(
        Spelling(territory, text, _tags(languages), _tags(ordinary))
        for territory, *names in lines
        for text, languages, ordinary in (name.split("|") for name in names)
    )


@cache
def _tags(listed: str) -> frozenset[str]:
    return frozenset(filter(None, listed.split(",")))


def territory_of(key: str) -> str | None:
    """The territory that a key clearly means."""
    lines, wanted = _lines(), key.encode("utf-8", "surrogatepass") + b"\t"
    place = bisect(lines, wanted)
    found = place < len(lines) and lines[place].startswith(wanted)
    return lines[place][len(wanted) :].decode() if found else None


def clear_keys(territories: Set[str]) -> Iterator[str]:
    """The keys that clearly mean one of these."""
    wanted = {territory.encode() for territory in territories}
    cut = (line.partition(b"\t") for line in _lines())
    return (key.decode() for key, _, territory in cut if territory in wanted)


@cache
def _lines() -> list[bytes]:
    return KEYS.read_bytes().splitlines()
