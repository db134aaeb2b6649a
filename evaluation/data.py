"""The articles, queries and judgements of a data folder, and the samples drawn from them.

A sample is named by its cap per language and its seed: the same two give the same articles on every machine.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from random import Random

import langcodes
from msgspec import Struct
from msgspec.structs import replace

#: The languages of the stories that join the known-item search, by the tag they carry there: thirty that have no real
#: headlines, chosen for spread of script, family and morphology, near relatives (nb nn da, hr sr) among them.
STORY_LANGUAGES = {
    "ben": "bn", "bul": "bg", "cat": "ca", "ces": "cs", "dan": "da", "ell": "el", "est": "et", "fin": "fi",
    "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu", "ind": "id", "isl": "is", "ita": "it", "lit": "lt",
    "nld": "nl", "nno": "nn", "nob": "nb", "por": "pt", "ron": "ro", "rus": "ru", "srp-Cyrl": "sr", "swe": "sv",
    "tam": "ta", "tha": "th", "tur": "tr", "ukr": "uk", "urd": "ur", "zho-CN": "zh",
}  # fmt: skip


class Item(Struct, frozen=True):
    """An article as the data has it. `language` is a standard tag; it, `title` and `text` may be empty."""

    id: str
    title: str
    text: str
    language: str


class Query(Struct, frozen=True):
    """`text` has one right answer, an article; `wanted` are all ids under which just its text stands."""

    text: str
    wanted: frozenset[str]
    language: str


class Judged(Struct, frozen=True):
    """A query with the articles that answer it and how well each does."""

    id: str
    text: str
    gains: Mapping[str, float]


def known_items(folder: Path, cap: int | None, seed: int, queries: int | None = None) -> tuple[list[Item], list[Query]]:
    """Articles, at most `cap` a language, bare of headline and language, and their headlines as queries.

    `queries` limits the headlines asked in each language, where asking all would take too long. Articles of one text
    can't be told apart, so any of them is right.
    """
    bared = map(without_headline, chain(headlined(folder), told(folder)))
    items = (item for item in bared if item.title and item.text)
    sample = sampled(items, cap, seed)
    asked = sampled(sample, queries, seed)
    articles = [replace(item, title="", language="") for item in sample]
    alike: defaultdict[str, set[str]] = defaultdict(set)
    for item in sample:
        alike[item.text].add(item.id)
    return articles, [Query(item.title, frozenset(alike[item.text]), item.language) for item in asked]


def headlined(folder: Path) -> Iterator[Item]:
    """All articles with real headlines."""
    for path in sorted((folder / "headlines").glob("*.jsonl.gz")):
        yield from map(item, rows(path))


def told(folder: Path) -> Iterator[Item]:
    """The stories in STORY_LANGUAGES."""
    for row in rows(folder / "stories" / "ntrex.jsonl.gz"):
        if row["lang"] in STORY_LANGUAGES:
            yield replace(item(row), language=STORY_LANGUAGES[row["lang"]])


def item(row: Mapping[str, str]) -> Item:
    title, text = (row.get("title") or "").strip(), (row.get("text") or "").strip()
    return Item(row["id"], title, text, standard_tag(row["lang"]))


@cache
def standard_tag(tag: str) -> str:
    return langcodes.standardize_tag(tag)


def rows(path: Path) -> Iterator[Mapping[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def without_headline(item: Item) -> Item:
    """The article with its headline cut out of the text wherever it stands there, in any case and spacing."""
    words = item.title.split()
    if not words:
        return item
    headline = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
    return replace(item, text=headline.sub(" ", item.text).strip())


def sampled(items: Iterable[Item], cap: int | None, seed: int) -> list[Item]:
    """At most `cap` of each language, independent of the other languages and of the order of the input."""
    groups: defaultdict[str, list[Item]] = defaultdict(list)
    for item in sorted(items, key=lambda item: item.id):
        groups[item.language].append(item)
    return [item for language in sorted(groups) for item in drawn(groups[language], cap, f"{seed} {language}")]


def drawn(items: list[Item], cap: int | None, seed: str) -> list[Item]:
    return items if cap is None or len(items) <= cap else Random(seed).sample(items, cap)


def stories(folder: Path) -> Iterator[Item]:
    """The stories in all languages, tagged as the data has them but standardised."""
    return map(item, rows(folder / "stories" / "ntrex.jsonl.gz"))


def sentences(folder: Path) -> Iterator[Item]:
    """The sentences of near languages; titles are empty."""
    for path in sorted((folder / "language-id").glob("*.tsv.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                language, id, text = line.rstrip("\n").split("\t", 2)
                yield Item(id, "", text, language)


def judged(folder: Path) -> tuple[list[Item], list[Judged]]:
    """The articles of a ranking folder that have text, and its queries with their judgements."""
    articles = [replace(item({"lang": "und", **row}), language="") for row in rows(folder / "articles.jsonl.gz")]
    gains: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for line in (folder / "qrels.trec").read_text(encoding="utf-8").splitlines():
        query, _, id, gain = line.split()
        gains[query][id] = float(gain)
    lines = (folder / "queries.tsv").read_text(encoding="utf-8").splitlines()
    queries = (line.split("\t", 1) for line in lines)
    return [item for item in articles if item.text], [Judged(id, text, gains[id]) for id, text in queries]
