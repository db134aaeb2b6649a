"""What a run found, and its two shapes: tables for a terminal, JSON for a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

Cell = str | int | float | None


class Section(Struct, frozen=True):
    """One measurement. `sample` names exactly what was measured; `rows` stand under `columns`.

    `figures` are those of Newsstand that may have a floor, by name. Higher is better in all of them.
    """

    title: str
    sample: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    figures: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return {"title": self.title, "sample": self.sample, "rows": rows, "figures": dict(self.figures)}


def rendered(section: Section) -> Iterator[str]:
    """Lines of text; the first column is flushed left, the others right."""
    cells = [section.columns, *(tuple(map(shown, row)) for row in section.rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    yield section.title
    yield f"  {section.sample}"
    for first, *others in cells:
        aligned = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield "  ".join(("  " + first.ljust(widths[0]), *aligned)).rstrip()


def shown(cell: Cell) -> str:
    match cell:
        case None:
            return "-"
        case float():
            return f"{cell:.3f}"
        case _:
            return str(cell)
