"""What can be set, with its default and the reason for it."""

from __future__ import annotations

from msgspec import Struct

#: Version of files and keys. Raise it when either changes meaning: an index of another version is refused.
INDEX_VERSION = 3

#: Longest title, in characters, cut at a word.
TITLE_LENGTH = 120


class Settings(Struct, frozen=True):
    """Settings of the page and of searching; every field has a default that suits one person at a terminal."""

    limit: int = 10
    max_limit: int = 1000
    max_offset: int = 1_000_000
    snippets: int = 2
    snippet_length: int = 200
    #: Sources that a page of results counts; there may be thousands.
    facet_values: int = 100


class Ranking(Struct, frozen=True):
    """Every number that ranking depends on. `make eval` measures what a change does.

    BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009), with their usual `k1` and `b`
    (known-item search hardly moves between 0.9 and 1.6, 0.6 and 0.9). `shrink` pseudo-documents pull a language's
    document frequency toward the whole archive's.

    A document's score is multiplied by `prior_floor` + (1 - `prior_floor`) × the prior of its language: the mean over
    the query's leaves of log(share of the language's words that are the leaf's word, relative to the language where
    that share is largest, at least `prior_least`), times `prior_power`, exponentiated, scaled so that the likeliest
    language has 1. `prior_words` are added to each language's number of words, so that a word that a small archive
    has by accident doesn't count for much. Counting words and not articles keeps languages with short articles from
    looking unlikely (English known-item MRR 0.85 against 0.81). A least share treats large and small languages alike; a
    low one tells near relatives apart, such as Nynorsk and Danish (0.05 costs known-item macro MRR 0.0003 over all
    articles, 0.15 costs 0.001, 0.01 is no better). Drawing shares toward the whole archive's does as well in the mean,
    but hits zero counts in a large language far harder than in a small one.
    """

    k1: float = 1.2
    b: float = 0.75
    shrink: float = 20.0
    prior_power: float = 1.0
    prior_floor: float = 0.1
    prior_words: float = 5000.0
    prior_least: float = 0.02

    #: What a frequency counts in another spelling that folds alike (0.3 to 0.8 measure the same; Yoruba, often written
    #: without its tones, wants more, Vietnamese less).
    folded: float = 0.4
    #: Weight of all these spellings together beside the one typed, where marks tell words apart (`profiles.MARKED`).
    #: Known-item MRR of Vietnamese: 0.88 as one term, beside the word at 0.5, 0.7, 1.0: 0.92, 0.92, 0.91.
    told_apart: float = 0.7
    #: Weight of stems beside the word itself (0.7 to 0.85 measured the same).
    stem: float = 0.8
    #: Weight of the mean of a word's letter sequences, for languages without a stemmer. Above 1, because sequences are
    #: commoner than the words they are of, so that their mean scores less. Known-item MRR over all articles at 0.6,
    #: 0.8, 1.0, 1.2, 1.4: Xhosa 0.77, 0.79, 0.82, 0.84, 0.85, Shona 0.78, 0.82, 0.84, 0.84, 0.85, mean of all languages
    #: 0.904, 0.906, 0.908, 0.909, 0.909; from 1.4 on other languages' articles come before Russian ones.
    grams: float = 1.2
    #: Weights of what adds to a word without being it.
    name: float = 0.5
    compound: float = 0.3
    #: What a frequency counts in a word that a pattern or a typo stands for, beside the word as typed.
    expansion: float = 0.8

    #: How often a title word counts, and one of the text's first `lead_words`: news says first what it is about. Built
    #: into the index: a change needs INDEX_VERSION raised. Known-item MRR over all articles, of three samples of
    #: headlines, without a lead 0.9095, 0.9072, 0.9107, with one of 40 words 0.9116, 0.9084, 0.9130; 80 words do about
    #: the same, 150 worse than none, and to count them three times is no better.
    title: int = 3
    lead: int = 2
    lead_words: int = 40

    #: In `any` mode, the share that must be there of the pairs of an unspaced run, or of a word's letter sequences
    #: (Chinese known-item MRR at 0.15, 0.2, 0.3, 0.5: 0.94, 0.94, 0.92, 0.84; of sequences it hardly matters).
    run_share: float = 0.2


RANKING = Ranking()
