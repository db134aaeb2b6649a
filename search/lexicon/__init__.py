"""A table over the archive's words, made at each commit (`search.lexicon.build`) and consulted by queries."""

from __future__ import annotations

from search.lexicon.lexicon import EXPANSIONS, Lexicon

__all__ = ["EXPANSIONS", "Lexicon"]
