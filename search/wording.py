"""Sentences for a person that remember what they were made from, so that the page can say them in another language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self


class Worded(str):
    """English text, from a pattern and its values. A value may be Worded itself.

    >>> note = Worded("left out {text}, which has no partner", text="“(”")
    >>> note, note.pattern
    ('left out “(”, which has no partner', 'left out {text}, which has no partner')
    """

    __slots__ = ("pattern", "values")

    pattern: str
    values: Mapping[str, object]

    def __new__(cls, pattern: str, **values: object) -> Self:
        made = super().__new__(cls, pattern.format(**values))
        made.pattern, made.values = pattern, values
        return made
