"""Where else the text of an article stood: a table made at each commit, by the ids of articles and of their copies."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

import numpy as np

from search.article import Copy, decode_article, decode_fields
from search.lexicon.blocks import Kept, pack, unpack
from search.lexicon.strings import Strings, pack_strings


def build_copies(pairs: Iterable[tuple[str, str]]) -> bytes:
    """From the id of an article and what is stored of a copy of it, as `encode_article` writes it; sorted by id."""
    articles: list[str] = []
    copies: list[str] = []
    owners: list[int] = []
    stored: list[bytes] = []
    for id, meta in pairs:
        if not articles or articles[-1] != id:
            articles.append(id)
        owners.append(len(articles) - 1)
        stored.append(meta.encode())
        copies.append(decode_fields(stored[-1])["id"])
    arrays = {
        **{f"article.{name}": array for name, array in pack_strings(articles).items()},
        **{f"copy.{name}": array for name, array in pack_strings(copies).items()},
        "copy.article": np.array(owners, np.uint32),
        "article.copies": np.searchsorted(owners, np.arange(len(articles) + 1)).astype(np.uint32),
        "stored": np.frombuffer(b"".join(stored), np.uint8),
        "stored.ends": np.array([0, *accumulate(map(len, stored))], np.uint64),
    }
    return pack(arrays, {})


class Copies:
    """Views of the bytes that `build_copies` made; opening it costs the same for any number of them."""

    def __init__(self, kept: Kept | None) -> None:
        """None stands for no copies."""
        self._is_empty = kept is None
        if kept is None:
            return
        columns, _ = unpack(kept)
        self._articles, self._copies = Strings(columns, "article."), Strings(columns, "copy.")
        self._is_empty = not len(self._articles)
        self._owners, self._edges = columns["copy.article"], columns["article.copies"]
        self._stored, self._ends = columns["stored"], columns["stored.ends"]

    def of(self, id: str) -> tuple[Copy, ...]:
        """Those of an article, the first published first."""
        article = -1 if self._is_empty else self._articles.find(id)
        if article < 0:
            return ()
        return tuple(map(self._copy, range(self._edges[article], self._edges[article + 1])))

    def article(self, id: str) -> str | None:
        """The id of the article that `id` is a copy of."""
        copy = -1 if self._is_empty else self._copies.find(id)
        return None if copy < 0 else self._articles[self._owners[copy]]

    def _copy(self, number: int) -> Copy:
        one = decode_article(self._stored.part(self._ends[number], self._ends[number + 1]).data)
        return Copy(one.id, one.title, one.url, one.source, one.date, one.date_from, one.path)
