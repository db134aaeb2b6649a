"""The shell around a search: SearchRequest → Page, and the archive that answers it."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from msgspec import Struct, field, json
from msgspec.structs import replace

from search.analysis.stems import ANY, stemming_of
from search.article import Article, DateFrom, LanguageFrom, decode_article
from search.copies import Copies
from search.engines.base import Engine, Hits, Retrieval, Scored, Snapshot, Sort
from search.errors import BadValue, IndexDamaged, IndexMissing, IndexStale
from search.facets import by_count, facets_of, newest
from search.hits import hits_of, spans
from search.lexicon import Lexicon
from search.lexicon.blocks import made
from search.names import Names
from search.query.ast import Filter, FilterName, Query
from search.query.correct import completed, corrected
from search.query.expand import Expansion, expand
from search.query.filters import EXPECTED, parse_filter, selections
from search.query.keyed import Facet
from search.query.members import REMEMBERED, Known
from search.query.parse import LONGEST, QUERIES, parse
from search.query.similar import alike
from search.results import Hit, Page
from search.settings import INDEX_VERSION, Settings
from search.snippets import Markers, markers
from search.timeline import dated
from search.wording import Worded

if TYPE_CHECKING:
    from search.explaining import Explained


class SearchRequest(Struct, frozen=True):
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


class Stats(Struct, frozen=True):
    """`years` are newest first, `undated` last; `size` is bytes on disk; `version` that of the index format.

    `languages_from` and `dates_from` count articles by LanguageFrom and DateFrom, in their order.
    """

    articles: int
    languages: tuple[tuple[str, str, int], ...]
    years: tuple[tuple[str, int], ...]
    languages_from: tuple[tuple[str, int], ...]
    dates_from: tuple[tuple[str, int], ...]
    size: int
    version: int
    generation: int


class _View(Struct, frozen=True):
    """What one generation knows beside its documents.

    A person pages and narrows: `corrections` and `asked` remember what was found out of query texts.
    """

    stamp: Hashable
    known: Known
    names: Mapping[str, str]
    copies: Copies
    corrections: dict[str, str | None] = field(default_factory=dict)
    asked: dict[tuple[str, bool], _Asked] = field(default_factory=dict)


class _Asked(Struct, frozen=True):
    """What a query's text came to, and what looks for it in stored texts: `loose` for at least one of its words."""

    expansion: Expansion
    marked: dict[bool, Markers] = field(default_factory=dict)

    def markers(self, loose: bool) -> Markers:
        known = self.marked.get(loose)
        if known is None:
            known = self.marked[loose] = markers(self.expansion.loose if loose else self.expansion.query)
        return known


class Archive:
    """An index opened for reading. Safe to share among threads; each call sees the newest generation at its start."""

    def __init__(self, engine: Engine, settings: Settings | None = None) -> None:
        self._engine = engine
        self._settings = settings or Settings()
        self._seen: _View | None = None

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
        request = SearchRequest(
            query=query,
            languages=tuple(languages),
            years=tuple(map(str, years)),
            after=after,
            before=before,
            sources=tuple(sources),
            sort=sort,
            match=match,
            offset=offset,
            limit=limit,
            names=names,
        )
        return self.run(request)

    def run(
        self, request: SearchRequest, *, timeline: bool = False, shares: bool = False, sources: int | None = None
    ) -> Page:
        """The same for a request; with `timeline`, counted by date too, and with `shares` beside all that is there.

        `sources` is how many of them are counted at most; by default, as set.
        """
        started = time.perf_counter()
        query = _checked(request)
        with self._snapshot() as (snapshot, view):
            asked = _asked(query, view, request.names)
            expansion = asked.expansion
            retrieval = _retrieval(request, query, expansion, snapshot)
            if timeline:
                hits, lie = dated(retrieval, query.filters, snapshot, shares)
            else:
                hits, lie = snapshot.search(retrieval), None
            loose = hits.fell_back or request.match == "any"
            suggestion = _suggestion(request, query, hits, snapshot, view)
            most = sources or self._settings.facet_values
            return Page(
                query=request.query,
                match="any" if loose else "all",
                total=hits.total,
                offset=request.offset,
                limit=request.limit,
                took_ms=round((time.perf_counter() - started) * 1000, 2),
                hits=tuple(self._hits(hits.hits, view, asked.markers(loose))),
                facets=facets_of(hits, query.filters, snapshot.languages, view.names, most),
                notes=(*query.notes, *expansion.notes),
                suggestion=suggestion,
                filters=query.filters,
                also=expansion.also,
                timeline=lie,
            )

    def _hits(self, found: Iterable[Scored], view: _View, markers: Markers | None = None) -> Iterator[Hit]:
        return hits_of(found, markers, view.names, view.copies, self._settings)

    def article(self, id: str) -> Article | None:
        """By its own id or that of one of its copies."""
        with self._snapshot() as (snapshot, view):
            stored = snapshot.stored(view.copies.article(id) or id)
            article = None if stored is None else decode_article(stored)
            return article and replace(article, copies=view.copies.of(article.id))

    def marks(self, article: Article, query: str) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
        """Spans in title and in text of every word of the article that `query` matches."""
        with self._snapshot() as (_, view):
            in_title, in_body = markers(expand(parse(query).root, view.known).query)
        return (
            spans(in_title.marks(article.title, article.language)),
            spans(in_body.marks(article.text, article.language)),
        )

    def every(self, request: SearchRequest, *, snippets: bool = False, batch: int = 500) -> Iterator[Hit]:
        """All hits of a request, its offset and limit aside, of one generation, without passages unless asked for.

        Only a batch is held at a time: however many there are, memory doesn't grow. Raises as `run` does, at once.
        """
        query = _checked(replace(request, offset=0, limit=batch))
        return self._every(replace(request, offset=0, limit=batch), query, snippets)

    def _every(self, request: SearchRequest, query: Query, snippets: bool) -> Iterator[Hit]:
        with self._snapshot() as (snapshot, view):
            asked = _asked(query, view, request.names)
            retrieval = _retrieval(request, query, asked.expansion, snapshot)
            while True:
                hits = snapshot.search(retrieval)
                loose = hits.fell_back or request.match == "any"
                yield from self._hits(hits.hits, view, asked.markers(loose) if snippets else None)
                retrieval = replace(retrieval, offset=retrieval.offset + retrieval.limit)
                if retrieval.offset >= hits.total:
                    return

    def similar(self, article: Article, limit: int = 5) -> tuple[tuple[str, ...], tuple[Hit, ...]]:
        """The words that tell most of the article, and the articles that have most of them; its copies left out."""
        own = {article.id, *(copy.id for copy in article.copies)}
        with self._snapshot() as (snapshot, view):
            asked = alike(article, view.known.lexicon)
            if asked is None:
                return (), ()
            words, query = asked
            hits = snapshot.search(Retrieval(query, limit=limit + len(own))).hits
            others = [one for one in hits if one.id not in own][:limit]
            return words, tuple(self._hits(others, view))

    def explain(self, query: str, id: str | None = None, *, match: str = "auto", names: bool = True) -> Explained:
        """How `query` is read and expanded; with an id, or that of a copy, what each key gave to the article's score.

        Raises BadValue for an id that isn't there.
        """
        from search.explaining import explain_article, explain_query

        request = SearchRequest(query=query, match=match, names=names, limit=0)
        parsed = _checked(request)
        with self._snapshot() as (snapshot, view):
            expansion = expand(parsed.root, view.known, names=names)
            fell_back = snapshot.search(_retrieval(request, parsed, expansion, snapshot)).fell_back
            loose = fell_back or match == "any"
            evaluated = expansion.loose if loose else expansion.query
            explained = explain_query(parsed, evaluated, "any" if loose else "all", (*parsed.notes, *expansion.notes))
            if id is None:
                return explained
            known = view.copies.article(id) or id
            found, stored = snapshot.explain(evaluated, known), snapshot.stored(known)
            if found is None or stored is None:
                raise BadValue(f"There is no article “{id}” in the index.")
            return replace(explained, article=explain_article(decode_article(stored), found))

    def suggest(self, prefix: str, limit: int = 10) -> tuple[str, ...]:
        """Words of the archive that begin with the last word of `prefix`, most frequent first, as whole queries."""
        with self._snapshot() as (_, view):
            return completed(prefix, view.known.lexicon, limit)

    def language_name(self, tag: str) -> str:
        """English name, as saved with the index; the tag itself for a language the index doesn't hold."""
        with self._snapshot() as (_, view):
            return view.names.get(tag, tag)

    @property
    def generation(self) -> int:
        with self._snapshot() as (snapshot, _):
            return snapshot.generation

    @property
    def made(self) -> int:
        """When the newest generation was committed, in nanoseconds since 1970."""
        with self._snapshot() as (snapshot, _):
            return snapshot.made

    @property
    def edition(self) -> str:
        """Tells the newest generation from any other there ever was: its number and the microsecond it was made."""
        with self._snapshot() as (snapshot, _):
            seconds, rest = divmod(snapshot.made, 1_000_000_000)
            made = datetime.fromtimestamp(seconds, UTC)
            return f"{snapshot.generation} of {made:%Y-%m-%dT%H:%M:%S}.{rest // 1000:06}Z"

    def stats(self) -> Stats:
        with self._snapshot() as (snapshot, view):
            everything = snapshot.search(
                _retrieval(SearchRequest(limit=0), parse(""), expand(None, view.known), snapshot)
            )
            years = everything.facets[Facet.YEAR]
            return Stats(
                articles=everything.total,
                languages=tuple((tag, view.names.get(tag, tag), count) for tag, count in by_count(snapshot.languages)),
                years=tuple((year, years[year]) for year in newest(years)),
                languages_from=_in_order(LanguageFrom, snapshot.origins.language),
                dates_from=_in_order(DateFrom, snapshot.origins.date),
                size=snapshot.size,
                version=INDEX_VERSION,
                generation=snapshot.generation,
            )

    @contextmanager
    def _snapshot(self) -> Iterator[tuple[Snapshot, _View]]:
        snapshot = self._engine.snapshot()
        try:
            view = self._seen
            if view is None or view.stamp != snapshot.stamp:
                view = self._seen = _view(snapshot)
            yield snapshot, view
        finally:
            snapshot.close()

    def close(self) -> None:
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_archive(path: str | Path) -> Archive:
    """Open the index in folder `path`.

    Raises IndexMissing, IndexStale or IndexDamaged; the message names the command that mends it.
    """
    archive = Archive(_opened(Path(path)))
    try:
        archive.generation  # noqa: B018  reads what a search needs, so that a broken index is told now
    except BaseException:
        archive.close()
        raise
    return archive


def _opened(path: Path) -> Engine:
    """An index that is missing may only have been left half-way when it was made anew."""
    from search.engines.whoosh import WhooshEngine

    try:
        return WhooshEngine.open(path)
    except IndexMissing:
        from search.indexing import recover

        recover(path)
    return WhooshEngine.open(path)


def _view(snapshot: Snapshot) -> _View:
    if snapshot.generation == 0:
        return _empty_view(snapshot.stamp)
    facts, words, names = snapshot.blob("facts"), snapshot.kept("lexicon"), snapshot.kept("names")
    if facts is None or words is None or names is None:
        raise IndexDamaged("The index lacks a part of itself. Build it again: newsstand index --rebuild PATH…")
    known = json.decode(facts)
    if known.get("version") != INDEX_VERSION:
        raise IndexStale(
            f"The index is of version {known.get('version')}, this program reads {INDEX_VERSION}. "
            "Build it again: newsstand index --rebuild PATH…"
        )
    stemmers = {stemming_of(tag) for tag in snapshot.languages}
    languages = tuple(sorted(stemmer for stemmer in stemmers - {ANY} if stemmer))
    knowledge = Known(Lexicon(words), Names(names), languages, ANY in stemmers)
    return _View(snapshot.stamp, knowledge, known["languages"], Copies(snapshot.kept("copies")))


def _empty_view(stamp: Hashable) -> _View:
    from search.lexicon.build import build_lexicon
    from search.lexicon.frequencies import from_mappings
    from search.names.places import build_names

    lexicon = Lexicon(made(build_lexicon((), from_mappings(()), {})))
    return _View(stamp, Known(lexicon, Names(made(build_names(lexicon))), (), False), {}, Copies(None))


def _asked(query: Query, view: _View, names: bool) -> _Asked:
    """The same object for a text that was asked for before, so that an engine knows its expansion again, too."""
    key = query.text, names
    asked = view.asked.get(key)
    if asked is None:
        asked = _Asked(expand(query.root, view.known, names=names))
        if len(query.text) <= LONGEST:
            if len(view.asked) >= QUERIES:
                view.asked.clear()
            view.asked[key] = asked
    return asked


def _checked(request: SearchRequest) -> Query:
    """The query with the filters beside it joined in. Raises BadValue."""
    if request.match not in ("auto", "all", "any"):
        raise BadValue(Worded("match is auto, all or any, not “{value}”.", value=request.match))
    if request.sort not in tuple(Sort):
        raise BadValue(Worded("sort is {choices}, not “{value}”.", choices=", ".join(Sort), value=request.sort))
    if request.offset < 0 or request.limit < 0:
        raise BadValue("offset and limit can't be negative.")
    query = parse(request.query)
    beside = tuple(_filter(name, value) for name, values in _beside(request) for value in values)
    return Query(query.text, query.root, tuple(dict.fromkeys((*query.filters, *beside))), query.notes)


def _beside(request: SearchRequest) -> Iterator[tuple[FilterName, tuple[str, ...]]]:
    yield FilterName.LANGUAGE, request.languages
    yield FilterName.YEAR, request.years
    yield FilterName.AFTER, (request.after,) if request.after else ()
    yield FilterName.BEFORE, (request.before,) if request.before else ()
    yield FilterName.SOURCE, request.sources


def _filter(name: FilterName, value: str) -> Filter:
    found = parse_filter(name, value)
    if found is None:
        raise BadValue(
            Worded("“{value}” is no value for {name}: {expected}.", value=value, name=name, expected=EXPECTED[name])
        )
    return found


def _retrieval(request: SearchRequest, query: Query, expansion: Expansion, snapshot: Snapshot) -> Retrieval:
    wants_any = request.match == "any"
    # counting the sources looks at every article, so only for a query that names one
    sources = snapshot.sources if any(one.name is FilterName.SOURCE for one in query.filters) else ()
    return Retrieval(
        query=expansion.loose if wants_any else expansion.query,
        fallback=expansion.loose if request.match == "auto" and query.root is not None else None,
        selections=selections(query.filters, snapshot.languages, sources),
        sort=Sort.NEWEST if query.root is None and request.sort == Sort.RELEVANCE else Sort(request.sort),
        offset=request.offset,
        limit=request.limit,
    )


#: A search with at most so many hits, or with no article that has all the words, is offered a correction.
_LITTLE = 3


def _corrected(query: Query, view: _View) -> str | None:
    """Looking for it takes longer than the page, which is asked for again with every filter and sheet."""
    try:
        return view.corrections[query.text]
    except KeyError:
        text = corrected(query, view.known.lexicon)
        if len(view.corrections) < REMEMBERED:
            view.corrections[query.text] = text
        return text


def _suggestion(request: SearchRequest, query: Query, hits: Hits, snapshot: Snapshot, view: _View) -> str | None:
    """A corrected query that finds more."""
    if hits.total > _LITTLE and not hits.fell_back:
        return None
    text = _corrected(query, view)
    if text is None:
        return None
    better = replace(query, root=parse(text).root)
    expansion = expand(better.root, view.known, names=request.names)
    found = snapshot.search(replace(_retrieval(request, better, expansion, snapshot), offset=0, limit=0))
    improved = found.total > hits.total or (hits.fell_back and not found.fell_back and found.total)
    return text if improved else None


def _in_order(values: Iterable[str], counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((str(value), counts[value]) for value in values if value in counts)
