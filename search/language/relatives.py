"""Telling close relatives apart by the words and letter sequences that one writes and the others don't.

CLD2 finds a family without fail but its members by a few letters: headlines in Bokmål come back as Nynorsk, Serbian in
Latin letters as Croatian or Bosnian. The table `relatives.json` is written by `tools/make_relatives.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

#: The lead a member must have over the next, in tenths of nats: odds of eleven to one. CLD2's answer alone is less.
_SURE = 24
#: What CLD2's answer counts for, where it calls itself reliable: odds of eight to one.
_ANSWER = 20
#: Bits for one member's sum in a packed number.
_BITS = 24
_MASK = (1 << _BITS) - 1

#: Serbian in Cyrillic letters has no relatives here; the first characters show it.
_CYRILLIC, _HEAD = re.compile("[\u0400-\u04ff]"), 100

_WORD = re.compile(r"[^\W\d_]+")


class Family(Struct, frozen=True):
    """`against[feature]` says how strongly a feature speaks against each member, in tenths of nats.

    The members' values are packed into one number, the first lowest, so that one sum adds them all up.
    `characters` of a text are enough.
    """

    members: tuple[str, ...]
    characters: int
    against: Mapping[str, int]


def features(text: str) -> list[str]:
    """`^word$` for each word without a capital, and all sequences of four letters of these, `^` and `$` included.

    Names tell what a text is about, not its language. Sequences across two words come along: no table has them.
    """
    words = [f"^{word}$" for word in _WORD.findall(text) if word.islower()]
    joined = "".join(words)
    return words + [joined[i : i + 4] for i in range(len(joined) - 3)]


def decide(text: str, tag: str, reliable: bool) -> str | None:
    """The member of the family of `tag`, CLD2's answer, that wrote `text`; None if unsure.

    Without a family (and in Cyrillic letters there is none) it is `tag` itself if reliable.
    """
    family = _families().get(tag)
    if family is None or _CYRILLIC.search(text[:_HEAD]):
        return tag if reliable else None
    known = family.against
    total = sum(known[feature] for feature in features(text[: family.characters]) if feature in known)
    against = {
        member: (total >> i * _BITS & _MASK) + (_ANSWER if reliable and member != tag else 0)
        for i, member in enumerate(family.members)
    }
    first, second = sorted(family.members, key=against.__getitem__)[:2]
    return first if against[second] - against[first] >= _SURE else None


@cache
def _families() -> Mapping[str, Family]:
    tables = json.loads(Path(__file__).with_name("relatives.json").read_text(encoding="utf-8"))
    return {member: family for family in map(_family, tables) for member in family.members}


def _family(table: Mapping[str, Any]) -> Family:
    against = {feature: _packed(weights) for feature, weights in table["against"].items()}
    return Family(tuple(table["members"]), table["characters"], against)


def _packed(weights: list[int]) -> int:
    return sum(weight << i * _BITS for i, weight in enumerate(weights))
