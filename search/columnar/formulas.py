"""The formulas of ranking. Each takes and gives floats or numpy arrays alike.

BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the inverse
document frequency that is never negative. Statistics are those of a document's *partition* (a part of the collection
with a vocabulary of its own); a small partition's are drawn toward the whole collection's by pseudo-documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

#: A float or an array of floats.
Number = Any


class Parameters(Struct, frozen=True):
    """`k1` and `b` are BM25's. `pseudo` is the number of pseudo-documents added to each partition.

    `power` sharpens the prior of partitions, `pseudo_words` are added to each partition's words, `least` is the least
    share of a word relative to the largest, and `floor` the least factor the prior can give; `floor` 1 turns it off.
    """

    k1: float = 1.2
    b: float = 0.75
    pseudo: float = 20.0
    power: float = 1.0
    floor: float = 0.1
    pseudo_words: float = 5000.0
    least: float = 0.05


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


def saturation(weight: Number, normed: Number) -> Number:
    """How far a (weighted) term frequency counts, from 0 to 1: BM25 but for what rarity and k1 multiply it by."""
    return weight / (weight + normed)


def scale(inverse: Number, parameters: Parameters) -> Number:
    """What BM25 multiplies a term's saturation by."""
    return inverse * (parameters.k1 + 1)


def bm25(inverse: Number, weight: Number, length: Number, average: Number, parameters: Parameters) -> Number:
    return scale(inverse, parameters) * saturation(weight, norm(length, average, parameters))


def prior_factors(leaves: Iterable[Number], words: Number, parameters: Parameters) -> Number:
    """The factor on every score of a partition: how likely the query's leaves are there.

    Each of `leaves` counts by partition how often live documents have the leaf's word, `words` all their words. A leaf
    that is nowhere says nothing. The mean over leaves of log(share / largest share, at least `least`), times `power`,
    exponentiated and scaled so that the likeliest partition has 1, is the prior; the factor is `floor` + (1 - `floor`)
    × prior.
    """
    logs = [log_shares(leaf, words, parameters) for leaf in leaves]
    return combined([log for log in logs if log is not None], len(words), parameters)


def log_shares(leaf: Number, words: Number, parameters: Parameters) -> Number:
    """One leaf's part in `prior_factors`: by partition, log(share / largest share). None if it is nowhere."""
    counts, totals = np.asarray(leaf, dtype=np.float64), np.asarray(words, dtype=np.float64)
    if not counts.any():
        return None
    share = counts / (totals + max(parameters.pseudo_words, 1e-3))
    return np.log(np.maximum(share / share.max(), parameters.least))


def combined(logs: Sequence[Number], partitions: int, parameters: Parameters) -> Number:
    """The factors of `prior_factors` from each leaf's log shares."""
    if not logs:
        return np.ones(partitions)
    prior = np.exp(parameters.power / len(logs) * sum(logs))
    return parameters.floor + (1 - parameters.floor) / prior.max() * prior


def settled(score: Number) -> Number:
    """A score rounded to what decides the order: sums that differ by the order of adding up are equal here."""
    return np.asarray(score, dtype=np.float32)[()]
