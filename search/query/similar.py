"""More like this: the words that tell an article from the rest of the archive, as a query."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from search.analysis.stems import ANY, stemming_of, word_stems
from search.analysis.words import is_unspaced, tokens
from search.article import Article
from search.lexicon import Lexicon
from search.query.keyed import Group, Key, Keyed, Kind, Or, pool
from search.settings import RANKING

#: So many words stand for an article; more find little else, and cost as much each.
TELLING = 16
#: What is read of a long article: news says early what it is about.
_READ = 20_000
#: The most frequent words are weighed, no more.
_WEIGHED = 200
#: Letters of the shortest word that tells anything.
_SHORTEST = 3


def alike(article: Article, lexicon: Lexicon) -> tuple[tuple[str, ...], Keyed] | None:
    """The most telling words, best first, and a query for any of them; None for an article that has none.

    Where words are not told apart, pairs of characters stand for them, the most frequent ones: the archive counts no
    pairs ahead, and what is common weighs little when it is ranked.
    """
    title, body = tokens(article.title), tokens(article.text[:_READ])
    words = telling(Counter((*title.words * RANKING.title, *body.words)), article.language, lexicon)
    pairs = Counter((*title.pairs * RANKING.title, *body.pairs)).most_common(TELLING)
    groups = [_group(word, article.language) for word in words]
    groups += [Group((Key(Kind.STEM, pair),), label=pair) for pair, _ in pairs]
    return (words, Or(tuple(groups))) if groups else None


def telling(counts: Mapping[str, int], language: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The words with the largest weight in BM25, by the statistics of their language; those of one article left out."""
    everywhere = sum(lexicon.documents.values())
    of_language = lexicon.documents.get(language, 0) + RANKING.shrink
    weights = {}
    for word, count in Counter(counts).most_common(_WEIGHED):
        frequencies = lexicon.frequencies(word)
        total = sum(frequencies.values())
        if total > 1 and _tells(word):
            df = frequencies.get(language, 0) + RANKING.shrink * total / everywhere
            weights[word] = math.log(1 + (of_language - df + 0.5) / (df + 0.5)) * count / (count + RANKING.k1)
    return tuple(sorted(weights, key=lambda word: (-weights[word], word))[:TELLING])


def _tells(word: str) -> bool:
    return len(word) >= _SHORTEST and not word.isdecimal() and not is_unspaced(word)


def _group(word: str, language: str) -> Group:
    stemming = stemming_of(language)
    stems = word_stems(word, (stemming,)) if stemming not in (None, ANY) else ()
    joined = (pool(Kind.STEM, stems, RANKING.stem),) if stems else ()
    return Group((Key(Kind.WORD, word), *joined), label=word)
