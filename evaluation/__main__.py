"""Measure Newsstand and two baselines on the data in a folder, and hold Newsstand to its floors."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from evaluation import fairness, floors, identification, knownitem, pages, ranking
from evaluation.engines import ENGINES
from evaluation.report import Section, rendered
from search.language import identify

#: Headlines asked in a language when all its articles are indexed. All would be 20,000 and take an hour.
ASKED = 40

#: What `--only` takes, in the order of the report.
MEASUREMENTS = ("knownitem", "knownitem-all", "ranking", "languages", "fairness", "html")


def measurements(chosen: argparse.Namespace) -> dict[str, Callable[[], Sequence[Section]]]:
    """By name."""
    folder, seed = chosen.folder, chosen.seed
    engines = {name: engine for name, engine in ENGINES.items() if name in chosen.engines}
    return {
        "knownitem": lambda: [knownitem.measured(folder, engines, chosen.cap, seed, chosen.queries)],
        "knownitem-all": lambda: [knownitem.measured(folder, engines, None, seed, chosen.queries or ASKED)],
        "ranking": lambda: [ranking.measured(path, engines) for path in sorted((folder / "ranking").iterdir())],
        "languages": lambda: identification.measured(folder, identified),
        "fairness": lambda: [fairness.measured(engines, seed)],
        "html": lambda: pages.measured(folder),
    }


def identified(text: str) -> str:
    return identify(text).tag


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="evaluation", description=__doc__)
    holds = "holds headlines/, stories/, ranking/, language-id/ and html/"
    parser.add_argument("folder", type=Path, metavar="DIR", help=holds)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON too; `-` instead of tables")
    parser.add_argument("--cap", type=int, default=120, help="articles of a language in the first sample (120)")
    parser.add_argument("--seed", type=int, default=7, help="of the samples (7)")
    parser.add_argument("--queries", type=int, help="headlines asked in a language (all; 40 of the second sample)")
    parser.add_argument(
        "--only", default=MEASUREMENTS, type=listed(MEASUREMENTS), metavar="NAME,…", help=", ".join(MEASUREMENTS)
    )
    parser.add_argument(
        "--engines", type=listed(ENGINES), default=tuple(ENGINES), metavar="NAME,…", help=", ".join(ENGINES)
    )
    parser.add_argument("--raise-floors", action="store_true", help="raise every floor that this run's figures exceed")
    return parser.parse_args(words)


def listed(known: Collection[str]) -> Callable[[str], tuple[str, ...]]:
    """A reader of names between commas, which must all be known."""

    def names(text: str) -> tuple[str, ...]:
        chosen = tuple(text.split(","))
        unknown = [name for name in chosen if name not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)!r} is none of {', '.join(known)}")
        return chosen

    return names


def sections(chosen: argparse.Namespace) -> Iterator[Section]:
    measure = measurements(chosen)
    for name in MEASUREMENTS:
        if name in chosen.only:
            yield from measure[name]()


def main(words: Sequence[str]) -> int:
    """Exit status: 0 held, 1 a figure below its floor."""
    chosen = arguments(words)
    report = []
    for section in sections(chosen):
        report.append(section)
        if str(chosen.json) != "-":
            print(*rendered(section), "", sep="\n", flush=True)
    figures = floors.joined(section.figures for section in report)
    failed = floors.broken(figures, floors.read())
    if chosen.json:
        written(chosen.json, {"data": chosen.folder.name, "sections": [s.as_json() for s in report], "broken": failed})
    if chosen.raise_floors:
        floors.write(floors.raised(figures, floors.read()))
    print(*(f"below its floor: {clause}" for clause in failed), sep="\n", end="\n" if failed else "", file=sys.stderr)
    return 1 if failed else 0


def written(path: Path, report: object) -> None:
    text = json.dumps(report, ensure_ascii=False, indent=2) + "\n"
    if str(path) == "-":
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
