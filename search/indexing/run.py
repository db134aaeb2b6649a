"""Readers → ids → analysis → writer, for the files that changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import file_digest
from os import stat_result
from pathlib import Path

from search.article import Record, Rejected
from search.engines.base import Writer
from search.indexing.ids import choose_id, fingerprint, wanted_id
from search.indexing.ledger import Entry, Ledger, is_gone
from search.indexing.report import Progress, Renamed, Tally
from search.indexing.stages import Analyse
from search.readers import Origin, read, unreadable

#: Articles between two calls of `progress`.
_STEP = 500


@dataclass(slots=True)
class _Reading:
    """A file while it is read: the ids and fingerprints it gave before and gives now."""

    origin: Origin
    base: str
    language: str | None
    before: dict[str, str]
    is_new: bool
    seen: dict[str, str] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def file(self) -> str:
        return str(self.origin.file)

    @property
    def path(self) -> str:
        """Relative to the folder that the file's ids are relative to, even if that is not the root of this run."""
        return self.origin.file.relative_to(self.base).as_posix()


class Run:
    """One writer's work. `touched` tells whether there is anything to commit."""

    def __init__(
        self,
        writer: Writer,
        ledger: Ledger,
        analyse: Analyse,
        progress: Callable[[Progress], None],
        language: str | None = None,
    ) -> None:
        self._writer = writer
        self._ledger = ledger
        self._analyse = analyse
        self._progress = progress
        self._language = language
        self._owners = ledger.owners()
        self.tally = Tally()
        self.touched = False

    def index(self, origin: Origin) -> None:
        """Read a file if it changed. What its last reading gave and this one doesn't is deleted."""
        entry = self._ledger.files.get(str(origin.file))
        try:
            status = origin.file.stat()
            language = self._language or (entry.language if entry else None)
            same_settings = entry is not None and entry.language == language
            if entry and same_settings and _same_status(entry, status):
                self._skip(entry, origin)
                return
            content = _content(origin.file)
            if entry and same_settings and entry.content == content:
                self._skip(entry, origin)
                self._note(origin, replace(entry, size=status.st_size, mtime=status.st_mtime_ns))
                return
        except OSError as error:
            self.reject(origin.reject(unreadable(error)))
            return
        self._read(origin, entry, status, content, language)

    def index_stream(self, origin: Origin, records: Iterable[Record | Rejected]) -> None:
        """Index what has no file of its own: it adds and replaces, and nothing is missed when it doesn't come again."""
        entry = self._ledger.files.get(str(origin.file))
        language = self._language or (entry.language if entry else None)
        reading = _Reading(origin, str(origin.file), language, dict(entry.ids) if entry else {}, entry is None)
        self.tally.files_read += 1
        self._index_all(reading, records)
        self._note(origin, Entry(reading.base, 0, 0, "", language, reading.before | reading.seen, ()))

    def drop(self, file: str) -> None:
        """Forget a file and delete its articles."""
        for id in self._ledger.files.pop(file).ids:
            self._delete(id)
        self.touched = True

    def _read(
        self, origin: Origin, entry: Entry | None, status: stat_result, content: str, language: str | None
    ) -> None:
        base = entry.base if entry else str(origin.base)
        reading = _Reading(origin, base, language, dict(entry.ids) if entry else {}, entry is None)
        self.tally.files_read += 1
        try:
            self._index_all(reading, read(origin))
        except OSError as error:
            # What could not be read may still be there: nothing is deleted, and the next run reads the file again.
            self.reject(origin.reject(unreadable(error)))
            self._note(origin, Entry(base, -1, 0, "", language, reading.before | reading.seen, ()))
            return
        for id in reading.before.keys() - reading.seen.keys():
            self._delete(id)
        rejected = tuple((one.member, one.position, one.reason) for one in reading.rejected)
        self._note(origin, Entry(base, status.st_size, status.st_mtime_ns, content, language, reading.seen, rejected))

    def _index_all(self, reading: _Reading, records: Iterable[Record | Rejected]) -> None:
        for count, (record, id, mark) in enumerate(self._wanted(reading, records), 1):
            document = self._analyse(record, id, reading.language)
            if isinstance(document, Rejected):
                self.reject(document, reading)
                continue
            self._writer.add(document)
            self._keep(reading, id, mark)
            if id in reading.before:
                self.tally.changed += 1
            else:
                self.tally.added += 1
            if count % _STEP == 0:
                self._progress(self.tally.progress(_shown(reading.origin)))
        self._progress(self.tally.progress(_shown(reading.origin)))

    def _wanted(self, reading: _Reading, records: Iterable[Record | Rejected]) -> Iterator[tuple[Record, str, str]]:
        """The records that are new or changed, with id and fingerprint."""
        for record in records:
            if isinstance(record, Rejected):
                self.reject(record, reading)
                continue
            mark = fingerprint(record, reading.language)
            id = self._id(record, mark, reading)
            if id is None:
                self.tally.repeated += 1
            elif id in self._ledger.deleted:
                self.tally.withheld += 1
                self._keep(reading, id, mark)
            elif reading.before.get(id) == mark:
                self.tally.unchanged += 1
                self._keep(reading, id, mark)
            else:
                yield record, id, mark

    def _id(self, record: Record, mark: str, reading: _Reading) -> str | None:
        wanted = wanted_id(record, reading.path)
        if reading.is_new:
            self._take_over(wanted, mark, reading)
        id = choose_id(
            wanted,
            mark,
            origin=reading.file,
            before=reading.before,
            seen=reading.seen,
            is_free=lambda id: self._owners.get(id, reading.file) == reading.file,
        )
        if id not in (wanted, None):
            renamed = Renamed(wanted, str(id), record.root, record.path, record.position, record.member)
            self.tally.renamed.append(renamed)
        return id

    def _take_over(self, id: str, mark: str, reading: _Reading) -> None:
        """A file that was moved keeps its ids: the same article, and the file that gave it is no longer there.

        It counts as changed, since the article now tells another path.
        """
        owner = self._owners.get(id, reading.file)
        entry = self._ledger.files.get(owner)
        if owner != reading.file and entry and entry.ids.get(id) == mark and is_gone(owner):
            del entry.ids[id]
            self._owners[id] = reading.file
            reading.before[id] = ""

    def _keep(self, reading: _Reading, id: str, mark: str) -> None:
        reading.seen[id] = mark
        self._owners[id] = reading.file

    def _delete(self, id: str) -> None:
        self._owners.pop(id, None)
        if id not in self._ledger.deleted:
            self._writer.delete(id)
            self.tally.removed += 1

    def _skip(self, entry: Entry, origin: Origin) -> None:
        self.tally.files_skipped += 1
        self.tally.unchanged += sum(id not in self._ledger.deleted for id in entry.ids)
        self.tally.withheld += sum(id in self._ledger.deleted for id in entry.ids)
        for member, position, reason in entry.rejected:
            self.reject(Rejected(origin.root, origin.path, reason, position, member))
        self._progress(self.tally.progress(_shown(origin)))

    def _note(self, origin: Origin, entry: Entry) -> None:
        file = str(origin.file)
        self.touched = self.touched or not entry.same_but_for_time(self._ledger.files.get(file))
        self._ledger.files[file] = entry

    def reject(self, rejected: Rejected, reading: _Reading | None = None) -> None:
        self.tally.rejected.append(rejected)
        if reading:
            reading.rejected.append(rejected)


def _same_status(entry: Entry, status: stat_result) -> bool:
    return (entry.size, entry.mtime) == (status.st_size, status.st_mtime_ns)


def _content(file: Path) -> str:
    with file.open("rb") as stream:
        return file_digest(stream, "blake2b").hexdigest()[:32]


def _shown(origin: Origin) -> str:
    return f"{origin.root}/{origin.path}" if origin.path else origin.root
