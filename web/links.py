"""The addresses that a page leads to, each written from the request it asks for and in the page's way to be shown."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from search.searching import SearchRequest
from search.settings import Settings
from web.params import Display, chosen, slot, write


class Links(Struct, frozen=True):
    """`root` is where the application is mounted, without a slash at its end."""

    root: str
    settings: Settings
    display: Display

    def search(self, request: SearchRequest, path: str = "/") -> str:
        """The page of results, or what else is made of them: `/search.csv`."""
        return self._with_query(path, write(request, self.settings, self.display))

    def differing(self, request: SearchRequest, *names: str, kept: bool = False) -> Callable[[str], str]:
        """The first pages of results that differ in parameters that stand side by side, by what is written of these.

        With `kept`, in addition to their values in the request. It is a page's hundred links that are made so: a
        request and an address written anew for each would take half the time of the page.
        """
        before, after = slot(request, self.settings, self.display, names, kept)
        return lambda written: f"{self.root}/?{before}{written}{after}"

    def counted(self, request: SearchRequest, shares: bool) -> str:
        """The page of results with counts or shares in its timeline."""
        return self._with_query("/", write(request, self.settings, replace(self.display, shares=shares)))

    def facet(self, request: SearchRequest, name: str) -> str:
        return self.search(replace(request, offset=0), f"/facet/{name}")

    def article(self, id: str, request: SearchRequest, hit: int | None = None) -> str:
        """The search goes along, so that the article shows its marks, its neighbours and the way back."""
        return self.articles(request)(id, hit)

    def articles(self, request: SearchRequest) -> Callable[[str, int | None], str]:
        """The addresses of articles that are found by one request."""
        query = write(request, self.settings, self.display)

        def address(id: str, hit: int | None) -> str:
            place = f"hit={hit}" if hit else ""
            return self._with_query(
                f"/article/{quote(id, safe='/~!$&()*+,;=:@')}", "&".join(filter(None, (query, place)))
            )

        return address

    def kept(self, request: SearchRequest, *but: str) -> list[tuple[str, str]]:
        """The parameters that a form sends along unseen, because it has no field for them."""
        return [(name, value) for name, value in chosen(request, self.settings, self.display) if name not in but]

    def _with_query(self, path: str, query: str) -> str:
        return f"{self.root}{path}?{query}" if query else f"{self.root}{path}"
