"""The shell around a search: SearchRequest → Page, and the archive that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from search.article import Article
from search.engines.base import Engine
from search.results import Page


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search as asked for. The filters beside the query text are joined with those inside it.

    `years` are what `year:` takes (`2020`, `2019-2023`, `undated`); `after` and `before` take partial dates.
    `match` is `auto`, `all` or `any`; `names` switches place names in other languages.
    """

    query: str = ""
    languages: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    after: str | None = None
    before: str | None = None
    sources: tuple[str, ...] = ()
    sort: str = "relevance"
    match: str = "auto"
    offset: int = 0
    limit: int = 10
    names: bool = True


@dataclass(frozen=True, slots=True)
class Stats:
    """`years` are newest first, `undated` last; `size` is bytes on disk; `version` that of the index format."""

    articles: int
    languages: tuple[tuple[str, str, int], ...]
    years: tuple[tuple[str, int], ...]
    size: int
    version: int
    generation: int


class Archive:
    """An index opened for reading. Safe to share among threads; each call sees the newest generation at its start."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def search(
        self,
        query: str = "",
        *,
        languages: Sequence[str] = (),
        years: Sequence[str | int] = (),
        after: str | None = None,
        before: str | None = None,
        sources: Sequence[str] = (),
        sort: str = "relevance",
        match: str = "auto",
        offset: int = 0,
        limit: int = 10,
        names: bool = True,
    ) -> Page:
        """Never raises on query text; BadValue for an argument that makes no sense."""
        raise NotImplementedError

    def run(self, request: SearchRequest) -> Page:
        """The same for a request."""
        raise NotImplementedError

    def article(self, id: str) -> Article | None:
        raise NotImplementedError

    def marks(self, article: Article, query: str) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
        """Spans in title and in text of every word of the article that `query` matches."""
        raise NotImplementedError

    def language_name(self, tag: str) -> str:
        """English name, as saved with the index; the tag itself for a language the index doesn't hold."""
        raise NotImplementedError

    @property
    def generation(self) -> int:
        raise NotImplementedError

    def stats(self) -> Stats:
        raise NotImplementedError

    def close(self) -> None:
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def open_archive(path: str | Path) -> Archive:
    """Open the index in folder `path`.

    Raises IndexMissing, IndexStale or IndexDamaged; the message names the command that mends it.
    """
    raise NotImplementedError
