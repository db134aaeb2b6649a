"""Phrases and near words: which documents have a word of every slot, and have them where they are wanted."""

from __future__ import annotations

from collections.abc import Sequence

from search.columnar import places, queries, sets
from search.columnar.columns import Array
from search.columnar.postings import SegmentPostings
from search.columnar.sets import NOTHING


def placed(
    postings: SegmentPostings, query: queries.Sequence | queries.Near, ids: Array | None, count: int
) -> Array | None:
    """Of `count` documents, or those with rising `ids`. None if it takes Whoosh's matcher to tell."""
    known = postings.recall(query)
    if known is not None:
        return known if ids is None else ids[sets.inside(ids, known, count)]
    found = _placed(postings, query, ids, count)
    if ids is None and found is not None:
        postings.remember(query, found)
    return found


def _placed(
    postings: SegmentPostings, query: queries.Sequence | queries.Near, ids: Array | None, count: int
) -> Array | None:
    slots = [tuple(dict.fromkeys(slot)) for slot in query.slots]
    documents = _candidates(postings, query.fieldname, slots, ids, count)
    if not len(documents):
        return NOTHING.ids
    words = {word for slot in slots for word in slot}
    keys = {word: _keys(postings, query.fieldname, word, documents, count) for word in words}
    if isinstance(query, queries.Near):
        return places.near(query.slots, keys, query.distance)
    merged = {slot: places.merged([keys[word] for word in slot]) for slot in dict.fromkeys(slots)}
    return places.in_sequence([merged[slot] for slot in slots])


def _candidates(
    postings: SegmentPostings, field: str, slots: Sequence[tuple[str, ...]], ids: Array | None, count: int
) -> Array:
    """The documents that have a word of every slot."""
    for slot in sorted(dict.fromkeys(slots), key=lambda slot: postings.total(field, slot)):
        long = postings.long(field, slot[0], ids) if ids is not None and len(slot) == 1 else None
        if ids is None:
            ids = postings.union(field, slot, count)
        elif long is not None:
            ids = ids[long[0].lookup(long[1], ids)[0]]
        else:
            ids = ids[sets.inside(ids, postings.union(field, slot, count), count)]
    return NOTHING.ids if ids is None or not slots else ids


def _keys(postings: SegmentPostings, field: str, text: str, documents: Array, count: int) -> Array:
    """Where a word stands in the documents, as keys of `places`."""
    if (long := postings.long(field, text, documents)) is not None:
        inside, numbers = long[0].lookup(long[1], documents)
        return long[0].keys_at(numbers, documents[inside], places.SHIFT) if len(numbers) else NOTHING.ids
    found = postings.get(field, text)
    if found is None:
        return NOTHING.ids
    chosen = sets.inside(found.ids, documents, count)
    if chosen.dtype == bool:
        chosen = chosen.nonzero()[0]
    if not len(chosen):
        return NOTHING.ids
    keys: Array = found.field.keys(found.span, found.ids, chosen, places.SHIFT)
    return keys
