"""Other people's text in our page: its language, its direction, its marks. All of it is escaped here.

Spans are code point offsets, as in `Snippet`; nothing outside this module makes markup from text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from markupsafe import Markup, escape

from search.results import Snippet

Spans = tuple[tuple[int, int], ...]

#: Scripts of today that are written from right to left, by their ISO 15924 codes.
RIGHT_TO_LEFT = frozenset(
    {"Adlm", "Arab", "Aran", "Armi", "Gara", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"}
)

#: Tags for text that is in no one language; by themselves they would count as English.
NO_LANGUAGE = frozenset({None, "und", "mis", "mul", "zxx"})

_BLANK_LINES = re.compile(r"\n\s*\n")
_LINE_ENDS = re.compile(r"\n\s*")
#: A line of so many characters is a paragraph.
_LONG = 130


@lru_cache(maxsize=1024)
def language_attributes(tag: str) -> Markup:
    """`lang` and `dir` for an element that holds text in language `tag`; no `lang` where it is unknown.

    >>> language_attributes("ur"), language_attributes("und")
    (Markup('lang="ur" dir="rtl"'), Markup('dir="auto"'))
    """
    if tag == "und":
        return Markup('dir="auto"')
    return Markup('lang="{}" dir="{}"').format(tag, direction(tag))


@lru_cache(maxsize=1024)
def direction(tag: str) -> str:
    """`ltr`, `rtl`, or `auto` for a tag that says nothing of it.

    The language decides rather than `auto`, since a passage in Arabic may well begin with a Latin name.
    """
    import langcodes

    try:
        language = langcodes.Language.get(tag)
    except ValueError:
        return "auto"
    script = language.script or (language.maximize().script if language.language not in NO_LANGUAGE else None)
    if script is None:
        return "auto"
    return "rtl" if script in RIGHT_TO_LEFT else "ltr"


def marked(text: str, spans: Spans) -> Markup:
    """`text` with `<mark>` around every span; spans that touch or overlap become one.

    >>> marked("<b> & so", ((4, 5),))
    Markup('&lt;b&gt; <mark>&amp;</mark> so')
    """
    return Markup("".join(chain.from_iterable(_pieces(text, spans))))


def paragraphs(text: str, spans: Spans) -> Iterator[Snippet]:
    """The text cut at blank lines, each part with its own spans; a span across a cut is cut too.

    And at every line's end where lines are longer than anybody wraps them.
    """
    for start, end in _between(text):
        if text[start:end].strip():
            inside = ((max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start)
            yield Snippet(text[start:end], tuple(inside))


def original(url: str | None) -> str | None:
    """The address of the original if a reader may safely be sent there: never `javascript:` and the like."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def _pieces(text: str, spans: Spans) -> Iterator[tuple[str, ...]]:
    at = 0
    for start, end in _merged(spans):
        yield escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"
        at = end
    yield (escape(text[at:]),)


def _merged(spans: Spans) -> Iterator[tuple[int, int]]:
    current: tuple[int, int] | None = None
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if current and start <= current[1]:
            current = (current[0], max(end, current[1]))
        else:
            if current:
                yield current
            current = (start, end)
    if current:
        yield current


def _between(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    are_wrapped = all(len(line) <= _LONG for line in text.split("\n"))
    for gap in (_BLANK_LINES if are_wrapped else _LINE_ENDS).finditer(text):
        yield at, gap.start()
        at = gap.end()
    yield at, len(text)
