"""The slots of words near each other: each a word and those that stand for it as well."""

from __future__ import annotations

from collections.abc import Container, Iterable

#: Different slots that share words, at most: whether each can have a word of its own takes longer with every one.
MOST_ALIKE = 6

Slot = tuple[str, ...]


def few_alike(slots: Iterable[Slot], archive: Container[str]) -> tuple[Slot, ...]:
    """The slots, but for those that share words of the archive with too many others before them.

    >>> len(few_alike([("a", f"a{number}") for number in range(9)], {"a", *(f"a{number}" for number in range(9))}))
    6
    """
    kept: list[Slot] = []
    groups: list[tuple[frozenset[str], frozenset[frozenset[str]]]] = []
    for slot in slots:
        kind = frozenset(word for word in slot if word in archive)
        touched = [group for group in groups if group[0] & kind]
        kinds = frozenset({kind}.union(*(group[1] for group in touched)))
        if len(kinds) <= MOST_ALIKE:
            kept.append(slot)
            groups = [group for group in groups if not group[0] & kind]
            groups.append((kind.union(*(group[0] for group in touched)), kinds))
    return tuple(kept)
