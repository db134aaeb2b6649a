"""One run: hands units to workers, decides in the order of input, and commits now and then."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from search.article import Rejected
from search.copies import build_copies
from search.engines.base import Writer
from search.indexing.claims import Entry
from search.indexing.crew import Crew
from search.indexing.decider import Decider
from search.indexing.issuing import Reading
from search.indexing.ledger import Ledger
from search.indexing.offers import Offer
from search.indexing.planning import Closing, Item, Opening, Quick, Unchanged, Work
from search.indexing.report import Progress, Tally
from search.indexing.stages import COPIES, Blobs
from search.indexing.units import Batch, Done, Unit, Verdict
from search.readers import GIVEN_UP, STDIN, Origin

#: What a commit takes is to stay within this share of all time, and there is none before so many seconds have passed:
#: after a minute it took a tenth.
_SHARE, SECONDS = 0.05, 120.0

#: What stands in line at most, with and without work.
_LINE = 10_000

#: Rejections of one file that are told again when it is passed over.
_TOLD = 1000


class _Open(Struct):
    """A file that is being read, unless its reader has given it up."""

    reading: Reading
    opening: Opening
    rejected: list[Rejected] = field(default_factory=list)
    count: int = 0
    is_given_up: bool = False


class _Waiting(Struct):
    """A unit that was given out, with its batches as they come: the worker, and what it says."""

    size: int
    batches: deque[tuple[int, Batch]] = field(default_factory=deque)


class Run:
    """`saving` gives the blobs of a vocabulary; `total` is the size of the input in bytes, 0 if nobody knows."""

    def __init__(
        self,
        writer: Writer,
        ledger: Ledger,
        decider: Decider,
        tally: Tally,
        crew: Crew,
        saving: Blobs,
        progress: Callable[[Progress], None],
        total: int = 0,
        commit_seconds: float = SECONDS,
    ) -> None:
        self._writer, self._ledger, self._decider, self._tally = writer, ledger, decider, tally
        self._crew, self._saving, self._progress, self._total = crew, saving, progress, total
        self._open: dict[int, _Open] = {}
        self._units = 0
        self._given: deque[Quick | _Waiting] = deque()
        self._by_number: dict[int, _Waiting] = {}
        self._answered: dict[int, deque[list[tuple[str, Reading] | None]]] = {}
        self._undone = 0
        self._bytes = 0
        self._wait = self._least_wait = commit_seconds
        self._committed = time.monotonic()

    # The main loop

    def work(self, items: Iterator[Item]) -> None:
        """Everything in `items` is decided on and made; it is committed only now and then."""
        left: Iterator[Item] | None = items
        while True:
            while left is not None and self._crew.has_room and len(self._given) < _LINE:
                item = next(left, None)
                if item is None:
                    left = None
                else:
                    self._give(item)
                    self._go_on()
            self._go_on()
            if not self._given and not self._undone:
                if left is None:
                    return
                continue
            self._hear()
            if time.monotonic() - self._committed >= self._wait:
                self.commit()

    def _give(self, item: Item) -> None:
        """What takes no worker waits for its turn too, so that all comes in the order of input."""
        if isinstance(item, Work):
            waiting = _Waiting(item.size)
            self._by_number[self._units] = waiting
            self._crew.submit(Unit(self._units, item.parts))
            self._given.append(waiting)
            self._units += 1
        else:
            self._given.append(item)

    def _hear(self) -> None:
        worker, said = self._crew.receive()
        if isinstance(said, Done):
            self._do(worker, said)
        else:
            self._by_number[said.unit].batches.append((worker, said))
            if said.is_last:
                del self._by_number[said.unit]

    def _go_on(self) -> None:
        """Whatever is at the head of the line."""
        while self._given:
            head = self._given[0]
            if not isinstance(head, _Waiting):
                self._given.popleft()
                self._handle(head)
            elif head.batches:
                worker, batch = head.batches.popleft()
                self._decide(worker, batch)
                if batch.is_last:
                    self._bytes += head.size
                    self._given.popleft()
            else:
                return

    # Files

    def _handle(self, item: Quick) -> None:
        match item:
            case Opening():
                self._begin(item)
            case Closing(run, content, error):
                if run in self._open:
                    self._end(run, content, error)
            case Unchanged(origin, entry, is_touched):
                self._skip(origin, entry)
                if is_touched:
                    self._ledger.note(str(origin.file), entry)
            case Rejected():
                self._tally.reject(item)

    def _begin(self, opening: Opening) -> None:
        """Until it is read to its end, the file is one to be read again."""
        file, before = str(opening.origin.file), opening.before
        entry = before or Entry(opening.base, "", "", -1, 0, "", opening.manner.encoded)
        if file != STDIN:
            entry = replace(entry, size=-1, content="")
        number = self._ledger.note(file, entry)
        reading = Reading(opening.run, number, opening.origin, before is None)
        self._open[opening.run] = _Open(reading, opening)
        self._tally.files_read += 1

    def _decide(self, worker: int, batch: Batch) -> None:
        verdicts: list[Verdict] = []
        issued: list[tuple[str, Reading] | None] = []
        for portion in batch.portions:
            at = self._open.get(portion.reading)
            for offer in portion.offers:
                verdict = None if at is None else self._decide_one(offer, at, worker)
                verdicts.append(verdict)
                issued.append((verdict[0], at.reading) if verdict and at else None)
            if portion.is_last and at is not None and (portion.content or portion.error):
                self._end(portion.reading, portion.content, portion.error)
        self._answered.setdefault(worker, deque()).append(issued)
        self._undone += 1
        self._crew.answer(worker, tuple(verdicts))

    def _decide_one(self, offer: Offer | Rejected, at: _Open, worker: int) -> Verdict:
        if at.is_given_up:
            return None
        if isinstance(offer, Rejected):
            self._reject(offer, at)
            at.is_given_up = offer.reason == GIVEN_UP
            return None
        return self._decider.decide(offer, at.reading, worker)

    def _reject(self, rejected: Rejected, at: _Open) -> None:
        self._tally.reject(rejected)
        at.count += 1
        if len(at.rejected) < _TOLD:
            at.rejected.append(rejected)

    def _reject_late(self, rejected: Rejected, reading: Reading) -> None:
        """The file may have been read to its end before."""
        if reading.run in self._open:
            self._reject(rejected, self._open[reading.run])
            return
        self._tally.reject(rejected)
        entry = self._ledger.entry(reading.path)
        assert entry is not None
        count, told = entry.rejected
        told = (*told, (rejected.member, rejected.position, rejected.reason))[:_TOLD]
        self._ledger.note(reading.path, replace(entry, rejected=(count + 1, told)))

    def _end(self, run: int, content: str, error: str | None) -> None:
        at = self._open.pop(run)
        origin, opening = at.reading.origin, at.opening
        size, mtime = opening.size, opening.mtime
        if error is not None:
            # What could not be read may still be there: nothing is deleted, and the next run reads the file again.
            self._tally.reject(origin.reject(error))
            size, content = -1, ""
        elif at.reading.path != STDIN:
            self._decider.finish(at.reading)
        told = tuple((one.member, one.position, one.reason) for one in at.rejected)
        entry = Entry(
            *(opening.base, origin.root, origin.path, size, mtime, content, opening.manner.encoded),
            rejected=(at.count, told if at.reading.path != STDIN else ()),
        )
        before = opening.before
        counted = replace(entry, articles=before.articles, withheld=before.withheld) if before else entry
        self._ledger.changed = self._ledger.changed or not counted.same_but_for_time(before)
        self._ledger.note(at.reading.path, counted)
        self._tell(origin)

    def _skip(self, origin: Origin, entry: Entry) -> None:
        self._tally.files_skipped += 1
        self._tally.unchanged += entry.articles
        self._tally.withheld += entry.withheld
        count, told = entry.rejected
        for member, position, reason in told:
            self._tally.reject(Rejected(origin.root, origin.path, reason, position, member))
        self._tally.rejected += count - len(told)
        self._bytes += entry.size
        self._tell(origin)

    def _tell(self, origin: Origin) -> None:
        tally = self._tally
        path = f"{origin.root}/{origin.path}" if origin.path else origin.root
        files = tally.files_read + tally.files_skipped
        self._progress(Progress(files, tally.articles, tally.rejected, path, self._bytes, self._total))

    def _do(self, worker: int, done: Done) -> None:
        self._undone -= 1
        issued = self._answered[worker].popleft()
        for place, rejected in done.rejected:
            id, reading = issued[place] or ("", None)
            assert reading is not None
            self._decider.reject(id, reading)
            self._reject_late(rejected, reading)
        for place, meta in done.copies:
            id, reading = issued[place] or ("", None)
            assert reading is not None
            self._decider.describe(id, reading, meta)
        last = next((reading for one in reversed(issued) if one for _, reading in [one]), None)
        if last is not None:
            self._tell(last.origin)

    # Commits

    def commit(self, *, always: bool = False, is_last: bool = False) -> None:
        """What was decided on so far, which is the input up to some place.

        Before the last commit, which takes most memory, the workers let go of theirs.
        """
        started = time.monotonic()
        while self._undone:
            self._hear()
        if self._ledger.changed or always:
            issued = self._decider.issued
            for worker, built in self._crew.built():
                self._writer.adopt(built, issued.stale[worker], issued.known)
            if is_last:
                self._crew.dismiss()
            self._decider.settle()
            self._writer.commit(self._saving, self._crew.elsewhere)
            self._ledger.changed = False
        self._committed = time.monotonic()
        self._wait = max(self._least_wait, (self._committed - started) / _SHARE)

    def settle(self) -> None:
        """Find out what must be read again."""
        while self._undone:
            self._hear()
        self._decider.settle_versions()


def revived(decider: Decider, ledger: Ledger) -> Iterator[Origin]:
    """The files that a run found it must read again."""
    files, decider.revived = sorted(decider.revived), set()
    for file in files:
        entry = ledger.entry(file)
        if entry is not None and file != STDIN:
            yield Origin(entry.root, entry.shown, Path(file), Path(entry.base))


def saving(ledger: Ledger, blobs: Blobs) -> Blobs:
    """The blobs to keep with a generation."""
    return lambda vocabulary: {
        **blobs(vocabulary),
        **ledger.encode(),
        COPIES: build_copies(ledger.all_copies()),
    }


def once(origins: Iterable[Origin | Rejected]) -> Iterator[Origin | Rejected]:
    """Every file once."""
    seen: set[str] = set()
    for origin in origins:
        if isinstance(origin, Rejected):
            yield origin
        elif str(origin.file) not in seen:
            seen.add(str(origin.file))
            yield origin
