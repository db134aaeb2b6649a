"""Whoosh as an engine: its index, schema, lock and generations, on the columnar codec.

Keyed trees are compiled to Whoosh queries, which `search.columnar` evaluates on whole arrays. Lexicon, facts and ledger
are blobs of a generation: written and flushed before the table of contents that makes it visible.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from itertools import repeat
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, assert_never

import numpy as np
from msgspec import Struct, field
from whoosh.fields import STORED, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.query import Term

from search.article import Document
from search.columnar import contents, plan, queries
from search.columnar import search as columnar
from search.columnar.blobs import blob, read_blobs
from search.columnar.container import Container
from search.columnar.errors import Damaged
from search.columnar.fields import Category, Integer, Keys, Layout, identity
from search.columnar.formulas import Parameters
from search.columnar.lock import Held, WriteLock
from search.columnar.periods import Periods
from search.columnar.session import Session
from search.columnar.view import Facet as ColumnFacet
from search.columnar.view import View
from search.engines.base import (
    Builder,
    Built,
    CheckedFile,
    Checkup,
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
from search.engines.shared import TITLE_GAP, shares
from search.errors import IndexDamaged, IndexLocked, IndexMissing, NewsstandError
from search.lexicon.frequencies import Frequencies
from search.query.ast import Zone
from search.query.filters import UNDATED
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

# A search waits for none of what only writing needs.
if TYPE_CHECKING:
    from search.columnar.build import Builder as ColumnarBuilder
    from search.columnar.writing import Writer as ColumnarWriter

#: Whoosh's name of the index within the folder.
INDEX = "MAIN"
#: Longest that a rebuilt index takes to get into the place of another, in seconds.
_SWAP = 0.5
#: Longest that any file system counts as one moment, in nanoseconds; FAT's two seconds are the worst.
_TICK = 3_000_000_000
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
#: Title and body, and how much a word of each counts.
_PLAN = plan.Plan(
    zones=(
        plan.Zone("words", "stems", (RANKING.title, RANKING.lead, 1)),
        plan.Zone("title_words", "title_stems", (1, 0, 0)),
    ),
    id="id",
    partition="language",
    length="length",
    stored="stored",
    categories=("language", "source", "language_from", "date_from"),
    integers=("start", "end"),
    gaps=(TITLE_GAP, 0),
)
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
_REBUILD = "Build it again: newsstand index --rebuild PATH…"


def _unreadable(path: Path, error: BaseException | None) -> str:
    return f"The index in {path} can't be read ({str(error).rstrip('.')}). {_REBUILD}"


def _missing(path: Path) -> IndexMissing:
    return IndexMissing(f"There is no index in {path}. Make one: newsstand --index {path} index PATH…")


def _schema() -> Schema:
    return Schema(
        id=identity(),
        words=Keys(positions=True),
        stems=Keys(),
        title_words=Keys(positions=True),
        title_stems=Keys(),
        language=Category(),
        source=Category(),
        language_from=Category(),
        date_from=Category(),
        start=Integer(),
        end=Integer(),
        length=Integer(),
        stored=STORED(),
    )


def _shape(schema: Schema) -> dict[str, type]:
    return {name: type(field) for name, field in schema.items()}


def check(path: Path) -> Checkup:
    """Read every byte of the newest generation. Raises IndexMissing."""
    from search.columnar import check as verify

    storage = FileStorage(str(path))
    while True:
        generation = contents.newest(storage, INDEX) if path.is_dir() else -1
        if generation < 0:
            raise _missing(path)
        files = tuple(_checked(path, file.name, file.problems) for file in verify.files(path, INDEX))
        checkup = Checkup(files, tuple(verify.left_over(path, INDEX)))
        if checkup.whole or contents.newest(storage, INDEX) == generation:
            return checkup  # else a writer took away what it replaced


def _checked(path: Path, name: str, problems: tuple[str, ...]) -> CheckedFile:
    there = path / name
    return CheckedFile(name, there.stat().st_size if there.exists() else 0, problems)


class WhooshEngine:
    """An index in a folder. Safe to share among threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._storage = FileStorage(str(path))
        self._lock = Lock()
        self._current: _Generation | None = None
        self._settled: tuple[tuple[int, int], _Stamp] | None = None

    @classmethod
    def open(cls, path: Path) -> WhooshEngine:
        """Raises IndexMissing or IndexDamaged."""
        engine = cls(path)
        engine.snapshot().close()
        return engine

    @classmethod
    def create(cls, path: Path) -> WhooshEngine:
        """Open the index in `path`, or make an empty one there."""
        try:
            return cls.open(path)
        except IndexMissing:
            from search.columnar.writing import create

            create(path, _schema())
        return cls.open(path)

    def snapshot(self) -> Snapshot:
        with self._lock:
            newest = self._newest()
            if self._current is None or self._current.stamp != newest:
                opened = self._open(newest)
                if self._current is not None:
                    self._current.release()
                self._current = opened
            return _WhooshSnapshot(self._current.acquire())

    def _newest(self) -> _Stamp:
        """What tells the newest generation from any other, also from one of an index that was put in this one's place.

        Waits a moment where a rebuilt index is just being moved there. Raises IndexMissing or IndexDamaged.
        """
        until = time.monotonic() + _SWAP
        while True:
            try:
                return self._stamp()
            except (FileNotFoundError, NotADirectoryError) as error:
                left = any(self._path.glob(f"{INDEX}*.*"))
                if time.monotonic() < until and (left or self._current is not None):
                    time.sleep(_SWAP / 100)
                elif left:
                    raise IndexDamaged(_unreadable(self._path, error)) from error
                else:
                    raise _missing(self._path) from error

    def _stamp(self) -> _Stamp:
        """Lists the folder only if it may have changed: that takes longer than all else here."""
        folder = self._path.stat()
        state = folder.st_ino, folder.st_mtime_ns
        if self._settled is not None and self._settled[0] == state:
            return self._settled[1]
        generation = contents.newest(self._storage, INDEX)
        if generation < 0:
            raise FileNotFoundError("its table of contents is missing")
        status = (self._path / contents.filename(INDEX, generation)).stat()
        stamp = _Stamp(generation, status.st_ino, status.st_mtime_ns)
        # What changes within a tick of the clock doesn't show in a folder's time.
        self._settled = (state, stamp) if time.time_ns() - folder.st_mtime_ns > _TICK else None
        return stamp

    def _open(self, stamp: _Stamp) -> _Generation:
        """A writer may clear a generation away while it is being opened: then there is a newer one to open."""
        while True:
            problem: Exception | None = None
            try:
                opened = self._read(stamp)
            except Exception as error:  # files that fit their checksums may still hold anything at all
                problem = error
            before, stamp = stamp, self._newest()
            if stamp == before:
                if problem is not None:
                    raise IndexDamaged(_unreadable(self._path, problem)) from problem
                return opened
            if problem is None:
                opened.release()

    def _read(self, stamp: _Stamp) -> _Generation:
        found, schema = contents.read(self._storage, INDEX), _schema()
        if _shape(found.schema) != _shape(schema):
            raise Damaged("Its fields are not those of an index of articles")
        reader = FileIndex._reader(self._storage, schema, list(found.segments), found.generation)
        blobs = read_blobs(self._storage, INDEX, found.generation)
        return _Generation(stamp, View(reader, _LAYOUT, _PARAMETERS), blobs, self._path)

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        try:
            from search.columnar.writing import Writer as ColumnarWriter

            writer = ColumnarWriter(self._storage, _PLAN)
        except Held as error:
            raise _locked(self._path, error) from error
        except Damaged as error:
            raise IndexDamaged(_unreadable(self._path, error)) from error
        with writer, _damage(self._path):
            yield _WhooshWriter(writer, self._path)

    def close(self) -> None:
        with self._lock:
            if self._current is not None:
                self._current.release()
                self._current = None


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Nobody writes to the index in `path` meanwhile, be it whole or damaged. Raises IndexLocked."""
    try:
        lock = WriteLock(FileStorage(str(path)), INDEX)
    except Held as error:
        raise _locked(path, error) from error
    try:
        yield
    finally:
        lock.release()


def _locked(path: Path, held: Held) -> IndexLocked:
    who = "Another process" if held.pid is None else f"Process {held.pid}"
    return IndexLocked(f"{who} is writing to the index in {path}. Wait until it is done.")


def _add(to: ColumnarBuilder | ColumnarWriter, document: Document) -> None:
    language_from, date_from = document.origins
    to.add(
        document.id,
        [(part.words, part.pairs) for part in (document.title, document.lead, document.body)],
        document.stems,
        (document.language, document.source or "", language_from, date_from or ""),
        (document.start, document.end),
        document.stored,
    )


class _WhooshBuilder:
    def __init__(self, path: Path, budget: int, dictionary: bytes | None) -> None:
        from search.columnar.build import Builder as ColumnarBuilder

        self._builder = ColumnarBuilder(FileStorage(str(path)), INDEX, _PLAN, budget, dictionary)

    def add(self, document: Document) -> None:
        _add(self._builder, document)

    def finish(self) -> Built:
        return self._builder.finish()


class _WhooshWriter:
    def __init__(self, writer: ColumnarWriter, path: Path) -> None:
        self._writer = writer
        self._path = path

    def add(self, document: Document) -> None:
        _add(self._writer, document)

    def builders(self, budget: int) -> Callable[[], Builder]:
        return partial(_WhooshBuilder, self._path, budget, self._writer.dictionary())

    def adopt(self, built: Built, without: Collection[str] = (), known: Collection[str] = ()) -> None:
        assert isinstance(built, list)
        self._writer.adopt(built, without, known)

    def delete(self, id: str) -> bool:
        return self._writer.delete(id)

    def stored(self, id: str) -> bytes | None:
        fields = self._writer.stored(id)
        return None if fields is None else fields["stored"]

    def commit(self, finish: Callable[[Vocabulary], Mapping[str, bytes]], elsewhere: Elsewhere | None = None) -> None:
        self._writer.commit(lambda view: finish(_vocabulary(view)), _LAYOUT, elsewhere=elsewhere)


def _vocabulary(view: View) -> Vocabulary:
    from search.columnar.heap import give_back
    from search.columnar.vocabulary import tallied_terms

    tallies = tallied_terms(view, "words")
    give_back()
    present = np.unique(tallies.partitions)
    languages = tuple(view.partitions[place] for place in present.tolist())
    codes = np.searchsorted(present, tallies.partitions)
    frequencies = Frequencies(languages, tallies.edges, codes, tallies.counts)
    return Vocabulary(tallies.terms, frequencies, view.live)


class _Stamp(NamedTuple):
    """A table of contents on disk: the number of its generation, its file's inode and time."""

    generation: int
    inode: int
    time: int


class _Generation(Struct):
    """An open reader and its blobs, closed when neither the engine nor a snapshot holds it any longer."""

    stamp: _Stamp
    view: View
    blobs: Container | None
    path: Path
    holders: int = 1
    lock: Lock = field(default_factory=Lock)

    def acquire(self) -> _Generation:
        with self.lock:
            self.holders += 1
        return self

    def release(self) -> None:
        with self.lock:
            self.holders -= 1
            if self.holders == 0:
                self.view.reader.close()


class _WhooshSnapshot:
    def __init__(self, generation: _Generation) -> None:
        self._of = generation
        self._view = generation.view
        self._session = Session(generation.view)
        self._compiled: dict[int, tuple[Keyed, Any]] = {}
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
        with _damage(self._of.path):
            return self._counted(Everything(), Facet.SOURCE)

    @property
    def origins(self) -> Origins:
        columns = {name: ColumnFacet(name) for name in ("language_from", "date_from")}
        with _damage(self._of.path):
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
        with _damage(self._of.path):
            return None if self._of.blobs is None else blob(self._of.blobs, name)

    def stored(self, id: str) -> bytes | None:
        with _damage(self._of.path):
            number = self._view.find(id)
            return None if number is None else self._stored(number)

    def _stored(self, number: int) -> bytes:
        stored: bytes = self._view.stored(number)["stored"]
        return stored

    def search(self, retrieval: Retrieval) -> Hits:
        request = columnar.Request(
            query=self._query(retrieval.query),
            fallback=None if retrieval.fallback is None else partial(self._query, retrieval.fallback),
            filters=tuple(map(_filter, retrieval.selections)),
            facets={facet.value: column for facet, column in _FACETS.items()},
            order=_ORDERS[retrieval.sort],
            offset=retrieval.offset,
            limit=retrieval.limit,
            timeline=None if retrieval.timeline is None else _TIMELINES[retrieval.timeline],
        )
        with _damage(self._of.path):
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
        known = self._compiled.get(id(query))
        if known is None:
            known = self._compiled[id(query)] = query, compile(query)
        return known[1]

    def explain(self, query: Keyed, id: str) -> Explanation | None:
        with _damage(self._of.path):
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


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    try:
        yield
    except Damaged as error:
        raise IndexDamaged(_damaged(path, str(error))) from error
    except (NewsstandError, OSError):
        raise
    except Exception as error:
        # A block is checked once, when it is first read, and may change after that.
        from search.columnar.check import check

        problem = next(check(path), None)
        if problem is None:
            raise
        raise IndexDamaged(_damaged(path, problem)) from error


def _damaged(path: Path, problem: str) -> str:
    return f"The index in {path} is damaged: {problem.rstrip('.')}. {_REBUILD}"


def _counts(facet: Facet, counts: Mapping[str, int]) -> Mapping[str, int]:
    """The empty string stands for none."""
    none = {UNDATED: counts[""]} if facet is Facet.YEAR and "" in counts else {}
    return {value: count for value, count in counts.items() if value} | none


def _filter(selection: Selection) -> columnar.Filter:
    query: Any
    if selection.facet in (Facet.LANGUAGE, Facet.SOURCE):
        query = queries.Membership(selection.facet, selection.values)
    else:
        spans = tuple((span.start, span.end) for span in selection.spans)
        query = queries.Overlap("start", "end", spans, missing=selection.undated)
    if selection.exclude:
        return columnar.Filter(queries.Not(query))
    return columnar.Filter(query, selection.facet)


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


_NO_KEYS: tuple[tuple[str, float], ...] = ()


def _evidence(group: Group) -> queries.Pooled | None:
    """The leaf's own word, by which the prior of languages is counted."""
    kind, keys = Kind.STEM, _NO_KEYS
    match group.members[:1]:
        case (Key(kind, text, weight),):
            keys = ((text, weight),)
        case (Pool(kind, keys),):
            pass
        case (Run(texts),):
            keys = tuple(zip(texts, repeat(1 / len(texts))))
    return queries.Pooled(_FIELDS[kind, group.zone], keys) if keys else None


def _member(member: Member, zone: Zone) -> Any:
    match member:
        case Key(kind, text, weight):
            return Term(_FIELDS[kind, zone], text, boost=weight)
        case Pool(kind, keys, weight):
            return queries.Pooled(_FIELDS[kind, zone], keys, boost=weight) if keys else queries.Or(())
        case Run(keys, minimum, scale):
            field = _FIELDS[Kind.STEM, zone]
            return queries.AtLeast(tuple(Term(field, text) for text in keys), minimum, boost=scale)
        case Sequence(slots, weight):
            return queries.Sequence(_FIELDS[Kind.WORD, zone], slots, boost=weight)
        case Near(slots, distance, weight):
            return queries.Near(_FIELDS[Kind.WORD, zone], slots, distance, boost=weight)
        case _:
            assert_never(member)
