"""Index a corpus with Newsstand and others, ask them the same queries in turn, and tell what both take."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench import corpus, indexes, ingest, leaves, load, pages, plots, queries, serving
from bench.contenders.fts5 import Fts5
from bench.contenders.keyed import Both
from bench.contenders.newsstand import Newsstand
from bench.contenders.tantivy import Tantivy
from bench.contenders.whoosh_own import Whoosh
from bench.indexes import Made
from bench.queries import Query
from bench.report import Cell, Section, markdown, remarks

#: Articles of each format that input is measured with, at most.
_INPUT = 20_000
#: Queries of a class that Whoosh is asked, since each takes it seconds.
_FEW = 2
_OTHERS: Mapping[str, Callable[[Path], Fts5 | Tantivy]] = {"fts5": Fts5, "tantivy": Tantivy}
_VERSIONS = ("newsstand", "numpy", "whoosh3", "tantivy")


class Bench:
    """One run. Indexes are made as they are needed."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self.chosen, self.clock = chosen, pages.CLOCKS[chosen.clock]
        chosen.work.mkdir(parents=True, exist_ok=True)
        self._made: dict[tuple[str, int], Made] = {}
        self.sizes = [chosen.articles // 10, chosen.articles, *([chosen.large] if chosen.large else [])]
        self.queries = queries.draw(corpus.read(self.corpus(chosen.articles)), chosen.each)
        self.lines: dict[str, dict[str, list[tuple[float, float]]]] = {"rate": {}, "page": {}}

    def corpus(self, articles: int) -> Path:
        return corpus.make(self.chosen.corpus, articles, self.chosen.work)

    def made(self, name: str, articles: int) -> Made:
        if (name, articles) not in self._made:
            made = indexes.make(name, self.corpus(articles), articles, self.chosen.work, reuse=self.chosen.reuse)
            self._made[name, articles] = made
            print(f"bench: {made.name}: {articles:,} articles in {made.seconds:.0f} s", file=sys.stderr)
        return self._made[name, articles]

    def sections(self) -> Iterator[Section]:
        yield self.indexing()
        articles, growth = min(self.chosen.articles, _INPUT), self.chosen.growth
        if growth is None:
            growth = (self.chosen.articles // 10, self.chosen.articles * 2)
        largest = self.corpus(max((articles, *growth)))
        yield ingest.measured(largest, articles, (1, os.cpu_count() or 1), growth)
        yield self.pages()
        yield self.evaluation()
        yield leaves.measured(self.made("newsstand", self.chosen.articles).folder)
        if self.chosen.whoosh:
            yield self.whoosh()
        yield self.totals()
        yield self.growth()
        yield serving.measured([(size, self.made("newsstand", size).folder) for size in self.sizes], self.queries)
        yield self.load()

    def indexing(self) -> Section:
        made = [self.made(name, size) for size in self.sizes[:2] for name in ("newsstand", *_OTHERS)]
        made += [self.made("newsstand", size) for size in self.sizes[2:]]
        if self.chosen.whoosh:
            made.append(self.made("whoosh", self.chosen.whoosh))
        for one in made:
            self.lines["rate"].setdefault(one.name, []).append((one.articles, one.articles / one.seconds))
        return indexes.measured(made)

    def pages(self) -> Section:
        asked = {name: contender.page for name, contender in self._contenders(self.chosen.articles).items()}
        times = pages.interleaved(asked, self.queries, self.chosen.rounds, self.clock)
        note = (
            f"Milliseconds ({self.chosen.clock}) of a page over {self.chosen.articles:,} articles: ten hits with title "
            f"and passage, total, counts by language and year. {len(self.queries)} queries in {self._languages()}, "
            "asked in turn; medians of later rounds, and Newsstand's first. × is Newsstand's time as a multiple of "
            "the other's, the geometric mean over queries in spaced scripts."
        )
        return pages.table("Pages", note, times)

    def _languages(self) -> str:
        return ", ".join(dict.fromkeys(query.language for query in self.queries))

    def _contenders(self, articles: int) -> dict[str, Newsstand | Fts5 | Tantivy]:
        others = {
            self.made(name, articles).name: open_(self.made(name, articles).folder) for name, open_ in _OTHERS.items()
        }
        return {"Newsstand": Newsstand(self.made("newsstand", articles).folder), **others}

    def evaluation(self) -> Section:
        ours = self.made("newsstand", self.chosen.articles)
        both = Both(ours.folder, self.made("keyed", self.chosen.articles).folder)
        asked = {query: both.question(query) for query in self.queries}
        contenders = {
            "Newsstand": lambda query: both.ours(asked[query]),
            "tantivy": lambda query: both.theirs(asked[query]),
        }
        times = pages.interleaved(contenders, self.queries, self.chosen.rounds, self.clock)
        equal = sum(both.ours(question) == both.theirs(question) for question in asked.values())
        note = (
            "Milliseconds of evaluation alone, on the same keys and trees: ten ids, total, counts by language and "
            f"year. Totals are equal for {equal} of {len(asked)} queries."
        )
        return pages.table("Evaluation", note, times)

    def whoosh(self) -> Section:
        size = self.chosen.whoosh
        ours = self.made("newsstand", size).folder
        few = [query for kind in queries.CLASSES for query in self._of(kind)[:_FEW]]
        whoosh, newsstand = Whoosh(self.made("whoosh", size).folder, ours), Newsstand(ours)
        times = pages.interleaved({"Newsstand": newsstand.page, "Whoosh": whoosh.page}, few, 2, self.clock)
        equal = sum(newsstand.page(query) == whoosh.page(query) for query in few)
        note = (
            f"Pages again, over {size:,} articles, by Whoosh with its own codec and the same keys and trees; {_FEW} "
            f"queries a class. Totals are equal for {equal} of {len(few)}, others fell back to any of the words."
        )
        return pages.table("Whoosh", note, times)

    def _of(self, kind: str) -> list[Query]:
        return [query for query in self.queries if query.kind == kind]

    def totals(self) -> Section:
        newsstand, *_ = contenders = self._contenders(self.chosen.articles)
        own = contenders.pop(newsstand)
        assert isinstance(own, Newsstand)
        return pages.totals(own, {name: contender.page for name, contender in contenders.items()}, self.queries)

    def growth(self) -> Section:
        rows: list[tuple[Cell, ...]] = []
        for size in self.sizes:
            large = size > self.chosen.articles
            contenders = (
                {"Newsstand": Newsstand(self.made("newsstand", size).folder)} if large else self._contenders(size)
            )
            asked = {name: contender.page for name, contender in contenders.items()}
            times = pages.interleaved(asked, self.queries, 3, self.clock)
            for name, all in times.items():
                classes = [median(one.again for one in all if one.query.kind == kind) for kind in queries.CLASSES]
                rows.append((name, size, *classes))
                self.lines["page"].setdefault(name, []).append((size, median(one.again for one in all)))
        note = f"Median milliseconds ({self.chosen.clock}) of a page by number of articles."
        return Section(
            "Growth", note, ("", "articles", *queries.CLASSES), tuple(sorted(rows, key=lambda row: str(row[0])))
        )

    def load(self) -> Section:
        size = self.chosen.whoosh
        small = (self.made("newsstand", size).folder, self.made("whoosh_page", size).folder) if size else None
        manner = load.Manner(seconds=self.chosen.seconds, workers=os.cpu_count() or 1)
        return load.measured(self.made("newsstand", self.chosen.articles).folder, manner, small)

    def plots(self) -> Mapping[str, str]:
        return {
            "rate": plots.plot("Indexing", "articles", "articles/s", self.lines["rate"]),
            "page": plots.plot("A page, median of all classes", "articles", "ms", self.lines["page"]),
        }


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("corpus", type=Path, metavar="FILE", help="JSONL with id, title, text, lang, date and source")
    parser.add_argument("--articles", type=int, default=100_000, metavar="N", help="how many; mixed if there are fewer")
    parser.add_argument("--large", type=int, metavar="N", help="so many more by Newsstand alone")
    parser.add_argument("--whoosh", type=int, metavar="N", help="how many Whoosh indexes, a tenth unless given; 0 none")
    parser.add_argument(
        "--growth",
        type=int,
        nargs="*",
        metavar="N",
        help="so many from JSONL, for memory (a tenth and twice of --articles)",
    )
    parser.add_argument("--each", type=int, default=queries.EACH, metavar="N", help="queries of a class and a language")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often each is asked")
    parser.add_argument("--seconds", type=float, default=30, metavar="N", help="how long the page is put under load")
    parser.add_argument("--clock", choices=tuple(pages.CLOCKS), default="wall", help="cpu: on a machine that is busy")
    parser.add_argument(
        "--work", type=Path, default=Path(".cache/bench"), metavar="DIR", help="for corpora and indexes"
    )
    parser.add_argument("--reuse", action="store_true", help="take the indexes that an earlier run left there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON too")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write it as Markdown, with plots beside it")
    chosen = parser.parse_args(words)
    if chosen.whoosh is None:
        chosen.whoosh = chosen.articles // 10
    return chosen


def heading(words: Sequence[str]) -> Iterator[str]:
    """Machine, versions, date and command, without the folders of whoever ran it."""
    named = ", ".join(f"{name} {version(name)}" for name in _VERSIONS)
    yield "# Benchmarks"
    yield ""
    yield f"{platform.platform()}, {_processor()}; Python {platform.python_version()}, {named}."
    shown = (Path(word).name if "/" in word else word for word in words)
    yield f"{datetime.now(UTC):%Y-%m-%d}, `python -m bench {' '.join(shown)}`"
    yield ""


def _processor() -> str:
    return f"{os.cpu_count()} × {platform.processor() or platform.machine()}"


def main(words: Sequence[str]) -> int:
    chosen = arguments(words)
    if chosen.keep:
        chosen.keep.parent.mkdir(parents=True, exist_ok=True)  # told now rather than after an hour
    bench, sections, lines = Bench(chosen), [], [*heading(words), *(remarks(chosen.keep) if chosen.keep else ())]
    for section in bench.sections():
        sections.append(section)
        lines += (told := list(markdown(section)))
        print(*told, sep="\n", flush=True)
    if chosen.json:
        report = {"words": list(words), "sections": [section.as_json() for section in sections]}
        chosen.json.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if chosen.keep:
        for name, drawing in bench.plots().items():
            plot = chosen.keep.with_name(f"{chosen.keep.stem}-{name}.svg")
            plot.write_text(drawing, encoding="utf-8")
            lines.append(f"![{name}]({plot.name})")
        chosen.keep.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
