"""Known-item search: a headline is asked, the article it was cut from is the one right answer.

All articles, in all languages, stand in one index; no engine is told a language.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from evaluation.data import Item, Query, known_items
from evaluation.engines import Engine
from evaluation.metrics import found, mean, reciprocal_rank
from evaluation.report import Cell, Section

#: The engine that is measured against the others.
OWN = "Newsstand"

#: The last row.
MEAN = "macro mean"

#: Queries from which a language's own figure is worth comparing.
ENOUGH = 100


class Score(Struct, frozen=True):
    """MRR@10 and recall@10 of `queries` queries."""

    queries: int
    mrr: float
    recall: float


def scores(queries: Iterable[Query], search: Callable[[str], Sequence[str]]) -> dict[str, Score]:
    """By language, in alphabetical order. `search` gives the ids found for a text, best first."""
    answers: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for query in queries:
        ids = search(query.text)
        answers[query.language].append((reciprocal_rank(ids, query.wanted), found(ids, query.wanted)))
    return {language: score(answers[language]) for language in sorted(answers)}


def score(answers: Sequence[tuple[float, float]]) -> Score:
    return Score(len(answers), mean(rank for rank, _ in answers), mean(recall for _, recall in answers))


def macro(scores: Mapping[str, Score]) -> Score:
    """Every language counts the same."""
    queries = sum(score.queries for score in scores.values())
    return Score(queries, mean(s.mrr for s in scores.values()), mean(s.recall for s in scores.values()))


def engine_scores(engine: Engine, items: Iterable[Item], queries: Iterable[Query]) -> dict[str, Score]:
    with TemporaryDirectory() as folder, engine(items, Path(folder)) as search:
        return scores(queries, lambda text: [id for id, _ in search(text, 10)])


def measured(folder: Path, engines: Mapping[str, Engine], cap: int | None, seed: int, asked: int | None) -> Section:
    items, queries = known_items(folder, cap, seed, asked)
    results = {name: engine_scores(engine, items, queries) for name, engine in engines.items()}
    articles = "all articles" if cap is None else f"at most {cap} articles a language"
    headlines = "every headline asked" if asked is None else f"at most {asked} headlines a language asked"
    sample = f"{articles} ({len(items)}), seed {seed}, {headlines} ({len(queries)}), one index, any of the words"
    return section(f"known-item search, {articles}", sample, results)


def section(title: str, sample: str, results: Mapping[str, Mapping[str, Score]]) -> Section:
    """A row a language, then their mean; MRR@10 and recall@10 of each engine, and Newsstand's lead, side by side."""
    whole = {name: {**scores, MEAN: macro(scores)} for name, scores in results.items()}
    columns = ("language", "queries", *(f"{name} {measure}" for name in whole for measure in ("MRR", "recall")), "lead")
    first = next(iter(whole.values()))
    rows = ((language, first[language].queries, *cells(whole, language), lead(whole, language)) for language in first)
    return Section(title, sample, columns, tuple(rows), figures(title, whole))


def cells(whole: Mapping[str, Mapping[str, Score]], language: str) -> list[Cell]:
    return [cell for scores in whole.values() for cell in (scores[language].mrr, scores[language].recall)]


def lead(whole: Mapping[str, Mapping[str, Score]], language: str) -> float | None:
    """MRR of Newsstand less that of the better baseline."""
    others = [scores[language].mrr for name, scores in whole.items() if name != OWN]
    return whole[OWN][language].mrr - max(others) if OWN in whole and others else None


def figures(title: str, whole: Mapping[str, Mapping[str, Score]]) -> dict[str, float]:
    if OWN not in whole:
        return {}
    own = whole[OWN]
    named = {f"{title}: macro MRR@10": own[MEAN].mrr, f"{title}: macro recall@10": own[MEAN].recall}
    return named | {f"{title}: least lead in a language": value for value in least_lead(whole)}


def least_lead(whole: Mapping[str, Mapping[str, Score]]) -> list[float]:
    """Empty where there is nothing to compare, else one number."""
    asked = (language for language, score in whole[OWN].items() if language != MEAN and score.queries >= ENOUGH)
    return sorted(value for language in asked if (value := lead(whole, language)) is not None)[:1]
