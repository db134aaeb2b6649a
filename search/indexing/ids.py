"""Which id an article gets: URL-safe, stable from run to run, never one that another article has."""

from __future__ import annotations

import json
import re
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b

from search.article import Record

#: Longer ids are cut, and told apart by a digest.
LONGEST = 120

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


def fingerprint(record: Record, default_language: str | None) -> str:
    """Twelve characters that change with anything an article is made of; not with where it lies."""
    language = record.language or default_language
    written = _joined(
        record.id, record.title, record.text, record.date, record.date_from, language, record.url, record.source
    )
    extra = json.dumps(dict(record.extra), sort_keys=True) if record.extra else ""
    return urlsafe_b64encode(blake2b(f"{written}\n{extra}".encode(), digest_size=9).digest()).decode()


def choose_id(
    wanted: str,
    mark: str,
    *,
    origin: str,
    before: Mapping[str, str],
    seen: Mapping[str, str],
    is_free: Callable[[str], bool],
) -> str | None:
    """The id of the record with fingerprint `mark` in file `origin`; None for a second copy within that file.

    `before` and `seen` map the ids that the file gave when last read, and so far in this reading, to fingerprints.
    `is_free` tells whether no other file gave an id. A record that was there before keeps its id; what is left over
    takes the first one that is free of: the wanted one, that with a digest of the file, that with one of the record.
    """
    if wanted not in seen and is_free(wanted) and (not before or before.get(wanted) == mark):
        return wanted
    candidates = list(_candidates(wanted, origin, mark))
    if any(seen.get(id) == mark for id in candidates):
        return None
    free = [id for id in candidates if id not in seen and is_free(id)]
    same = (id for id in free if before.get(id) == mark)
    known = (id for id in free if id in before)
    return next(same, None) or next(known, None) or free[0]


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
