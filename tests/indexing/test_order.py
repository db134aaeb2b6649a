"""Whatever is split over files and runs, in whatever order, ends in the same articles, totals, facets and scores.

Only of two that ask for one id it depends on the order which has the suffix.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from search.copies import Copies
from search.engines.memory import MemoryEngine
from search.engines.whoosh import WhooshEngine
from search.indexing import Options, index_paths
from search.indexing.ids import asked_for
from search.indexing.ledger import _asked_for
from search.searching import Archive
from tests.indexing.folders import TODAY, articles, index

Told = Mapping[str, str]

TEXTS = (
    "Partene er enige om en våpenhvile fra midnatt, sier de.",
    "The talks of the ministers went on all night long.",
)
told = st.fixed_dictionaries(
    {"text": st.sampled_from(TEXTS)},
    optional={
        "id": st.sampled_from(("a", "b")),
        "title": st.sampled_from(("Fred", "Talks")),
        "source": st.sampled_from(("nrk.no", "bbc.com")),
        "date": st.sampled_from(("2020-10", "2023")),
    },
)
files = st.lists(st.lists(told, min_size=1, max_size=3), min_size=2, max_size=4)


@contextmanager
def laid(files: Sequence[Sequence[Told]]) -> Iterator[list[Path]]:
    with TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.jsonl") for number in range(len(files))]
        for path, records in zip(paths, files, strict=True):
            path.write_text("\n".join(map(json.dumps, records)))
        yield paths


def kept(engine: MemoryEngine) -> list[tuple[object, ...]]:
    """Articles, each with its copies."""
    with closing(engine.snapshot()) as snapshot:
        table = Copies(snapshot.kept("copies"))  # type: ignore[arg-type]
    return sorted(
        (asked_for(id), one.title, one.text, str(one.source), str(one.extra), [named(copy) for copy in table.of(id)])
        for id, one in articles(engine).items()
    )


def named(copy: object) -> tuple[str, ...]:
    return (asked_for(copy.id), str(copy.title), str(copy.source))  # type: ignore[attr-defined]


@settings(max_examples=60, deadline=None)
@given(files, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_runs_tells_only_who_has_the_suffix(files: list[list[Told]], chance: object, twice: bool) -> None:
    with laid(files) as paths:
        together, apart = MemoryEngine(), MemoryEngine()
        index(together, *paths)
        chance.shuffle(paths)  # type: ignore[attr-defined]
        for path in paths * (1 + twice):
            index(apart, path)
        assert kept(apart) == kept(together)


@settings(max_examples=8, deadline=None)
@given(files, st.permutations(range(4)))
def test_totals_facets_and_scores_are_the_same_in_whatever_order(files: list[list[Told]], order: list[int]) -> None:
    with laid(files) as paths, TemporaryDirectory() as folder:
        runs = {"together": [paths], "apart": [[paths[number]] for number in order if number < len(paths)]}
        found = []
        for name, each in runs.items():
            with closing(WhooshEngine.create(Path(folder, name))) as engine:
                for some in each:
                    index_paths(engine, some, Options(), today=TODAY)
            found.append(list(answers(Path(folder, name))))
        assert found[0] == found[1]


def answers(folder: Path) -> Iterator[object]:
    with Archive(WhooshEngine.open(folder)) as archive:
        for query in ("", "våpenhvile", "talks", "fred", "source:nrk.no", "year:2020"):
            page = archive.search(query, limit=100)
            yield page.total, page.facets
            yield sorted((asked_for(hit.id), hit.title, str(hit.source), str(hit.date), hit.score) for hit in page.hits)


@given(st.from_regex(r"[a-f0-9x]{0,9}(-[0-9a-fg]{7,9}|-[0-9a-f]{16}|-[0-9a-f]{32}|)*", fullmatch=True))
def test_the_ledger_takes_off_the_same_suffix(id: str) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        ((found,),) = database.execute(f"SELECT {_asked_for('id')} FROM (SELECT ? AS id)", (id,))
    assert found == asked_for(id)
