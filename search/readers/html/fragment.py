"""A piece of HTML → its text, as articles in feeds and agencies' items have it."""

from __future__ import annotations

from search.readers.html.blocks import text_of
from search.readers.html.tree import parse


def fragment_text(fragment: str) -> str:
    """What has neither elements nor entities in it is text already."""
    if "<" not in fragment and "&" not in fragment:
        return fragment
    root = parse(fragment)
    return "" if root is None else text_of(root)
