"""Agencies' text formats of the teleprinter: a heading after SOH, the article between STX and ETX, then its time.

IPTC 7901 opens the article with what editors are told (`1ST LEAD`), its headline and who wrote it, up to a blank line.
ANPA 1312 marks such lines with `^` and `<`, a key word that says where the article belongs first.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from search.article import DateFrom, Record, Rejected
from search.readers.decoding import NotText, decode
from search.readers.limits import LONGEST, TOO_LONG
from search.readers.origin import Origin

_PARTS = re.compile(rb"\x01(?P<heading>[^\x02]*)\x02(?P<text>[^\x03]*)(?:\x03(?P<trailer>[^\x04]*))?", re.DOTALL)

#: What editors are told, in capitals, and who wrote it.
_NOTICE = re.compile(r"[^a-z]{1,40}|.*=|(?:By|Von|Par|Por|Av|Af)\s.*")
#: `eca100 3 s 586 ccccb   dpa 099`: the agency and its own number end the heading's first line.
_AGENCY = re.compile(r"\s([A-Za-z]{2,10})\s+\d+\s*$")
#: `^BC-Harbour-Ice`, `^AM-`: for which papers, and the key word.
_KEYWORD = re.compile(r"(?:AM|PM|BC|AP)-", re.IGNORECASE)

#: `071341 GMT Okt 15`: day, hour, minute, month and year.
_IPTC_SENT = re.compile(r"(?<!\d)(\d\d)(\d\d)(\d\d)\s+(?:[A-Z]{2,4}\s+)?(\w{3,9})\.?\s+(\d\d)(?!\d)")
#: `AP-NY-12-30-13 1420GMT`: month, day, year, hour and minute.
_ANPA_SENT = re.compile(r"(?<!\d)(\d\d)-(\d\d)-(\d\d)\s+(\d\d)(\d\d)(GMT|UTC)?")
#: By how they begin in English, German, the Romance and Scandinavian languages.
_MONTHS = re.compile(
    "(jan|ene)|(f[eé][bv])|(m[aä]r|mrz)|(a[pbv]r)|(ma[ijy])|(jun|juin)|(jul|juil)|(aug|ago|ao)|(se[pt])|(o[ckt]t|out)"
    "|(nov)|(d[eéi][czs])"
)

_SPACES = re.compile(r"[ \t]+")


def read_teleprinter(stream: io.BufferedReader, origin: Origin) -> Iterator[Record | Rejected]:
    data = stream.read(LONGEST + 1)
    if len(data) > LONGEST:
        yield origin.reject(TOO_LONG)
        return
    parts = list(_PARTS.finditer(data))
    if not parts:
        yield origin.reject("has no text between STX and ETX")
    for number, part in enumerate(parts, 1):
        yield _record(part, origin, number if len(parts) > 1 else None)


def _record(part: re.Match[bytes], origin: Origin, position: int | None) -> Record | Rejected:
    try:
        text = decode(part["text"]).replace("\r\n", "\n").replace("\r", "\n")
    except NotText as error:
        return origin.reject(str(error), position)
    heading, trailer = ((part[name] or b"").decode("latin-1") for name in ("heading", "trailer"))
    title, body = _split_anpa(text) if text.lstrip().startswith("^") else _split_iptc(text)
    if not body and not title:
        return origin.reject("has no text between STX and ETX", position)
    agency = _AGENCY.search(heading.partition("\n")[0].rstrip())
    return Record(
        text=body,
        root=origin.root,
        path=origin.path,
        member=origin.member,
        position=position,
        title=title,
        date=sent(trailer),
        date_from=DateFrom.METADATA,
        source=agency[1] if agency else None,
    )


def _split_iptc(text: str) -> tuple[str | None, str]:
    head, blank, rest = text.strip("\n").partition("\n\n")
    if not blank:
        return None, _joined(text)
    lines = (" ".join(line.split()) for line in head.split("\n"))
    title = " ".join(line for line in lines if line and not _NOTICE.fullmatch(line))
    return title or None, _joined(rest)


def _split_anpa(text: str) -> tuple[str | None, str]:
    lines = text.strip().split("\n")
    head = [line.strip("^<= \t\x10\x11\x12\x13\x14") for line in lines if line.startswith("^")]
    title = next((line for line in head if line and not _KEYWORD.match(line) and not _NOTICE.fullmatch(line)), None)
    body = "\n".join(line for line in lines if not line.startswith(("^", "<")))
    return title, _joined(re.sub(r"\n(?=\t| {2,})", "\n\n", body))


def _joined(text: str) -> str:
    """Lines as long as a teleprinter's are paragraphs again."""
    paragraphs = (_SPACES.sub(" ", " ".join(paragraph.split())) for paragraph in re.split(r"\n[ \t]*\n", text))
    return "\n\n".join(filter(None, paragraphs))


def sent(trailer: str) -> str | None:
    """The date and time in a trailer, in ISO 8601; in GMT if it says so, or says no zone.

    >>> sent("071341 GMT Okt 15"), sent("AP-NY-12-30-13 1420GMT")
    ('2015-10-07T13:41Z', '2013-12-30T14:20Z')
    """
    if found := _ANPA_SENT.search(trailer):
        month, day, year, hour, minute = found.groups()[:5]
    elif (found := _IPTC_SENT.search(trailer)) and (named := _MONTHS.match(found[4].lower())):
        day, hour, minute, month, year = found[1], found[2], found[3], f"{named.lastindex:02}", found[5]
    else:
        return None
    return f"{'19' if int(year) > 69 else '20'}{year}-{month}-{day}T{hour}:{minute}Z"
