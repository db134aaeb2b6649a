"""Markdown, one article a file. Front matter, YAML between `---` or TOML between `+++`, has its fields."""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from search.article import Record, Rejected
from search.readers.decoding import NotText, decode
from search.readers.fields import USUAL, Names, record
from search.readers.html.fragment import fragment_text
from search.readers.limits import LONGEST, TOO_LONG
from search.readers.origin import Origin

#: Reading front matter and marks takes up to 30 s for a million characters: what is longer is text as it stands.
_LONGEST_FRONT, _LONGEST_MARKED = 1 << 15, 1 << 18

_FRONT = re.compile(r"\s*(---|\+\+\+)[ \t]*\n(.*?)\n(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"\s*(?:#[ \t]+(\S[^\n]*)|([^\n#]\S[^\n]*)\n=+[ \t]*)(?:\n|\Z)")


def read_markdown(stream: io.BufferedReader, origin: Origin, names: Names = USUAL) -> Iterator[Record | Rejected]:
    data = stream.read(LONGEST + 1)
    if len(data) > LONGEST:
        yield origin.reject(TOO_LONG)
        return
    try:
        fields, text = split_front_matter(decode(data).replace("\r\n", "\n"))
    except NotText as error:
        yield origin.reject(str(error))
        return
    heading = _HEADING.match(text)
    if heading:
        text = text[heading.end() :]
    if not text.strip() and not fields and not heading:
        yield origin.reject("is empty")
        return
    read = record({**fields, "text": plain(text)}, origin, None, names)
    if isinstance(read, Record) and heading and read.title is None:
        read = replace(read, title=_title(heading))
    elif isinstance(read, Rejected) and heading:
        read = Record(text="", root=origin.root, path=origin.path, member=origin.member, title=_title(heading))
    yield read


def _title(heading: re.Match[str]) -> str:
    """Without the `#` that may end its line: a pattern for these takes time by the square of the line's length."""
    marked = heading[1]
    return plain(marked[0] + marked[1:].rstrip(" \t#") if marked else heading[2])


def split_front_matter(text: str) -> tuple[Mapping[str, object], str]:
    """The fields at the top and the text below them; what can't be read as fields is text.

    >>> split_front_matter("---\\ntitle: Ice\\ndate: 2021-02-03\\n---\\nThe lake froze.")
    ({'title': 'Ice', 'date': '2021-02-03'}, 'The lake froze.')
    """
    found = _FRONT.match(text)
    found = found if found and len(found[2]) <= _LONGEST_FRONT else None
    fields = (_yaml if found[1] == "---" else _toml)(found[2]) if found else None
    return (fields, text[found.end() :]) if found and fields is not None else ({}, text)


def plain(text: str) -> str:
    """Markdown → text. A very long one keeps its marks."""
    if len(text) > _LONGEST_MARKED:
        return text.strip()
    from markdown_it import MarkdownIt

    return fragment_text(MarkdownIt("commonmark").enable("table").render(text)).strip()


def _yaml(text: str) -> Mapping[str, object] | None:
    import yaml

    class Plain(yaml.BaseLoader):
        """Every value as it is written; no aliases, by which a few lines can stand for millions."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("an alias")
            return super().compose_node(parent, index)

    try:
        value = yaml.load(text, Plain)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    return {str(name): one for name, one in value.items()} if isinstance(value, dict) else None


def _toml(text: str) -> Mapping[str, object] | None:
    try:
        value = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return {name: one if isinstance(one, str | int | float | list | dict) else str(one) for name, one in value.items()}
