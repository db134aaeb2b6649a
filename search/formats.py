"""A page of results as text for programs: pieces to write one after the other."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping

from search.results import Hit, Page

COLUMNS = ("id", "title", "url", "source", "language", "language_name", "date", "date_precision", "date_from", "score")

#: What makes a spreadsheet take a cell for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_json(page: Page) -> Iterator[str]:
    import json

    yield json.dumps(page.as_json(), ensure_ascii=False, indent=2) + "\n"


def as_jsonl(page: Page) -> Iterator[str]:
    """One hit a line."""
    import json

    for hit in page.hits:
        yield json.dumps(hit.as_json(), ensure_ascii=False) + "\n"


def as_csv(page: Page) -> Iterator[str]:
    """A header and one row a hit; its snippets are one column, joined by ` … `."""
    yield _row([*COLUMNS, "snippets"])
    for hit in page.hits:
        yield _row([*_cells(hit), _cell(_snippets(hit))])


def csv_rows(hits: Iterable[Hit], beside: Mapping[str, str]) -> Iterator[str]:
    """A header and one row a hit, without passages; in each row also what stands `beside` the hits."""
    same = list(map(_cell, beside.values()))
    yield _row([*COLUMNS, *beside])
    for hit in hits:
        yield _row([*_cells(hit), *same])


def as_ids(page: Page) -> Iterator[str]:
    for hit in page.hits:
        yield hit.id + "\n"


FORMATS: Mapping[str, Callable[[Page], Iterator[str]]] = {
    "json": as_json,
    "jsonl": as_jsonl,
    "csv": as_csv,
    "ids": as_ids,
}


def _cells(hit: Hit) -> list[object]:
    return [_cell(getattr(hit, name)) for name in COLUMNS]


def _snippets(hit: Hit) -> str:
    return " … ".join(snippet.text for snippet in hit.snippets)


def _cell(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets a quote mark before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _row(cells: list[object]) -> str:
    import csv

    line = io.StringIO()
    # Python 3.11 quotes what is in the line's own end, and a lone \r would end a line for many readers.
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().removesuffix("\r\n") + "\n"
