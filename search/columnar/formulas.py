"""The formulas of ranking. Each takes and gives floats or numpy arrays alike.

BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the inverse
document frequency that is never negative. Statistics are those of a document's *partition* (a part of the collection
with a vocabulary of its own); a small partition's are drawn toward the whole collection's by pseudo-documents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

#: A float or an array of floats.
Number = Any


@dataclass(frozen=True, slots=True)
class Parameters:
    """`k1` and `b` are BM25's. `pseudo` is the number of pseudo-documents added to each partition.

    `power` sharpens the prior of partitions and `floor` is the least factor it can give; `floor` 1 turns it off.
    """

    k1: float = 1.2
    b: float = 0.75
    pseudo: float = 20.0
    power: float = 2.0
    floor: float = 0.1


def shrunk(frequency: Number, frequency_all: Number, documents_all: Number, pseudo: float) -> Number:
    """The document frequency of a partition with `pseudo` average documents added to it."""
    return frequency + pseudo * frequency_all / np.maximum(documents_all, 1)


def idf(frequency: Number, documents: Number) -> Number:
    """Both with pseudo-documents included."""
    return np.log1p((documents - frequency + 0.5) / (frequency + 0.5))


def inverse_frequencies(frequencies: Number, sizes: Number, parameters: Parameters) -> Number:
    """The inverse document frequency in every partition.

    `frequencies` and `sizes` count live documents by partition: with the term, and all.
    """
    counts, totals = np.asarray(frequencies, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    frequency = shrunk(counts, counts.sum(), totals.sum(), parameters.pseudo)
    return idf(frequency, totals + parameters.pseudo)


def norm(length: Number, average: Number, parameters: Parameters) -> Number:
    """The part of BM25's denominator that a document's length decides."""
    return parameters.k1 * (1 - parameters.b + parameters.b * length / average)


def saturation(weight: Number, normed: Number, parameters: Parameters) -> Number:
    """BM25 without the inverse document frequency; `weight` is the (weighted) term frequency."""
    return weight * (parameters.k1 + 1) / (weight + normed)


def bm25(inverse: Number, weight: Number, length: Number, average: Number, parameters: Parameters) -> Number:
    return inverse * saturation(weight, norm(length, average, parameters), parameters)


def prior_factors(leaves: Iterable[Number], sizes: Number, parameters: Parameters) -> Number:
    """The factor on every score of a partition: how likely the query's leaves are there.

    Each of `leaves` counts by partition the live documents that a leaf matches. A leaf that matches nothing says
    nothing. A partition's share of a leaf is drawn toward the whole collection's like a document frequency. The mean
    over leaves of log(share / largest share), times `power`, exponentiated and scaled so that the likeliest
    partition has 1, is the prior; the factor is `floor` + (1 - `floor`) × prior.
    """
    totals = np.asarray(sizes, dtype=np.float64)
    logs = [log for log in (_log_shares(leaf, totals, parameters) for leaf in leaves) if log is not None]
    if not logs:
        return np.ones(len(totals))
    prior = np.exp(parameters.power * np.mean(logs, axis=0))
    return parameters.floor + (1 - parameters.floor) * prior / prior.max()


def _log_shares(leaf: Number, sizes: Number, parameters: Parameters) -> Number:
    counts = np.asarray(leaf, dtype=np.float64)
    if not counts.any():
        return None
    pseudo = max(parameters.pseudo, 1e-3)
    share = shrunk(counts, counts.sum(), sizes.sum(), pseudo) / (sizes + pseudo)
    share = np.where(sizes > 0, share, share[sizes > 0].min())
    return np.log(share / share.max())


def settled(score: Number) -> Number:
    """A score rounded to what decides the order: sums that differ by the order of adding up are equal here."""
    return np.asarray(score, dtype=np.float32)[()]
