"""A JSON object → Record, by the names that scrapers, dumps and interfaces commonly give an article's fields."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from msgspec import Struct

from search.article import Record, Rejected
from search.errors import BadValue
from search.readers.ninjs import is_ninjs, ninjs_record
from search.readers.origin import Origin


class Names(Struct, frozen=True, cache_hash=True):
    """The names of each field, lower case; of several that hold something, the first in this order counts."""

    text: tuple[str, ...] = ("text", "body", "content", "maintext", "article")
    title: tuple[str, ...] = ("title", "headline")
    date: tuple[str, ...] = ("date", "published", "date_publish", "pubdate")
    language: tuple[str, ...] = ("lang", "language")
    url: tuple[str, ...] = ("url", "link")
    source: tuple[str, ...] = ("source", "domain", "publisher")
    id: tuple[str, ...] = ("id",)

    def by_field(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        return ((field, getattr(self, field)) for field in self.__struct_fields__)


USUAL = Names()

#: Where a nested object keeps what it says: {"source": {"name": "NRK"}}, {"content": [{"type": "p", "text": "…"}]}.
_INNER = ("text", "name", "value")

#: What stands between the parts of a list; of the other fields' lists the first part counts.
_BETWEEN = {"text": "\n\n", "title": " "}

#: Deeper fields can't be relied on to be written again.
_DEEPEST = 50

#: Objects around articles, within each other.
_WRAPPINGS = 4

#: Objects with other names of fields that are remembered: those of a file mostly have the same.
_SHAPES = 4

#: One of these all of ninjs have; `$id` is a schema's.
_IDENTIFIERS = frozenset(("uri", "guid", "$id"))

#: Numbers from here on are seconds, and from there on milliseconds, since 1970; smaller ones are years or days.
_SECONDS, _MILLISECONDS = 1e8, 1e11


def names_with(own: Mapping[str, str]) -> Names:
    """The usual names, and before them those that the user says: {"title": "Headline"}. Raises BadValue."""
    if unknown := own.keys() - set(Names.__struct_fields__):
        raise BadValue(
            f"There is no field {', '.join(sorted(unknown))}. There are {', '.join(Names.__struct_fields__)}."
        )
    said = {field: name.strip().lower() for field, name in own.items()}
    left = {field: tuple(name for name in usual if name not in said.values()) for field, usual in USUAL.by_field()}
    return Names(**left | {field: (name, *left[field]) for field, name in said.items()})


def are_articles(fields: Iterable[str], names: Names = USUAL) -> bool:
    """Whether there is text or title among the names of fields."""
    return not {field.strip().lower() for field in fields}.isdisjoint((*names.text, *names.title))


def record(value: object, origin: Origin, position: int | None, names: Names = USUAL) -> Record | Rejected:
    """Fields that are not among `names`, or hold nothing that can be used, are kept in `extra`.

    A headline alone is an article without text.
    """
    if not isinstance(value, dict):
        return origin.reject("is not a JSON object", position)
    if not _IDENTIFIERS.isdisjoint(value):
        if is_ninjs(value):
            return ninjs_record(value, origin, position)
        if "$schema" in value and "properties" in value:
            return origin.reject("is a schema of JSON, not an article", position)
    left = dict(value)
    found = {field: _take(left, given, field) for field, given in _given(tuple(value), names)}
    text = found.pop("text", None) or ""
    if not text and not found.get("title"):
        looked_for = ", ".join((*names.text, *names.title))
        return origin.reject(f"has neither text nor title (looked for {looked_for})", position)
    try:
        extra = {_printable_text(name): _printable(field) for name, field in left.items()}
    except RecursionError:
        return origin.reject("is nested too deeply", position)
    place = (text, origin.root, origin.path, position)
    return Record(*place, member=origin.member, extra=extra, **found)  # type: ignore[arg-type]


@lru_cache(maxsize=_SHAPES)
def _given(written: tuple[str, ...], names: Names) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Which of the names that an object has written may hold each field, the first to count first."""
    by_name: dict[str, str] = {}
    for name in written:
        by_name.setdefault(name.strip().lower(), name)
    places = ((field, tuple(by_name[name] for name in own if name in by_name)) for field, own in names.by_field())
    return tuple((field, given) for field, given in places if given)


def holds_articles(value: object, names: Names = USUAL, depth: int = _WRAPPINGS) -> list[object] | None:
    """The articles in an object that is none itself but holds some: {"status": "ok", "articles": […]}.

    They may be wrapped as interfaces and databases do: {"hits": {"hits": [{"_source": {…}}]}}.
    """
    if not isinstance(value, dict) or not depth or _is_article(value, names):
        return None
    found = [_held(field, names, depth - 1) for field in value.values()]
    return max(filter(None, found), key=len, default=None)


def _held(field: object, names: Names, depth: int) -> list[object] | None:
    if isinstance(field, list) and field and isinstance(field[0], dict):
        held = [holds_articles(one, names, depth) or [one] for one in field]
        articles = [one for several in held for one in several]
        return articles if any(_is_article(one, names) for one in articles[:1]) else None
    if isinstance(field, dict) and _is_article(field, names, needs_text=True):
        return [field]
    return holds_articles(field, names, depth)


def _is_article(value: object, names: Names, needs_text: bool = False) -> bool:
    if not isinstance(value, dict):
        return False
    fields = {name.lower() for name in value}
    wanted = names.text if needs_text else (*names.text, *names.title)
    return not fields.isdisjoint(wanted) or (not fields.isdisjoint(_IDENTIFIERS) and is_ninjs(value))


def _take(left: dict[str, object], given: tuple[str, ...], field: str) -> str | None:
    """The value of `field`, taken out of `left` together with the empty ones of the same meaning before it."""
    for name in given:
        value = _plain(left.get(name), field)
        if value and not value.isspace():
            del left[name]
            return value if field == "text" else value.strip()
        if left.get(name) in (None, "", [], {}):
            left.pop(name, None)
    return None


def _plain(value: object, field: str, depth: int = 3) -> str | None:
    if isinstance(value, str):
        return _printable_text(value)
    if isinstance(value, bool) or not depth:
        return None
    if isinstance(value, int | float):
        return _date_of(value) if field == "date" else str(value)
    if isinstance(value, list):
        parts = [part for one in value if (part := _plain(one, field, depth - 1))]
        return _BETWEEN[field].join(parts) if field in _BETWEEN else next(iter(parts), None)
    if isinstance(value, dict):
        return next((part for name in _INNER if (part := _plain(value.get(name), field, depth - 1))), None)
    return None


def _date_of(number: float) -> str | None:
    if not math.isfinite(number) or abs(number) < _SECONDS:
        return str(number)
    seconds = number / 1000 if abs(number) >= _MILLISECONDS else number
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        return None


def _printable(value: object, levels: int = _DEEPEST) -> object:
    """Raises RecursionError if it is deeper than that."""
    if not levels:
        raise RecursionError
    if isinstance(value, str):
        return _printable_text(value)
    if isinstance(value, list):
        return [_printable(one, levels - 1) for one in value]
    if isinstance(value, dict):
        return {_printable_text(name): _printable(one, levels - 1) for name, one in value.items()}
    return value


def _printable_text(text: str) -> str:
    r"""JSON can spell half of a surrogate pair (`"\ud800"`), which no file can hold."""
    try:
        if not text.isascii():
            text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
