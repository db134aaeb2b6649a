"""What has to be known of a record to decide what becomes of it: little, so that it travels between processes."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

from msgspec import Struct, field

from search.analysis.words import nfkc
from search.article import Record, Rejected
from search.indexing.claims import UNDATED
from search.indexing.ids import fingerprint, wanted_id
from search.normalize.tidy import fold, tidy

#: Texts of fewer characters are told apart by their titles too: many articles have only a line to say why they have no
#: text.
SHORT = 200

#: Whatever stands between words; other blanks are normalised to a space.
_BLANKS = b" \t\n\v\f\r"


class Manner(Struct, frozen=True, dict=True):
    """How a file is read: the language of articles that declare none, names of fields, and whether copies are kept."""

    language: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    keep_copies: bool = False

    @cached_property
    def encoded(self) -> str:
        return json.dumps([self.language, dict(sorted(self.fields.items())), self.keep_copies])

    @classmethod
    def decoded(cls, encoded: str) -> Manner:
        return cls(*json.loads(encoded))


class Offer(NamedTuple):
    """A record as the ledger sees it: fields are as in Claim, `wanted` is the id it asks for."""

    wanted: str
    mark: str
    text: str | None
    since: int
    version: int | None
    is_withdrawn: bool
    position: int | None
    member: str


def offer(record: Record, path: str, manner: Manner, today: date) -> Offer | Rejected:
    """`path` is that of the file below the folder that ids are relative to."""
    is_withdrawn = record.withdrawn and bool(record.id)
    if len(record.text) < SHORT and not is_withdrawn and not tidy(record.text) and not fold(record.title or ""):
        return Rejected(record.root, record.path, "there is no text in it", record.position, record.member)
    text = text_digest(record.text, record.title or "")
    may_be_copy = not manner.keep_copies and not is_withdrawn
    return Offer(
        wanted_id(record, path),
        fingerprint(record, manner.language, text),
        text if may_be_copy else None,
        published(record, today) if may_be_copy and (record.date or record.url) else UNDATED,
        record.version if record.id else None,
        is_withdrawn,
        record.position,
        record.member,
    )


def text_digest(text: str, title: str) -> str:
    """The same for texts that differ in blanks and in the forms of their characters only.

    A cryptographic one: whoever could make another text of the same digest would keep that out of the index.
    """
    digest = blake2b(_plain(text), digest_size=12)
    if len(text) < SHORT:
        digest.update(b"\n" + _plain(title))
    return urlsafe_b64encode(digest.digest()).decode()


def _plain(text: str) -> bytes:
    return nfkc(text).encode("utf-8", "surrogatepass").translate(None, _BLANKS)


def published(record: Record, today: date) -> int:
    """When a record says that it was published, in seconds as in PartialDate. What its text says, copies say too."""
    from search.dates import find_in_url
    from search.dates.declared import parse_declared

    said = parse_declared(record.date, today, record.language or "und") if record.date else None
    said = said or (find_in_url(record.url, today) if record.url else None)
    return said.start if said else UNDATED
