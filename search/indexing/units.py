"""What workers are given and what they answer. All of it can be pickled.

A unit is what one worker reads: some small files, a large one, or a piece of one. The worker gives what it finds in
batches of offers; each is answered by verdicts, one an offer, and the worker then makes documents of what is wanted.
"""

from __future__ import annotations

from msgspec import Struct

from search.article import Record, Rejected
from search.indexing.offers import Manner, Offer
from search.readers import Origin, Piece

#: An id to index the record by, and whether it is a copy, of which no document is made; None if it isn't wanted.
Verdict = tuple[str, bool] | None


class Part(Struct, frozen=True):
    """A file to be read whole, a piece of one, or records that were read already.

    `reading` numbers the reading of the file it belongs to; ids are made from `path`.
    """

    reading: int
    path: str
    manner: Manner
    what: Origin | Piece | tuple[Record | Rejected, ...]


class Unit(Struct, frozen=True):
    number: int
    parts: tuple[Part, ...]


class Portion(Struct, frozen=True):
    """Some of what a part holds. `content` is the digest of a whole file; `error` says why it breaks off."""

    reading: int
    offers: tuple[Offer | Rejected, ...]
    content: str = ""
    is_last: bool = False
    error: str | None = None


class Batch(Struct, frozen=True):
    """`is_last` if the unit holds no more."""

    unit: int
    portions: tuple[Portion, ...]
    is_last: bool


class Done(Struct, frozen=True):
    """What became of a batch, by place among its offers: what is no article after all, and copies as in Claim.meta."""

    rejected: tuple[tuple[int, Rejected], ...]
    copies: tuple[tuple[int, str], ...]
    is_last: bool
