"""Record → Article, or why it is none: text tidied, title found, language and date settled.

Nothing is lost: what a source declares and nobody can read goes to `extra`, and what would make a bad title (captions,
agency lines, player notices) stays in the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit

from search.article import Article, DateFrom, PartialDate, Record, Rejected
from search.dates import find_in_url
from search.dates.declared import parse_declared
from search.dates.text import find_in_text
from search.language import identify, standard
from search.normalize.tidy import fold, tidy, tidy_value
from search.normalize.title import headline


def normalize(record: Record, *, id: str, today: date, default_language: str | None = None) -> Article | Rejected:
    """`today` is the newest date that is believed; `default_language` counts as declared where the record has none.

    A headline without a body is an article with empty text.
    """
    text, title = tidy(record.text), fold(record.title or "")
    if not text and not title:
        return Rejected(record.root, record.path, "there is no text in it", record.position, record.member)
    url = fold(record.url or "") or None
    declared = record.language if record.language and standard(record.language) else default_language
    language = identify(f"{title}\n{text}", declared)
    published, date_from = _date(record, url, text, language.tag, today)
    return Article(
        id=id,
        title=title or headline(text),
        text=text,
        url=url,
        source=fold(record.source or "") or _host(url),
        language=language.tag,
        language_from=language.source,
        confidence=language.confidence,
        date=published,
        date_from=date_from,
        path=_path(record),
        extra=_extra(record, read_date=date_from is not None and date_from is record.date_from),
    )


def _date(
    record: Record, url: str | None, text: str, language: str, today: date
) -> tuple[PartialDate | None, DateFrom | None]:
    """The first of these that there is: what the record says, what its address says, what its text says."""
    if record.date and (said := parse_declared(record.date, today, language)):
        return said, record.date_from
    if url and (in_url := find_in_url(url, today)):
        return in_url, DateFrom.URL
    if in_text := find_in_text(text, language, today):
        return in_text, DateFrom.TEXT
    return None, None


def _host(url: str | None) -> str | None:
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _path(record: Record) -> str:
    root = record.root.rstrip("/") if record.path else record.root
    path = f"{root}/{record.path}" if record.path and record.root not in ("", ".") else record.path or record.root
    path = f"{path}/{record.member}" if record.member else path
    return path if record.position is None else f"{path}:{record.position}"


def _extra(record: Record, read_date: bool) -> Mapping[str, object]:
    """The unknown fields, and what was declared but not understood."""
    extra = {key: tidy_value(value) for key, value in record.extra.items()}
    if record.date and not read_date:
        extra.setdefault("declared_date", fold(record.date))
    if record.language and not standard(record.language):
        extra.setdefault("declared_language", fold(record.language))
    return extra
