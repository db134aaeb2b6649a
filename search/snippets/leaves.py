"""The leaves of a query → what of it can be marked."""

from __future__ import annotations

from search.analysis.stems import ANY, SEPARATOR
from search.query import keyed
from search.query.ast import Zone
from search.query.keyed import Key, Keyed, Kind
from search.snippets.marking import Marker
from search.snippets.places import Place

#: For titles and for bodies, one and the same where nothing is asked of titles alone.
Markers = tuple[Marker, Marker]


def markers(query: Keyed) -> Markers:
    in_title = marker(query, Zone.TITLE)
    titled = any(group.zone is Zone.TITLE for group in keyed.positive_groups(query))
    return in_title, marker(query, Zone.ALL) if titled else in_title


def marker(query: Keyed, zone: Zone) -> Marker:
    """What of `query` may be marked in a title (Zone.TITLE) or in a body (Zone.ALL)."""
    words: dict[str, int] = {}
    stems: dict[str, int] = {}
    sequences: list[tuple[int, frozenset[str]]] = []
    places: list[Place] = []
    for number, group in enumerate(keyed.positive_groups(query)):
        if group.zone is Zone.TITLE and zone is not Zone.TITLE:
            continue
        leaf = 1 << number
        for member in group.members:
            match member:
                case keyed.Sequence() | keyed.Near():
                    places.append((leaf, member))
                    continue
                case keyed.Run(texts) if texts[0].endswith(SEPARATOR + ANY):
                    sequences.append((leaf, frozenset(texts)))
                    continue
                case keyed.Run(texts):
                    kind = Kind.STEM
                case keyed.Pool(kind, pooled):
                    texts = tuple(text for text, _ in pooled)
                case Key(kind, text):
                    texts = (text,)
            keys = words if kind is Kind.WORD else stems
            for text in texts:
                keys[text] = keys.get(text, 0) | leaf
    return Marker(words, stems, sequences, places)
