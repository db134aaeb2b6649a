"""Whoosh as an engine: its index, schema, lock and generations under documents that are keys already.

Beside Whoosh's own files a generation has blobs, named `blob-GENERATION-NAME`, written and flushed before the table of
contents that makes the generation visible.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, assert_never

import numpy as np
from whoosh import index as whoosh_index
from whoosh.fields import STORED, Schema
from whoosh.query import Term
from whoosh.reading import SegmentReader
from whoosh.searching import Searcher
from whoosh.writing import SegmentWriter

from search.article import Document, Tokens
from search.columnar import queries
from search.columnar.fields import MISSING, Category, Integer, Keys, Layout, identity
from search.columnar.formulas import Parameters, settled
from search.columnar.matchers import scores_of
from search.columnar.scoring import PartitionedBM25, prior
from search.engines.base import Explanation, Hits, Retrieval, Scored, Snapshot, Sort, Vocabulary, Writer
from search.engines.shared import TITLE_GAP, shares, year_of
from search.errors import IndexDamaged, IndexLocked, IndexMissing
from search.query.ast import Zone
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
)
from search.settings import RANKING

_LAYOUT = Layout(id="id", partition="language", length="length", newest="start")
_PARAMETERS = Parameters(
    k1=RANKING.k1,
    b=RANKING.b,
    pseudo=RANKING.shrink,
    power=RANKING.prior_power,
    floor=RANKING.prior_floor,
    pseudo_words=RANKING.prior_words,
    least=RANKING.prior_least,
)
_FIELDS = {
    (Kind.WORD, Zone.ALL): "words",
    (Kind.STEM, Zone.ALL): "stems",
    (Kind.WORD, Zone.TITLE): "title_words",
    (Kind.STEM, Zone.TITLE): "title_stems",
}
_REBUILD = "Build it again: newsstand index --rebuild PATH…"


def _schema() -> Schema:
    return Schema(
        id=identity(),
        words=Keys(positions=True),
        stems=Keys(),
        title_words=Keys(positions=True),
        title_stems=Keys(),
        language=Category(),
        source=Category(),
        start=Integer(),
        end=Integer(),
        length=Integer(),
        stored=STORED(),
    )


class WhooshEngine:
    """An index in a folder. Safe to share among threads."""

    def __init__(self, path: Path, index: Any) -> None:
        self._path = path
        self._index = index
        self._lock = Lock()
        self._current: _Generation | None = None

    @classmethod
    def open(cls, path: Path) -> WhooshEngine:
        """Raises IndexMissing or IndexDamaged."""
        try:
            return cls(path, whoosh_index.open_dir(str(path)))
        except (whoosh_index.EmptyIndexError, FileNotFoundError, NotADirectoryError) as error:
            raise IndexMissing(
                f"There is no index in {path}. Make one: newsstand --index {path} index PATH…"
            ) from error
        except Exception as error:  # a broken table of contents raises whatever unpickling it raises
            raise IndexDamaged(f"The index in {path} can't be read ({error}). {_REBUILD}") from error

    @classmethod
    def create(cls, path: Path) -> WhooshEngine:
        """Open the index in `path`, or make an empty one there."""
        if whoosh_index.exists_in(str(path)):
            return cls.open(path)
        path.mkdir(parents=True, exist_ok=True)
        return cls(path, whoosh_index.create_in(str(path), _schema()))

    def snapshot(self) -> Snapshot:
        with self._lock:
            if self._current is None or self._current.number != self._index.latest_generation():
                opened = self._open()
                if self._current is not None:
                    self._current.release()
                self._current = opened
            return _WhooshSnapshot(self._current.acquire())

    def _open(self) -> _Generation:
        """A writer may clear a generation away while it is being opened: then there is a newer one to open."""
        for _ in range(10):
            try:
                reader = self._index.reader()
                number = reader.generation() if reader.doc_count_all() else self._index.latest_generation()
                blobs = {file.name.split("-", 2)[2]: _mapped(file) for file in self._path.glob(f"blob-{number}-*")}
                if number == self._index.latest_generation():
                    return _Generation(number, reader, blobs, self._path)
                reader.close()
            except FileNotFoundError:
                continue
            except (OSError, ValueError, struct.error, EOFError, KeyError) as error:
                raise IndexDamaged(f"The index in {self._path} can't be read ({error}). {_REBUILD}") from error
        raise IndexDamaged(f"The index in {self._path} lacks files. {_REBUILD}")

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        try:
            writer = _SegmentWriter(self._index)
        except whoosh_index.LockError as error:
            raise IndexLocked(
                f"Another process is writing to the index in {self._path}. Wait until it is done."
            ) from error
        adapter = _WhooshWriter(writer, self._path)
        try:
            yield adapter
        finally:
            if not writer.is_closed:
                writer.cancel()

    def close(self) -> None:
        with self._lock:
            if self._current is not None:
                self._current.release()
                self._current = None
            self._index.close()


def _mapped(file: Path) -> memoryview:
    with file.open("rb") as opened:
        if os.fstat(opened.fileno()).st_size == 0:
            return memoryview(b"")
        return memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))


class _SegmentWriter(SegmentWriter):
    """Calls `before_toc` with all segments of the new generation when they are on disk and nothing points to them."""

    def __init__(self, index: Any) -> None:
        super().__init__(index, limitmb=256)
        self.before_toc: Callable[[list[Any]], None] = lambda segments: None

    def _commit_toc(self, segments: list[Any]) -> None:
        self.before_toc(segments)
        super()._commit_toc(segments)


class _WhooshWriter:
    def __init__(self, writer: _SegmentWriter, path: Path) -> None:
        self._writer = writer
        self._path = path
        self._pending: dict[str, Document] = {}

    def add(self, document: Document) -> None:
        self._pending[document.id] = document

    def delete(self, id: str) -> bool:
        waiting = self._pending.pop(id, None) is not None
        return bool(self._writer.delete_by_term("id", id)) or waiting

    def commit(self, finish: Callable[[Vocabulary], Mapping[str, bytes]]) -> None:
        for document in self._pending.values():
            self._writer.update_document(**_fields(document))
        generation = self._writer.generation

        def save_blobs(segments: list[Any]) -> None:
            for name, data in finish(self._vocabulary(segments)).items():
                _write(self._path / f"blob-{generation}-{name}", data)

        self._writer.before_toc = save_blobs
        self._writer.commit()
        for file in self._path.glob("blob-*"):
            if not file.name.startswith(f"blob-{generation}-"):
                with suppress(OSError):
                    file.unlink()

    def _vocabulary(self, segments: list[Any]) -> Vocabulary:
        readers = [SegmentReader(self._writer.storage, self._writer.schema, segment) for segment in segments]
        try:
            return _vocabulary(readers)
        finally:
            for reader in readers:
                reader.close()


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _vocabulary(readers: list[Any]) -> Vocabulary:
    frequencies: dict[str, Counter[str]] = {}
    documents: Counter[str] = Counter()
    for reader in readers:
        languages = list(reader.column_reader("language"))
        documents.update(languages[number] for number in reader.all_doc_ids())
        for text in reader.field_terms("words"):
            found = Counter(languages[number] for number in reader.postings("words", text).all_ids())
            if found:
                frequencies.setdefault(text, Counter()).update(found)
    words = tuple(sorted(frequencies))
    return Vocabulary(words, tuple(frequencies[word] for word in words), documents)


def _fields(document: Document) -> dict[str, Any]:
    title, body = document.title, document.body
    shift = len(title.words) + TITLE_GAP
    words = [*enumerate(title.words), *enumerate(body.words, shift)]
    title_words, body_words = Counter(title.words), Counter(body.words)
    title_stems, body_stems = _stems(title, document.stems), _stems(body, document.stems)
    return {
        "id": document.id,
        "words": _postings(_weighed(title_words, body_words), _positions(words)),
        "stems": _postings(_weighed(title_stems, body_stems)),
        "title_words": _postings(title_words, _positions(list(enumerate(title.words)))),
        "title_stems": _postings(title_stems),
        "language": document.language,
        "source": document.source or "",
        "start": MISSING if document.start is None else document.start,
        "end": MISSING if document.end is None else document.end,
        "length": len(title.words) + len(body.words),
        "stored": document.stored,
    }


def _stems(tokens: Tokens, stems: Mapping[str, tuple[str, ...]]) -> Counter[str]:
    counts = Counter(key for word in tokens.words for key in stems[word])
    counts.update(tokens.pairs)
    return counts


def _weighed(title: Mapping[str, int], body: Mapping[str, int]) -> Counter[str]:
    return Counter({text: count * RANKING.title for text, count in title.items()}) + Counter(body)


def _positions(words: list[tuple[int, str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for position, word in words:
        found.setdefault(word, []).append(position)
    return found


def _postings(
    counts: Mapping[str, int], positions: Mapping[str, list[int]] | None = None
) -> list[tuple[str, float, list[int] | None]]:
    return [(text, float(count), positions[text] if positions else None) for text, count in sorted(counts.items())]


@dataclass(slots=True)
class _Generation:
    """An open reader and its blobs, closed when neither the engine nor a snapshot holds it any longer."""

    number: int
    reader: Any
    blobs: Mapping[str, memoryview]
    path: Path
    holders: int = 1
    lock: Lock = field(default_factory=Lock)
    columns: _Columns | None = None

    def acquire(self) -> _Generation:
        with self.lock:
            self.holders += 1
        return self

    def release(self) -> None:
        with self.lock:
            self.holders -= 1
            if self.holders == 0:
                self.reader.close()

    def loaded(self) -> _Columns:
        with self.lock:
            if self.columns is None:
                self.columns = _Columns(self.reader)
            return self.columns


class _Columns:
    """Columns of all documents, deleted ones too, as arrays over the reader's document numbers."""

    def __init__(self, reader: Any) -> None:
        count = reader.doc_count_all()
        self.live = np.array([not reader.is_deleted(number) for number in range(count)], dtype=bool)
        self.values: dict[str, list[Any]] = {
            name: list(reader.column_reader(name)) if count else []
            for name in ("id", "language", "source", "start", "end")
        }
        self.start = np.array(self.values["start"], dtype=np.int64)
        self.end = np.array(self.values["end"], dtype=np.int64)

    def counts(self, name: str) -> Counter[str]:
        found = Counter(value for value, live in zip(self.values[name], self.live, strict=True) if live)
        del found[""]
        return found


class _WhooshSnapshot:
    def __init__(self, generation: _Generation) -> None:
        self._of = generation
        self.generation = generation.number

    def close(self) -> None:
        self._of.release()

    @property
    def languages(self) -> Mapping[str, int]:
        return self._of.loaded().counts("language")

    @property
    def sources(self) -> Mapping[str, int]:
        return self._of.loaded().counts("source")

    @property
    def size(self) -> int:
        return sum(file.stat().st_size for file in self._of.path.iterdir() if file.is_file())

    def blob(self, name: str) -> memoryview | None:
        return self._of.blobs.get(name)

    def stored(self, id: str) -> bytes | None:
        number = self._number(id)
        return None if number is None else self._stored(number)

    def _number(self, id: str) -> int | None:
        numbers = list(self._of.reader.postings("id", id).all_ids()) if ("id", id) in self._of.reader else []
        return numbers[0] if numbers else None

    def _stored(self, number: int) -> bytes:
        stored: bytes = self._of.reader.stored_fields(number)["stored"]
        return stored

    def search(self, retrieval: Retrieval) -> Hits:
        scores, fell_back = self._scores(retrieval.query), False
        if not scores and retrieval.fallback is not None:
            scores, fell_back = self._scores(retrieval.fallback), True
        columns = self._of.loaded()
        numbers = np.fromiter(scores, dtype=np.intp, count=len(scores))
        passes = {selection: _mask(selection, columns, numbers) for selection in retrieval.selections}
        chosen = numbers[_all(passes.values(), len(numbers))]
        page = self._ordered(chosen, scores, retrieval.sort)[retrieval.offset : retrieval.offset + retrieval.limit]
        return Hits(
            total=len(chosen),
            fell_back=fell_back,
            hits=tuple(Scored(columns.values["id"][n], scores[n], self._stored(n)) for n in page),
            facets={
                facet: _facet(
                    facet,
                    columns,
                    numbers[_all((mask for one, mask in passes.items() if one.facet is not facet), len(numbers))],
                )
                for facet in Facet
            },
        )

    def _scores(self, query: Keyed) -> dict[int, float]:
        """Live matches by document number, with the language's weight."""
        factors, languages = self._factors(query), self._of.loaded().values["language"]
        return {number: score * factors[languages[number]] for number, score in self._raw(query).items()}

    def _factors(self, query: Keyed) -> Mapping[str, float]:
        with self._searcher() as searcher:
            factors: Mapping[str, float] = prior(searcher, compile(query), _LAYOUT, _PARAMETERS)
        return factors

    def _raw(self, query: Keyed) -> dict[int, float]:
        """The same without it."""
        compiled = compile(query)
        with self._searcher() as searcher:
            return {
                number + offset: score
                for leaf, offset in searcher.leaf_searchers()
                for number, score in scores_of(compiled, leaf, searcher.boolean_context()).items()
            }

    def _searcher(self) -> Any:
        return Searcher(self._of.reader, weighting=PartitionedBM25(_LAYOUT, _PARAMETERS), closereader=False)

    def _ordered(self, numbers: np.ndarray[Any, Any], scores: Mapping[int, float], sort: Sort) -> list[int]:
        columns = self._of.loaded()

        def order(number: int) -> tuple[Any, ...]:
            start, id = columns.values["start"][number], columns.values["id"][number]
            if sort is Sort.OLDEST:
                return (start == MISSING, start, id)
            newest = (start == MISSING, -start)
            return (*newest, id) if sort is Sort.NEWEST else (-settled(scores[number]), *newest, id)

        return sorted(numbers.tolist(), key=order)

    def explain(self, query: Keyed, id: str) -> Explanation | None:
        number = self._number(id)
        if number is None:
            return None
        score = self._raw(query).get(number)
        if score is None:
            return Explanation(False, 0.0, 0.0, ())
        weight = self._factors(query)[self._of.loaded().values["language"][number]]
        return Explanation(True, score * weight, weight, tuple(shares(query, lambda part: self._raw(part).get(number))))


def compile(query: Keyed) -> Any:
    """The Whoosh query that means the same."""
    match query:
        case Group(members, zone):
            return queries.Leaf(queries.BestOf(tuple(_member(member, zone) for member in members)), _evidence(query))
        case And(children):
            return queries.And(tuple(compile(child) for child in children))
        case Or(children):
            return queries.Or(tuple(compile(child) for child in children))
        case Maybe(required, optional):
            return queries.Maybe((compile(required), compile(optional)))
        case Not(child):
            return queries.Not(compile(child))
        case Everything():
            return queries.Every()
        case _:
            assert_never(query)


def _evidence(group: Group) -> queries.Pooled | None:
    """The leaf's own word, by which the prior of languages is counted."""
    match group.members[:1]:
        case (Key() as key,):
            keys, share = (key,), 1.0
        case (Pool(keys),):
            share = 1.0
        case (Run(keys),):
            share = 1 / len(keys)
        case _:
            return None
    if not keys:
        return None
    return queries.Pooled(_FIELDS[keys[0].kind, group.zone], tuple((key.text, key.weight * share) for key in keys))


def _member(member: Member, zone: Zone) -> Any:
    match member:
        case Key(kind, text, weight):
            return Term(_FIELDS[kind, zone], text, boost=weight)
        case Pool(keys, weight):
            pooled = tuple((key.text, key.weight) for key in keys)
            return queries.Pooled(_FIELDS[keys[0].kind, zone], pooled, boost=weight) if keys else queries.Or(())
        case Run(keys, minimum, scale):
            return queries.AtLeast(tuple(_member(key, zone) for key in keys), minimum, boost=scale)
        case Sequence(slots, weight):
            return queries.Sequence(_FIELDS[Kind.WORD, zone], slots, boost=weight)
        case Near(slots, distance, weight):
            return queries.Near(_FIELDS[Kind.WORD, zone], slots, distance, boost=weight)
        case _:
            assert_never(member)


def _mask(selection: Selection, columns: _Columns, numbers: Any) -> Any:
    if selection.facet in (Facet.LANGUAGE, Facet.SOURCE):
        values = columns.values[selection.facet]
        found = np.array([values[number] in selection.values for number in numbers], dtype=bool)
    else:
        start, end = columns.start[numbers], columns.end[numbers]
        dated = start != MISSING
        found = ~dated & selection.undated
        for span in selection.spans:
            inside = dated.copy()
            if span.start is not None:
                inside &= end >= span.start
            if span.end is not None:
                inside &= start <= span.end
            found |= inside
    return ~found if selection.exclude else found


def _all(masks: Iterable[Any], count: int) -> Any:
    together = np.ones(count, dtype=bool)
    for mask in masks:
        together &= mask
    return together


def _facet(facet: Facet, columns: _Columns, numbers: Any) -> Mapping[str, int]:
    if facet is Facet.YEAR:
        starts = columns.start[numbers].tolist()
        return Counter(year_of(None if start == MISSING else start) for start in starts)
    values = columns.values[facet]
    return Counter(values[number] for number in numbers if values[number])
