"""Documents → segments and commits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from whoosh.filedb.filestore import FileStorage

from search.article import Document
from search.columnar.view import View
from search.engines.base import Builder, Built, Elsewhere, Vocabulary
from search.engines.whoosh.layout import INDEX, LAYOUT, PLAN
from search.lexicon.frequencies import Frequencies

# A search waits for none of what only writing needs.
if TYPE_CHECKING:
    from search.columnar.build import Builder as ColumnarBuilder
    from search.columnar.writing import Writer as ColumnarWriter


def _add(to: ColumnarBuilder | ColumnarWriter, document: Document) -> None:
    language_from, date_from = document.origins
    to.add(
        document.id,
        [(part.words, part.pairs) for part in (document.title, document.lead, document.body)],
        document.stems,
        (document.language, document.source or "", language_from, date_from or ""),
        (document.start, document.end),
        document.stored,
    )


class _WhooshBuilder:
    def __init__(self, path: Path, budget: int, dictionary: bytes | None) -> None:
        from search.columnar.build import Builder as ColumnarBuilder

        self._builder = ColumnarBuilder(FileStorage(str(path)), INDEX, PLAN, budget, dictionary)

    def add(self, document: Document) -> None:
        _add(self._builder, document)

    def finish(self) -> Built:
        return self._builder.finish()


class WhooshWriter:
    def __init__(self, writer: ColumnarWriter, path: Path) -> None:
        self._writer = writer
        self._path = path

    def add(self, document: Document) -> None:
        _add(self._writer, document)

    def builders(self, budget: int) -> Callable[[], Builder]:
        return partial(_WhooshBuilder, self._path, budget, self._writer.dictionary())

    def adopt(self, built: Built, without: Collection[str] = (), known: Collection[str] = ()) -> None:
        assert isinstance(built, list)
        self._writer.adopt(built, without, known)

    def delete(self, id: str) -> bool:
        return self._writer.delete(id)

    def stored(self, id: str) -> bytes | None:
        fields = self._writer.stored(id)
        return None if fields is None else fields["stored"]

    def commit(self, finish: Callable[[Vocabulary], Mapping[str, bytes]], elsewhere: Elsewhere | None = None) -> None:
        self._writer.commit(lambda view: finish(_vocabulary(view)), LAYOUT, elsewhere=elsewhere)


def _vocabulary(view: View) -> Vocabulary:
    from search.columnar.heap import give_back
    from search.columnar.vocabulary import tallied_terms

    tallies = tallied_terms(view, "words")
    give_back()
    present = np.unique(tallies.partitions)
    languages = tuple(view.partitions[place] for place in present.tolist())
    codes = np.searchsorted(present, tallies.partitions)
    frequencies = Frequencies(languages, tallies.edges, codes, tallies.counts)
    return Vocabulary(tallies.terms, frequencies, view.live)
