"""The plainest engine there could be: dictionaries, loops and the formulas as printed.

Every search looks at every document, so it is for tests, where it is the reference for the others, and for archives of
some hundred articles.
"""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import product
from threading import Lock

import numpy as np
from msgspec import Struct

from search.article import Document, Stemming, Tokens
from search.engines.base import (
    Builder,
    Built,
    Elsewhere,
    Explanation,
    Hits,
    Origins,
    Retrieval,
    Scored,
    Snapshot,
    Sort,
    Unit,
    Vocabulary,
    Writer,
)
from search.engines.shared import TITLE_GAP, newest_first, period_of, shares, year_of
from search.errors import IndexLocked
from search.lexicon.blocks import Kept, made
from search.lexicon.frequencies import from_mappings
from search.query.ast import Span, Zone
from search.query.keyed import (
    And,
    Everything,
    Facet,
    Group,
    Key,
    Keyed,
    Kind,
    Maybe,
    Member,
    Near,
    Not,
    Or,
    Pool,
    Run,
    Selection,
    Sequence,
    positive_groups,
)
from search.settings import RANKING, Ranking


class _Held(Struct, frozen=True):
    """A document with its keys counted: per zone, frequencies by key and positions by word."""

    document: Document
    length: int
    counts: Mapping[Zone, Mapping[tuple[Kind, str], float]]
    positions: Mapping[Zone, Mapping[str, tuple[int, ...]]]


class _Generation(Struct, frozen=True):
    number: int
    held: Mapping[str, _Held]
    blobs: Mapping[str, bytes]
    made: int


class MemoryEngine:
    def __init__(self, ranking: Ranking = RANKING) -> None:
        self._ranking = ranking
        self._generation = _Generation(0, {}, {}, 0)
        self._writing = Lock()

    def snapshot(self) -> Snapshot:
        return _MemorySnapshot(self._generation, self._ranking)

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        if not self._writing.acquire(blocking=False):
            raise IndexLocked("Another writer holds this index. Wait until it is done.")
        try:
            yield _MemoryWriter(self)
        finally:
            self._writing.release()

    def close(self) -> None:
        self._generation = _Generation(0, {}, {}, 0)

    def replace(self, held: Mapping[str, _Held], finish: Callable[[Vocabulary], Mapping[str, bytes]]) -> None:
        blobs = finish(_vocabulary(held.values()))
        self._generation = _Generation(self._generation.number + 1, dict(held), dict(blobs), time.time_ns())

    @property
    def held(self) -> Mapping[str, _Held]:
        return self._generation.held

    @property
    def ranking(self) -> Ranking:
        return self._ranking


class _MemoryWriter:
    def __init__(self, engine: MemoryEngine) -> None:
        self._engine = engine
        self._held = dict(engine.held)

    def add(self, document: Document) -> None:
        self._held[document.id] = _hold(document, self._engine.ranking)

    def builders(self, budget: int) -> Callable[[], Builder]:
        return partial(_MemoryBuilder, self._engine.ranking)

    def adopt(self, built: Built, without: Collection[str] = (), known: Collection[str] = ()) -> None:
        assert isinstance(built, dict)
        self._held.update((id, one) for id, one in built.items() if id not in without)

    def delete(self, id: str) -> bool:
        return self._held.pop(id, None) is not None

    def stored(self, id: str) -> bytes | None:
        return self._held[id].document.stored if id in self._held else None

    def commit(self, finish: Callable[[Vocabulary], Mapping[str, bytes]], elsewhere: Elsewhere | None = None) -> None:
        self._engine.replace(self._held, finish)


class _MemoryBuilder:
    def __init__(self, ranking: Ranking) -> None:
        self._ranking = ranking
        self._held: dict[str, _Held] = {}

    def add(self, document: Document) -> None:
        self._held[document.id] = _hold(document, self._ranking)

    def finish(self) -> Built:
        held, self._held = self._held, {}
        return held


def _hold(document: Document, ranking: Ranking) -> _Held:
    title, lead, body = document.title.tokens(), document.lead.tokens(), document.body.tokens()
    in_title = _count(title, document.stems)
    whole = Counter({key: count * ranking.title for key, count in in_title.items()})
    whole.update({key: count * ranking.lead for key, count in _count(lead, document.stems).items()})
    whole.update(_count(body, document.stems))
    text = lead.words + body.words
    words = (*enumerate(title.words), *enumerate(text, len(title.words) + TITLE_GAP))
    return _Held(
        document,
        length=len(title.words) + len(text),
        counts={Zone.ALL: whole, Zone.TITLE: in_title},
        positions={Zone.ALL: _places(words), Zone.TITLE: _places(enumerate(title.words))},
    )


def _count(tokens: Tokens, stems: Stemming) -> Counter[tuple[Kind, str]]:
    counts = Counter((Kind.WORD, word) for word in tokens.words)
    counts.update((Kind.STEM, key) for key in stems(tokens.words)[0])
    counts.update((Kind.STEM, pair) for pair in tokens.pairs)
    return counts


def _places(words: Iterable[tuple[int, str]]) -> dict[str, tuple[int, ...]]:
    places: dict[str, tuple[int, ...]] = defaultdict(tuple)
    for position, word in words:
        places[word] += (position,)
    return dict(places)


def _vocabulary(held: Iterable[_Held]) -> Vocabulary:
    frequencies: dict[str, Counter[str]] = defaultdict(Counter)
    documents: Counter[str] = Counter()
    for one in held:
        documents[one.document.language] += 1
        for kind, text in one.counts[Zone.ALL]:
            if kind is Kind.WORD:
                frequencies[text][one.document.language] += 1
    words = tuple(sorted(frequencies))
    return Vocabulary(words, from_mappings([frequencies[word] for word in words]), documents)


class _MemorySnapshot:
    def __init__(self, generation: _Generation, ranking: Ranking) -> None:
        self._held = generation.held
        self._blobs = generation.blobs
        self._ranking = ranking
        self.generation = self.stamp = generation.number
        self.made = generation.made
        self.size = 0
        self.languages: Mapping[str, int] = Counter(one.document.language for one in self._held.values())
        self.sources: Mapping[str, int] = Counter(
            one.document.source for one in self._held.values() if one.document.source is not None
        )
        origins = [one.document.origins for one in self._held.values()]
        self.origins = Origins(Counter(one for one, _ in origins), Counter(other for _, other in origins if other))

    def close(self) -> None:
        pass

    def stored(self, id: str) -> bytes | None:
        return self._held[id].document.stored if id in self._held else None

    def blob(self, name: str) -> memoryview | None:
        return memoryview(self._blobs[name]) if name in self._blobs else None

    def kept(self, name: str) -> Kept | None:
        return made(self._blobs[name]) if name in self._blobs else None

    def search(self, retrieval: Retrieval) -> Hits:
        scores, fell_back = self._scores(retrieval.query), False
        if not scores and retrieval.fallback is not None:
            scores, fell_back = self._scores(retrieval.fallback), True
        chosen = [id for id in scores if self._passes(id, retrieval.selections)]
        page = self._sorted(chosen, scores, retrieval.sort)[retrieval.offset : retrieval.offset + retrieval.limit]
        return Hits(
            total=len(chosen),
            fell_back=fell_back,
            hits=tuple(Scored(id, scores[id], self._held[id].document.stored) for id in page),
            facets={facet: self._facet(facet, scores, retrieval.selections) for facet in Facet},
            timeline=self._timeline(chosen, retrieval.timeline) if retrieval.timeline else {},
        )

    def explain(self, query: Keyed, id: str) -> Explanation | None:
        if id not in self._held:
            return None
        weighing = _Weighing(self._held, self._ranking)
        weight = weighing.prior(query)[self._held[id].document.language]
        score = weighing.evaluate(query).get(id)
        if score is None:
            return Explanation(False, 0.0, 0.0, ())
        given = tuple(shares(query, lambda part: weighing.evaluate(part).get(id)))
        return Explanation(True, score * weight, weight, given)

    def _scores(self, query: Keyed) -> dict[str, float]:
        weighing = _Weighing(self._held, self._ranking)
        prior = weighing.prior(query)
        return {id: score * prior[self._held[id].document.language] for id, score in weighing.evaluate(query).items()}

    def _sorted(self, ids: list[str], scores: Mapping[str, float], sort: Sort) -> list[str]:
        def order(id: str) -> tuple[object, ...]:
            # float32: sums that differ only by the order of adding up are ties
            start = self._held[id].document.start
            if sort is Sort.OLDEST:
                return (start is None, start or 0, id)
            newest = newest_first(start)
            return (*newest, id) if sort is Sort.NEWEST else (-np.float32(scores[id]), *newest, id)

        return sorted(ids, key=order)

    def _passes(self, id: str, selections: Iterable[Selection]) -> bool:
        return all(_selected(self._held[id].document, selection) for selection in selections)

    def _timeline(self, ids: Iterable[str], unit: Unit) -> Mapping[str, Mapping[str, int]]:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for document in (self._held[id].document for id in ids):
            counts[period_of(document.start, document.end, unit)][document.language] += 1
        return counts

    def _facet(self, facet: Facet, ids: Iterable[str], selections: tuple[Selection, ...]) -> Mapping[str, int]:
        others = [one for one in selections if one.facet is not facet or one.exclude]
        documents = [self._held[id].document for id in ids if self._passes(id, others)]
        if facet is Facet.LANGUAGE:
            return Counter(document.language for document in documents)
        if facet is Facet.YEAR:
            return Counter(year_of(document.start) for document in documents)
        return Counter(document.source for document in documents if document.source is not None)


def _selected(document: Document, selection: Selection) -> bool:
    if selection.facet in (Facet.LANGUAGE, Facet.SOURCE):
        value = document.language if selection.facet is Facet.LANGUAGE else document.source
        return (value in selection.values) is not selection.exclude
    if document.start is None or document.end is None:
        return selection.undated is not selection.exclude
    return any(_overlaps(document.start, document.end, span) for span in selection.spans) is not selection.exclude


def _overlaps(start: int, end: int, span: Span) -> bool:
    return (span.start is None or end >= span.start) and (span.end is None or start <= span.end)


class _Weighing:
    """One query's evaluation over all documents."""

    def __init__(self, held: Mapping[str, _Held], ranking: Ranking) -> None:
        self._held = held
        self._ranking = ranking
        self._documents = Counter(one.document.language for one in held.values())
        self._words: Counter[str] = Counter()
        for one in held.values():
            self._words[one.document.language] += one.length
        self._average = {language: self._words[language] / count for language, count in self._documents.items()}

    def evaluate(self, query: Keyed) -> dict[str, float]:
        match query:
            case Group():
                return self._group(query)
            case Everything():
                return dict.fromkeys(self._held, 0.0)
            case Maybe(required, optional):
                more = self.evaluate(optional)
                return {id: score + more.get(id, 0.0) for id, score in self.evaluate(required).items()}
            case Not(child):
                without = self.evaluate(child)
                return {id: 0.0 for id in self._held if id not in without}
            case And(children):
                found = [self.evaluate(child) for child in children]
                return {id: sum(scores[id] for scores in found) for id in found[0] if all(id in s for s in found)}
            case Or(children):
                total: dict[str, float] = defaultdict(float)
                for child in children:
                    for id, score in self.evaluate(child).items():
                        total[id] += score
                return dict(total)

    def prior(self, query: Keyed) -> Mapping[str, float]:
        """The weight of each language: how likely the query's words are in it (see Ranking)."""
        counts = [self._evidence(group) for group in positive_groups(query)]
        leaves = [leaf for leaf in counts if leaf]
        logs = {language: self._log_likelihood(language, leaves) for language in self._documents}
        best = max(logs.values(), default=0.0)
        floor, power = self._ranking.prior_floor, self._ranking.prior_power
        return {language: floor + (1 - floor) * math.exp(power * (log - best)) for language, log in logs.items()}

    def _evidence(self, group: Group) -> Counter[str]:
        """How often each language has the leaf's own word; where none has it, how many of its articles match."""
        match group.members[:1]:
            case (Key(kind, text, weight),):
                counts = self._pool(kind, ((text, weight),), group.zone)
            case (Pool(kind, keys),):
                counts = self._pool(kind, keys, group.zone)
            case (Run(texts),):
                counts = self._pool(Kind.STEM, [(text, 1 / len(texts)) for text in texts], group.zone)
            case _:
                counts = {}
        spoken: Counter[str] = Counter()
        for id, count in (counts or dict.fromkeys(self._group(group), 1.0)).items():
            spoken[self._held[id].document.language] += count  # type: ignore[assignment]
        return spoken

    def _log_likelihood(self, language: str, leaves: list[Counter[str]]) -> float:
        if not leaves:
            return 0.0
        return sum(math.log(self._share(leaf, language)) for leaf in leaves) / len(leaves)

    def _share(self, leaf: Counter[str], language: str) -> float:
        shares = {one: leaf[one] / (words + self._ranking.prior_words) for one, words in self._words.items()}
        return max(shares[language] / max(shares.values()), self._ranking.prior_least)

    def _frequency(self, ids: Iterable[str]) -> Counter[str]:
        return Counter(self._held[id].document.language for id in ids)

    def _group(self, group: Group) -> dict[str, float]:
        best: dict[str, float] = {}
        for member in group.members:
            for id, score in self._member(member, group.zone).items():
                best[id] = max(score, best.get(id, 0.0))
        return best

    def _member(self, member: Member, zone: Zone) -> dict[str, float]:
        match member:
            case Key(kind, text, weight):
                return {id: weight * score for id, score in self._key(kind, text, zone).items()}
            case Pool(kind, keys, weight):
                return {id: weight * score for id, score in self._bm25(self._pool(kind, keys, zone)).items()}
            case Run(keys, minimum, scale):
                found = [self._key(Kind.STEM, text, zone) for text in keys]
                hits = Counter(id for scores in found for id in scores)
                return {
                    id: scale * sum(scores.get(id, 0.0) for scores in found)
                    for id, count in hits.items()
                    if count >= minimum
                }
            case Sequence(slots, weight):
                return self._slots(slots, weight, zone, lambda places: _in_order(places))
            case Near(slots, distance, weight):
                return self._slots(slots, weight, zone, lambda places: _within(places, distance))

    def _slots(
        self,
        slots: tuple[tuple[str, ...], ...],
        weight: float,
        zone: Zone,
        fits: Callable[[list[list[int]]], bool],
    ) -> dict[str, float]:
        scored = [self._group(Group(tuple(Key(Kind.WORD, word) for word in slot), zone)) for slot in slots]
        return {
            id: weight * sum(scores[id] for scores in scored)
            for id in scored[0]
            if all(id in scores for scores in scored) and fits([self._positions(id, slot, zone) for slot in slots])
        }

    def _positions(self, id: str, slot: tuple[str, ...], zone: Zone) -> list[int]:
        places = self._held[id].positions[zone]
        return sorted({place for word in slot for place in places.get(word, ())})

    def _key(self, kind: Kind, text: str, zone: Zone) -> dict[str, float]:
        counts = ((id, one.counts[zone].get((kind, text))) for id, one in self._held.items())
        return self._bm25({id: count for id, count in counts if count})

    def _pool(self, kind: Kind, keys: Iterable[tuple[str, float]], zone: Zone) -> dict[str, float]:
        together: dict[str, float] = defaultdict(float)
        for text, weight in keys:
            for id, one in self._held.items():
                count = one.counts[zone].get((kind, text))
                if count:
                    together[id] += weight * count
        return together

    def _bm25(self, counts: Mapping[str, float]) -> dict[str, float]:
        frequency = self._frequency(counts)
        return {id: self._one(self._held[id], count, frequency) for id, count in counts.items()}

    def _one(self, one: _Held, count: float, frequency: Counter[str]) -> float:
        language, ranking = one.document.language, self._ranking
        everywhere = frequency.total() / len(self._held)
        df = frequency[language] + ranking.shrink * everywhere
        n = self._documents[language] + ranking.shrink
        idf = math.log(1 + (n - df + 0.5) / (df + 0.5))
        relative = one.length / (self._average[language] or 1.0)
        return idf * count * (ranking.k1 + 1) / (count + ranking.k1 * (1 - ranking.b + ranking.b * relative))


def _in_order(places: list[list[int]]) -> bool:
    return any(all(start + offset in places[offset] for offset in range(1, len(places))) for start in places[0])


def _within(places: list[list[int]], distance: int) -> bool:
    return any(len(set(choice)) == len(choice) and max(choice) - min(choice) <= distance for choice in product(*places))
