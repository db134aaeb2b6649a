"""Stored articles that were found → hits, with marks and passages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from search.article import decode_fields
from search.copies import Copies
from search.engines.base import Scored
from search.results import Hit, Snippet
from search.settings import Settings
from search.snippets import Mark, Markers, passages, shown

#: Hits whose texts are gone through together.
_TOGETHER = 20
#: What is kept of an article's date where it has none.
_UNDATED = (None, None)
#: Of a text in which nothing is marked, about so much of the beginning is shown.
_LEAD = 160


def hits_of(
    found: Iterable[Scored], markers: Markers | None, names: Mapping[str, str], copies: Copies, settings: Settings
) -> Iterator[Hit]:
    """`names` are those of languages. Without `markers` no marks and passages, which take most of the time."""
    rest = iter(found)
    while some := list(islice(rest, _TOGETHER)):
        articles = [decode_fields(one.stored) for one in some]
        titles, bodies = ([], []) if markers is None else _marks(markers, articles, bool(settings.snippets))
        for place, (one, article) in enumerate(zip(some, articles, strict=True)):
            id, language, (date, precision) = article["id"], article["language"], (article["date"] or _UNDATED)[:2]
            yield Hit(
                id=id,
                title=article["title"],
                title_marks=spans(titles[place]) if titles else (),
                url=article["url"],
                source=article["source"],
                language=language,
                language_name=names.get(language, language),
                date=date,
                date_precision=precision,
                date_from=article["date_from"],
                score=one.score,
                snippets=_snippets(article["text"], bodies[place], settings) if bodies else (),
                copies=copies.of(id),
            )


def _marks(
    markers: Markers, articles: Sequence[Mapping[str, Any]], snippets: bool
) -> tuple[Sequence[Sequence[Mark]], Sequence[Sequence[Mark]]]:
    """What is marked in each title and, if there are to be `snippets`, in each text."""
    titles = [(article["title"], article["language"]) for article in articles]
    bodies = [(article["text"], article["language"]) for article in articles] if snippets else []
    in_title, in_body = markers
    if in_title is not in_body:
        return in_title.marks_of(titles), in_body.glimpsed(bodies)
    both = in_body.glimpsed([*titles, *bodies])
    return both[: len(titles)], both[len(titles) :]


def _snippets(text: str, marks: Sequence[Mark], settings: Settings) -> tuple[Snippet, ...]:
    count, length = (settings.snippets, settings.snippet_length) if marks else (1, _LEAD)
    return tuple([Snippet(*shown(text, passage, marks)) for passage in passages(text, marks, count, length)])


def spans(marks: Sequence[Mark]) -> tuple[tuple[int, int], ...]:
    return tuple([(start, end) for start, end, _ in marks])
