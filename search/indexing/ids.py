"""Which id an article gets: URL-safe, stable from run to run, never one that another article has."""

from __future__ import annotations

import re
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from hashlib import blake2b

from msgspec import Struct
from msgspec.json import Encoder
from xxhash import xxh3_128_hexdigest

from search.article import Record

#: Longer ids are cut, and told apart by a digest.
LONGEST = 120

#: Letters of a suffix, which are those of a digest.
SUFFIXES = (8, 16, 32)

_SUFFIX = re.compile(f"-(?:{'|'.join(f'[0-9a-f]{{{size}}}' for size in SUFFIXES)})$")
#: The same for the same fields, in whatever order they stand.
_ENCODER = Encoder(order="sorted")

_UNSAFE = re.compile(r"[^A-Za-z0-9._~-]+")


def url_safe(text: str) -> str:
    """`text` if it can stand in a URL as one segment, with `~` for `/`; else what is left of it, and a digest.

    It begins with a letter, a digit or `_`, so that neither a shell nor a browser reads anything into it.

    >>> url_safe("2020/talks.txt")
    '2020~talks.txt'
    >>> url_safe("våpenhvile.txt")
    'v-penhvile.txt-ba3d5fae6d'
    """
    text = unicodedata.normalize("NFC", text)
    plain = text.replace("/", "~")
    slug = _UNSAFE.sub("-", plain)
    if slug == plain and slug[:1] not in ("", ".", "-", "~") and len(slug) <= LONGEST:
        return slug
    kept = slug.strip("-.~")[: LONGEST - 11]
    return f"{kept}-{_digest(text, 5)}" if kept else _digest(text, 8)


def wanted_id(record: Record, path: str) -> str:
    """The id a record asks for. `path` is that of its file below the folder that ids are relative to.

    A member of an archive counts as a file in a folder of the archive's name.
    """
    if record.id:
        return url_safe(record.id)
    if record.position is None:
        return url_safe(f"{path}/{record.member}" if record.member else path)
    return _digest(_joined(record.title, record.text, record.url, record.date), 8)


def fingerprint(record: Record, default_language: str | None, text: str) -> str:
    """Twelve characters that change with anything an article is made of; not with where it lies.

    `text` is the digest of its text by which copies are known. What that passes over, blanks and forms of characters,
    is told apart by XXH3: nobody gains by another text that looks the same.
    """
    language = record.language or default_language
    told = (record.id, record.title, record.date, record.date_from, language, record.url, record.source, record.extra)
    meant = (text, xxh3_128_hexdigest(record.text.encode()), record.version, record.withdrawn)
    return urlsafe_b64encode(blake2b(_ENCODER.encode((told, meant)), digest_size=9).digest()).decode()


class Standing(Struct, frozen=True):
    """How an id stands for a file that is being read.

    `before` is the fingerprint of the record that had it when the file was last read, `seen` of the one that has it in
    this reading so far; `is_free` tells whether no other file gave it.
    """

    before: str | None
    seen: str | None
    is_free: bool


def choose_id(wanted: str, mark: str, *, origin: str, is_new: bool, standing: Callable[[str], Standing]) -> str | None:
    """The id of the record with fingerprint `mark` in file `origin`; None for a second copy within that file.

    `is_new` tells that the file was never read before. A record that was there before keeps its id; what is left over
    takes the first one that is free of: the wanted one, that with a digest of the file, that with one of the record.
    """
    first = standing(wanted)
    if first.seen is None and first.is_free and (is_new or first.before == mark):
        return wanted
    standings = {id: standing(id) for id in _candidates(wanted, origin, mark)}
    if any(one.seen == mark for one in standings.values()):
        return None
    free = {id: one.before for id, one in standings.items() if one.seen is None and one.is_free}
    same = (id for id, before in free.items() if before == mark)
    known = (id for id, before in free.items() if before is not None)
    return next(same, None) or next(known, None) or next(iter(free))


def version_id(wanted: str) -> str:
    """The id of an article that has versions, where another without has the id it asks for: in any file the same."""
    return f"{wanted}-{_digest(wanted, 4)}"


def asked_for(id: str) -> str:
    """An id without the suffix that it may have got.

    >>> asked_for("a.txt-1f2e3d4c"), asked_for("2020~talks.txt")
    ('a.txt', '2020~talks.txt')
    """
    return _SUFFIX.sub("", id)


def _candidates(wanted: str, origin: str, mark: str) -> Iterator[str]:
    """Short of a broken digest one of them is free."""
    yield wanted
    yield f"{wanted}-{_digest(origin, 4)}"
    yield f"{wanted}-{_digest(_joined(origin, mark), 8)}"
    yield f"{wanted}-{_digest(_joined(origin, mark), 16)}"


def _joined(*parts: str | None) -> str:
    """No two different sequences of parts give the same."""
    return "".join("-" if part is None else f"{len(part)}:{part}" for part in parts)


def _digest(text: str, size: int) -> str:
    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=size).hexdigest()
