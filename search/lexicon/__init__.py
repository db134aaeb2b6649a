"""A table over the archive's words, made at each commit and consulted by queries."""

from __future__ import annotations

from search.lexicon.build import Frequencies, build_from_arrays, build_lexicon
from search.lexicon.lexicon import Lexicon

__all__ = ["Frequencies", "Lexicon", "build_from_arrays", "build_lexicon"]
