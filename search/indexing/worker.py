"""One worker: reads units, offers what they hold, and makes documents of what is wanted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from hashlib import file_digest
from itertools import chain
from pathlib import Path

from msgspec.structs import replace
from xxhash import xxh3_128

from search.article import Article, Record, Rejected, encode_article
from search.engines.base import Builder, Built
from search.indexing.offers import Offer, offer
from search.indexing.stages import Stages
from search.indexing.units import Batch, Done, Part, Portion, Unit, Verdict
from search.readers import Origin, Piece, read, read_piece, unreadable

#: Records of a batch at most, and characters of their texts.
_RECORDS, _CHARACTERS = 256, 1 << 21
#: Batches that are read ahead of their verdicts.
_AHEAD = 2

#: What was read, and the default language that goes with it.
_Found = tuple[Record | Rejected, str | None]


class Worker:
    """Has units, verdicts and asked-for segments put in, and gives batches, what is done, and what it built.

    It does nothing by itself: `step` does the next piece of work, if `is_busy`.
    """

    def __init__(self, builders: Callable[[], Builder], stages: Stages) -> None:
        self._builder = builders()
        self._stages = stages
        self._reading: deque[Iterator[tuple[Batch, list[_Found]]]] = deque()
        self._open: deque[tuple[Batch, list[_Found]]] = deque()
        self._answers: deque[tuple[Verdict, ...]] = deque()

    def take(self, message: Unit | tuple[Verdict, ...]) -> None:
        if isinstance(message, Unit):
            self._reading.append(self._batches(message))
        else:
            self._answers.append(message)

    def built(self) -> Built:
        return self._builder.finish()

    @property
    def is_busy(self) -> bool:
        return bool(self._answers) or self._may_read

    @property
    def _may_read(self) -> bool:
        """Reading goes first, since others may be waiting for what it offers."""
        return bool(self._reading) and len(self._open) - len(self._answers) < _AHEAD

    def step(self) -> Batch | Done | None:
        if not self._may_read:
            return self._make(*self._open.popleft(), self._answers.popleft())
        read = next(self._reading[0], None)
        if read is None:
            self._reading.popleft()
            return None
        self._open.append(read)
        return read[0]

    def _batches(self, unit: Unit) -> Iterator[tuple[Batch, list[_Found]]]:
        """What a unit holds, with the records themselves; the last batch may be empty."""
        portions: list[Portion] = []
        found: list[_Found] = []
        for portion, records in chain.from_iterable(map(self._portions, unit.parts)):
            portions.append(portion)
            found += records
            if not portion.is_last or len(found) >= _RECORDS:
                yield Batch(unit.number, tuple(portions), False), found
                portions, found = [], []
        yield Batch(unit.number, tuple(portions), True), found

    def _portions(self, part: Part) -> Iterator[tuple[Portion, list[_Found]]]:
        offers: list[Offer | Rejected] = []
        found: list[_Found] = []
        characters, content, error = 0, "", None
        try:
            if isinstance(part.what, Origin):
                content = digest(part.what.file)
            for record in _records(part):
                found.append((record, part.manner.language))
                offers.append(self._offer(record, part))
                characters += len(record.text) if isinstance(record, Record) else 0
                if len(found) >= _RECORDS or characters >= _CHARACTERS:
                    yield Portion(part.reading, tuple(offers), content), found
                    offers, found, characters = [], [], 0
        except OSError as problem:
            error = unreadable(problem)
        yield Portion(part.reading, tuple(offers), content, True, error), found

    def _offer(self, record: Record | Rejected, part: Part) -> Offer | Rejected:
        if isinstance(record, Rejected):
            return record
        return offer(record, part.path, part.manner, self._stages.today)

    def _make(self, batch: Batch, found: list[_Found], verdicts: tuple[Verdict, ...]) -> Done:
        """Each stage for the whole batch before the next: by turns, their tables push each other out of the cache."""
        rejected, copies, articles = [], [], []
        for place, ((record, language), verdict) in enumerate(zip(found, verdicts, strict=True)):
            if verdict is None:
                continue
            assert isinstance(record, Record)
            id, is_copy = verdict
            article = self._stages.article(record, id, language)
            if isinstance(article, Rejected):
                rejected.append((place, article))
            elif is_copy:
                copies.append((place, without_text(article)))
            else:
                articles.append(article)
        for document in list(map(self._stages.document, articles)):
            self._builder.add(document)
        return Done(tuple(rejected), tuple(copies), batch.is_last)


def without_text(article: Article) -> str:
    return encode_article(replace(article, text="")).decode()


def _records(part: Part) -> Iterator[Record | Rejected]:
    if isinstance(part.what, Origin):
        return read(part.what, part.manner.fields)
    if isinstance(part.what, Piece):
        return read_piece(part.what, part.manner.fields)
    return iter(part.what)


def digest(file: Path) -> str:
    """Raises OSError."""
    with file.open("rb") as stream:
        return file_digest(stream, xxh3_128).hexdigest()
