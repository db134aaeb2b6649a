"""Does a small language stand a chance beside a large one?

Two languages of invented words with the same statistics, 9,900 articles of one and 100 of the other; in each, one
article in twenty is on a topic that has a word of its own in either language. The query is both words. The articles
on the topic come in the same five profiles (length, occurrences) in both, so only the engine can tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from evaluation.data import Item
from evaluation.engines import Engine
from evaluation.report import Section

LARGE, SMALL = "en", "nb"
ARTICLES = {LARGE: 9_900, SMALL: 100}
SYLLABLES = {LARGE: ("wa", "tho", "gle", "ip", "ush", "mo"), SMALL: ("sjø", "kve", "dra", "fyl", "bør", "nat")}
TOPIC = {LARGE: "thogleush", SMALL: "kvedrabør"}

#: One article in so many is on the topic.
TOPICAL = 20

#: Words of an article on the topic, and how many of them are the topic's.
PROFILES = ((80, 3), (90, 2), (100, 3), (110, 1), (120, 4))


def articles(language: str, seed: int) -> Iterator[Item]:
    random = Random(f"{seed} {language}")
    words = ["".join(parts) for parts in product(SYLLABLES[language], repeat=4)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    for number in range(ARTICLES[language]):
        length, occurrences = PROFILES[number // TOPICAL % len(PROFILES)]
        text = random.choices(words, weights, k=length)
        if number % TOPICAL == 0:
            text[-occurrences:] = [TOPIC[language]] * occurrences
        yield Item(f"{language}-{number}", "", " ".join(text), language)


def measured(engines: Mapping[str, Engine], seed: int) -> Section:
    results = {name: compared(engine, seed) for name, engine in engines.items()}
    title = "fairness between a large and a small language"
    sample = f"{ARTICLES[LARGE]} + {ARTICLES[SMALL]} generated articles, languages declared, one in {TOPICAL} on topic"
    columns = ("engine", "large top score", "small top score", "small / large", "small's first rank")
    rows = tuple((name, *result) for name, result in results.items())
    return Section(title, f"{sample}, seed {seed}", columns, rows, figures(title, results))


def compared(engine: Engine, seed: int) -> tuple[float, float, float, int]:
    """Top score of the large and of the small language, their ratio, and the small one's first rank."""
    items = [item for language in ARTICLES for item in articles(language, seed)]
    with TemporaryDirectory() as folder, engine(items, Path(folder)) as search:
        found = search(" ".join(TOPIC.values()), len(items) // TOPICAL)
    tops = {language: next(score for id, score in found if id.startswith(language)) for language in ARTICLES}
    rank = next(rank for rank, (id, _) in enumerate(found, 1) if id.startswith(SMALL))
    return tops[LARGE], tops[SMALL], tops[SMALL] / tops[LARGE], rank


def figures(title: str, results: Mapping[str, tuple[float, float, float, int]]) -> dict[str, float]:
    """Both as numbers of which higher is better: how near the top scores are, and 1 / the first rank."""
    if "Newsstand" not in results:
        return {}
    _, _, ratio, rank = results["Newsstand"]
    return {f"{title}: top scores, lower / higher": min(ratio, 1 / ratio), f"{title}: 1 / first rank": 1 / rank}
