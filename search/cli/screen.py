"""Text for a terminal: safe to print, marked, and broken into lines."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TextIO

from msgspec import Struct

#: Control characters, which could move the cursor or worse when an article's text holds them.
_CONTROL = dict.fromkeys([*range(32), *range(127, 160)], " ")
_CONTROL_IN_TEXT = {code: mark for code, mark in _CONTROL.items() if code != ord("\n")}

_ATOM = re.compile(r"\033\[[\d;]*m|\s+|.", re.DOTALL)

PLAIN_WIDTH = 80
MAX_WIDTH = 100


class Style(Struct, frozen=True):
    """What to write before and after; `after` also ends every other style (SGR 0)."""

    title: str = ""
    quiet: str = ""
    mark: str = ""
    after: str = ""


PLAIN = Style()
COLOURED = Style(title="\033[1m", quiet="\033[2m", mark="\033[1;31m", after="\033[0m")


def style(choice: str, stream: TextIO) -> Style:
    """`choice` is `auto`, `always` or `never`; what was typed goes before what NO_COLOR and TERM say."""
    if choice == "auto":
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty()
        return PLAIN if plain else COLOURED
    return COLOURED if choice == "always" else PLAIN


def width(stream: TextIO) -> int:
    """Columns to fill: 80 where there is no terminal, and never lines too long to read."""
    return min(shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns, MAX_WIDTH) if stream.isatty() else PLAIN_WIDTH


def clean(text: str) -> str:
    """One line, of the same length, without control characters."""
    return text.translate(_CONTROL)


def clean_text(text: str) -> str:
    """The same, line breaks kept."""
    return text.translate(_CONTROL_IN_TEXT)


def marked(text: str, marks: Sequence[tuple[int, int]], style: Style) -> str:
    """`text` cleaned, its marks in colour, or between asterisks where there is none."""
    before, after = (style.mark, style.after) if style.mark else ("*", "*")
    pieces, done = [], 0
    for start, end in marks:
        pieces += [clean(text[done:start]), before, clean(text[start:end]), after]
        done = end
    return "".join([*pieces, clean(text[done:])])


def titled(text: str, style: Style) -> str:
    return f"{style.title}{clean(text)}{style.after}"


def quiet(text: str, style: Style) -> str:
    return f"{style.quiet}{clean(text)}{style.after}"


def wrap(text: str, columns: int) -> Iterator[str]:
    """Lines of at most so many columns, broken at white space or beside a character of double width."""
    line, used = "", 0
    for gap, piece in _pieces(text, columns):
        cells = cell_width(piece)
        if line and used + len(gap) + cells > columns:
            yield line
            line, used, gap = "", 0, ""
        gap = gap if line else ""
        line, used = line + gap + piece, used + len(gap) + cells
    if line:
        yield line


def hanging(label: str, text: str, columns: int) -> Iterator[str]:
    """`text` broken into lines beside a label without wide characters; nothing for no text."""
    for line in wrap(text, columns - len(label)):
        yield label + line
        label = " " * len(label)


def cell_width(text: str) -> int:
    """Columns that a terminal gives to `text`, colours not counted."""
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(_cells(atom) for atom in _ATOM.findall(text))


def _pieces(text: str, columns: int) -> Iterator[tuple[str, str]]:
    """(what stands before it when it continues a line, what may not be broken). No piece is wider than a line."""
    for word in text.split():
        if len(word) <= columns and word.isascii() and word.isprintable():
            yield " ", word
        else:
            yield from _cut(word, columns)


def _cut(word: str, columns: int) -> Iterator[tuple[str, str]]:
    gap, piece, used = " ", "", 0
    for atom in _ATOM.findall(word):
        cells = _cells(atom)
        if piece and (cells == 2 or used + cells > columns):
            yield gap, piece
            gap, piece, used = "", "", 0
        piece, used = piece + atom, used + cells
    yield gap, piece


def _cells(atom: str) -> int:
    if atom.startswith("\033"):
        return 0
    if len(atom) > 1:
        return 1
    if unicodedata.category(atom) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(atom) in "WF" else 1
