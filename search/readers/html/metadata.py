"""What a page says of itself where readers don't see it: meta elements and JSON-LD."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator

from lxml.html import HtmlElement
from msgspec import Struct

#: Types of schema.org whose objects are articles end in one of these.
_ARTICLES = ("Article", "BlogPosting", "Posting", "Report")

_TOLD = ("headline", "datePublished", "articleBody", "author", "mainEntityOfPage")

#: Where an object of JSON-LD holds others that describe the page; what hangs elsewhere is another page's.
_INNER = ("@graph", "mainEntity", "itemListElement")

#: Objects looked at, so that a page can't be endless.
_MOST = 500


class Metadata(Struct, frozen=True):
    """Values as the page has them, by name in lower case; of names that repeat, the first with a value.

    `linked` is the object of JSON-LD that describes the article, empty if there is none; `links` are addresses by
    relation; `tag` is the language of the element `html`.
    """

    meta: dict[str, str]
    linked: dict[str, object]
    links: dict[str, str]
    tag: str | None

    def first(self, *names: str) -> str | None:
        return next((value for name in names if (value := self.meta.get(name))), None)

    def said(self, name: str) -> str | None:
        """What JSON-LD has under `name`, if that is text or an object with a name."""
        return _text(self.linked.get(name))

    def address(self) -> str | None:
        """Where the page lives: the first whole address that it gives."""
        said = (self.links.get("canonical"), self.meta.get("og:url"), self.said("url"), self.said("mainEntityOfPage"))
        return next((url for url in said if url and url.startswith(("http://", "https://"))), None)

    def site(self) -> str | None:
        return self.first("og:site_name") or self.said("publisher") or self.first("application-name")

    def author(self) -> str | None:
        return self.said("author") or self.first("author", "article:author", "dc.creator", "parsely-author")

    def languages(self) -> list[str]:
        """As said in different places, that of the element `html` first."""
        said = (self.tag, self.said("inLanguage"), self.first("og:locale"), self.first("content-language", "language"))
        return [tag.replace("_", "-") for tag in said if tag]


def find_metadata(root: HtmlElement) -> Metadata:
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        names = ("property", "name", "itemprop", "http-equiv")
        name = next((name for attribute in names if (name := element.get(attribute))), "")
        value = " ".join((element.get("content") or "").split())
        if name and value:
            meta.setdefault(name.strip().lower(), value)
    objects = [found for script in root.iter("script") for found in _objects(script)][:_MOST]
    articles = [found for found in objects if _is_article(found)]
    linked = max(articles, key=_told, default={})
    links = {str(link.get("rel")).lower(): (link.get("href") or "").strip() for link in root.iter("link")}
    return Metadata(meta, linked, links, root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"))


def _objects(script: HtmlElement) -> Iterator[dict[str, object]]:
    if "ld+json" not in (script.get("type") or "").lower():
        return
    try:
        yield from _within(json.loads((script.text or "").strip().rstrip(";"), strict=False))
    except (ValueError, RecursionError):
        return


def _within(value: object, depth: int = 5) -> Iterator[dict[str, object]]:
    if isinstance(value, list) and depth:
        for one in value[:_MOST]:
            yield from _within(one, depth - 1)
    elif isinstance(value, dict):
        yield value
        for name in _INNER:
            if depth and name in value:
                yield from _within(value[name], depth - 1)


def _is_article(found: dict[str, object]) -> bool:
    types = found.get("@type")
    listed = types if isinstance(types, list) else [types]
    return any(isinstance(one, str) and one.endswith(_ARTICLES) for one in listed)


def _told(found: dict[str, object]) -> int:
    """How much of what makes an article an object tells; pages name others beside their own."""
    return sum(bool(found.get(name)) for name in _TOLD)


def _text(value: object) -> str | None:
    if isinstance(value, list):
        return next((text for one in value if (text := _text(one))), None)
    if isinstance(value, dict):
        return _text(value.get("name") or value.get("@id"))
    return " ".join(html.unescape(value).split()) or None if isinstance(value, str) else None
