"""Which kind of file is this? Its content says, and its name where the content leaves it open."""

from __future__ import annotations

import re
from collections.abc import Mapping

from search.readers.columns import is_header
from search.readers.decoding import marked

#: Endings of names, and the kind they stand for.
_BY_NAME: Mapping[str, str] = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".rss": "feed",
    ".atom": "feed",
    ".warc": "warc",
    ".arc": "warc",
    ".zip": "zip",
    ".tar": "tar",
    ".tgz": "tar",
}

#: What the person is told is known.
KNOWN = (
    "txt, md, html, json, jsonl, csv, tsv, RSS, Atom, NITF, NewsML, ninjs, IPTC 7901, ANPA, WARC, ARC, "
    "in zip, tar, gz, bz2, xz, zst"
)

_MAGIC: Mapping[bytes, str] = {
    b"\x1f\x8b": "gz",
    b"BZh": "bz2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zst",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"WARC/": "warc",
    b"filedesc://": "warc",
}

#: What can't be read, but named.
_FOREIGN: Mapping[bytes, str] = {
    b"%PDF-": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"RIFF": "a picture, sound or video",
    b"ID3": "sound",
    b"7z\xbc\xaf": "a 7z archive; unpack it first",
    b"Rar!": "a RAR archive; unpack it first",
    b"\xd0\xcf\x11\xe0": "an Office document; save it as text or HTML",
    b"{\\rtf": "an RTF document; save it as text or HTML",
    b"SQLite format": "a database",
    b"PAR1": "a Parquet file",
}

#: Elements at the root of XML, without namespace.
_BY_ROOT: Mapping[str, str] = {
    "html": "html",
    "rss": "feed",
    "feed": "feed",
    "rdf": "feed",
    "nitf": "nitf",
    "newsml": "newsml",
    **dict.fromkeys(("newsitem", "newsmessage", "packageitem", "conceptitem", "planningitem"), "newsml-g2"),
    **dict.fromkeys(("knowledgeitem", "catalogitem", "hopitem"), "newsml-g2"),
}

#: Elements that a page whose beginning is missing may begin with.
_HTML = re.compile(
    "head|body|title|meta|link|script|style|main|article|section|header|nav|aside|footer|div|span|p|a|b|i|em|strong|br"
    "|h[1-6]|ul|ol|li|table|img|figure|blockquote|center|font|noscript|iframe|form|base"
)

#: Bytes that are looked at.
_HEAD = 1 << 16

#: What may stand before the root of XML: declarations, instructions, comments.
_PROLOG = re.compile(
    r"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?!\s+html)[^\[>]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)[\s/>]")
_DOCTYPE = re.compile(r"<!DOCTYPE\s+html", re.IGNORECASE)
_JSON = re.compile(r"""\{\s*(?:"|\}\s*\Z)|\[\s*(?:\{\s*"|\[\s*["\d\[{]|\]\s*\Z)""")
#: Each line can be matched in one way only, here and below: of two ways for a line there were billions for thirty.
_FRONT = re.compile(r"---[ \t]*\r?\n(?:(?>[\w-]+[ \t]*:|[ \t#-]).*\n)+(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_MAIL = re.compile(
    r"(?:(?:Received|Return-Path|Delivered-To|X-[\w-]+|MIME-Version|Message-ID|From|To|Date|Subject): .*\n"
    r"(?:[ \t]+\S.*\n)*){3}",
    re.IGNORECASE,
)
_ANPA = re.compile(rb"\x16+\x01[a-z]\d{4}")


class UnknownKind(ValueError):
    """The message is the reason of a rejection."""


def kind_of(head: bytes, suffix: str) -> str:
    """A name in READERS, COMPRESSIONS or ARCHIVES. `head` is the file's beginning. Raises UnknownKind."""
    by_name = _BY_NAME.get(suffix)
    if kind := _by_bytes(head):
        return kind
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise UnknownKind(f"is of an unknown kind, {what}; known are {KNOWN}")
    text = _text(head[:_HEAD])
    if kind := _by_text(text, suffix, by_name):
        return kind
    if by_name is None and (suffix or not _is_text(head)):
        raise UnknownKind(f"is of an unknown kind; known are {KNOWN}")
    return by_name or "txt"


def _by_bytes(head: bytes) -> str | None:
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    if head[257:262] == b"ustar":
        return "tar"
    if _ANPA.match(head):
        return "teleprinter"
    if head.startswith(b"\x01") and b"\x02" in head[:400]:
        return "teleprinter"
    return None


def _by_text(text: str, suffix: str, by_name: str | None) -> str | None:
    if text.startswith("<"):
        return _by_markup(text, by_name)
    if _JSON.match(text):
        return "json"
    if _FRONT.match(text):
        return "md"
    if by_name in (None, "txt"):
        if _MAIL.match(text):
            raise UnknownKind(f"is an e-mail, which can't be read; save its text. Known are {KNOWN}")
        if is_header(text.partition("\n")[0]):
            return "csv"
    return None


def _by_markup(text: str, by_name: str | None) -> str | None:
    prolog = _PROLOG.match(text)
    start = prolog.end() if prolog else 0
    if _DOCTYPE.match(text, start):
        return "html"
    root = _ROOT.match(text, start)
    if root is None:
        return None
    name = root[1].lower()
    if name in _BY_ROOT:
        return _BY_ROOT[name]
    if _HTML.fullmatch(name) or (by_name == "html" and not text.startswith("<?xml")):
        return "html"
    if text.startswith("<?xml") or by_name is None:
        raise UnknownKind(f"is XML of an unknown kind (<{root[1]}>); known are {KNOWN}")
    return None


def _text(head: bytes) -> str:
    """Good enough for markup and names of fields, which are ASCII in all encodings but the wide ones."""
    mark, encoding = marked(head)
    encoding = encoding or _wide(head) or "utf-8"
    return head[len(mark) :].decode(encoding, "replace").lstrip("\ufeff \t\r\n\f\0")


def _wide(head: bytes) -> str | None:
    """UTF-16 and UTF-32 without a mark, by where the NULs stand beside what must be ASCII."""
    pattern = "".join("0" if byte == 0 else "x" for byte in head[:4])
    return {"x0x0": "utf-16-le", "0x0x": "utf-16-be", "x000": "utf-32-le", "000x": "utf-32-be"}.get(pattern)


def _is_text(head: bytes) -> bool:
    return bool(head.strip()) and (marked(head)[0] != b"" or b"\0" not in head)
