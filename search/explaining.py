"""Why: how a query was read and expanded, and what each key gave to an article's score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain, repeat

from msgspec import Struct, to_builtins

from search.analysis.profiles import stemmer_of
from search.analysis.stems import by_word, document_stems, shown
from search.analysis.words import tokens
from search.article import Article
from search.engines.base import Explanation, Share
from search.query import keyed
from search.query.ast import Query, Zone
from search.query.keyed import Group, Key, Keyed, Kind
from search.query.show import show, show_filter


class ExplainedKey(Struct, frozen=True):
    """One thing a leaf stands for; several words or stems count as one together.

    `kind` is word, stem, phrase, near or run; a stem reads `no:vapenhvil`.
    """

    kind: str
    text: str
    weight: float


class ExplainedLeaf(Struct, frozen=True):
    """The best of `keys` counts. `removes` is set below a NOT."""

    leaf: str
    zone: str
    removes: bool
    keys: tuple[ExplainedKey, ...]


class ExplainedShare(Struct, frozen=True):
    """What one key gave, before the language's weight, and how often it stands in title and body."""

    leaf: str
    kind: str
    text: str
    score: float
    in_title: int
    in_body: int


class ExplainedArticle(Struct, frozen=True):
    """`score` is the sum of the shares times `language_weight`. Not `matched`: no shares."""

    id: str
    title: str
    language: str
    matched: bool
    score: float
    language_weight: float
    shares: tuple[ExplainedShare, ...]


class Explained(Struct, frozen=True):
    """`read` is the query with every operator and bracket spelt out, "" for one without words."""

    query: str
    read: str
    match: str
    filters: tuple[str, ...]
    notes: tuple[str, ...]
    leaves: tuple[ExplainedLeaf, ...]
    article: ExplainedArticle | None = None

    def as_json(self) -> dict[str, object]:
        fields: dict[str, object] = to_builtins(self, enc_hook=str)
        return fields


class AnalysedWord(Struct, frozen=True):
    """The keys of one word of a text: itself, its folded forms where they differ, its stems (`no:vapenhvil`)."""

    word: str
    folded: tuple[str, ...]
    stems: tuple[str, ...]


class Analysed(Struct, frozen=True):
    """The keys a text gives. `stemmer` is the language of the stemmer used, None where there is none."""

    language: str
    stemmer: str | None
    words: tuple[AnalysedWord, ...]
    pairs: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        fields: dict[str, object] = to_builtins(self, enc_hook=str)
        return fields


def analyse(text: str, language: str) -> Analysed:
    """What indexing makes of `text` in `language`, a BCP 47 tag."""
    from search.analysis.fold import fold_forms

    found = tokens(text)
    words = tuple(
        AnalysedWord(
            word,
            tuple(form for form in fold_forms(word) if form != word),
            tuple(map(shown, stems)),
        )
        for word, stems in zip(found.words, by_word(document_stems(language)(found.words)), strict=True)
    )
    return Analysed(language, stemmer_of(language), words, found.pairs)


def explain_query(query: Query, evaluated: Keyed, match: str, notes: tuple[str, ...]) -> Explained:
    return Explained(
        query=query.text,
        read=show(query.root) if query.root is not None else "",
        match=match,
        filters=tuple(map(show_filter, query.filters)),
        notes=notes,
        leaves=tuple(_leaves(evaluated, removes=False)),
    )


def _leaves(query: Keyed, removes: bool) -> Iterator[ExplainedLeaf]:
    match query:
        case Group(members, zone, label):
            yield ExplainedLeaf(label, zone.value, removes, tuple(map(_key, members)))
        case keyed.And(children) | keyed.Or(children):
            for child in children:
                yield from _leaves(child, removes)
        case keyed.Maybe(required, optional):
            yield from _leaves(required, removes)
            yield from _leaves(optional, removes)
        case keyed.Not(child):
            yield from _leaves(child, not removes)
        case keyed.Everything():
            return


def _key(member: keyed.Member) -> ExplainedKey:
    match member:
        case Key(kind, text, weight):
            return ExplainedKey(kind.value, shown(text), weight)
        case keyed.Pool(kind, keys, weight):
            return ExplainedKey(kind.value, " ".join(shown(text) for text, _ in keys), weight)
        case keyed.Run(keys, minimum, scale):
            return ExplainedKey("run", f"{minimum} of {' '.join(keys)}", scale)
        case keyed.Sequence(slots, weight):
            return ExplainedKey("phrase", " ".join("/".join(slot) for slot in slots), weight)
        case keyed.Near(slots, distance, weight):
            return ExplainedKey("near", f"{' '.join('/'.join(slot) for slot in slots)} within {distance}", weight)


def explain_article(article: Article, found: Explanation) -> ExplainedArticle:
    title, body = _keys(article.title, article.language), _keys(article.text, article.language)
    return ExplainedArticle(
        id=article.id,
        title=article.title,
        language=article.language,
        matched=found.matched,
        score=found.score,
        language_weight=found.weight,
        shares=tuple(_share(share, title, body if share.group.zone is Zone.ALL else {}) for share in found.shares),
    )


#: How often a text has each key.
_Counts = Mapping[tuple[Kind, str], int]


def _keys(text: str, language: str) -> _Counts:
    found = tokens(text)
    stems = document_stems(language)(found.words)[0]
    return Counter(chain(zip(repeat(Kind.WORD), found.words), zip(repeat(Kind.STEM), chain(stems, found.pairs))))


def _share(share: Share, title: _Counts, body: _Counts) -> ExplainedShare:
    keys = [(key.kind, key.text) for key in share.keys]
    in_title, in_body = (sum(counts.get(key, 0) for key in keys) for counts in (title, body))
    text = " ".join(shown(text) for _, text in keys)
    return ExplainedShare(share.group.label, keys[0][0].value, text, share.score, in_title, in_body)
