"""Stored text and the query's keys → passages with spans, never HTML."""

from search.snippets.marking import Mark, Marker, marker
from search.snippets.passages import Passage, passages, shown

__all__ = ["Mark", "Marker", "Passage", "marker", "passages", "shown"]
