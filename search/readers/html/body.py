"""The body of a page: the blocks of text that are the article.

Most articles lie in one element, or in several alike, which hold far more of what a person would read than any others.
Where that is not plain, trafilatura is heard too, which judges each piece by its marking and links. What stands apart
at the top, the standfirst, is told by the page's description.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterator

from lxml.html import HtmlElement
from msgspec import Struct

from search.analysis.words import tokens
from search.readers.html.blocks import BESIDE, Block, blocks
from search.readers.html.metadata import Metadata

#: Within these an article says something only if it lies around them.
_LISTS = frozenset(("li", "table"))

#: Characters that a block must have to speak for the element it lies in, and those that a text must have for sure.
_TELLING, _PLENTY = 60, 500

#: An element is plainly that of the article if it has so much of all text that tells.
_PLAIN = 0.9

#: How much more text tells that trafilatura takes too, and how much of an element's it must take for the rest to count.
_TRUST, _TAKEN = 2, 0.3

#: An element with so much of the article's text ends where the article does.
_DOMINANT = 0.7

#: Characters by which a standfirst is known, if the description goes on, or goes on elsewhere.
_BEGINNING, _STANDFIRST, _PART = 60, 20, 30

_SENTENCE = (".", "!", "?", "…", "。", "！", "？", "”", "»", "“", '"', "।", "؟", "۔")

Key = tuple[str, ...]


def find_body(root: HtmlElement, title: str | None, metadata: Metadata) -> str:
    """Paragraphs with a blank line between them; the title is not among them."""
    page = _Page.of(root, title)
    article = page.article(())
    if not page.is_plain():
        article = page.article(page.taken(_by_trafilatura(root)))
    first = [*page.standfirst(article[0], metadata)] if article else page.rest()
    return "\n\n".join(page.texts([*first, *article]))


def _by_trafilatura(root: HtmlElement) -> str:
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it writes a line on stderr where it finds nothing
    found = trafilatura.bare_extraction(root, fast=True, include_comments=False, with_metadata=False)
    return getattr(found, "text", None) or ""


class _Page(Struct, frozen=True):
    """The blocks that can be part of an article, and the words of each."""

    blocks: tuple[Block, ...]
    keys: tuple[Key, ...]
    headings: frozenset[Key]
    start: int

    @classmethod
    def of(cls, root: HtmlElement, title: str | None) -> _Page:
        """`start` is where the heading with the article's title stands; what is before it belongs to the site."""
        found = blocks(root)
        named = tokens(title or "").words
        tops = {tokens(block.text).words for block in found if block.tag == "h1"}
        plausible = (block for block in found if not block.within & BESIDE and not _is_link(block))
        usable = [(block, key) for block in plausible if (key := tokens(block.text).words)]
        start = next((n for n, (block, key) in enumerate(usable) if block.tag == "h1" and key == named), -1)
        return cls(tuple(b for b, _ in usable), tuple(k for _, k in usable), frozenset((*tops, named)), start)

    def is_plain(self) -> bool:
        """Whether one element has nearly all of the text."""
        weights = self._weights(())
        most = max(weights.values(), default=0)
        return most >= _PLENTY and most >= _PLAIN * weights.total()

    def taken(self, text: str) -> Collection[int]:
        """The blocks that are in `text`, which says one a line."""
        lines = [tokens(line).words for line in text.split("\n")]
        whole, said = f" {' '.join(word for line in lines for word in line)} ", set(lines)
        return {
            number
            for number, key in enumerate(self.keys)
            if key in said or (len(key) >= _FEW and f" {' '.join(key)} " in whole)
        }

    def article(self, taken: Collection[int]) -> list[int]:
        """The blocks of the article in order, without its standfirst."""
        weights = self._weights(taken)
        group = max(weights, key=lambda name: weights[name], default=None)
        main = [n for n, block in enumerate(self.blocks) if block.group == group and not block.within & _LISTS]
        if not main:
            return []
        first, last = main[0], main[-1]
        shares = self._shares(taken)
        inner = {n for n in range(first, last) if self._is_list_in(n, f"{group}/")}
        others = {n for n in taken if not self.blocks[n].within & _LISTS and shares[self.blocks[n].group] >= _TAKEN}
        chosen = {*main, *inner, *others}
        if self._length(main) > _DOMINANT * self._length(chosen):
            chosen = {n for n in chosen if n <= last}
        return sorted(n for n in chosen if n > self.start or first <= self.start)

    def standfirst(self, first: int, metadata: Metadata) -> Iterator[int]:
        """What stands before the block `first` and in the page's description."""
        names = ("og:description", "description", "twitter:description")
        told = [*(metadata.meta.get(name) for name in names), metadata.said("description")]
        said = [" ".join(tokens(text).words) for text in told if text]
        for number, key in enumerate(self.keys[:first]):
            words = " ".join(key)
            if any(_is_in(words, description) for description in said):
                yield number

    def rest(self) -> list[int]:
        """Where nothing tells: whatever is there."""
        return [number for number in range(len(self.blocks)) if number > self.start]

    def texts(self, numbers: list[int]) -> Iterator[str]:
        seen: set[Key] = set(self.headings)
        for number in numbers:
            if self.keys[number] not in seen:
                seen.add(self.keys[number])
                yield self.blocks[number].text

    def _weights(self, taken: Collection[int]) -> Counter[str]:
        """By element, the characters of blocks that tell; what is said again counts once."""
        weights: Counter[str] = Counter()
        seen: set[Key] = set()
        for number, (block, key) in enumerate(zip(self.blocks, self.keys, strict=True)):
            if len(block.text) >= _TELLING and not block.is_heading and not block.within & _LISTS and key not in seen:
                seen.add(key)
                weights[block.group] += len(block.text) * (1 + _TRUST * (number in taken))
        return weights

    def _shares(self, taken: Collection[int]) -> dict[str, float]:
        whole: Counter[str] = Counter()
        of_it: Counter[str] = Counter()
        for number, block in enumerate(self.blocks):
            whole[block.group] += len(block.text)
            of_it[block.group] += len(block.text) * (number in taken)
        return {group: of_it[group] / whole[group] for group in whole}

    def _is_list_in(self, number: int, path: str) -> bool:
        block = self.blocks[number]
        return bool(block.within & _LISTS) and f"{block.group}/".startswith(path) and block.linked * 5 < len(block.text)

    def _length(self, numbers: Collection[int]) -> int:
        return sum(len(self.blocks[number].text) for number in numbers)


#: Words of a block that can be found within a line.
_FEW = 5


def _is_in(words: str, description: str) -> bool:
    """Whether a block is the description, or its beginning, or a good part of it."""
    if len(words) <= _STANDFIRST:
        return False
    begun = len(description) > _BEGINNING and words.startswith(description[:_BEGINNING])
    return words == description or begun or (len(words) > _PART and words in description)


def _is_link(block: Block) -> bool:
    """Whether a block is mostly a link; one that is a sentence may be nearly so."""
    is_sentence = len(block.text) > _TELLING and block.text.endswith(_SENTENCE)
    return block.linked * 10 >= len(block.text) * (9 if is_sentence else 5)
