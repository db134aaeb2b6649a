"""One generation, as searches see it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import Any

from msgspec import Struct, field

from search.columnar import search as columnar
from search.columnar.blobs import blob
from search.columnar.container import SHIFT, Container
from search.columnar.periods import Periods
from search.columnar.session import Session
from search.columnar.view import Facet as ColumnFacet
from search.columnar.view import View
from search.engines.base import Explanation, Hits, Origins, Retrieval, Scored, Sort, Unit
from search.engines.shared import shares
from search.engines.whoosh.compiling import compile, filter_of
from search.engines.whoosh.damage import told
from search.lexicon.blocks import Kept
from search.query.filters import UNDATED
from search.query.keyed import Everything, Facet, Keyed

#: Compiled queries that are remembered.
_COMPILED = 1 << 10
_FACETS = {
    Facet.LANGUAGE: ColumnFacet("language"),
    Facet.YEAR: ColumnFacet("start", years=True),
    Facet.SOURCE: ColumnFacet("source"),
}
_TIMELINES = {
    unit: (Periods("start", "end", code), ColumnFacet("language"))
    for unit, code in ((Unit.YEAR, "Y"), (Unit.MONTH, "M"), (Unit.DAY, "D"))
}
_ORDERS = {
    Sort.RELEVANCE: columnar.Order.SCORE,
    Sort.NEWEST: columnar.Order.NEWEST,
    Sort.OLDEST: columnar.Order.OLDEST,
}


class Stamp(Struct, frozen=True):
    """A table of contents on disk: the number of its generation, its file's inode and time."""

    generation: int
    inode: int
    time: int


class Generation(Struct):
    """An open reader and its blobs, closed when neither the engine nor a snapshot holds it any longer.

    `compiled` remembers the Whoosh queries of keyed ones, by their identity.
    """

    stamp: Stamp
    view: View
    blobs: Container | None
    path: Path
    holders: int = 1
    lock: Lock = field(default_factory=Lock)
    compiled: dict[int, tuple[Keyed, Any]] = field(default_factory=dict)

    def acquire(self) -> Generation:
        with self.lock:
            self.holders += 1
        return self

    def release(self) -> None:
        with self.lock:
            self.holders -= 1
            if self.holders == 0:
                self.view.reader.close()


class WhooshSnapshot:
    def __init__(self, generation: Generation) -> None:
        self._of = generation
        self._view = generation.view
        self._session = Session(generation.view)
        self.stamp = generation.stamp
        self.generation = generation.stamp.generation
        self.made = generation.stamp.time if self.generation else 0

    def close(self) -> None:
        self._of.release()

    @property
    def languages(self) -> Mapping[str, int]:
        return self._view.live

    @cached_property
    def sources(self) -> Mapping[str, int]:
        with told(self._of.path):
            return self._counted(Everything(), Facet.SOURCE)

    @property
    def origins(self) -> Origins:
        columns = {name: ColumnFacet(name) for name in ("language_from", "date_from")}
        with told(self._of.path):
            counts = columnar.search(
                self._view, columnar.Request(compile(Everything()), facets=columns, limit=0)
            ).facets
        return Origins(*({value: count for value, count in counts[name].items() if value} for name in columns))

    def _counted(self, query: Keyed, facet: Facet) -> Mapping[str, int]:
        request = columnar.Request(compile(query), facets={facet.value: _FACETS[facet]}, limit=0)
        return _counts(facet, columnar.search(self._view, request).facets[facet])

    @property
    def size(self) -> int:
        total = 0
        for file in self._of.path.iterdir():
            with suppress(FileNotFoundError):  # a writer takes old files away
                total += file.stat().st_size if file.is_file() else 0
        return total

    def blob(self, name: str) -> memoryview | None:
        with told(self._of.path):
            return None if self._of.blobs is None else blob(self._of.blobs, name)

    def kept(self, name: str) -> Kept | None:
        file = self._of.blobs
        if file is None or name not in file:
            return None
        section = file.section(name)
        return Kept(section.array.data, section.start, file.verified, SHIFT, partial(_verify, file, self._of.path))

    def stored(self, id: str) -> bytes | None:
        with told(self._of.path):
            number = self._view.find(id)
            return None if number is None else self._stored(number)

    def _stored(self, number: int) -> bytes:
        stored: bytes = self._view.stored(number)["stored"]
        return stored

    def search(self, retrieval: Retrieval) -> Hits:
        request = columnar.Request(
            query=self._query(retrieval.query),
            fallback=None if retrieval.fallback is None else partial(self._query, retrieval.fallback),
            filters=tuple(map(filter_of, retrieval.selections)),
            facets={facet.value: column for facet, column in _FACETS.items()},
            order=_ORDERS[retrieval.sort],
            offset=retrieval.offset,
            limit=retrieval.limit,
            timeline=None if retrieval.timeline is None else _TIMELINES[retrieval.timeline],
        )
        with told(self._of.path):
            found = columnar.search(self._view, request, self._session)
            return Hits(
                total=found.total,
                fell_back=found.fell_back,
                hits=tuple(Scored(hit.id, hit.score, self._stored(hit.number)) for hit in found.hits),
                facets={facet: _counts(facet, found.facets[facet]) for facet in Facet},
                timeline={period or UNDATED: counts for period, counts in found.timeline.items()},
            )

    def _query(self, query: Keyed) -> Any:
        """One object for one, so that a next page or a finer timeline doesn't look for the same again."""
        known = self._of.compiled.get(id(query))
        if known is None:
            if len(self._of.compiled) >= _COMPILED:
                self._of.compiled.clear()
            known = self._of.compiled[id(query)] = query, compile(query)
        return known[1]

    def explain(self, query: Keyed, id: str) -> Explanation | None:
        with told(self._of.path):
            number = self._view.find(id)
            if number is None:
                return None
            score = self._score(query, number)
            if score is None:
                return Explanation(False, 0.0, 0.0, ())
            segment = self._view.segment_of(number)
            factors = Session(self._view).factors(compile(query))
            weight = float(factors[segment.partitions[number - segment.offset]])
            given = tuple(shares(query, lambda part: self._score(part, number)))
            return Explanation(True, score * weight, weight, given)

    def _score(self, query: Keyed, number: int) -> float | None:
        """Without the language's weight; None if the document doesn't match."""
        for segment, found in Session(self._view).matches(compile(query)):
            places = (found.ids + segment.offset == number).nonzero()[0]
            if len(places):
                return 0.0 if found.scores is None else float(found.scores[places[0]])
        return None


def _verify(file: Container, path: Path, start: int, end: int) -> None:
    with told(path):
        file.verify(start, end)


def _counts(facet: Facet, counts: Mapping[str, int]) -> Mapping[str, int]:
    """The empty string stands for none."""
    none = {UNDATED: counts[""]} if facet is Facet.YEAR and "" in counts else {}
    return {value: count for value, count in counts.items() if value} | none
