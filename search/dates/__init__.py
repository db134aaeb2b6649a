"""Partial dates: a year, a month, a day or a moment, and nothing made up.

What is here and in `partial` is light enough for the search path. `declared` reads what sources declare, `text` what
articles say; they load libraries.
"""

from __future__ import annotations

from search.dates.partial import display, make, parse_partial
from search.dates.url import find_in_url

__all__ = ["display", "find_in_url", "make", "parse_partial"]
