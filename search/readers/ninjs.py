"""ninjs, IPTC's news in JSON, of versions 1 to 3 and as Superdesk writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from search.article import Record, Rejected
from search.readers.html.fragment import fragment_text
from search.readers.origin import Origin
from search.readers.wire import item_record

#: Fields that only ninjs has, in lower case; `pubStatus` came with version 3.
_SIGNS = frozenset(
    (
        "$standard",
        "versioncreated",
        "contentcreated",
        "pubstatus",
        "headlines",
        "bodies",
        "body_xhtml",
        "body_html",
        "body_main",
        "eventdetails",
    )
)

#: Other kinds of item than a text; a composite has one beside its pictures.
_TEXTS = ("text", "composite")

#: Long before short, so that a summary counts only where there is no text. Those in `_` begin names of any ending.
_BODIES = (
    "body_text",
    "body_xhtml",
    "body_html",
    "body_main",
    "body_richtext",
    "body_",
    "bodies",
    "description_text",
    "description_",
    "descriptions",
)


def is_ninjs(value: Mapping[str, object]) -> bool:
    """Of an object with a `uri` or `guid`."""
    return not _SIGNS.isdisjoint(map(str.lower, value))


def ninjs_record(value: Mapping[str, object], origin: Origin, position: int | None) -> Record | Rejected:
    item = {name.lower(): one for name, one in value.items()}
    kind = _text(item.get("type"))
    if "eventdetails" in item:
        kind = "event"
    version = item.get("version")
    return item_record(
        origin,
        position,
        text=next((text for text in _bodies(item) if text), ""),
        title=_title(item),
        id=_text(item.get("guid")) or _text(item.get("uri")),
        status=_text(item.get("pubstatus")),
        kind=None if kind in _TEXTS else kind,
        version=int(str(version)) if str(version).isdecimal() and len(str(version)) < 10 else None,
        date=next((date for name in _DATES if (date := _text(item.get(name)))), None),
        language=_text(item.get("language")),
        url=_url(item),
        source=_named(item, "infosources", "source", "provider", "copyrightholder"),
        extra={"author": _named(item, "byline", "by")},
    )


_DATES = ("firstpublished", "contentcreated", "firstcreated", "versioncreated", "contentmodified")


def _title(item: Mapping[str, object]) -> str | None:
    """A main headline before others, and a headline before a name that is not shown."""
    listed = item.get("headlines")
    headlines = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    headlines.sort(key=lambda one: one.get("role") not in (None, "main"))
    own = (value for _, value in _fields(item, "headline", "headline_main", "headline_"))
    texts = (*own, *(one.get("value") for one in headlines))
    found = (fragment_text(text) for one in (*texts, item.get("title"), item.get("name")) if (text := _text(one)))
    return next((" ".join(text.split()) for text in found if text.strip()), None)


def _bodies(item: Mapping[str, object]) -> Iterator[str]:
    for name, value in _fields(item, *_BODIES):
        if isinstance(value, list):
            yield from (
                fragment_text(text) for one in value if isinstance(one, dict) and (text := _text(one.get("value")))
            )
        elif text := _text(value):
            yield text if name.endswith("text") and "</" not in text else fragment_text(text)


def _fields(item: Mapping[str, object], *names: str) -> Iterator[tuple[str, object]]:
    """Those of these names, in this order. A name that ends in `_` stands for all that begin with it."""
    for name in names:
        if name.endswith("_"):
            yield from ((own, value) for own, value in item.items() if own.startswith(name) and own not in names)
        elif name in item:
            yield name, item[name]


def _named(item: Mapping[str, object], *names: str) -> str | None:
    for name in names:
        value = item.get(name)
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, dict):
            value = value.get("name") or value.get("literal")
        if text := _text(value):
            return text
    return None


def _url(item: Mapping[str, object]) -> str | None:
    """Where it can be read, if its identifier says so."""
    return next(
        (url for name in ("url", "guid", "uri") if (url := _text(item.get(name)) or "").startswith("http")), None
    )


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
