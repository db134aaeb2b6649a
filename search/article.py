"""The stages of an article: Record (as read) → Article (tidied) → Document (with keys)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from msgspec.json import Decoder, encode
from msgspec.structs import replace


class Precision(StrEnum):
    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    TIME = "time"


class DateFrom(StrEnum):
    DECLARED = "declared"
    METADATA = "metadata"
    URL = "url"
    TEXT = "text"


class LanguageFrom(StrEnum):
    DECLARED = "declared"
    DETECTED = "detected"
    UNKNOWN = "unknown"


class PartialDate(Struct, frozen=True, array_like=True):
    """A date as precisely as it is known.

    `iso` is `2020`, `2020-10`, `2020-10-14` or a full timestamp with its own UTC offset where one was given.
    `start` and `end` bound the interval, both inclusive, in seconds of the *published wall clock* since
    1970-01-01T00:00:00 (the offset is kept in `iso` but not applied, so that an article counts on the day it was
    published and the day shown is the day filtered by). They are negative before 1970.
    """

    iso: str
    precision: Precision
    start: int
    end: int


class Record(Struct, frozen=True):
    """One article as a reader found it: nothing guessed, nothing tidied.

    `root` is the path the user named and `path` the file below it, POSIX style ("" when the root is the file itself);
    `member` is the file within it, if it is an archive; `position` counts records in a file that can hold several
    (JSONL: the line), from 1, and is None for a file that is one article. `id` is the record's own. `date` and
    `language` are what the source says, unparsed. `extra` holds the unknown fields.

    Agencies number the `version`s of an article: of several records with one id, the highest counts, wherever and in
    whatever order they come. `withdrawn` is a kill: it takes out the versions up to its own, or all if it has none. It
    needs an id, and no text.
    """

    text: str
    root: str
    path: str
    position: int | None = None
    id: str | None = None
    title: str | None = None
    date: str | None = None
    date_from: DateFrom = DateFrom.DECLARED
    language: str | None = None
    url: str | None = None
    source: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    version: int | None = None
    withdrawn: bool = False
    member: str = ""


class Rejected(Struct, frozen=True):
    """Input that is no article. `reason` is one clause for a person, with what to do where something can be done."""

    root: str
    path: str
    reason: str
    position: int | None = None
    member: str = ""


class Copy(Struct, frozen=True):
    """Where else the text of an article stood, under an id of its own. Fields are as in Article."""

    id: str
    title: str
    url: str | None
    source: str | None
    date: PartialDate | None
    date_from: DateFrom | None
    path: str

    def as_json(self) -> dict[str, object]:
        """As an article's JSON shape has these fields."""
        return {
            "id": self.id,
            "title": self.title,
            "url": self.url,
            "source": self.source,
            "date": self.date.iso if self.date else None,
            "date_precision": self.date.precision if self.date else None,
            "date_from": self.date_from,
            "path": self.path,
        }


class Article(Struct, frozen=True, omit_defaults=True):
    """One tidied article; all text is NFC.

    `language` is a BCP 47 tag (`und` when unsure); `confidence` is 1.0 for a declared one.
    `path` is where it came from, for people: root, path and member joined, with `:line` for a record within a file.
    `copies` are known when it is read from an index, and not stored with it.
    """

    id: str
    title: str
    text: str
    url: str | None
    source: str | None
    language: str
    language_from: LanguageFrom
    confidence: float
    date: PartialDate | None
    date_from: DateFrom | None
    path: str
    extra: Mapping[str, object]
    copies: tuple[Copy, ...] = ()


class Tokens(Struct, frozen=True):
    """The keys of one text, in order.

    `words` are the W keys: a word's index is its position. In a script written without spaces every character is a
    word. `pairs` are the keys of neighbouring characters in such scripts (no positions).
    """

    words: tuple[str, ...]
    pairs: tuple[str, ...] = ()


class Spaced(Struct, frozen=True):
    """The keys of one text as a document has them, so that an engine can number those of many texts at once.

    They are in UTF-8, with one or several spaces between.
    """

    words: bytes
    pairs: bytes = b""

    def tokens(self) -> Tokens:
        return Tokens(tuple(self.words.decode().split()), tuple(self.pairs.decode().split()))


#: The Z keys of many words end to end, and how many each has.
Stems = tuple[Sequence[str], Sequence[int]]
#: Gives the Z keys of many words.
Stemming = Callable[[Sequence[str]], Stems]


class Document(Struct, frozen=True):
    """What an engine is given: keys and numbers, and the stored bytes it hands back untouched.

    `stems` gives the Z keys of each of many words, the same for all documents of a language, so an engine can ask once
    for all distinct words. `start`/`end` are those of PartialDate, None if undated.
    `origins` says where language and date came from, as an Article does. `lead` is how the text begins, `body` what
    goes on from there.
    """

    id: str
    language: str
    source: str | None
    start: int | None
    end: int | None
    title: Spaced
    lead: Spaced
    body: Spaced
    stems: Stemming
    stored: bytes
    origins: tuple[LanguageFrom, DateFrom | None]


def encode_article(article: Article) -> bytes:
    """UTF-8 JSON; `decode_article` gives an equal Article back, but for its copies. A date is a list."""
    return encode(replace(article, copies=()) if article.copies else article)


_FIELDS = Decoder(dict[str, Any])


def decode_fields(stored: bytes | memoryview) -> dict[str, Any]:
    """The fields of an encoded article as they are kept, of which a hit shows some: the date is a list."""
    return _FIELDS.decode(stored)


def decode_article(stored: bytes | memoryview) -> Article:
    fields = decode_fields(stored)
    if fields["date"]:
        iso, precision, start, end = fields["date"]
        fields["date"] = PartialDate(iso, Precision(precision), start, end)
    fields["date_from"] = DateFrom(fields["date_from"]) if fields["date_from"] else None
    fields["language_from"] = LanguageFrom(fields["language_from"])
    return Article(**fields)
