"""A tree of HTML → blocks of text: what a reader sees as one paragraph, heading or item, in order."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement
from msgspec import Struct


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split("|"))


#: Elements whose text is not read; `media` is NITF's.
_SILENT = _names(
    "script|style|noscript|template|svg|iframe|select|option|button|textarea|object|embed|canvas|audio|video|head|input"
    "|datalist|math|map|media"
)

#: Elements that don't interrupt a line, in HTML and NITF.
_INLINE = _names(
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|ins|kbd|label|mark|nobr|q|rb|rp|rt|ruby|s|samp|small"
    "|span|strike|strong|sub|sup|time|tt|u|var|wbr"
    "|person|org|location|city|state|region|country|sublocation|chron|money|num|frac|event|function|object.title"
    "|virtloc|copyrite|pronounce|lang|classifier|alt-code"
)

#: Within these stands what is beside an article: ways to other pages, pictures and their captions, posts of others.
BESIDE = frozenset(("nav", "footer", "aside", "figure", "figcaption", "form", "dialog", "menu", "address", "embedded"))

#: Elements within which text is worth knowing to stand.
_NOTED = BESIDE | {"table", "li"}

#: Classes that the code to embed a post of a social network carries wherever it is.
_POSTS = re.compile(r"\b(?:twitter-(?:tweet|video)|instagram-media|tiktok-embed|fb-post|bluesky-embed|reddit-embed)\b")

#: Classes and identifiers, whole ones, by which publishing systems mark what readers wrote below. Parts of names tell
#: nothing: whole articles stand in elements of class `has-comments`.
_COMMENTS = _names(
    "comment|comments|comment-list|comments-list|commentlist|comments-area|comment-body|comment-content|comment-text"
)

#: Elements within each other; deeper ones are passed over.
_DEEPEST = 250

_DIGITS = re.compile(r"\d+")


class Block(Struct, frozen=True):
    """`within` are the noted elements around it, or `embedded` for what others wrote.

    `linked` is the number of its characters that are links. `group` names the element that holds it, by tags
    and classes from the top; the same for elements alike.
    """

    text: str
    tag: str
    within: frozenset[str]
    linked: int
    group: str

    @property
    def is_heading(self) -> bool:
        return self.tag in ("h1", "h2", "h3", "h4", "h5", "h6")


def blocks(root: HtmlElement) -> list[Block]:
    body = root.find("body") if root.tag == "html" else None
    cutter = _Cutter()
    cutter.walk(root if body is None else body, _Place("body", "", "", frozenset()))
    return cutter.blocks


def text_of(root: HtmlElement) -> str:
    """The text in `root`, a block a paragraph; without what stands beside an article, if anything else does."""
    found = blocks(root)
    return "\n\n".join(block.text for block in ([b for b in found if not b.within & BESIDE] or found))


class _Place(Struct, frozen=True):
    """An element that text may stand in: its own path by tags and classes, and that of the element around it."""

    tag: str
    path: str
    around: str
    within: frozenset[str]


class _Cutter:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._pieces: list[str] = []
        self._linked = 0

    def walk(self, element: HtmlElement, place: _Place, depth: int = 0, in_link: bool = False) -> None:
        self._say(element.text, in_link)
        broken = False
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in _SILENT or depth == _DEEPEST:
                self._pieces.append(" ")
            elif tag == "br":
                if broken:  # two in a row end a paragraph
                    self._end(place)
                self._pieces.append(" ")
            elif tag in _INLINE:
                self.walk(child, place, depth + 1, in_link or tag == "a")
            else:
                self._end(place)
                inner = _inner(child, tag, place)
                self.walk(child, inner, depth + 1, in_link)
                self._end(inner)
            self._say(child.tail, in_link)
            broken = tag == "br" and not (child.tail or "").strip()
        if not depth:
            self._end(place)

    def _say(self, text: str | None, in_link: bool) -> None:
        if text:
            self._pieces.append(text)
            if in_link:
                self._linked += len(text.strip())

    def _end(self, place: _Place) -> None:
        if text := " ".join("".join(self._pieces).split()):
            self.blocks.append(Block(text, place.tag, place.within, self._linked, place.around))
        self._pieces.clear()
        self._linked = 0


def _inner(element: HtmlElement, tag: str, place: _Place) -> _Place:
    classes = element.get("class") or ""
    within = place.within | {tag} if tag in _NOTED else place.within
    if _is_of_others(tag, classes, element.get("id") or ""):
        within |= {"embedded"}
    return _Place(tag, f"{place.path}/{_signature(tag, classes)}", place.path, within)


@lru_cache(4096)
def _is_of_others(tag: str, classes: str, identifier: str) -> bool:
    is_post = tag == "blockquote" and _POSTS.search(classes) is not None
    return is_post or not _COMMENTS.isdisjoint((*classes.lower().split(), identifier.lower()))


@lru_cache(4096)
def _signature(tag: str, classes: str) -> str:
    """
    >>> _signature("div", "text part-12")
    'div.part-#.text'
    """
    return ".".join((tag, *sorted(_DIGITS.sub("#", classes).split())))
