"""Whoosh queries whose matchers work on any codec: plain, slow, and the meaning that array evaluation must have.

Scores: `BestOf` takes the largest of its children's on each document, `Pooled` counts its keys as one term,
`Sequence` and `Near` sum over their slots the best key of the slot wherever it stands, `AtLeast` sums and scales,
`And` and `Or` sum, `Leaf` passes on; `Not`, `Every`, `Membership` and `Overlap` give 0. A `boost` multiplies. Only
live documents match. For one key use Whoosh's `Term`.
"""

from search.columnar.queries.base import ScoredQuery
from search.columnar.queries.combining import And, AtLeast, BestOf, Every, Leaf, Maybe, Not, Or, leaves
from search.columnar.queries.keys import Near, Pooled, Sequence, keys_of, text_of
from search.columnar.queries.values import Bounds, Membership, Overlap

__all__ = [
    "And",
    "AtLeast",
    "BestOf",
    "Bounds",
    "Every",
    "Leaf",
    "Maybe",
    "Membership",
    "Near",
    "Not",
    "Or",
    "Overlap",
    "Pooled",
    "ScoredQuery",
    "Sequence",
    "keys_of",
    "leaves",
    "text_of",
]
