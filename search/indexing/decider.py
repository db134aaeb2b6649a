"""What becomes of each record: which id it gets, whether it is new, a copy, an older version, or withdrawn.

Records are offered in the order of input. What becomes of them depends on that order in one thing only: of two that ask
for the same id, the first gets it. Which of several copies is in the index and which of several versions counts is the
same in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from search.article import decode_article
from search.engines.base import Writer
from search.indexing.claims import Claim, State
from search.indexing.ids import Standing, choose_id, version_id
from search.indexing.issuing import Issued, Reading
from search.indexing.ledger import Ledger, is_gone
from search.indexing.offers import Offer
from search.indexing.report import Renamed, Tally
from search.indexing.stages import Stages
from search.indexing.units import Verdict
from search.indexing.worker import without_text

#: The version of a withdrawal that names none: later than any.
_LAST = 2**62

_HELD = (State.FACE, State.COPY)


class Decider:
    """Keeps the ledger. `settle` makes the index agree with it, and comes before every commit."""

    def __init__(self, writer: Writer, ledger: Ledger, stages: Stages, tally: Tally) -> None:
        self._writer, self._ledger, self._stages, self._tally = writer, ledger, stages, tally
        self.issued = Issued()
        #: Files to read again, since what counts now is in them.
        self.revived: set[str] = set()
        self._demoted: set[tuple[str, int]] = set()
        self._faceless: set[str] = set()
        self._unsettled: set[str] = set()
        self._recount: set[int] = set()

    def decide(self, offer: Offer, reading: Reading, worker: int) -> Verdict:
        if offer.version is not None or offer.is_withdrawn:
            return self._decide_version(offer, reading, worker)
        claims = self._ledger.claims(offer.wanted)
        if not claims and reading.is_new and offer.wanted not in self._ledger.deleted:
            return self._enter(_claim(offer, offer.wanted, reading), worker, is_new=True)
        if reading.is_new:
            self._take_over(offer, claims, reading)
        id = self._id(offer, reading)
        if id is None:
            self._tally.repeated += 1
            return None
        before = self._ledger.claim(id, reading.file)
        claim = _claim(offer, id, reading)
        if id in self._ledger.deleted:
            return self._withhold(claim)
        if before and before.state in _HELD and (before.mark, before.text) == (claim.mark, claim.text):
            self._tally.unchanged += 1
            self._ledger.see(before, reading.run)
            return None
        if before is None:
            return self._enter(claim, worker, is_new=True)
        self._leave(before)
        return self._enter(claim, worker, is_new=False, has_document=self._has_document(before))

    # Ids

    def _id(self, offer: Offer, reading: Reading) -> str | None:
        id = choose_id(
            offer.wanted,
            offer.mark,
            origin=reading.path,
            is_new=reading.is_new,
            standing=lambda id: self._standing(id, reading),
        )
        if id is not None and id != offer.wanted:
            self._rename(offer, id, reading)
        return id

    def _rename(self, offer: Offer, id: str, reading: Reading) -> None:
        origin = reading.origin
        self._tally.rename(Renamed(offer.wanted, id, origin.root, origin.path, offer.position, offer.member))

    def _standing(self, id: str, reading: Reading) -> Standing:
        claims = self._ledger.claims(id)
        own = next((claim for claim in claims if claim.file == reading.file), None)
        others = len(claims) - (own is not None)
        is_free = not others and (own is not None or self._ledger.deleted.get(id, reading.path) == reading.path)
        if own is None:
            return Standing(None, None, is_free)
        is_seen = own.run == reading.run
        return Standing(None if is_seen else own.mark, own.mark if is_seen else None, is_free)

    def _take_over(self, offer: Offer, claims: Iterable[Claim], reading: Reading) -> None:
        """A file that was moved keeps its ids: the same article, and the file that gave it is no longer there.

        It counts as changed, since the article now tells another path.
        """
        for claim in claims:
            other = claim.file != reading.file and claim.mark == offer.mark and claim.version is None
            if other and is_gone(self._ledger.path(claim.file)):
                self._ledger.remove(claim)
                self._ledger.put(claim._replace(file=reading.file, mark=""))
                self._recount.add(claim.file)

    def _withhold(self, claim: Claim) -> Verdict:
        self._tally.withheld += 1
        self._ledger.put(claim._replace(state=State.DELETED))
        return None

    # Copies

    def _enter(self, claim: Claim, worker: int, *, is_new: bool, has_document: bool = False) -> Verdict:
        """A record finds its place among those of the same text. There may be a document of its id already."""
        first = None if claim.text is None else self._ledger.first_of(claim.text, (claim.id, claim.file))
        if not is_new:
            self._tally.changed += 1
        elif first is not None:
            self._tally.copies += 1
        else:
            self._tally.added += 1
        if first is None or claim.order < first.order:
            if first is not None and first.state is State.FACE:
                self._ledger.put(first._replace(state=State.COPY, meta=None))
                self._demoted.add((first.id, first.file))
            if not is_new:
                self.issued.known.add(claim.id)
            self._ledger.put(claim)
            self.issued.issue(claim.id, worker)
            return claim.id, False
        if has_document:
            self._take_out(claim.id)
        self._ledger.put(claim._replace(state=State.COPY))
        return claim.id, True

    def _has_document(self, claim: Claim) -> bool:
        """One that was a face until a moment ago has one still."""
        return claim.state is State.FACE or (claim.id, claim.file) in self._demoted

    def _leave(self, claim: Claim) -> None:
        """The record is no longer one of those that have its text. Its document, if there is one, stays for now."""
        if claim.state is not State.FACE or claim.text is None:
            return
        if self._ledger.first_of(claim.text, (claim.id, claim.file)) is None:
            return
        self._faceless.add(claim.text)
        stored = None if claim.id in self.issued.by else self._writer.stored(claim.id)
        if stored is not None:
            self._ledger.keep_text(claim.text, stored)

    def _take_out(self, id: str) -> None:
        self.issued.take_back(id)
        self._writer.delete(id)

    def _drop(self, claim: Claim) -> None:
        """The record, and its document if it has one."""
        self._leave(claim)
        self._ledger.remove(claim)
        if self._has_document(claim):
            self._demoted.discard((claim.id, claim.file))
            self._take_out(claim.id)

    # Versions

    def _decide_version(self, offer: Offer, reading: Reading, worker: int) -> Verdict:
        id = self._version_id(offer, reading)
        claim = _claim(offer, id, reading)
        own = self._ledger.claim(id, reading.file)
        if id in self._ledger.deleted:
            return self._withhold(claim)
        if own and (own.mark, own.text) == (claim.mark, claim.text):
            self._ledger.see(own, reading.run)
            self._count_again(own)
            return None
        if own and own.run == reading.run and own.rank >= claim.rank:
            self._tally.superseded += 1
            return None
        others = [other for other in self._ledger.claims(id) if other.file != reading.file]
        held = [one for one in (own, *others) if one and one.state in _HELD]
        if own:
            self._leave(own)
        if others and max(other.rank for other in others) >= claim.rank:
            return self._lose(claim, own)
        for other in others:
            self._supersede(other)
        if not offer.is_withdrawn:
            has_document = any(map(self._has_document, held))
            return self._enter(claim, worker, is_new=not held, has_document=has_document)
        self._tally.withdrawn += 1
        if held:
            self._take_out(id)
        self._ledger.put(claim)
        return None

    def _version_id(self, offer: Offer, reading: Reading) -> str:
        if all(claim.version is not None for claim in self._ledger.claims(offer.wanted)):
            return offer.wanted
        id = version_id(offer.wanted)
        self._rename(offer, id, reading)
        return id

    def _count_again(self, own: Claim) -> None:
        if own.state in _HELD:
            self._tally.unchanged += 1
        elif own.state is State.KILL:
            self._tally.withdrawn += 1
        else:
            self._tally.superseded += 1

    def _lose(self, claim: Claim, own: Claim | None) -> Verdict:
        """Another file has a version that counts more."""
        self._tally.superseded += 1
        if own is not None and self._has_document(own):
            self._take_out(claim.id)
        self._ledger.put(claim if claim.state is State.KILL else claim._replace(state=State.OLDER))
        self._unsettled.add(claim.id)
        return None

    def _supersede(self, other: Claim) -> None:
        if other.state in _HELD:
            self._leave(other)
            self.issued.known.add(other.id)
            self._ledger.put(other._replace(state=State.OLDER, meta=None))
            self._recount.add(other.file)

    # When a file was read

    def finish(self, reading: Reading) -> None:
        """What its last reading gave and this one didn't is no longer there."""
        self.forget(self._ledger.unseen(reading.file, reading.run))
        self._recount.add(reading.file)

    def drop(self, file: str) -> None:
        """A file and all its records."""
        number = self._ledger.number(file)
        assert number is not None
        self.forget(self._ledger.unseen(number, -1))
        self._ledger.forget(number)

    def forget(self, claims: Iterable[Claim]) -> None:
        for claim in claims:
            self._drop(claim)
            if claim.state in _HELD:
                self._tally.removed += 1
            if claim.version is not None:
                self._unsettled.add(claim.id)

    def reject(self, id: str, reading: Reading) -> None:
        """What was wanted is no article after all."""
        claim = self._ledger.claim(id, reading.file)
        if claim is not None:
            self._drop(claim)
            self._tally.added -= 1

    def describe(self, id: str, reading: Reading, meta: str) -> None:
        """What is known of a copy."""
        claim = self._ledger.claim(id, reading.file)
        if claim is not None and claim.state is State.COPY:
            self._ledger.put(claim._replace(meta=meta))

    # Before a commit

    def settle_versions(self) -> None:
        """Where the version that counted is gone, the next is read again."""
        for id in sorted(self._unsettled):
            claims = [claim for claim in self._ledger.claims(id) if claim.version is not None]
            best = max(claims, key=lambda claim: claim.rank, default=None)
            if best is not None and best.state is State.OLDER:
                self._revive(best)
        self._unsettled.clear()

    def _revive(self, claim: Claim) -> None:
        self._ledger.read_again(claim)
        self.revived.add(self._ledger.path(claim.file))

    def settle(self) -> None:
        """Every text with copies gets its face; those that are none any more are taken out."""
        self.settle_versions()
        for text in sorted(self._faceless):
            self._find_face(text)
        for id, file in sorted(self._demoted):
            claim = self._ledger.claim(id, file)
            if claim is not None and claim.state is State.COPY and claim.meta is None:
                stored = self._writer.stored(id)
                assert stored is not None, id
                self._ledger.put(claim._replace(meta=without_text(decode_article(stored))))
                self._writer.delete(id)
        for file in sorted(self._recount):
            self._ledger.count_again(file)
        self._faceless.clear()
        self._demoted.clear()
        self._recount.clear()
        self._ledger.drop_texts()
        self.issued = Issued()

    def _find_face(self, text: str) -> None:
        first = self._ledger.first_of(text)
        if first is None or first.state is State.FACE:
            return
        stored = self._ledger.kept_text(text)
        if first.meta is not None and stored is not None:
            article = replace(decode_article(first.meta.encode()), text=decode_article(stored).text)
            self._writer.add(self._stages.document(article))
        elif (first.id, first.file) not in self._demoted:
            for copy in self._ledger.held(text):
                self._revive(copy)
            return
        self._ledger.put(first._replace(state=State.FACE, meta=None))


def _claim(offer: Offer, id: str, reading: Reading) -> Claim:
    version = _LAST if offer.version is None and offer.is_withdrawn else offer.version
    state = State.KILL if offer.is_withdrawn else State.FACE
    return Claim(id, reading.file, offer.mark, offer.text, offer.since, version, state, None, reading.run)
