"""A fake archive that answers every request with one page, and what is needed to look at the answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import html5lib
from msgspec import Struct, field
from msgspec.structs import replace

from search.article import Article, DateFrom, LanguageFrom
from search.dates import parse_partial
from search.results import Bar, FacetValue, Hit, Page, Snippet, Timeline
from search.searching import SearchRequest
from search.settings import Settings
from web import create_app

NAMES = {"nb": "Norwegian Bokmål", "en": "English", "ar": "Arabic", "und": "Unknown"}

HIT = Hit(
    id="nb/1.txt",
    title="Våpenhvile i dalen",
    title_marks=((0, 10),),
    url="https://avis.example/1",
    source="avis.example",
    language="nb",
    language_name="Norwegian Bokmål",
    date="2023-09",
    date_precision="month",
    date_from="declared",
    score=2.5,
    snippets=(Snippet("Partene er enige om en våpenhvile.", ((23, 33),)),),
)

PAGE = Page(
    query="våpenhvile",
    match="all",
    total=1,
    offset=0,
    limit=10,
    took_ms=1.94,
    hits=(HIT,),
    facets={
        "language": (FacetValue("nb", "Norwegian Bokmål", 1, False),),
        "year": (FacetValue("2023", "2023", 1, False), FacetValue("undated", "undated", 1, False)),
    },
    notes=(),
    suggestion=None,
)

TIMELINE = Timeline(
    unit="year",
    bars=(
        Bar("2022", 2, (("nb", 1), ("en", 1)), 4),
        Bar("2023", 0, (), None),
        Bar("2024", 1, (("nb", 1),), 8),
    ),
    vague=(),
    undated=3,
)

ARTICLE = Article(
    id="nb/1.txt",
    title="Våpenhvile i dalen",
    text="Partene er enige om en våpenhvile.\n\nDen gjelder fra lørdag.",
    url="https://avis.example/1",
    source="avis.example",
    language="nb",
    language_from=LanguageFrom.DECLARED,
    confidence=1.0,
    date=parse_partial("2023-09"),
    date_from=DateFrom.DECLARED,
    path="nyheter/nb/1.txt",
    extra={"section": "Utenriks", "tags": ["krig", "fred"]},
)


class FakeArchive(Struct):
    """Remembers what it was asked. `error` is raised instead of answering."""

    page: Page = PAGE
    articles: tuple[Article, ...] = (ARTICLE,)
    text_marks: tuple[tuple[int, int], ...] = ((23, 33),)
    alike: tuple[Hit, ...] = ()
    error: Exception | None = None
    made: int = 1_700_000_000_000_000_000
    asked: list[SearchRequest] = field(default_factory=list)

    def run(
        self, request: SearchRequest, *, timeline: bool = False, shares: bool = False, sources: int | None = None
    ) -> Page:
        self.asked.append(request)
        if self.error:
            raise self.error
        lie = (self.page.timeline or TIMELINE) if timeline else None
        return replace(self.page, query=request.query, offset=request.offset, limit=request.limit, timeline=lie)

    def every(self, request: SearchRequest) -> Iterator[Hit]:
        return iter(self.page.hits)

    def similar(self, article: Article) -> tuple[tuple[str, ...], tuple[Hit, ...]]:
        return ("dalen", "partene"), self.alike

    def suggest(self, prefix: str, limit: int) -> tuple[str, ...]:
        return (f"{prefix}hvile", f"{prefix}stillstand")[:limit]

    def article(self, id: str) -> Article | None:
        if self.error:
            raise self.error
        return next((article for article in self.articles if article.id == id), None)

    def marks(self, article: Article, query: str):
        return ((0, 10),), self.text_marks

    def language_name(self, tag: str) -> str:
        return NAMES.get(tag, tag)

    @property
    def edition(self) -> str:
        return f"7 of {self.made}"

    @property
    def generation(self) -> int:
        if self.error:
            raise self.error
        return 7


class Seen(Struct, frozen=True, dict=True):
    """An answer, its HTML parsed strictly: a page with a parse error fails the test that asked for it."""

    status: int
    headers: dict[str, str]
    text: str

    @cached_property
    def tree(self):
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        return parser.parse(self.text)

    def all(self, tag: str, **attributes: str):
        """Elements by attributes, written `class_` and `aria_current` where Python can't spell them."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [each for each in self.tree.iter(tag) if wanted.items() <= dict(each.attrib).items()]

    def one(self, tag: str, **attributes: str):
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag} {attributes}>"
        return found[0]

    def links(self) -> dict[str, str]:
        """Address by text, white space made single."""
        return {words(each): each.get("href") for each in self.all("a")}

    @property
    def words(self) -> str:
        return words(self.tree.find("body"))


def words(element) -> str:
    return " ".join("".join(element.itertext()).split())


class Browser:
    """Asks an app of the archive for pages, without a server."""

    def __init__(self, archive) -> None:
        self.app = create_app(archive, Settings())
        self.app.logger.disabled = True  # errors are meant here

    def get(self, address: str, method: str = "GET", **headers: str) -> Seen:
        """Headers are written `If_None_Match`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        with self.app.test_client() as client, client.open(address, method=method, headers=sent) as answer:
            return Seen(answer.status_code, dict(answer.headers), answer.get_data(as_text=True))
