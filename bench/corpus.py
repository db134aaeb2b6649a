"""The articles that are indexed: those of a JSONL, or as many as wanted mixed from its sentences.

The same file, number and seed give the same articles. What is declared is taken out where Newsstand has to find it
out: the language always, the date to its month in two articles of three and wholly in the third. Every contender
indexes the same lines; those that can't find anything out are given what was declared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from random import Random

from msgspec import Struct

SEED = 7
#: Sentences that mixed articles have.
_SENTENCES = (6, 22)
_SENTENCE_END = re.compile(r"(?<=[.!?؟。])\s*")


class Declared(Struct, frozen=True):
    """An article as the corpus has it; `date` is ISO, or empty."""

    id: str
    title: str
    text: str
    language: str
    date: str
    source: str

    @property
    def year(self) -> int:
        """0 if there is none."""
        return int(self.date[:4] or 0)


def make(source: Path, count: int, folder: Path) -> Path:
    """Write the corpus of `count` articles as JSONL, once; a name for each corpus keeps what was made before."""
    made = folder / f"{source.stem}-{count}.jsonl"
    if not made.exists():
        half = made.with_suffix(".half")
        with half.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in _records(source, count))
        half.rename(made)
    return made


def read(corpus: Path) -> Iterator[Declared]:
    """With what was declared."""
    with corpus.open(encoding="utf-8") as file:
        yield from map(_declared, map(json.loads, file))


def bare(corpus: Path) -> Path:
    """Beside the corpus: what Newsstand is given."""
    made = corpus.with_suffix(".bare.jsonl")
    if not made.exists():
        half = made.with_suffix(".half")
        with half.open("w", encoding="utf-8") as file, corpus.open(encoding="utf-8") as records:
            for number, record in enumerate(map(json.loads, records)):
                file.write(json.dumps(_undeclared(record, number), ensure_ascii=False) + "\n")
        half.rename(made)
    return made


def _records(source: Path, count: int) -> Iterator[Mapping[str, object]]:
    with source.open(encoding="utf-8") as file:
        enough = sum(1 for _ in islice(file, count)) == count
    if enough:
        with source.open(encoding="utf-8") as file:
            yield from map(json.loads, islice(file, count))
    else:
        yield from _mixed(source, count)


def _mixed(source: Path, count: int) -> Iterator[Mapping[str, object]]:
    """Articles of one language each, of its sentences; languages as frequent as in the source."""
    pool: dict[str, list[str]] = {}
    shares: dict[str, int] = {}
    for article in read(source):
        shares[article.language] = shares.get(article.language, 0) + 1
        kept = pool.setdefault(article.language, [])
        kept += (one for one in _SENTENCE_END.split(article.text) if 20 < len(one) < 400)
    random, languages = Random(SEED), [language for language in shares if pool[language]]
    weights = [shares[language] for language in languages]
    for number in range(count):
        (language,) = random.choices(languages, weights)
        body = random.choices(pool[language], k=random.randint(*_SENTENCES))
        yield {
            "id": f"mixed{number}",
            "title": " ".join(body[0].split()[:9])[:120],
            "text": "\n".join(body),
            "date": f"{random.randint(2005, 2024)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
            "lang": language,
            "source": f"paper{random.randint(1, 40)}.example",
        }


def _declared(record: Mapping[str, object]) -> Declared:
    names = ("id", "title", "text", "lang", "date", "source")
    return Declared(*(str(record.get(name) or "") for name in names))


def _undeclared(record: Mapping[str, object], number: int) -> Mapping[str, object]:
    kept = {name: value for name, value in record.items() if name not in ("lang", "date")}
    return kept | ({"date": str(record["date"])[:7]} if record.get("date") and number % 3 else {})
