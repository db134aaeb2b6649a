"""BM25 with the statistics of a document's partition, as a Whoosh weighting model."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from msgspec import Struct
from whoosh import scoring

from search.columnar import formulas
from search.columnar.columns import Array, categories, integers, live
from search.columnar.fields import Layout
from search.columnar.formulas import Parameters
from search.columnar.matchers import weights_of
from search.columnar.queries import Pooled, leaves


class Segment(Struct, frozen=True):
    """Live documents are those with `alive`; `codes` index into the collection's partitions."""

    reader: Any
    offset: int
    codes: Array
    lengths: Array
    alive: Array


class Collection(Struct, frozen=True):
    """What BM25 needs to know of all documents. `sizes` and `averages` are of live documents, by partition."""

    partitions: tuple[str, ...]
    sizes: Array
    averages: Array
    segments: tuple[Segment, ...]

    def segment_of(self, number: int) -> Segment:
        """The segment that holds a document number of the whole index."""
        return [segment for segment in self.segments if segment.offset <= number][-1]


def collection(reader: Any, layout: Layout) -> Collection:
    leaf_readers = reader.leaf_readers() if reader.doc_count_all() else []
    columns = [categories(leaf, layout.partition) for leaf, _ in leaf_readers]
    partitions = tuple(sorted({name for names, _ in columns for name in names}))
    code_of = {name: code for code, name in enumerate(partitions)}
    segments = tuple(
        Segment(
            leaf,
            offset,
            np.array([code_of[name] for name in names], dtype=np.intp)[codes],
            integers(leaf, layout.length),
            live(leaf),
        )
        for (leaf, offset), (names, codes) in zip(leaf_readers, columns, strict=True)
    )
    sizes, totals = np.zeros(len(partitions)), np.zeros(len(partitions))
    for segment in segments:
        sizes += np.bincount(segment.codes, segment.alive, minlength=len(partitions))
        totals += np.bincount(segment.codes, segment.lengths * segment.alive, minlength=len(partitions))
    return Collection(partitions, sizes, averages(totals, sizes), segments)


def averages(totals: Array, sizes: Array) -> Array:
    """Mean lengths; 1 where there is nothing to divide."""
    return np.where(totals > 0, totals, 1.0) / np.where((sizes > 0) & (totals > 0), sizes, 1.0)


class PartitionedBM25(scoring.WeightingModel):
    """`factors` by partition, if given, multiply the final score (see `prior`); partitions left out have 1.

    Statistics are kept for every reader that is searched with one instance, as long as that reader lives.
    """

    def __init__(
        self, layout: Layout, parameters: Parameters | None = None, factors: Mapping[str, float] | None = None
    ) -> None:
        self.layout = layout
        self.parameters = parameters or Parameters()
        self.factors = factors
        self.use_final = factors is not None
        self._collections: WeakKeyDictionary[Any, Collection] = WeakKeyDictionary()
        self._frequencies: WeakKeyDictionary[Any, dict[tuple[str, tuple[str, ...]], Array]] = WeakKeyDictionary()

    def collection(self, reader: Any) -> Collection:
        if reader not in self._collections:
            self._collections[reader] = collection(reader, self.layout)
        return self._collections[reader]

    def scorer(self, searcher: Any, fieldname: str, text: Any, qf: int = 1) -> Any:
        if not isinstance(searcher.schema[fieldname].column_type, type(None)):
            return _Constant()
        text = text.decode() if isinstance(text, bytes) else text
        return _Scorer(self.pooled_scorer(searcher, fieldname, (text,)))

    def pooled_scorer(self, searcher: Any, fieldname: str, texts: tuple[str, ...]) -> Callable[[int, float], float]:
        """A function from document number and weighted frequency to score, for keys counted as one term."""
        parent = searcher.get_parent().reader()
        whole = self.collection(parent)
        inverse = formulas.inverse_frequencies(self._counts(parent, fieldname, texts), whole.sizes, self.parameters)

        def score(number: int, weight: float) -> float:
            segment, local = _located(whole, searcher.reader(), number)
            code = segment.codes[local]
            return float(
                formulas.bm25(inverse[code], weight, segment.lengths[local], whole.averages[code], self.parameters)
            )

        return score

    def _counts(self, parent: Any, fieldname: str, texts: tuple[str, ...]) -> Array:
        known = self._frequencies.setdefault(parent, {})
        if (fieldname, texts) not in known:
            whole = self.collection(parent)
            known[fieldname, texts] = _tally(whole, lambda leaf: _union(leaf, fieldname, texts))
        return known[fieldname, texts]

    def final(self, searcher: Any, docnum: int, score: float) -> float:
        whole = self.collection(searcher.get_parent().reader())
        segment, local = _located(whole, searcher.reader(), docnum)
        return score * (self.factors or {}).get(whole.partitions[segment.codes[local]], 1.0)


class _Scorer(scoring.BaseScorer):
    def __init__(self, function: Callable[[int, float], float]) -> None:
        self._function = function

    def score(self, matcher: Any) -> float:
        return self._function(matcher.id(), matcher.weight())

    def max_quality(self) -> float:
        """Nothing is skipped; some of Whoosh's matchers ask all the same."""
        return math.inf


class _Constant(scoring.BaseScorer):
    """Ids and other columns of values say nothing about relevance."""

    def score(self, matcher: Any) -> float:
        return 0.0

    def max_quality(self) -> float:
        return math.inf


def prior(searcher: Any, query: Any, layout: Layout, parameters: Parameters | None = None) -> dict[str, float]:
    """The factors for PartitionedBM25: how likely the leaves of `query` are in each partition."""
    whole = collection(searcher.reader(), layout)
    searchers = {id(part.reader()): part for part, _ in searcher.leaf_searchers()}

    def matches(leaf: Any) -> Callable[[Any], Iterable[int]]:
        return lambda reader: leaf.docs(searchers[id(reader)])

    counts = [_spoken(whole, leaf.evidence, matches(leaf)) for leaf in leaves(query)]
    factors = formulas.prior_factors(counts, whole.sizes * whole.averages, parameters or Parameters())
    return dict(zip(whole.partitions, factors.tolist(), strict=True))


def _spoken(whole: Collection, evidence: Pooled | None, matches: Callable[[Any], Iterable[int]]) -> Array:
    """The weighted frequency of `evidence` by partition; if that is 0, the number of documents that match."""
    counts = np.zeros(len(whole.partitions))
    keys = () if evidence is None else [(evidence.fieldname, text, weight) for text, weight in evidence.keys]
    for segment in whole.segments:
        for fieldname, text, weight in keys:
            found = weights_of(segment.reader, fieldname, text)
            codes = segment.codes[np.fromiter(found, dtype=np.intp, count=len(found))]
            counts += weight * np.bincount(codes, list(found.values()), minlength=len(whole.partitions))
    return counts if counts.any() else _tally(whole, matches)


def _tally(whole: Collection, matches: Callable[[Any], Iterable[int]]) -> Array:
    """How many of the documents that `matches` gives for each segment's reader are in each partition."""
    counts = np.zeros(len(whole.partitions))
    for segment in whole.segments:
        numbers = np.fromiter(matches(segment.reader), dtype=np.intp)
        counts += np.bincount(segment.codes[numbers], minlength=len(whole.partitions))
    return counts


def _union(reader: Any, fieldname: str, texts: tuple[str, ...]) -> set[int]:
    found: set[int] = set()
    for text in texts:
        if (fieldname, text.encode()) in reader:
            found.update(reader.postings(fieldname, text.encode()).all_ids())
    return found


def _located(whole: Collection, reader: Any, number: int) -> tuple[Segment, int]:
    """The segment of a document that `reader`, of one segment or of all, numbers so; and its number there."""
    for segment in whole.segments:
        if segment.reader is reader:
            return segment, number
    segment = whole.segment_of(number)
    return segment, number - segment.offset
