"""What a run found, as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

Cell = str | int | float


class Section(Struct, frozen=True):
    """One measurement; `note` says what was measured and in which unit."""

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def as_json(self) -> dict[str, object]:
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return {"title": self.title, "note": self.note, "rows": rows}


def markdown(section: Section) -> Iterator[str]:
    """Lines of a table, readable as they are: the first column is flushed left, the others right."""
    cells = [section.columns, *(tuple(map(shown, row)) for row in section.rows)]
    widths = [max(3, *map(len, column)) for column in zip(*cells, strict=True)]
    yield from (f"## {section.title}", "", section.note, "")
    for number, row in enumerate(cells):
        first, *others = row
        aligned = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield f"| {' | '.join((first.ljust(widths[0]), *aligned))} |"
        if number == 0:
            yield f"| {'-' * widths[0]} | {' | '.join('-' * (width - 1) + ':' for width in widths[1:])} |"
    yield ""


def shown(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.2f}" if cell < 10 else f"{cell:.1f}" if cell < 100 else f"{cell:,.0f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def remarks(kept: Path) -> list[str]:
    """What somebody wrote between the heading and the first section of an earlier page, and a blank line."""
    if not kept.exists():
        return []
    before = kept.read_text(encoding="utf-8").split("\n## ")[0].rstrip("\n")
    _, _, *paragraphs = before.split("\n\n")
    return ["\n\n".join(paragraphs), ""] if paragraphs else []
