"""What the terminal asks, prints and exits with, on an archive that only pretends."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from search.article import Article, Copy, DateFrom, LanguageFrom, PartialDate, Precision
from search.cli import COMMANDS, explain, main, newsstand, search, show, stats, suggest
from search.cli.screen import COLOURED, PLAIN, cell_width, clean, hanging, marked, style, wrap
from search.errors import BadValue, IndexMissing
from search.explaining import Explained, ExplainedArticle, ExplainedKey, ExplainedLeaf, ExplainedShare
from search.formats import as_csv
from search.results import FacetValue, Hit, Page, Snippet
from search.searching import SearchRequest, Stats

HIT = Hit(
    id="krig.txt",
    title="Våpenhvilen holder",
    title_marks=((0, 11),),
    url="https://example.org/krig",
    source="example.org",
    language="nb",
    language_name="Norwegian Bokmål",
    date="2023-09",
    date_precision="month",
    date_from="declared",
    score=7.31,
    snippets=(Snippet("Partene holder våpenhvilen, sier de.", ((15, 26),)),),
)
FACETS = {
    "language": (FacetValue("nb", "Norwegian Bokmål", 1, True), FacetValue("en", "English", 2, False)),
    "year": (FacetValue("2023", "2023", 1, False), FacetValue("undated", "undated", 1, False)),
}
PAGE = Page("våpenhvile", "all", 1, 0, 10, 1.94, (HIT,), FACETS, (), None)
EMPTY = replace(PAGE, total=0, hits=(), facets={}, notes=("read as text: )",), suggestion="våpen")
ARTICLE = Article(
    id="krig.txt",
    title="Våpenhvilen holder",
    text="Partene holder våpenhvilen.\n\nDe sier det.",
    url=None,
    source=None,
    language="nb",
    language_from=LanguageFrom.DECLARED,
    confidence=1.0,
    date=PartialDate("2023-09-20", Precision.DAY, 0, 0),
    date_from=DateFrom.TEXT,
    path="seeds/krig.txt",
    extra={"byline": "NTB"},
    copies=(Copy("fred", "Holder", "https://nrk.no/fred", "nrk.no", None, None, "seeds/b.jsonl:7"),),
)
EXPLAINED = Explained(
    query="våpen -title:fred lang:nb",
    read="våpen AND NOT title:fred",
    match="any",
    filters=("lang:nb",),
    notes=("read as text: )",),
    leaves=(
        ExplainedLeaf(
            "våpen", "all", False, (ExplainedKey("word", "våpen", 1.0), ExplainedKey("stem", "no:vapen", 0.7))
        ),
        ExplainedLeaf("fred", "title", True, (ExplainedKey("word", "fred", 1.0),)),
        ExplainedLeaf("fredd*", "all", False, (ExplainedKey("word", "", 1.0),)),
    ),
)
SHARES = (ExplainedShare("våpen", "stem", "no:vapen", 1.25, 1, 12), ExplainedShare("fred", "word", "fred", 0.5, 0, 2))
EXPLAINED_ARTICLE = ExplainedArticle("krig.txt", "Våpenhvilen holder", "nb", True, 0.875, 0.5, SHARES)
STATS = Stats(
    articles=1234,
    languages=(("nb", "Norwegian Bokmål", 1200), ("en", "English", 34)),
    years=(("2023", 1234),),
    languages_from=(("declared", 1230), ("detected", 4)),
    dates_from=(("text", 1234),),
    size=31_400,
    version=1,
    generation=2,
)

ROOT = Path(__file__).parent.parent

Run = Callable[..., tuple[int, str, str]]


class Shelf:
    """Stands in for Archive: answers every search with `page` and keeps the request."""

    def __init__(self, page: Page = PAGE) -> None:
        self.page = page
        self.request: SearchRequest | None = None
        self.explained: tuple[str, str | None, dict[str, object]] | None = None
        self.article_explained = EXPLAINED_ARTICLE

    def __enter__(self) -> "Shelf":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def run(self, request: SearchRequest) -> Page:
        self.request = request
        return self.page

    def article(self, id: str) -> Article | None:
        return ARTICLE if id == ARTICLE.id else None

    def language_name(self, tag: str) -> str:
        return {"nb": "Norwegian Bokmål"}[tag]

    def stats(self) -> Stats:
        return STATS

    def explain(self, query: str, id: str | None = None, **how: object) -> Explained:
        self.explained = (query, id, how)
        return replace(EXPLAINED, article=self.article_explained if id else None)

    def suggest(self, prefix: str, limit: int) -> tuple[str, ...]:
        return tuple(prefix + ending for ending in ("en", "hvile", "\033")[:limit] if prefix.endswith("våp"))


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    shelf = Shelf()
    for module in (search, show, stats, explain, suggest):
        monkeypatch.setattr(module, "open_archive", lambda path: shelf)
    for name in ("NO_COLOR", "NEWSSTAND_INDEX"):
        monkeypatch.delenv(name, raising=False)
    return shelf


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        return status, *capsys.readouterr()

    return run


@pytest.mark.parametrize(
    ("arguments", "request_"),
    [
        # Words are one query, as typed.
        (["ceasefire", "talks"], SearchRequest("ceasefire talks")),
        (['"legge ned"', "OR", "(fred)"], SearchRequest('"legge ned" OR (fred)')),
        ([], SearchRequest("")),
        # A word may begin with a dash, wherever it stands; after -- everything is a word.
        (["våpen", "-krig"], SearchRequest("våpen -krig")),
        (["-krig", "--lang", "nb", "våpen"], SearchRequest("-krig våpen", languages=("nb",))),
        (["-lang:nb", "-year=2020", "-5", "-"], SearchRequest("-lang:nb -year=2020 -5 -")),
        (["--", "--krig", "--lang"], SearchRequest("--krig --lang")),
        # Options stand before, between and after words, and some repeat.
        (["--lang", "nb", "fred", "--lang=nl"], SearchRequest("fred", languages=("nb", "nl"))),
        (["--year", "2020", "--year", "2022-2023"], SearchRequest(years=("2020", "2022-2023"))),
        (["--source", "nrk.no", "--source", "vg.no"], SearchRequest(sources=("nrk.no", "vg.no"))),
        (["--after", "2020", "--before", "2020-10-05"], SearchRequest(after="2020", before="2020-10-05")),
        (["--sort", "newest", "--limit", "3", "--offset", "6"], SearchRequest(sort="newest", limit=3, offset=6)),
        (["--any", "a"], SearchRequest("a", match="any")),
        (["--all", "a"], SearchRequest("a", match="all")),
        (["--no-names", "Norge"], SearchRequest("Norge", names=False)),
    ],
)
def test_search_asks(shelf: Shelf, run: Run, arguments: list[str], request_: SearchRequest) -> None:
    assert run("search", *arguments)[0] == 0
    assert shelf.request == request_


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["search", "--langs", "nb", "krig"],
        ["search", "--limit", "many"],
        ["search", "--limit", "-1"],
        ["search", "--sort", "best"],
        ["search", "--format", "xml"],
        ["search", "--any", "--all", "krig"],
        ["search", "--lang"],
        ["show"],
        ["show", "--xml", "krig.txt"],
        ["index"],
        ["index", "no-such-folder"],
        ["delete"],
        ["explain", "--any", "--all", "krig"],
        ["explain", "--ids", "krig.txt", "krig"],
        ["explain", "krig", "--id"],
        ["analyze", "--lang", "nb"],
        ["analyze", "krig"],
        ["analyze", "--lang", "xx-nonsense", "krig"],
        ["suggest"],
        ["suggest", "--limit", "0", "krig"],
        ["serve", "--port", "http"],
    ],
)
def test_a_wrong_call_ends_with_2_and_prints_nothing(shelf: Shelf, run: Run, arguments: list[str]) -> None:
    status, printed, said = run(*arguments)
    assert (status, printed) == (2, "") and said
    assert "Traceback" not in said


def test_a_misspelled_option_is_named_with_what_was_meant(shelf: Shelf, run: Run) -> None:
    assert "--lang" in run("search", "--langs", "nb")[2]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (IndexMissing("There is no index in x."), "newsstand: There is no index in x.\n"),
        (BadValue("No such year: 20x0."), "newsstand: No such year: 20x0.\n"),
        (PermissionError(13, "Permission denied", "index/x"), "newsstand: [Errno 13] Permission denied: 'index/x'\n"),
    ],
)
def test_a_failure_is_one_line_and_2(monkeypatch: pytest.MonkeyPatch, run: Run, error: Exception, said: str) -> None:
    monkeypatch.setattr(search, "open_archive", raising(error))
    assert run("search", "krig") == (2, "", said)


def test_a_bug_is_shown_whole_and_never_taken_for_an_empty_result(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setattr(search, "open_archive", raising(KeyError("bug")))
    status, _, said = run("search", "krig")
    assert status == 2 and "Traceback" in said


def test_an_interrupt_is_neither_found_nor_nothing_found(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setattr(search, "open_archive", raising(KeyboardInterrupt()))
    assert run("search", "krig")[0] == 130


def raising(error: BaseException) -> Callable[[Path], Shelf]:
    def open_archive(path: Path) -> Shelf:
        raise error

    return open_archive


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv", "ids"])
def test_nothing_found_is_1_in_every_format(shelf: Shelf, run: Run, form: str) -> None:
    shelf.page = EMPTY
    assert run("search", "krig", "--format", form)[0] == 1


def test_remarks_are_messages(shelf: Shelf, run: Run) -> None:
    shelf.page = EMPTY
    said = "newsstand: nothing found\nnewsstand: did you mean: våpen\nnewsstand: read as text: )\n"
    assert run("search", "krig") == (1, "", said)
    assert run("search", "krig", "--format", "json")[2] == ""


@pytest.mark.parametrize(
    ("arguments", "environment", "folder"),
    [
        ([], {}, "index"),
        ([], {"NEWSSTAND_INDEX": "elsewhere"}, "elsewhere"),
        (["--index", "here"], {"NEWSSTAND_INDEX": "elsewhere"}, "here"),
    ],
)
def test_which_index(
    monkeypatch: pytest.MonkeyPatch, run: Run, arguments: list[str], environment: dict[str, str], folder: str
) -> None:
    opened: list[Path] = []
    monkeypatch.delenv("NEWSSTAND_INDEX", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(search, "open_archive", lambda path: opened.append(path) or Shelf())
    assert run(*arguments, "search", "krig")[0] == 0
    assert opened == [Path(folder)]


# Text


TEXT = """\
1 article (1.9 ms)

1. Våpenhvilen holder
   Norwegian Bokmål · September 2023 · example.org · krig.txt
   Partene holder *våpenhvilen*, sier de.

Language  [Norwegian Bokmål] 1 · English 2
Year      2023 1 · undated 1
"""


def test_text(shelf: Shelf, run: Run) -> None:
    assert run("search", "våpenhvile") == (0, TEXT, "")


def test_text_without_facets(shelf: Shelf, run: Run) -> None:
    assert run("search", "våpenhvile", "--no-facets") == (0, TEXT.partition("\n\nLanguage")[0] + "\n", "")


def test_marks_and_title_have_colour_when_asked_for(shelf: Shelf, run: Run) -> None:
    printed = run("search", "våpenhvile", "--color", "always")[1]
    assert "\033[1mVåpenhvilen holder\033[0m" in printed
    assert "holder \033[1;31mvåpenhvilen\033[0m, sier" in printed


@pytest.mark.parametrize(
    ("page", "line"),
    [
        (replace(PAGE, total=231), "1–1 of 231 articles"),
        (replace(PAGE, total=12345, offset=10), "11–11 of 12,345 articles"),
        (replace(PAGE, total=3, hits=(), offset=10), "none of 3 articles"),
        (replace(PAGE, match="any"), "1 article with at least one of the words"),
    ],
)
def test_the_first_line_says_how_many_there_are(shelf: Shelf, run: Run, page: Page, line: str) -> None:
    shelf.page = page
    assert run("search", "krig")[1].startswith(f"{line} (1.9 ms)\n")


def test_everything_fits_in_80_columns(shelf: Shelf, run: Run) -> None:
    long = replace(HIT, title="Våpenhvilen " * 10, snippets=(Snippet("停火协议 " * 30 + "fred " * 40),))
    years = tuple(FacetValue(str(year), str(year), year, False) for year in range(2023, 1950, -1))
    shelf.page = replace(PAGE, hits=(long,), facets={**FACETS, "year": years})
    lines = run("search", "krig")[1].splitlines()
    assert max(map(cell_width, lines)) in range(75, 81)
    assert lines[-1].endswith(f" · {73 - lines[-1].count(',')} more")


# Formats


def test_json_is_the_documented_shape(shelf: Shelf, run: Run) -> None:
    status, printed, _ = run("search", "våpenhvile", "--format", "json")
    assert (status, json.loads(printed)) == (0, json.loads(json.dumps(PAGE.as_json())))
    assert "Våpenhvilen" in printed
    assert json.loads(run("search", "våpenhvile", "--format", "json", "--no-facets")[1])["facets"] == {}


def test_jsonl_is_one_hit_a_line(shelf: Shelf, run: Run) -> None:
    shelf.page = replace(PAGE, hits=(HIT, HIT))
    lines = run("search", "våpenhvile", "--format", "jsonl")[1].splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["krig.txt", "krig.txt"]


def test_ids(shelf: Shelf, run: Run) -> None:
    assert run("search", "våpenhvile", "--format", "ids") == (0, "krig.txt\n", "")


def test_csv_has_every_column_of_a_hit(shelf: Shelf, run: Run) -> None:
    printed = run("search", "våpenhvile", "--format", "csv")[1]
    (row,) = csv.DictReader(io.StringIO(printed))
    assert list(row) == [name for name in HIT.as_json() if name != "copies"]
    assert row["title"] == HIT.title and row["score"] == "7.31" and row["snippets"] == HIT.snippets[0].text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_csv_is_no_formula(start: str) -> None:
    title = f'{start}HYPERLINK("https://example.org","x")'
    hit = replace(HIT, title=title, source=title, snippets=(Snippet(title),))
    _, row = csv.reader(io.StringIO("".join(as_csv(replace(PAGE, hits=(hit,)))), newline=""))
    assert row[1] == row[3] == row[-1] == "'" + title


# Other commands


def test_show(shelf: Shelf, run: Run) -> None:
    origin = "Norwegian Bokmål · 20 September 2023 (from its text)\nseeds/krig.txt\n"
    origin += "also undated · nrk.no · https://nrk.no/fred · fred\nbyline: NTB\n"
    assert run("show", "krig.txt") == (0, f"{ARTICLE.title}\n{origin}\n{ARTICLE.text}\n", "")


def test_show_json(shelf: Shelf, run: Run) -> None:
    status, printed, _ = run("show", "krig.txt", "--json")
    assert status == 0
    assert json.loads(printed) == {
        "id": "krig.txt",
        "title": ARTICLE.title,
        "text": ARTICLE.text,
        "url": None,
        "source": None,
        "language": "nb",
        "language_name": "Norwegian Bokmål",
        "date": "2023-09-20",
        "date_precision": "day",
        "date_from": "text",
        "path": "seeds/krig.txt",
        "extra": {"byline": "NTB"},
        "copies": [
            {
                "id": "fred",
                "title": "Holder",
                "url": "https://nrk.no/fred",
                "source": "nrk.no",
                "date": None,
                "date_precision": None,
                "date_from": None,
                "path": "seeds/b.jsonl:7",
            }
        ],
    }


def test_show_of_nothing(shelf: Shelf, run: Run) -> None:
    assert run("show", "fred.txt") == (1, "", "newsstand: no article has the id fred.txt\n")


def test_stats(shelf: Shelf, run: Run) -> None:
    table = """\
Articles       1,234
Languages      Norwegian Bokmål     1,200
               English                 34
Languages from declared             1,230
               detected                 4
Years          2023                 1,234
Dates from     text                 1,234
Size           31 kB
Version        1
"""
    assert run("stats") == (0, table, "")
    assert json.loads(run("stats", "--json")[1])["languages"][1] == {"value": "en", "label": "English", "count": 34}


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["våpen", "-fred"], ("våpen -fred", None, {"match": "auto", "names": True})),
        (["-fred", "--any", "--id", "krig.txt"], ("-fred", "krig.txt", {"match": "any", "names": True})),
        (["--all", "Norge", "--no-names"], ("Norge", None, {"match": "all", "names": False})),
        ([], ("", None, {"match": "auto", "names": True})),
    ],
)
def test_explain_asks(shelf: Shelf, run: Run, arguments: list[str], asked: tuple[str, str | None, object]) -> None:
    assert run("explain", *arguments)[0] == 0
    assert shelf.explained == asked


READ = """\
Read as  våpen AND NOT title:fred
Wanted   at least one of the words, as no article has them all
Filters  lang:nb

våpen
  1.00  word    våpen
  0.70  stem    no:vapen

NOT title:fred
  1.00  word    fred

fredd*
  1.00  word    nothing in the archive
"""
SCORED = """
Våpenhvilen holder
Norwegian Bokmål · krig.txt
   Share  Title  Body  Key
   1.250      1    12  no:vapen (for våpen)
   0.500      0     2  fred
   1.750  together, × 0.500, the weight of Norwegian Bokmål, = 0.875
"""


def test_explain(shelf: Shelf, run: Run) -> None:
    note = "newsstand: read as text: )\n"
    assert run("explain", "våpen") == (0, READ, note)
    assert run("explain", "våpen", "--id", "krig.txt") == (0, READ + SCORED, note)
    shelf.article_explained = replace(EXPLAINED_ARTICLE, matched=False, shares=())
    assert run("explain", "våpen", "--id", "krig.txt")[1].endswith("Bokmål · krig.txt\n  doesn't match\n")


def test_explain_says_that_no_article_has_all_words_only_if_it_was_looked_for(shelf: Shelf, run: Run) -> None:
    assert "Wanted   at least one of the words\n" in run("explain", "våpen", "--any")[1]


def test_explain_json(shelf: Shelf, run: Run) -> None:
    status, printed, said = run("explain", "våpen", "--id", "krig.txt", "--json")
    found = json.loads(printed)
    assert (status, said, found["notes"]) == (0, "", ["read as text: )"])
    assert list(found) == ["query", "read", "match", "filters", "notes", "leaves", "article"]
    assert found["leaves"][1] == {
        "leaf": "fred",
        "zone": "title",
        "removes": True,
        "keys": [{"kind": "word", "text": "fred", "weight": 1.0}],
    }
    article = found["article"]
    assert article["score"] == article["language_weight"] * sum(share["score"] for share in article["shares"])
    assert json.loads(run("explain", "våpen", "--json")[1])["article"] is None


def test_explain_fits_in_80_columns_whatever_a_word_stands_for(shelf: Shelf, run: Run) -> None:
    words = " ".join(f"ord{number}" for number in range(200))
    shelf.article_explained = replace(EXPLAINED_ARTICLE, shares=(replace(SHARES[0], text=words),))
    lines = run("explain", words, "--id", "krig.txt")[1].splitlines()
    assert max(map(len, lines)) in range(75, 81)
    assert lines[-2].endswith("… and 176 more (for våpen)")


ANALYSED = """\
Norwegian Bokmål (nb), stemmer no

Word         Folded                    Stems
våpenhvilen  vapenhvilen vaapenhvilen  no:vapenhvil
i                                      no:i
停
火

Pairs  停火
"""


def test_analyze(run: Run) -> None:
    assert run("analyze", "--lang", "NOB", "Våpenhvilen i 停火") == (0, ANALYSED, "")
    assert run("analyze", "--lang", "nb", "Våpenhvilen", "i", "停火") == (0, ANALYSED, "")
    assert run("analyze", "--lang", "und", "-") == (0, "Unknown language (und), no stemmer\n", "")
    long = run("analyze", "--lang", "de", "Donaudampfschifffahrtsgesellschaftskapitänsmützenkokarde" * 2)[1]
    assert max(map(cell_width, long.splitlines())) in range(75, 81)


def test_analyze_json(run: Run) -> None:
    assert json.loads(run("analyze", "--lang", "no", "Våpen 停火", "--json")[1]) == {
        "language": "nb",
        "stemmer": "no",
        "words": [
            {"word": "våpen", "folded": ["vapen", "vaapen"], "stems": ["no:vap"]},
            {"word": "停", "folded": [], "stems": []},
            {"word": "火", "folded": [], "stems": []},
        ],
        "pairs": ["停火"],
    }


def test_suggest(shelf: Shelf, run: Run) -> None:
    assert run("suggest", "våp", "--limit", "2") == (0, "våpen\nvåphvile\n", "")
    assert run("suggest", "-fred", "våp", "--limit", "1") == (0, "-fred våpen\n", "")
    assert run("suggest", "våp")[1].splitlines()[-1] == "våp "
    status, printed, _ = run("suggest", "våp", "--limit", "1", "--json")
    assert (status, json.loads(printed)) == (0, {"prefix": "våp", "suggestions": ["våpen"]})
    assert run("suggest", "krig") == (1, "", "")
    status, printed, _ = run("suggest", "krig", "--json")
    assert (status, json.loads(printed)) == (1, {"prefix": "krig", "suggestions": []})


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_help_opens_with_an_example_that_is_a_right_call(run: Run, name: str | None) -> None:
    status, printed, _ = run(*filter(None, [name]), "--help")
    assert status == 0
    heading, _, example = printed.splitlines()[0].partition("Example: ")
    program, called, *rest = example.split()
    assert (heading, program) == ("", "newsstand") and called == (name or called)
    command = newsstand.get_command(None, called)
    context = command.make_context(called, [word for word in rest if word != "seeds"] or ["."])
    assert context.command is command


# Terminal


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "environment", "stream", "coloured"),
    [
        ("auto", {}, Terminal(), True),
        ("auto", {}, io.StringIO(), False),
        ("auto", {"NO_COLOR": "1"}, Terminal(), False),
        ("auto", {"NO_COLOR": ""}, Terminal(), True),
        ("auto", {"TERM": "dumb"}, Terminal(), False),
        ("always", {"NO_COLOR": "1"}, io.StringIO(), True),
        ("never", {}, Terminal(), False),
    ],
)
def test_colour_only_where_it_belongs(
    monkeypatch: pytest.MonkeyPatch, choice: str, environment: dict[str, str], stream: io.StringIO, coloured: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert style(choice, stream) == (COLOURED if coloured else PLAIN)


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("legge ned våpnene", 9, ["legge ned", "våpnene"]),
        # A colour takes no room, and may hold on over a line's end.
        ("\033[1mlegge ned\033[0m våpnene", 9, ["\033[1mlegge ned\033[0m", "våpnene"]),
        # A character of double width may stand at a line's end, without a space.
        ("停火协议 fred", 6, ["停火协", "议", "fred"]),
        ("停火 fred", 9, ["停火 fred"]),
        # What is wider than a line is cut; a combining mark stays with its letter.
        ("abcdef", 4, ["abcd", "ef"]),
        ("e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
        ("", 9, []),
        (" \n ", 9, []),
    ],
)
def test_wrap(text: str, columns: int, lines: list[str]) -> None:
    assert list(wrap(text, columns)) == lines


def test_hanging_text_stands_beside_its_label() -> None:
    assert list(hanging("  1.  ", "legge ned våpnene", 15)) == ["  1.  legge ned", "      våpnene"]
    assert list(hanging("  1.  ", "", 15)) == []


@given(st.text(), st.integers(min_value=2, max_value=80))
def test_wrap_loses_nothing_but_white_space_and_fits(text: str, columns: int) -> None:
    lines = list(wrap(clean(text), columns))
    assert "".join("".join(lines).split()) == "".join(clean(text).split())
    assert all(cell_width(line) <= columns for line in lines)


@given(st.text())
def test_no_control_character_reaches_the_terminal(text: str) -> None:
    shown = marked(text, [(0, len(text))], PLAIN)[1:-1]
    assert len(shown) == len(text) and not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in shown)


def test_an_article_cannot_write_to_the_terminal(shelf: Shelf, run: Run) -> None:
    evil = "\033]0;owned\007\x9b2J"
    shelf.page = replace(
        EMPTY, total=1, hits=(replace(HIT, id=evil, title=evil, source=evil, snippets=(Snippet(evil),)),), notes=(evil,)
    )
    status, printed, said = run("search", "krig")
    assert status == 0 and not {"\033", "\007", "\x9b"} & set(printed + said)


# The samples


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples") / "index"
    assert main(["--index", str(folder), "index", str(ROOT / "seeds"), "--quiet"]) == 0
    return folder


NORWEGIAN = {"000_328e7e0a124123ac.txt", "001_6c5014cf17e20e50.txt", "002_1513e29f6cf4a60b.txt"}
ENGLISH = {"003_5242a08aea02da96.txt"}
DUTCH = {"004_242ebd4f83a38cd6.txt"}
ALL = NORWEGIAN | ENGLISH | DUTCH


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        # Every form of a word finds every other, accents typed or not.
        (["våpenhvilen"], NORWEGIAN),
        (["våpenhvile"], NORWEGIAN),
        (["vapenhvile"], NORWEGIAN),
        (["wapenstilstanden"], DUTCH),
        (["weapon"], ENGLISH),
        (["weapons"], ENGLISH),
        (["Nagorno"], ALL),
        # No words are every article.
        ([], ALL),
        # Options and the query's own filters are the same thing.
        (["våpenhvile", "--year", "2020", "--lang", "nb"], {"002_1513e29f6cf4a60b.txt"}),
        (["våpenhvile", "year:2020", "lang:nb"], {"002_1513e29f6cf4a60b.txt"}),
        (["--lang", "no"], NORWEGIAN),
        (["--lang", "en", "--lang", "nl"], ENGLISH | DUTCH),
        (["--year", "2020"], {"002_1513e29f6cf4a60b.txt"} | DUTCH),
        (["Nagorno", "-lang:nb"], ENGLISH | DUTCH),
        (["Nagorno", "-våpenhvile"], ENGLISH | DUTCH),
        (["--all", "weapon", "wapenstilstanden"], set()),
        (["--any", "weapon", "wapenstilstanden"], ENGLISH | DUTCH),
        (["weapon", "wapenstilstanden"], ENGLISH | DUTCH),
    ],
)
def test_samples(samples: Path, run: Run, arguments: list[str], ids: set[str]) -> None:
    status, printed, _ = run("--index", str(samples), "search", *arguments, "--format", "ids")
    assert (status, set(printed.split())) == (0 if ids else 1, ids)


def test_a_quoted_phrase_is_a_phrase(samples: Path, run: Run) -> None:
    printed = run("--index", str(samples), "search", '"legge ned våpnene"', "--format", "ids")[1]
    assert len(printed.split()) == 2


def test_indexing_again_changes_nothing_and_says_so(samples: Path, run: Run) -> None:
    status, printed, said = run("--index", str(samples), "index", str(ROOT / "seeds"))
    assert (status, printed) == (0, "") and said.startswith("newsstand: nothing to do: 5 unchanged")


def test_indexing_names_what_it_rejects(tmp_path: Path, run: Run) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news/empty.txt").write_text("")
    (tmp_path / "news/krig.txt").write_text("Det er krig i landet, sier statsministeren i dag.")
    command = ["--index", str(tmp_path / "index"), "index", str(tmp_path / "news")]
    status, printed, said = run(*command, "--json")
    report = json.loads(printed)
    assert (status, report["added"], report["rejected"], said) == (0, 1, 1, "")
    (kind,) = report["refusals"]
    listed = Path(report["rejected_list"])
    assert kind["count"] == 1 and kind["first"] == [json.loads(listed.read_text())]
    status, printed, said = run(*command, "--strict", "--quiet")
    assert (status, printed, said.count("\n")) == (2, "", 2)
    assert said.startswith(f"newsstand: {tmp_path}/news/empty.txt: rejected: ")
    assert said.endswith(f"newsstand: {listed} lists what was rejected\n")
    (tmp_path / "news/empty.txt").unlink()
    assert json.loads(run(*command, "--json")[1])["rejected_list"] is None and not listed.exists()


def test_an_index_does_not_index_itself(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("krig.txt").write_text("Det er krig i landet, sier statsministeren i dag.")
    for _ in range(2):
        report = json.loads(run("index", ".", "--json")[1])
        assert (report["rejected"], report["added"] + report["unchanged"]) == (0, 1)
    status, _, said = run("index", "")
    assert status == 2 and "empty path" in said


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--memory=much", "is not a size"),
        ("--field=headline", "not of the form title=Headline"),
        ("--field=nothing=Headline", "There is no field nothing"),
        ("--jobs=0", "range"),
    ],
)
def test_wrong_options_of_indexing(tmp_path: Path, run: Run, option: str, said: str) -> None:
    status, _, message = run("--index", str(tmp_path / "index"), "index", option, str(tmp_path))
    assert status == 2 and said in message


@pytest.mark.parametrize(
    "arguments", [["nowhere"], [".", "nowhere"], ["nowhere", "--prune"], ["nowhere", "--rebuild"], [".", "--lang=xx-"]]
)
@pytest.mark.parametrize("command", ["index", "watch"])
def test_a_mistake_leaves_no_empty_index_behind(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, command: str, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(command, *arguments)[0] == 2
    assert list(tmp_path.iterdir()) == []


def test_fields_by_other_names(tmp_path: Path, run: Run) -> None:
    (tmp_path / "news.csv").write_text("Key,Headline,Story\n1,Krig,Det er krig i landet.\n")
    fields = ("--field", "title=Headline", "--field", "text=story", "--field", "id=Key")
    command = ["--index", str(tmp_path / "index")]
    assert run(*command, "index", *fields, str(tmp_path / "news.csv"))[0] == 0
    assert json.loads(run(*command, "show", "1", "--json")[1])["title"] == "Krig"
    assert "1 unchanged" in run(*command, "index", str(tmp_path / "news.csv"))[2]


def test_a_deleted_article_stays_out_until_the_index_is_made_anew(tmp_path: Path, run: Run) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news/krig.txt").write_text("Det er krig i landet, sier statsministeren i dag.")
    (tmp_path / "news/fred.txt").write_text("Det er fred i landet, sier statsministeren i dag.")

    def ids(*command: str) -> set[str]:
        run("--index", str(tmp_path / "index"), *command)
        return set(run("--index", str(tmp_path / "index"), "search", "--format", "ids")[1].split())

    assert ids("index", str(tmp_path / "news")) == {"krig.txt", "fred.txt"}
    assert ids("delete", "krig.txt") == {"fred.txt"}
    assert ids("index", str(tmp_path / "news")) == {"fred.txt"}
    assert ids("index", "--rebuild", str(tmp_path / "news")) == {"krig.txt", "fred.txt"}


def test_deleting_what_is_not_there_is_told(samples: Path, run: Run) -> None:
    said = "newsstand: no article has the id nothing.txt\nnewsstand: 0 deleted\n"
    assert run("--index", str(samples), "delete", "nothing.txt") == (1, "", said)


def test_shares_times_weight_is_the_score_of_the_search(samples: Path, run: Run) -> None:
    command = ["--index", str(samples)]
    (hit, *_) = json.loads(run(*command, "search", "våpenhvile", "Armenia", "--format", "json")[1])["hits"]
    printed = run(*command, "explain", "våpenhvile", "Armenia", "--id", hit["id"], "--json")[1]
    article = json.loads(printed)["article"]
    assert article["score"] == pytest.approx(hit["score"], rel=1e-4)
    total = sum(share["score"] for share in article["shares"])
    assert total * article["language_weight"] == pytest.approx(article["score"], rel=1e-4)
    assert {share["leaf"] for share in article["shares"]} == {"våpenhvile", "armenia"}


def test_explaining_an_article_that_is_not_there_finds_nothing(samples: Path, run: Run) -> None:
    status, printed, said = run("--index", str(samples), "explain", "våpen", "--id", "nothing.txt")
    assert (status, printed, said.count("\n")) == (1, "", 1) and "nothing.txt" in said


def test_suggestions_are_words_of_the_archive(samples: Path, run: Run) -> None:
    printed = run("--index", str(samples), "suggest", "Nagorno", "vapenhv")[1]
    assert printed == "Nagorno våpenhvile\nNagorno våpenhvilen\n"


def test_an_index_that_was_left_half_way_is_put_back(tmp_path: Path, samples: Path, run: Run) -> None:
    shutil.copytree(samples, tmp_path / ".index-old")
    assert run("--index", str(tmp_path / "index"), "search", "våpenhvile", "--format", "ids")[0] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


@pytest.mark.parametrize(
    "command",
    [
        ["search", "krig"],
        ["show", "krig.txt"],
        ["delete", "krig.txt"],
        ["explain", "krig"],
        ["suggest", "k"],
        ["stats"],
    ],
)
def test_no_index_is_2_and_names_the_way_out(tmp_path: Path, run: Run, command: list[str]) -> None:
    status, printed, said = run("--index", str(tmp_path / "none"), *command)
    assert (status, printed) == (2, "") and " index PATH" in said
    assert not (tmp_path / "none").exists()


# The process

#: Loaded by indexing, explaining and serving; a search must not wait for them.
HEAVY = {
    "babel",
    "chardet",
    "dataclasses",
    "dateutil",
    "feedparser",
    "flask",
    "htmldate",
    "importlib.resources",
    "langcodes",
    "language_data",
    "lxml",
    "markdown_it",
    "multiprocessing",
    "pycld2",
    "rich",
    "search.explaining",
    "search.indexing",
    "search.language",
    "search.lexicon.build",
    "search.readers",
    "snowballstemmer",
    "sqlite3",
    "trafilatura",
    "waitress",
    "warcio",
    "watchdog",
    "yaml",
}


def process(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    return subprocess.run(
        [sys.executable, *arguments], env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_a_search_loads_nothing_heavy(samples: Path) -> None:
    source = f"""
import sys
import search
assert not set(sys.modules) & {{"click", "numpy", "whoosh", "search.searching"}}, "import search"
from search.cli import main
status = main(["--index", {str(samples)!r}, "search", "våpenhvile", "--format", "json"])
print(*sorted(set(sys.modules) & {HEAVY!r}), file=sys.stderr)
"""
    assert process("-c", source).stderr == "\n"


@pytest.mark.parametrize("name", ["Archive", "Page", "SearchRequest", "open_archive", "NewsstandError", "IndexMissing"])
def test_public_names(name: str) -> None:
    import search

    assert name in dir(search) and getattr(search, name).__name__ == name


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "nb_NO.ISO-8859-1"])
def test_any_script_in_any_locale(samples: Path, locale: str) -> None:
    done = process("-m", "search", "--index", samples, "search", "våpenhvile", "--format", "json", LC_ALL=locale)
    assert (done.returncode, json.loads(done.stdout)["total"]) == (0, 3)


def test_a_reader_who_leaves_early_is_no_failure(samples: Path) -> None:
    command = f"set -o pipefail; '{sys.executable}' -m search --index '{samples}' search Nagorno | true"
    done = subprocess.run(
        ["bash", "-c", command], env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
