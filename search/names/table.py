"""CLDR's names of territories, as `tools/make_names.py` wrote them.

`territories.tsv`: a line a territory, its code and then `spelling|languages|ordinary in` (comma-separated primary
subtags). `keys.tsv`: a line a key and its territory, sorted by bytes, without the keys of several territories and those
that are ordinary words in some language.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TERRITORIES = Path(__file__).with_name("territories.tsv")
KEYS = Path(__file__).with_name("keys.tsv")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A territory's name in some languages; in those of `ordinary` it is first of all another word."""

    territory: str
    text: str
    languages: frozenset[str]
    ordinary: frozenset[str]


def spellings(spoken: Set[str]) -> Iterator[Spelling]:
    """The names in some of these languages."""
    for line in TERRITORIES.read_text(encoding="utf-8").splitlines():
        territory, *names = line.split("\t")
        for text, languages, ordinary in (name.split("|") for name in names):
            tags = frozenset(languages.split(","))
            if not tags.isdisjoint(spoken):
                yield Spelling(territory, text, tags, frozenset(filter(None, ordinary.split(","))))


def territory_of(key: str) -> str | None:
    """The territory that a key clearly means."""
    lines, wanted = _lines(), key.encode("utf-8", "surrogatepass") + b"\t"
    place = bisect(lines, wanted)
    found = place < len(lines) and lines[place].startswith(wanted)
    return lines[place][len(wanted) :].decode() if found else None


@cache
def _lines() -> list[bytes]:
    return KEYS.read_bytes().splitlines()
