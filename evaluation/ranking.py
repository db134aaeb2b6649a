"""Graded relevance: queries with judged articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from evaluation.data import Item, Judged, judged
from evaluation.engines import Engine
from evaluation.metrics import average_precision, mean, ndcg
from evaluation.report import Section

#: Ids looked at for average precision: few queries have a tenth as many answers.
DEPTH = 100


def scores(engine: Engine, items: Iterable[Item], queries: Iterable[Judged]) -> tuple[float, float]:
    """Mean nDCG@10 and MAP."""
    with TemporaryDirectory() as folder, engine(items, Path(folder)) as search:
        found = [(query, [id for id, _ in search(query.text, DEPTH)]) for query in queries]
    return mean(ndcg(ids, query.gains) for query, ids in found), mean(precision(query, ids) for query, ids in found)


def precision(query: Judged, ids: list[str]) -> float:
    return average_precision(ids, {id for id, gain in query.gains.items() if gain > 0}, DEPTH)


def measured(folder: Path, engines: Mapping[str, Engine]) -> Section:
    """`folder` holds articles, queries and judgements."""
    items, queries = judged(folder)
    results = {name: scores(engine, items, queries) for name, engine in engines.items()}
    title = f"ranking, {folder.name}"
    sample = f"all {len(items)} articles that have text, all {len(queries)} queries, any of the words, MAP to {DEPTH}"
    own = results.get("Newsstand")
    figures = {f"{title}: nDCG@10": own[0], f"{title}: MAP": own[1]} if own else {}
    return Section(title, sample, ("engine", "nDCG@10", "MAP"), tuple((n, *r) for n, r in results.items()), figures)
