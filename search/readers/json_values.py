"""Text in pieces → JSON values, one after the other, without holding the whole."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator

import msgspec

from search.readers.decoding import decode
from search.readers.limits import LONGEST, TOO_LONG

_SPACE = re.compile(r"[ \t\r\n]*")


class BrokenJson(ValueError):
    """The message is the reason of a rejection."""


def _finite(number: str) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


#: Control characters in strings are let through; numbers that JSON can't write again (NaN, 1e999) become null.
_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None, parse_float=_finite)


#: Takes a third of the time, for good JSON in UTF-8 of numbers that JSON can write again.
_QUICK = msgspec.json.Decoder()


def parse(data: bytes) -> object:
    """One value, in any encoding. Raises BrokenJson or NotText."""
    try:
        return _QUICK.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _parse(decode(data))


def _parse(text: str) -> object:
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise BrokenJson(_reason(error)) from error


def values(pieces: Iterator[str]) -> Iterator[tuple[object, bool]]:
    """Every value at the top, and of a list at the top its elements; whether it stood in such a list.

    Raises BrokenJson where the text stops being JSON.
    """
    text, at, in_list = "", 0, False
    while True:
        at = _after_space(text, at)
        if at == len(text):
            text, at = next(pieces, ""), 0
            if not text:
                break
        elif text[at] == "[" and not in_list:
            at, in_list = at + 1, True
        elif in_list and text[at] in ",]":
            at, in_list = at + 1, text[at] == ","
        else:
            value, text, at = _value(text, at, pieces)
            yield value, in_list
    if in_list:
        raise BrokenJson("is cut off inside a list")


def _value(text: str, at: int, pieces: Iterator[str]) -> tuple[object, str, int]:
    """The value at `at`, the text at hand afterwards, and where in it the value ends.

    More text is fetched while there is no whole value. (Of a number the first part would do; no article is one.)
    """
    while True:
        try:
            value, end = _DECODER.raw_decode(text, at)
            return value, text, end
        except (ValueError, RecursionError) as error:
            is_long = len(text) - at > LONGEST
            more = next(pieces, "") if is_long else _at_least(len(text) - at, pieces)
            if is_long and more and not isinstance(error, RecursionError):
                raise BrokenJson(f"{TOO_LONG}; make many a list at the top, or an object a line") from error
            if is_long or not more:
                raise BrokenJson(_reason(error)) from error
        text, at = text[at:] + more, 0


def _at_least(length: int, pieces: Iterator[str]) -> str:
    """As much again as was in vain, so that a long value is not parsed once for every piece of it."""
    taken, size = [], 0
    for piece in pieces:
        taken.append(piece)
        size += len(piece)
        if size >= length:
            break
    return "".join(taken)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "is nested too deeply"
    # Where it says the fault lies counts from the piece at hand.
    return f"is not valid JSON ({error.msg})" if isinstance(error, json.JSONDecodeError) else "is not valid JSON"
