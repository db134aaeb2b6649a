"""Bytes → text: by their byte order mark, as UTF-8, else in the encoding that chardet finds."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

#: Control characters that text doesn't hold; ESC is left out, since ISO-2022-JP is text.
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))

#: Encodings in whose name a wider one is commonly used. (chardet's own such list takes ISO-8859-2 for a part of
#: Windows-1250, which it is not.)
_WIDER = {"iso8859-1": "cp1252", "euc_kr": "cp949"}

#: Encodings that want a mark at the beginning, and what they are without one.
_MARKED = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}

#: How much is looked at to tell binary from text, and to find an encoding.
_SAMPLE = 1 << 16


class NotText(ValueError):
    """The message is the reason of a rejection."""


def decode(data: bytes) -> str:
    """Raises NotText. Characters that are broken in otherwise good text become U+FFFD."""
    mark, encoding = marked(data)
    if mark:
        return _checked(data[len(mark) :].decode(encoding, "replace"))
    if b"\0" in data:
        raise NotText("is binary, not text")
    _refuse_binary(data)
    if b"\x1b" not in data:
        try:
            return data.decode()
        except UnicodeDecodeError:
            pass
    return data.decode(find_encoding(data), "replace")


def marked(data: bytes) -> tuple[bytes, str]:
    """The byte order mark that `data` begins with, and its encoding; both empty if there is none."""
    return next(((mark, encoding) for mark, encoding in _MARKS if data.startswith(mark)), (b"", ""))


def find_encoding(data: bytes) -> str:
    """The encoding of text without a byte order mark, which may hold a NUL here or there. Raises NotText."""
    _refuse_binary(data)
    sample = data
    if b"\x1b" not in data:
        start = _first_error(data)
        if start is None or _is_broken_utf8(data):
            return "utf-8"
        sample = data[max(0, start - _SAMPLE // 4) :]
    return _detected(sample[:_SAMPLE])


def _detected(sample: bytes) -> str:
    from chardet import detect

    found = detect(sample, compat_names=False)
    if (encoding := found["encoding"]) is None:
        raise NotText(f"is not text but looks like {found['mime_type']}")
    return _MARKED.get(encoding) or _WIDER.get(encoding, encoding)


def _first_error(data: bytes) -> int | None:
    """Where `data` stops being UTF-8; a character cut off at its end is no error."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _is_broken_utf8(data: bytes) -> bool:
    """Whether four of five characters beyond ASCII are good UTF-8.

    In other encodings such sequences come about by chance only. One damaged character would otherwise have the whole
    text read in an encoding that can hold any byte.
    """
    text = data.decode("utf-8", "replace")
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    broken = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    return beyond >= 5 * broken


def _refuse_binary(data: bytes) -> None:
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls * 50 > len(sample):
        raise NotText("is binary, not text")


def _checked(text: str) -> str:
    """What a byte order mark promised to be text."""
    if "\0" in text or text.count("\ufffd") * 10 > len(text):
        raise NotText("is binary, not text")
    return text
