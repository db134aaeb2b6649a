"""What a ranked list of ids is worth. Every measure is 0 to 1 and looks at the first `k` ids."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import log2


def reciprocal_rank(ids: Sequence[str], wanted: Collection[str], k: int = 10) -> float:
    """1 / rank of the first of `wanted`; 0 beyond `k`."""
    return next((1 / rank for rank, id in enumerate(ids[:k], 1) if id in wanted), 0.0)


def found(ids: Sequence[str], wanted: Collection[str], k: int = 10) -> float:
    """Recall with one right answer, which has all ids of `wanted`: 1 or 0."""
    return float(any(id in wanted for id in ids[:k]))


def ndcg(ids: Sequence[str], gains: Mapping[str, float], k: int = 10) -> float:
    """Järvelin and Kekäläinen 2002 with a log2 discount and the gain as judged, as trec_eval's ndcg_cut counts it."""
    ideal = discounted(sorted(gains.values(), reverse=True)[:k])
    return discounted(gains.get(id, 0.0) for id in ids[:k]) / ideal if ideal else 0.0


def discounted(gains: Iterable[float]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, 1))


def average_precision(ids: Sequence[str], relevant: Collection[str], k: int = 1000) -> float:
    """Precision at the rank of each relevant id, averaged over all relevant ids, those never found included."""
    if not relevant:
        return 0.0
    ranks = (rank for rank, id in enumerate(ids[:k], 1) if id in relevant)
    return sum(count / rank for count, rank in enumerate(ranks, 1)) / len(relevant)


def mean(values: Iterable[float]) -> float:
    """0 of nothing."""
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else 0.0
