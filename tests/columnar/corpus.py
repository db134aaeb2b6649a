"""A small schema, documents made of words, and queries, for the tests of the columnar codec."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct
from whoosh import fields
from whoosh.codec.base import Codec
from whoosh.filedb.filestore import RamStorage, Storage
from whoosh.index import FileIndex
from whoosh.query import AndMaybe, Prefix, Term, TermRange, Wildcard

from search.columnar.build import Builder
from search.columnar.fields import Category, Integer, Keys, Layout, identity
from search.columnar.plan import Plan, Zone
from search.columnar.queries import (
    And,
    AtLeast,
    BestOf,
    Every,
    Leaf,
    Maybe,
    Membership,
    Near,
    Not,
    Or,
    Overlap,
    Pooled,
    Sequence,
)
from search.columnar.writing import Writer

LAYOUT = Layout(id="id", partition="tongue", length="length", newest="start")


def schema() -> fields.Schema:
    return fields.Schema(
        id=identity(),
        words=Keys(positions=True),
        stems=Keys(),
        title_words=Keys(positions=True),
        title_stems=Keys(),
        tongue=Category(),
        origin=Category(),
        start=Integer(),
        end=Integer(),
        length=Integer(),
        payload=fields.STORED(),
    )


class Doc(Struct, frozen=True):
    """`title` words count `TITLE` times; a stem is the first letter of a word."""

    id: str
    title: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    tongue: str = "a"
    origin: str = ""
    start: int | None = None
    end: int | None = None


TITLE = 3
LEAD = 2
LEAD_WORDS = 3
GAP = 100
PLAN = Plan(
    zones=(Zone("words", "stems", (TITLE, LEAD, 1)), Zone("title_words", "title_stems", (1, 0, 0))),
    id="id",
    partition="tongue",
    length="length",
    stored="payload",
    categories=("tongue", "origin"),
    integers=("start", "end"),
    gaps=(GAP, 0),
)


def first_letters(words: Sequence[str]) -> tuple[list[str], list[int]]:
    """A stem is the first letter; one that is no word at all stands for words without stems."""
    return [word[0] for word in words], [1] * len(words)


def parts_of(doc: Doc) -> tuple[tuple[int, tuple[str, ...], int], ...]:
    """Where each part begins, its words and their weight. The second goes on into the third."""
    text, lead, rest = len(doc.title) + GAP, doc.body[:LEAD_WORDS], doc.body[LEAD_WORDS:]
    return (0, doc.title, TITLE), (text, lead, LEAD), (text + len(lead), rest, 1)


def added(writer: Writer | Builder, doc: Doc) -> None:
    """The document as the bulk path takes it."""
    parts = [(" ".join(words).encode(), b"") for _, words, _ in parts_of(doc)]
    writer.add(
        doc.id, parts, first_letters, (doc.tongue, doc.origin), (doc.start, doc.end), f"stored {doc.id}".encode()
    )


def fields_of(doc: Doc) -> dict[str, object]:
    """The document as Whoosh's `add_document` takes it."""
    weights: Counter[str] = Counter()
    stems: Counter[str] = Counter()
    positions: dict[str, list[int]] = defaultdict(list)
    for base, words, weight in parts_of(doc):
        for position, word in enumerate(words, base):
            weights[word] += weight
            stems[word[0]] += weight
            positions[word].append(position)
    title = {
        word: (float(doc.title.count(word)), [n for n, other in enumerate(doc.title) if other == word])
        for word in doc.title
    }
    values: dict[str, object] = {
        "title_words": title,
        "title_stems": {stem: (count, None) for stem, count in Counter(word[0] for word in doc.title).items()},
        "id": doc.id,
        "words": {word: (weights[word], positions[word]) for word in weights},
        "stems": {stem: (weight, None) for stem, weight in stems.items()},
        "tongue": doc.tongue,
        "origin": doc.origin,
        "length": len(doc.title) + len(doc.body),
        "payload": f"stored {doc.id}".encode(),
    }
    return values | ({} if doc.start is None else {"start": doc.start, "end": doc.end})


WORDS = ("ab", "ac", "ad", "ba", "bb", "ca", "cb", "d", "e", "é")
word = st.sampled_from(WORDS)
texts = st.lists(word, max_size=12).map(tuple)


@st.composite
def docs(draw: st.DrawFn, most: int = 12) -> list[Doc]:
    rows = draw(
        st.lists(st.tuples(texts, texts, st.sampled_from("aab"), st.sampled_from(("", "x", "y"))), max_size=most)
    )
    starts = draw(st.lists(st.none() | st.integers(-5, 5), min_size=len(rows), max_size=len(rows)))
    spans = draw(st.lists(st.integers(0, 4), min_size=len(rows), max_size=len(rows)))
    return [
        Doc(f"d{number:02}", *row, start, None if start is None else start + span)
        for number, (row, start, span) in enumerate(zip(rows, starts, spans, strict=True))
    ]


boosts = st.sampled_from((1.0, 0.5, 2.0))
fields_with_words = st.sampled_from(("words", "words", "title_words"))
slots = st.lists(st.lists(word, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)
terms = st.builds(Term, fields_with_words, word, boosts) | st.builds(
    Term, st.just("stems"), st.sampled_from("abcdz"), boosts
)
pooled = st.builds(
    Pooled,
    st.just("words"),
    st.lists(st.tuples(word, boosts), min_size=1, max_size=3, unique_by=lambda k: k[0]).map(tuple),
)
slotted = st.builds(Sequence, fields_with_words, slots, boosts) | st.builds(
    Near, st.just("words"), slots, st.integers(0, 5), boosts
)
filters = st.builds(Membership, st.just("origin"), st.frozensets(st.sampled_from("xyz"))) | st.builds(
    Overlap,
    st.just("start"),
    st.just("end"),
    st.lists(st.tuples(st.none() | st.integers(-6, 6), st.none() | st.integers(-6, 6)), max_size=2).map(tuple),
    st.booleans(),
)


def _grow(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, several, boosts),
        st.builds(Or, several, boosts),
        st.builds(BestOf, several, boosts),
        st.builds(AtLeast, several, st.integers(1, 3), boosts),
        st.builds(Maybe, st.lists(inner, min_size=1, max_size=3).map(tuple), boosts),
        st.builds(Not, inner),
        st.builds(Leaf, inner, st.none() | pooled),
    )


#: Whoosh's own, which arrays don't know.
foreign = st.sampled_from(
    (
        Prefix("words", "a"),
        Wildcard("words", "?b"),
        TermRange("words", "ac", "bb"),
        AndMaybe(Term("words", "ab"), Term("words", "ac")),
    )
)
queries = st.recursive(terms | pooled | slotted | filters | st.just(Every()) | foreign, _grow, max_leaves=6)


def written(
    codec: Codec | None, parts: list[list[Doc]], deleted: set[str], storage: Storage | None = None
) -> FileIndex:
    """An index with a segment for each part, made by Whoosh's own writer."""
    index = (storage or RamStorage()).create_index(schema())
    for part in parts:
        with index.writer(codec=codec) as writer:
            writer.merge = False
            for doc in part:
                writer.add_document(**fields_of(doc))
    with index.writer(codec=codec) as writer:
        writer.merge = False
        for id in deleted:
            writer.delete_by_term("id", id)
    return index


def found(index: FileIndex, query: Any, weighting: Any) -> dict[str, float]:
    """Id → score of every match, by Whoosh's Searcher."""
    with index.searcher(weighting=weighting) as searcher:
        if not searcher.doc_count_all():
            return {}
        ids = searcher.reader().column_reader("id")
        return {ids[number]: score for score, number in searcher.search(query, limit=None).top_n}
