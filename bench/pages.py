"""Pages and evaluation, query by query and contender by contender in turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from msgspec import Struct

from bench.contenders.newsstand import Newsstand
from bench.measuring import geometric, p95
from bench.queries import CLASSES, Query
from bench.report import Cell, Section

Ask = Callable[[Query], object]
Clock = Callable[[], float]
#: What can be chosen: as a clock on the wall has it, or without what other processes take of a busy machine.
CLOCKS: Mapping[str, Clock] = {"wall": time.perf_counter, "cpu": time.thread_time}


class Times(Struct, frozen=True):
    """Milliseconds of one query: the first time, and the median of those after."""

    query: Query
    first: float
    again: float


def interleaved(
    asked: Mapping[str, Ask], queries: Sequence[Query], rounds: int, clock: Clock
) -> dict[str, list[Times]]:
    """By contender."""
    taken: dict[str, list[list[float]]] = {name: [[] for _ in queries] for name in asked}
    for _ in range(rounds):
        for number, query in enumerate(queries):
            for name, ask in asked.items():
                started = clock()
                ask(query)
                taken[name][number].append((clock() - started) * 1000)
    return {
        name: [Times(query, times[0], median(times[1:] or times)) for query, times in zip(queries, all, strict=True)]
        for name, all in taken.items()
    }


def table(title: str, note: str, times: Mapping[str, Sequence[Times]]) -> Section:
    """A row a class; the first contender's ratios to each of the others are geometric means over the queries."""
    first, *others = times
    columns = ("", *(f"{name} {what}" for name in times for what in ("p50", "p95")), f"{first} first time")
    rows: list[tuple[Cell, ...]] = []
    for kind in (*CLASSES, "all"):
        chosen = {name: [one for one in all if kind in (one.query.kind, "all")] for name, all in times.items()}
        if chosen[first]:
            spread = [f([one.again for one in all]) for all in chosen.values() for f in (median, p95)]
            rows.append((kind, *spread, median(one.first for one in chosen[first]), *_ratios(chosen, others)))
    return Section(title, note, (*columns, *(f"× {name}" for name in others)), tuple(rows))


def _ratios(times: Mapping[str, Sequence[Times]], others: Sequence[str]) -> list[Cell]:
    """Of what contenders without unspaced scripts can find."""
    own, *_ = times.values()
    ratios: list[Cell] = []
    for name in others:
        pairs = [(a, b) for a, b in zip(own, times[name], strict=True) if a.query.spaced]
        ratios.append(geometric(a.again / b.again for a, b in pairs) if pairs else "")
    return ratios


def totals(newsstand: Newsstand, others: Mapping[str, Callable[[Query], int]], queries: Sequence[Query]) -> Section:
    """Where words mean the same: one spelling of each, in spaced scripts."""
    rows: list[tuple[Cell, ...]] = []
    for kind in CLASSES:
        chosen = [query for query in queries if query.kind == kind and query.spaced]
        found = [(newsstand.exact(query), *(total(query) for total in others.values())) for query in chosen]
        if found:
            same = sum(len(set(row)) == 1 for row in found)
            rows.append((kind, *(sum(column) for column in zip(*found, strict=True)), f"{same} of {len(found)}"))
    note = (
        "Matches of all queries of a class, with each word as it is spelt (`=word`), and for how many queries all "
        "agree. They differ where engines cut words differently, phrases and prefixes stand for folded spellings, "
        "or a language was detected otherwise than declared."
    )
    return Section("Totals", note, ("", "Newsstand", *others, "equal"), tuple(rows))
