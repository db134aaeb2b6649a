"""Queries for keys, alone, counted as one, or by their positions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from msgspec import Struct
from whoosh.query import Term

from search.columnar.matchers import Scores, are_near, in_sequence, positions_of, scores_of, weights_of
from search.columnar.queries.base import ScoredQuery, best, summed


class Pooled(Struct, ScoredQuery, frozen=True, dict=True):
    """`keys` are (text, weight). Their weighted frequencies add up; the document frequency is that of their union.

    Needs a weighting that has `pooled_scorer`; under any other the score is the weighted frequency itself.
    """

    fieldname: str
    keys: tuple[tuple[str, float], ...]
    boost: float = 1.0

    @cached_property
    def texts(self) -> tuple[str, ...]:
        return tuple([text for text, _ in self.keys])

    @cached_property
    def is_positive(self) -> bool:
        return min([weight for _, weight in self.keys], default=1.0) > 0

    def has_terms(self) -> bool:
        return True

    def terms(self, phrases: bool = False) -> Iterator[tuple[str, str]]:
        return ((self.fieldname, text) for text in self.texts)

    def scores(self, searcher: Any, context: Any) -> Scores:
        reader = searcher.reader()
        parts = [
            {number: frequency * weight for number, frequency in weights_of(reader, self.fieldname, text).items()}
            for text, weight in self.keys
        ]
        frequencies = summed(parts)
        weighting = getattr(context, "weighting", None) or searcher.weighting
        if not frequencies or not hasattr(weighting, "pooled_scorer"):
            return frequencies
        score = weighting.pooled_scorer(searcher, self.fieldname, self.texts)
        return {number: score(number, frequency) for number, frequency in frequencies.items()}


class _Slotted(ScoredQuery):
    fieldname: str
    slots: tuple[tuple[str, ...], ...]

    def has_terms(self) -> bool:
        return True

    def terms(self, phrases: bool = False) -> Iterator[tuple[str, str]]:
        return ((self.fieldname, text) for slot in self.slots for text in slot)

    def matches(self, positions: list[list[int]]) -> bool:
        raise NotImplementedError

    def scores(self, searcher: Any, context: Any) -> Scores:
        if not self.slots:
            return {}
        slots = [positions_of(searcher.reader(), self.fieldname, slot) for slot in self.slots]
        common = set.intersection(*(set(slot) for slot in slots))
        matched = [number for number in common if self.matches([slot[number] for slot in slots])]
        parts = [best([self._term(text, searcher, context) for text in dict.fromkeys(slot)]) for slot in self.slots]
        return {number: sum(part[number] for part in parts) for number in matched}

    def _term(self, text: str, searcher: Any, context: Any) -> Scores:
        return scores_of(Term(self.fieldname, text), searcher, context)


class Sequence(Struct, _Slotted, frozen=True, cache_hash=True):
    """Each slot's keys are alternatives; the slots stand at positions p, p+1, … of one document."""

    fieldname: str
    slots: tuple[tuple[str, ...], ...]
    boost: float = 1.0

    def matches(self, positions: list[list[int]]) -> bool:
        return in_sequence(positions)


class Near(Struct, _Slotted, frozen=True, cache_hash=True):
    """One position can be chosen for each slot, all different, the largest minus the smallest at most `distance`."""

    fieldname: str
    slots: tuple[tuple[str, ...], ...]
    distance: int
    boost: float = 1.0

    def matches(self, positions: list[list[int]]) -> bool:
        return are_near(positions, self.distance)


def keys_of(query: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Fields, each with texts of keys that are asked for there, below a query of this package."""
    match query:
        case Term():
            yield query.fieldname, (text_of(query),)
        case Pooled():
            yield query.fieldname, query.texts
        case _Slotted():
            yield from ((query.fieldname, slot) for slot in query.slots)
        case ScoredQuery():
            for child in query.children():
                yield from keys_of(child)


def text_of(term: Any) -> str:
    """Whoosh takes a term's text as it comes."""
    text = term.text
    return text.decode("utf-8", "surrogatepass") if isinstance(text, bytes) else str(text)
