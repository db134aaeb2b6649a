"""What engines have in common: how a document's parts lie, and how its date sorts and counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from search.engines.base import Share, Unit
from search.query.filters import UNDATED
from search.query.keyed import (
    And,
    Everything,
    Group,
    Key,
    Keyed,
    Kind,
    Maybe,
    Member,
    Near,
    Not,
    Or,
    Pool,
    Run,
    Sequence,
)

#: Positions left free between title and body, so that no phrase runs across.
TITLE_GAP = 100

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def newest_first(start: int | None) -> tuple[bool, int]:
    """Sorts ascending as newest first, undated last."""
    return (start is None, -(start or 0))


def year_of(start: int | None) -> str:
    return UNDATED if start is None else f"{(_EPOCH + timedelta(seconds=start)).year:04}"


def period_of(start: int | None, end: int | None, unit: Unit) -> str:
    """The period that a date is counted in: as fine as its interval allows, and no finer than `unit`."""
    if start is None or end is None:
        return UNDATED
    first, last = (f"{(_EPOCH + timedelta(seconds=bound)).date()}" for bound in (start, end))
    finest = {Unit.YEAR: 4, Unit.MONTH: 7, Unit.DAY: 10}[unit]
    lengths = [length for length in (10, 7) if length <= finest and first[:length] == last[:length]]
    return first[: max(lengths, default=4)]


def shares(query: Keyed, score: Callable[[Keyed], float | None]) -> Iterator[Share]:
    """What each key of `query` gave to one document; they add up to the query's score.

    `score` tells what a tree scores there, without the language's weight; None where it doesn't match. Of a group only
    the best member gives anything.
    """
    if score(query) is None:
        return
    match query:
        case And(children) | Or(children):
            for child in children:
                yield from shares(child, score)
        case Maybe(required, optional):
            yield from shares(required, score)
            yield from shares(optional, score)
        case Group(members, zone):
            scored = [(score(Group((member,), zone)), member) for member in members]
            _, best = max(((given, member) for given, member in scored if given is not None), key=lambda one: one[0])
            yield from _shares(best, query, score)
        case Not() | Everything():
            return


def _shares(member: Member, group: Group, score: Callable[[Keyed], float | None]) -> Iterator[Share]:
    if isinstance(member, Pool):
        keys = (Key(member.kind, *key) for key in member.keys)
        there = tuple(key for key in keys if score(Group((key,), group.zone)) is not None)
        yield Share(group, there, score(Group((member,), group.zone)) or 0.0)
        return
    for choices in _parts(member):
        scored = [(score(Group((choice,), group.zone)) or 0.0, choice) for choice in choices]
        given, key = max(scored, key=lambda one: one[0])
        if given:
            yield Share(group, (key,), given)


def _parts(member: Key | Run | Sequence | Near) -> Iterator[tuple[Key, ...]]:
    """The parts that add up to a member's score, each a choice of keys of which the best counts."""
    match member:
        case Key():
            yield (member,)
        case Run(keys, _, scale):
            yield from ((Key(Kind.STEM, text, scale),) for text in keys)
        case Sequence(slots, weight) | Near(slots, _, weight):
            yield from (tuple(Key(Kind.WORD, word, weight) for word in slot) for slot in slots)
