"""Unicode's normal forms."""

from __future__ import annotations

import unicodedata
from functools import partial
from typing import Literal


def in_form(form: Literal["NFC", "NFKC"], text: str) -> str:
    """As `unicodedata.normalize`, a word at a time where the whole isn't in the form yet.

    That is seen by a quick look; to normalise takes up to a hundred times as long, and few words of a text need it. No
    character before a space is joined with one behind it, nor put in order with it.
    """
    if unicodedata.is_normalized(form, text):
        return text
    return " ".join(map(partial(unicodedata.normalize, form), text.split(" ")))
