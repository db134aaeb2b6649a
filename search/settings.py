"""What can be set, with its default and the reason for it."""

from __future__ import annotations

from dataclasses import dataclass

#: Version of files and keys. Raise it when either changes meaning: an index of another version is refused.
INDEX_VERSION = 1

#: Longest title, in characters, cut at a word.
TITLE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the page and of searching; every field has a default that suits one person at a terminal."""

    limit: int = 10
    max_limit: int = 1000
    max_offset: int = 1_000_000
    snippets: int = 2
    snippet_length: int = 200


@dataclass(frozen=True, slots=True)
class Ranking:
    """Every number that ranking depends on.

    Weights of keys are relative to the word itself. BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance
    Framework" (2009), with `k1` and `b`; `shrink` is how many pseudo-documents pull a language's document frequency
    toward the whole archive's; `prior_power` and `prior_floor` shape the weight of a document's language (LANGUAGES
    section 1 has the measurements, `make eval` repeats them).
    """

    k1: float = 1.2
    b: float = 0.75
    shrink: float = 20.0
    prior_power: float = 2.0
    prior_floor: float = 0.1

    #: Another spelling of the word that folds alike.
    folded: float = 0.8
    stem: float = 0.7
    name: float = 0.5
    compound: float = 0.3
    #: A word that a pattern or a typo stands for.
    expansion: float = 0.8

    #: How often a title word counts. Built into the index: a change needs INDEX_VERSION raised.
    title: int = 3

    #: In `any` mode, the share of an unspaced run's pairs that must be there.
    run_share: float = 0.34


RANKING = Ranking()
