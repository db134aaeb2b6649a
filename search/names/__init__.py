"""Names of territories in other languages, from CLDR."""

from __future__ import annotations

from search.names.places import Alternative, Names, build_names

__all__ = ["Alternative", "Names", "build_names"]
