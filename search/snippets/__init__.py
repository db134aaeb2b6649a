"""Stored text and the query's keys → passages with spans, never HTML."""

from search.snippets.marking import Mark, Marker, marker, markers
from search.snippets.passages import Passage, passages, shown

__all__ = ["Mark", "Marker", "Passage", "marker", "markers", "passages", "shown"]
