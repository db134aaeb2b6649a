"""Queries drawn from the corpus: by how many articles of a language have a word, the same for the same seed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from random import Random
from typing import Any

from msgspec import Struct

from bench.corpus import SEED, Declared
from search.analysis.words import is_unspaced, tokens

#: Articles from which words are drawn.
SAMPLE = 20_000
#: The most frequent languages of the corpus are asked, and of each so many queries a class.
LANGUAGES = 12
EACH = 2
#: The shares of a language's articles that have a word of the class, at least and at most.
_SHARES = {"rare": (0.0, 0.0008), "medium": (0.002, 0.01), "common": (0.1, 1.0)}
_FEWEST = 3

CLASSES = (
    "rare word",
    "medium word",
    "common word",
    "two words",
    "three words",
    "phrase",
    "prefix",
    "in a language",
    "newest first",
)


class Query(Struct, frozen=True):
    """`words` are all wanted, in this order if `phrase`; a `prefix` is the one word that others begin with.

    `only` filters by language.
    """

    kind: str
    language: str
    words: tuple[str, ...]
    phrase: bool = False
    prefix: bool = False
    only: str = ""
    newest: bool = False

    @property
    def text(self) -> str:
        """As a person types it."""
        if self.phrase:
            return f'"{" ".join(self.words)}"'
        return f"{self.words[0]}*" if self.prefix else " ".join(self.words)

    @property
    def spaced(self) -> bool:
        """Whether engines that cut words at spaces can find it."""
        return not any(map(is_unspaced, self.words))


def draw(articles: Iterable[Declared], each: int = EACH) -> list[Query]:
    sample = list(islice(articles, SAMPLE))
    count = Counter(article.language for article in sample)
    drawn: list[Query] = []
    for language, _ in count.most_common(LANGUAGES):
        own = [article for article in sample if article.language == language]
        drawn += _of_language(language, [_words(article) for article in own], each)
    return sorted(drawn, key=lambda query: CLASSES.index(query.kind))


def _words(article: Declared) -> tuple[str, ...]:
    """In unspaced scripts the pairs of characters stand for words."""
    found = tokens(article.text)
    return tuple(word for word in found.words if not is_unspaced(word)) + found.pairs


def _of_language(language: str, articles: Sequence[tuple[str, ...]], each: int) -> Iterator[Query]:
    random = Random(f"{SEED} {language}")
    frequencies = Counter(word for words in articles for word in set(words))
    classes = {name: list(_within(frequencies, len(articles), *shares)) for name, shares in _SHARES.items()}
    for name in ("rare", "medium", "common"):
        for word in _sample(random, classes[name], each):
            yield Query(f"{name} word", language, (word,))
    known = {word: name for name, words in classes.items() for word in words}
    pairs = defaultdict(list)
    for words in random.sample(articles, min(len(articles), 40 * each)):
        seen = list(dict.fromkeys(word for word in words if known.get(word, "rare") != "rare"))
        for size in (2, 3):
            if len(seen) >= size:
                pairs[size].append(tuple(random.sample(seen, size)))
        if not is_unspaced(words[0] if words else ""):
            telling = [pair for pair in pairwise(words) if known.get(pair[0], "rare") != "rare"]
            pairs[0] += telling[:3]
    yield from (Query("two words", language, words) for words in _sample(random, pairs[2], each))
    yield from (Query("three words", language, words) for words in _sample(random, pairs[3], each))
    yield from (Query("phrase", language, words, phrase=True) for words in _sample(random, pairs[0], each))
    long = [word for word in classes["medium"] if len(word) > 5 and not is_unspaced(word)]
    yield from (Query("prefix", language, (word[:4],), prefix=True) for word in _sample(random, long, each))
    for word in _sample(random, classes["common"], each):
        yield Query("in a language", language, (word,), only=language)
    for word in _sample(random, classes["common"], each):
        yield Query("newest first", language, (word,), newest=True)


def _within(frequencies: Counter[str], count: int, least: float, most: float) -> Iterator[str]:
    """Words of two letters or more that are no numbers."""
    for word, frequency in sorted(frequencies.items()):
        if len(word) > 1 and word.isalpha() and max(_FEWEST, least * count) <= frequency <= max(_FEWEST, most * count):
            yield word


def _sample(random: Random, items: Sequence[Any], count: int) -> list[Any]:
    return random.sample(items, min(len(items), count))
