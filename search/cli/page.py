"""A page of results as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search.cli.screen import Style, cell_width, clean, hanging, marked, quiet, titled, wrap
from search.dates import display, parse_partial
from search.results import FacetValue, Hit, Page

_BETWEEN = " · "


def page_lines(page: Page, style: Style, columns: int) -> Iterator[str]:
    if page.total:
        yield quiet(summary(page), style)
    for number, hit in enumerate(page.hits, page.offset + 1):
        yield ""
        yield from _hit_lines(hit, number, style, columns)
    if any(page.facets.values()):
        yield ""
        yield from _facet_lines(page, columns)


def summary(page: Page) -> str:
    """`3 articles`, or which of them are shown, and whether they have all of the words or only some."""
    total = f"{page.total:,} article{'' if page.total == 1 else 's'}"
    if len(page.hits) < page.total:
        last = page.offset + len(page.hits)
        total = f"{page.offset + 1:,}–{last:,} of {total}" if page.hits else f"none of {total}"
    some = " with at least one of the words" if page.match == "any" else ""
    return f"{total}{some} ({page.took_ms:.1f} ms)"


def _hit_lines(hit: Hit, number: int, style: Style, columns: int) -> Iterator[str]:
    """The title beside its number, everything else below it and in line with it."""
    label = f"{number}. "
    indent = " " * len(label)
    yield from hanging(label, titled(hit.title, style), columns)
    yield from (indent + line for line in wrap(quiet(origin(hit), style), columns - len(indent)))
    for snippet in hit.snippets:
        text = marked(snippet.text, snippet.marks, style)
        yield from (indent + line for line in wrap(text, columns - len(indent)))


def origin(hit: Hit) -> str:
    """Language, date, source and id: the last is what `newsstand show` takes."""
    date = parse_partial(hit.date) if hit.date else None
    parts = (hit.language_name, display(date) if date else "undated", hit.source, hit.id)
    return _BETWEEN.join(clean(part) for part in parts if part)


def _facet_lines(page: Page, columns: int) -> Iterator[str]:
    for name, label in (("language", "Language  "), ("year", "Year      ")):
        if values := page.facets.get(name):
            yield label + _counts(values, columns - len(label))


def _counts(values: Sequence[FacetValue], columns: int) -> str:
    """As many values as one line holds; the chosen ones in brackets."""
    line = ""
    for shown, value in enumerate(values):
        name = f"[{value.label}]" if value.selected else value.label
        longer = f"{line}{_BETWEEN if line else ''}{clean(name)} {value.count:,}"
        rest = len(values) - shown - 1
        if line and cell_width(longer) + (len(_more(rest)) if rest else 0) > columns:
            return line + _more(rest + 1)
        line = longer
    return line


def _more(count: int) -> str:
    return f"{_BETWEEN}{count} more"
