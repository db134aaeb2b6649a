"""Stored text and the query's keys → passages with spans, never HTML."""

from search.snippets.leaves import Markers, marker, markers
from search.snippets.marking import Marker
from search.snippets.passages import Passage, passages, shown
from search.snippets.places import Mark

__all__ = ["Mark", "Marker", "Markers", "Passage", "marker", "markers", "passages", "shown"]
