"""Text as the rest of Newsstand expects it: NFC, lines ended by line feeds, nothing in it that no reader can see."""

from __future__ import annotations

import re

from search.analysis.forms import in_form

#: Either of the two below: seldom there, so one look saves two replacements.
_UNTIDY = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
#: Controls other than tab and line feed, lone surrogates, noncharacters, and the byte order mark wherever it strayed.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
#: The bytes of UTF-8 that any of these has in it, but for U+2028 and U+2029 whose bytes are common, made another: bytes
#: without them come back as they are, in a fraction of the time that the pattern takes.
_SUSPECT = bytes(set(range(32)) - set(b"\t\n")) + b"\x7f\xc2\xef"
_UNSUSPECTED = bytes.maketrans(_SUSPECT, b" " * len(_SUSPECT))


def tidy(text: str) -> str:
    """Nothing blank is left at either end."""
    if _may_be_untidy(text) and _UNTIDY.search(text):
        text = _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))
    return in_form("NFC", text).strip()


def _may_be_untidy(text: str) -> bool:
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return True
    return data.translate(_UNSUSPECTED) is not data or "\u2028" in text or "\u2029" in text


def fold(text: str) -> str:
    """Tidy and on one line, with single spaces."""
    return " ".join(tidy(text).split())


def tidy_value(value: object) -> object:
    """A value of JSON with every text in it tidied."""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, list | tuple):
        return [tidy_value(item) for item in value]
    if isinstance(value, dict):
        return {tidy(str(key)): tidy_value(item) for key, item in value.items()}
    return value
