"""The title of a page, from the places that name it, none of which can be trusted alone.

Each place has a vote. What most pages add to some of them, before or after, is taken off first: the name of the site,
and what one place has beyond a whole title that another place gives.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from search.analysis.words import tokens
from search.readers.html.metadata import Metadata

#: Votes by place, measured on saved pages. The heading is what readers see.
_VOTES: Mapping[str, float] = {"h1": 1.05, "linked": 1.0, "og": 1.02, "twitter": 0.5, "title": 0.4}

#: For an `og:title` as it is, without the name of the site: one that somebody wrote, not a template.
_WRITTEN = 1.6

#: A heading is the article's if it shares so much with a title in the metadata, as twice the words in common by all.
_ALIKE = 0.4

#: What stands between a title and the name of its site.
_BETWEEN = re.compile(r"\s+[-–—|·»•*›:/]+\s+|\s*[|：｜»]\s*|:\s+|\s+-\s*$")

#: Names this short are parts of too many words.
_SHORT = 2

Key = tuple[str, ...]


def find_title(root: HtmlElement, metadata: Metadata, url: str | None) -> str | None:
    """As a place has it, without what was added to it there."""
    sites = _names_of_site(metadata, url)
    told = dict(_told(root, metadata))
    found = {place: _without_site(text, sites) for place, text in told.items()}
    if (heading := _heading(root, list(found.values()))) is not None:
        found["h1"] = heading
    keys = {place: _key(text) for place, text in found.items()}
    wholes = {place: _whole(text, keys, place) for place, text in found.items()}
    votes: defaultdict[Key, float] = defaultdict(float)
    for place, key in wholes.items():
        votes[key] += _VOTES[place]
    if "og" in wholes and wholes["og"] == _key(told["og"]):
        votes[wholes["og"]] += _WRITTEN
    best = max(filter(None, votes), key=lambda key: votes[key], default=None)
    return next((found[place] for place in _VOTES if place in found and keys[place] == best), None)


def _told(root: HtmlElement, metadata: Metadata) -> Iterator[tuple[str, str]]:
    told = {
        "linked": metadata.said("headline"),
        "og": metadata.first("og:title"),
        "twitter": metadata.first("twitter:title"),
        "title": next((_text(element) for element in root.iter("title")), None),
    }
    return ((place, text) for place, text in told.items() if text)


def _heading(root: HtmlElement, others: list[str]) -> str | None:
    """The heading that is most like a title in the metadata; the only one, if none is."""
    headings = [text for element in root.iter("h1") if (text := _text(element))]
    if not headings:
        return None
    likest = max(headings, key=lambda heading: _likeness(heading, others))
    return likest if len(headings) == 1 or _likeness(likest, others) > _ALIKE else None


def _likeness(heading: str, others: list[str]) -> float:
    words = Counter(_key(heading))
    return max((alike(words, Counter(_key(other))) for other in others), default=0.0)


def alike(one: Counter[str], other: Counter[str]) -> float:
    """Words in common, each as often as in both, twice, by the words of both: 1 for the same words."""
    return 2 * (one & other).total() / max(1, one.total() + other.total())


def _whole(text: str, keys: Mapping[str, Key], place: str) -> Key:
    """The words of the shortest title elsewhere that `text` begins with, up to a mark; its own if there is none.

    A heading counts as it is, and so does what JSON-LD says too.
    """
    own = keys[place]
    if place == "h1" or (place != "linked" and own == keys.get("linked")):
        return own
    begun: Key = ()
    for part in _BETWEEN.split(text):
        begun += _key(part)
        if 3 <= len(begun) < len(own) and begun in keys.values():
            return begun
    return own


def _names_of_site(metadata: Metadata, url: str | None) -> Collection[str]:
    """Without spaces, as words are compared."""
    try:
        host = (urlsplit(metadata.first("og:url") or url or "").hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    said = (metadata.first("og:site_name"), metadata.first("application-name"), metadata.said("publisher"))
    names = {"".join(_key(name)) for name in (*said, host, max(host.split("."), key=len)) if name}
    return {name for name in names if name}


def _without_site(title: str, sites: Collection[str]) -> str:
    """
    >>> _without_site("Ice on the lake - Region - Example News | example.org", {"examplenews", "exampleorg"})
    'Ice on the lake - Region'
    """
    while marks := list(_BETWEEN.finditer(title)):
        first, last = marks[0], marks[-1]
        if title[: last.start()] and _names(title[last.end() :], sites):
            title = title[: last.start()]
        elif title[first.end() :] and _names(title[: first.start()], sites):
            title = title[first.end() :]
        else:
            break
    return title


def _names(part: str, sites: Collection[str]) -> bool:
    """Whether `part` is a name of the site, a piece of it, or little more than it."""
    key = "".join(_key(part))
    return bool(key) and any(_is_name(key, site) for site in sites)


def _is_name(key: str, site: str) -> bool:
    is_piece = len(key) > _SHORT + 1 and key in site
    is_longer = len(site) > _SHORT and site in key and len(key) < 3 * len(site)
    return key == site or is_piece or is_longer


def _key(text: str) -> Key:
    return tokens(text).words


def _text(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())
