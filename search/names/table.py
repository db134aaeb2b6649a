"""CLDR's names of territories, as `search.names.build` wrote them.

`territories.tsv`: a line a territory, its code and then `spelling|languages|ordinary in` (comma-separated primary
subtags). `keys.tsv`: a line a key and its territory, sorted by bytes, without the keys of several territories and those
that are ordinary words in some language.
"""

from __future__ import annotations

from collections.abc import Iterator
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


def spellings() -> Iterator[Spelling]:
    for line in TERRITORIES.read_text(encoding="utf-8").splitlines():
        territory, *names = line.split("\t")
        for text, languages, ordinary in (name.split("|") for name in names):
            yield Spelling(territory, text, frozenset(languages.split(",")), frozenset(filter(None, ordinary.split(","))))


def territory_of(key: str) -> str | None:
    """The territory that a key clearly means."""
    text, wanted = _keys(), b"\n%b\t" % key.encode("utf-8", "surrogatepass")
    low, high = 0, len(text) - 1
    while low < high:
        start = text.rfind(b"\n", 0, (low + high) // 2 + 1)
        end = text.find(b"\n", start + 1)
        line = text[start : end + 1]
        if line.startswith(wanted):
            return line[len(wanted) : -1].decode()
        low, high = (end, high) if line < wanted else (low, start)
    return None


@cache
def _keys() -> bytes:
    """Lines between line ends: the file with one before it."""
    return b"\n" + KEYS.read_bytes()
