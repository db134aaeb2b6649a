"""Postings of keys in one segment, as evaluation asks for them: short lists are read together, and remembered."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import partial

import numpy as np

from search.columnar import formulas, sets
from search.columnar.aligned import Aligned, Member, aligned
from search.columnar.columns import Array
from search.columnar.segment_data import FieldData, SegmentData
from search.columnar.sets import Matches

Span = tuple[int, int]
Key = tuple[str, str]
#: A field, and texts of keys that are asked for there.
Group = tuple[str, tuple[str, ...]]

#: Lists of up to so many postings are read together, each longer one by itself.
_SHORT = 1 << 12
#: Documents are looked up in the blocks of a key that has so many times more postings.
_LOOKUP = 256
#: A segment remembers lists of so many postings in all, 16 bytes each, and as many keys, of groups or absent.
_REMEMBERED = 1 << 22
#: Sizes of so many groups are remembered.
_SUMS = 1 << 14


class Postings:
    """Of one key. `weights` are read when asked for."""

    __slots__ = ("_weights", "field", "ids", "span")

    def __init__(self, field: FieldData, span: Span, ids: Array, weights: Array | None = None) -> None:
        self.field, self.span, self.ids, self._weights = field, span, ids, weights

    def weights(self, chosen: Array | None = None) -> Array:
        if self._weights is None:
            self._weights = self.field.weights(self.span)
        return self._weights if chosen is None else self._weights[chosen]


class SegmentPostings:
    """By field and text. Safe to share among threads: what it forgets or reads twice it can always read again."""

    def __init__(self, data: SegmentData) -> None:
        self._data = data
        self._totals: dict[Group, int] = {}
        self._forget()

    def _forget(self) -> None:
        self._known: dict[Key, Postings | None] = {}
        self._groups: set[Group] = set()
        self._aligned: dict[tuple[Member, ...], Aligned] = {}
        self._joined: dict[Group, Aligned] = {}
        self._matching: dict[Hashable, Array] = {}
        self._room = _REMEMBERED

    def get(self, field: str, text: str) -> Postings | None:
        """None if the segment has no such key."""
        try:
            return self._known[field, text]
        except KeyError:
            data, span = self._span(field, text)
            return self._kept((field, text), None if data is None else Postings(data, span, data.ids(span)))

    def read(self, groups: Iterable[Group]) -> None:
        """Read what of these is short and not known, together."""
        short: dict[str, dict[Key, Span]] = {}
        for group in groups:
            if group in self._groups:
                continue
            field, texts = group
            for text in texts:
                key = field, text
                if key not in self._known:
                    data, span = self._span(field, text)
                    if data is None:
                        self._kept(key, None)
                    elif span[1] - span[0] <= _SHORT:
                        short.setdefault(field, {})[key] = span
            self._groups.add(group)
            self._take_room(len(texts))
        for name, spans in short.items():
            data = self._data.fields[name]
            for (key, span), (ids, weights) in zip(spans.items(), data.several(list(spans.values())), strict=True):
                self._kept(key, Postings(data, span, ids, weights))

    def size(self, field: str, text: str) -> int:
        _, span = self._span(field, text)
        return span[1] - span[0]

    def total(self, field: str, texts: tuple[str, ...]) -> int:
        """The sizes of several keys added up, and remembered: an evaluation is planned by hundreds of them."""
        group = field, texts
        total = self._totals.get(group)
        if total is None:
            if len(self._totals) >= _SUMS:
                self._totals = {}
            total = self._totals[group] = sum([self.size(field, text) for text in texts])
        return total

    def is_worth(self, members: tuple[Member, ...], ids: Array | None) -> bool:
        """Whether to have these aligned, rather than to look up `ids` in each."""
        if ids is None or members in self._aligned:
            return True
        return sum(self.size(field, text) for field, keys in members for text, _ in keys) < len(ids) * _LOOKUP

    def aligned(self, members: tuple[Member, ...], norms: Array) -> Aligned:
        """The keys of several members side by side; remembered like lists of postings. `norms` are all documents'."""
        known = self._aligned.get(members)
        if known is None:
            parts = [self._pooled(*member, len(norms)) for member in members]
            known = self._aligned[members] = aligned(parts, norms)
            self._take_room(known.size)
        return known

    def _pooled(self, field: str, keys: Iterable[tuple[str, float]], count: int) -> Matches:
        """Documents, with the sums of their weights as scores."""
        parts = []
        for text, weight in keys:
            if (found := self.get(field, text)) is not None:
                weights = found.weights()
                parts.append(Matches(found.ids, weights if weight == 1 else weights * weight, True))
        return sets.added(parts, count)

    def recall(self, query: Hashable) -> Array | None:
        """The documents of the segment that were remembered to match."""
        return self._matching.get(query)

    def remember(self, query: Hashable, ids: Array) -> None:
        self._matching[query] = ids
        self._take_room(len(ids) // 2 + 1)

    def long(self, field: str, text: str, ids: Array) -> tuple[FieldData, Span] | None:
        """A key that has so many more postings than `ids` that these are better looked up in it."""
        data, span = self._span(field, text)
        if data is None or not len(ids) or span[1] - span[0] < len(ids) * _LOOKUP or (field, text) in self._known:
            return None
        return data, span

    def having(self, field: str, text: str, ids: Array | None, count: int) -> Array:
        """The documents of `count`, or of these rising ones, that have a key."""
        if ids is not None and (long := self.long(field, text, ids)) is not None:
            chosen: Array = ids[long[0].lookup(long[1], ids)[0]]
            return chosen
        found = self.get(field, text)
        if found is None:
            return sets.NOTHING.ids
        return found.ids if ids is None else ids[sets.inside(ids, found.ids, count)]

    def together(self, field: str, texts: tuple[str, ...], ids: Array | None, norms: Array) -> Aligned:
        """The documents, or those of some rising ones, that have all of these keys, with each key's saturations there.

        Remembered where it is short without `ids`; they may then be more than these.
        """
        known = self._joined.get((field, texts))
        if known is not None:
            return known
        fewest = sorted(dict.fromkeys(texts), key=partial(self.size, field))
        is_kept = ids is None or self.size(field, fewest[0]) <= _SHORT
        chosen = None if is_kept else ids
        for text in fewest:
            chosen = self.having(field, text, chosen, len(norms))
            if not len(chosen):
                break
        assert chosen is not None
        weights = [self._weights_in(field, text, chosen) for text in texts] if len(chosen) else []
        table = np.array(weights).reshape(len(texts), len(chosen))
        found = Aligned(chosen, formulas.saturation(table, norms.take(chosen)))
        if is_kept:
            self._joined[field, texts] = found
            self._take_room(found.size)
        return found

    def _weights_in(self, field: str, text: str, ids: Array) -> Array:
        """The weights of a key in rising documents that all have it."""
        if (long := self.long(field, text, ids)) is not None:
            return long[0].weights_at(long[0].lookup(long[1], ids)[1])
        found = self.get(field, text)
        assert found is not None
        return found.weights(np.searchsorted(found.ids, ids))

    def union(self, field: str, texts: Iterable[str], count: int) -> Array:
        """The documents of `count` that have one of the keys."""
        found = [postings.ids for postings in (self.get(field, text) for text in texts) if postings is not None]
        return sets.union(found, count) if found else sets.NOTHING.ids

    def _span(self, field: str, text: str) -> tuple[FieldData | None, Span]:
        data = self._data.fields.get(field)
        span = None if data is None else data.find(text.encode("utf-8", "surrogatepass"))
        return (None, (0, 0)) if span is None else (data, span)

    def _kept(self, key: Key, postings: Postings | None) -> Postings | None:
        self._known[key] = postings
        self._take_room(1 if postings is None else len(postings.ids) + 1)
        return postings

    def _take_room(self, postings: int) -> None:
        """Forget everything where there is no room for so many more."""
        self._room -= postings
        if self._room < 0:
            self._forget()
