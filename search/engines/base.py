"""What every engine can do. Engines hold keys and numbers: they never see a language rule or a user's syntax.

An engine is handed documents that are already analysed and trees that are already expanded, which is what lets one
contract suite run on all of them. Any method may raise EngineError, with the engine's own error as its cause.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

from msgspec import Struct

from search.article import Document
from search.lexicon.blocks import Kept
from search.lexicon.frequencies import Frequencies
from search.query.keyed import Facet, Group, Key, Keyed, Selection


class Sort(StrEnum):
    """Ties are always broken by newer first (undated last), then by id.

    NEWEST and OLDEST order by the start of the date interval, undated last in both.
    """

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class Unit(StrEnum):
    """How finely documents are counted by date."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


class Retrieval(Struct, frozen=True):
    """`fallback` is evaluated instead when no document, selections aside, matches `query`.

    `timeline` asks for counts by date, as finely as that.
    """

    query: Keyed
    fallback: Keyed | None = None
    selections: tuple[Selection, ...] = ()
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 10
    timeline: Unit | None = None


class Scored(Struct, frozen=True):
    id: str
    score: float
    stored: bytes


class Hits(Struct, frozen=True):
    """One page of a result, and what is true of the whole.

    `facets` counts matches by value, leaving out each facet's own selections; years are four digits or `undated`;
    zero counts are left out. A document whose source is None is in no source value.

    `timeline` counts the matches by period, then by language, without zeros; it is empty if it wasn't asked for. A
    document is in the period of its own precision, or the unit's where that is coarser: `2020`, `2020-10`,
    `2020-10-14`, or `undated`.
    """

    total: int
    fell_back: bool
    hits: tuple[Scored, ...]
    facets: Mapping[Facet, Mapping[str, int]]
    timeline: Mapping[str, Mapping[str, int]] = MappingProxyType({})


class Share(Struct, frozen=True):
    """What a key, or several counted as one, gave to a document's score, before the language's weight."""

    group: Group
    keys: tuple[Key, ...]
    score: float


class Explanation(Struct, frozen=True):
    """`score` = the sum of the shares × `weight` (the language's prior). All 0 where it doesn't match."""

    matched: bool
    score: float
    weight: float
    shares: tuple[Share, ...]


class Vocabulary(Struct, frozen=True):
    """Every W key of the live documents, sorted by code point, with its document frequency per language.

    `documents` counts the live documents of each language.
    """

    words: Sequence[str]
    frequencies: Frequencies
    documents: Mapping[str, int]


class Origins(Struct, frozen=True):
    """Counts by LanguageFrom and by DateFrom; articles without a date are in no count."""

    language: Mapping[str, int]
    date: Mapping[str, int]


class CheckedFile(Struct, frozen=True):
    """`size` in bytes, 0 if it is missing; a problem is one sentence that names the file."""

    name: str
    size: int
    problems: tuple[str, ...]


class Checkup(Struct, frozen=True):
    """`left_over` are files that nothing needs: of a writer at work, or of one that was interrupted."""

    files: tuple[CheckedFile, ...]
    left_over: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return not self.problems

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(problem for file in self.files for problem in file.problems)


class Snapshot(Protocol):
    """One generation: what a search sees. It stays readable until closed, whatever a writer does meanwhile."""

    @property
    def generation(self) -> int: ...
    @property
    def stamp(self) -> Hashable:
        """Another one for another generation, and for one of the same number in an index that was made anew."""

    @property
    def made(self) -> int:
        """When it was committed, in nanoseconds since 1970 (UTC); 0 for generation 0."""

    @property
    def languages(self) -> Mapping[str, int]:
        """Live documents by language tag; a language with none is left out."""

    @property
    def sources(self) -> Mapping[str, int]:
        """Live documents by source, likewise."""

    @property
    def origins(self) -> Origins:
        """Live documents by where their language and their date came from; zero counts are left out."""

    @property
    def size(self) -> int:
        """Bytes on disk, 0 if there is no disk."""

    def search(self, retrieval: Retrieval) -> Hits: ...
    def explain(self, query: Keyed, id: str) -> Explanation | None:
        """How `id` scores for `query`; None if there is no such document."""

    def stored(self, id: str) -> bytes | None: ...
    def blob(self, name: str) -> memoryview | None:
        """The bytes saved under `name` with this generation."""

    def kept(self, name: str) -> Kept | None:
        """The same, to be looked at in places."""

    def close(self) -> None: ...


#: What a builder hands to a writer; it can be pickled.
Built = object
#: Begins a call that can be pickled in another process, and gives what waits for its result.
Elsewhere = Callable[[Callable[[], Any]], Callable[[], Any]]


class Builder(Protocol):
    """Takes documents in whatever process, and knows nothing of the index but where it is.

    Of several documents of one id the last counts.
    """

    def add(self, document: Document) -> None: ...
    def finish(self) -> Built:
        """What was added since the last time. It belongs to nobody until a writer adopts it."""


class Writer(Protocol):
    """What was not committed when the context is left changes nothing."""

    def add(self, document: Document) -> None:
        """Add, or replace the document of the same id."""

    def builders(self, budget: int) -> Callable[[], Builder]:
        """Makes builders that use about `budget` bytes of memory each; can be pickled."""

    def adopt(self, built: Built, without: Collection[str] = (), known: Collection[str] = ()) -> None:
        """Take what a builder made, but for the ids in `without`. `known` names the ids that may be there already."""

    def delete(self, id: str) -> bool:
        """False if there is no such document."""

    def stored(self, id: str) -> bytes | None:
        """Of a document that was committed or adopted."""

    def commit(self, finish: Callable[[Vocabulary], Mapping[str, bytes]], elsewhere: Elsewhere | None = None) -> None:
        """Make everything so far visible at once, as one new generation, and go on.

        `finish` is called with the vocabulary of that generation and returns the blobs to save with it; the blobs of
        the generation before are gone. What needn't wait for them may be done `elsewhere`.
        """


class Engine(Protocol):
    def snapshot(self) -> Snapshot:
        """The newest generation. An engine that was never committed to has an empty one, generation 0."""

    def writer(self) -> AbstractContextManager[Writer]:
        """Raises IndexLocked while another writer is open."""

    def close(self) -> None: ...
