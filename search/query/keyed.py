"""What an engine is asked: the query's tree with every leaf replaced by keys. No language rule, no user syntax.

Scores: `Key` is BM25 of that key with the statistics of the document's language, times `weight`. `Pool` counts its keys
as one term: their frequencies, times their weights, added up, and the document frequency of their union, so that the
rarest of many spellings does not win. `Group` is the best of its members. `Sequence` and `Near` score the sum of their
slots, a slot being the best of its words. `Run` is the sum of its keys times `scale`. `And` and `Or` add up; `Not` adds
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import repeat

from msgspec import Struct

from search.query.ast import Span, Zone


class Kind(StrEnum):
    """Which keys: words (with positions), or stems and character pairs (without)."""

    WORD = "word"
    STEM = "stem"


class Key(Struct, frozen=True):
    kind: Kind
    text: str
    weight: float = 1.0


class Pool(Struct, frozen=True):
    """Keys of one kind that are one term together, each with what its frequency counts."""

    kind: Kind
    keys: tuple[tuple[str, float], ...]
    weight: float = 1.0


def pool(kind: Kind, texts: Iterable[str], weight: float = 1.0) -> Pool:
    """Of keys that count in full."""
    return Pool(kind, tuple(zip(texts, repeat(1.0))), weight)


class Sequence(Struct, frozen=True):
    """Slots side by side in this order (positions p, p+1, …); each slot is a tuple of alternative words."""

    slots: tuple[tuple[str, ...], ...]
    weight: float = 1.0


class Near(Struct, frozen=True):
    """All slots inside some window of words, in any order.

    A document matches if one position can be chosen for each slot, all different, with largest minus smallest at
    most `distance`.
    """

    slots: tuple[tuple[str, ...], ...]
    distance: int
    weight: float = 1.0


class Run(Struct, frozen=True):
    """Stem keys of one word, or of characters written without spaces: at least `minimum` (never 0) must be there."""

    keys: tuple[str, ...]
    minimum: int
    scale: float = 1.0


Member = Key | Pool | Sequence | Near | Run


class Group(Struct, frozen=True):
    """One leaf of the query. `zone` restricts every member. An empty group matches nothing.

    `label` is the leaf as typed, for explanations.
    """

    members: tuple[Member, ...]
    zone: Zone = Zone.ALL
    label: str = ""


class And(Struct, frozen=True):
    children: tuple[Keyed, ...]


class Or(Struct, frozen=True):
    children: tuple[Keyed, ...]


class Not(Struct, frozen=True):
    """Everything that `child` doesn't match, score 0."""

    child: Keyed


class Everything(Struct, frozen=True):
    """Every live document, score 0."""


class Maybe(Struct, frozen=True):
    """Matches what `required` does; what `optional` scores is added where that matches, too."""

    required: Keyed
    optional: Keyed


Keyed = Group | And | Or | Not | Everything | Maybe


def positive_groups(query: Keyed) -> Iterator[Group]:
    """The groups that can add to a score, in the order of the query: those below no NOT."""
    match query:
        case Group():
            yield query
        case And(children) | Or(children):
            for child in children:
                yield from positive_groups(child)
        case Maybe(required, optional):
            yield from positive_groups(required)
            yield from positive_groups(optional)
        case Not() | Everything():
            return


class Facet(StrEnum):
    LANGUAGE = "language"
    YEAR = "year"
    SOURCE = "source"


class Selection(Struct, frozen=True):
    """One filter with its values, which are OR. `exclude` inverts it.

    A document passes if its language or source (as `facet` says) is in `values`, or its date interval overlaps one of
    `spans`, or it has no date and `undated` is set. `facet` is None for filters that no facet shows (`after:`, …);
    otherwise that facet's counts leave this selection out, unless it excludes.
    """

    facet: Facet | None
    values: frozenset[str] = frozenset()
    spans: tuple[Span, ...] = ()
    undated: bool = False
    exclude: bool = False
