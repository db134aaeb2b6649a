"""More like this, and all hits of a request. On every engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from search.article import Copy
from search.errors import BadValue
from search.searching import Archive, SearchRequest
from tests.articles import ENGINES, archive_of, article, engine_of

FILLING = tuple(article(f"other{n}", f"the minister and the weather of day {n}", language="en") for n in range(20))
ARTICLES = (
    article("dam1", "The dam above the valley broke, and the reservoir emptied.", title="Dam breaks", language="en"),
    article("dam2", "Engineers said the dam and its reservoir were old.", language="en"),
    article("dam3", "A new reservoir is planned.", language="en"),
    article("ja1", "谷で停戦が発効した。", title="停戦が発効", language="ja"),
    article("ja2", "停戦は土曜日に始まる。", language="ja"),
    article("alone", "Xyzzy plugh.", language="en"),
    *FILLING,
)


@pytest.fixture(params=ENGINES, scope="module")
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    engine = engine_of(request.param, tmp_path_factory.mktemp("archive"))
    yield archive_of(engine, ARTICLES)
    engine.close()


@pytest.mark.parametrize(
    ("id", "words", "others"),
    [
        ("dam1", ("dam", "reservoir", "the", "and"), "dam2 dam3"),
        ("dam3", ("reservoir",), "dam2 dam1"),
        # Where words are not told apart, pairs of characters stand for them.
        ("ja1", (), "ja2"),
        # Nothing that another article has.
        ("alone", (), ""),
    ],
)
def test_what_is_rare_elsewhere_tells_what_is_like_it(
    archive: Archive, id: str, words: tuple[str, ...], others: str
) -> None:
    one = archive.article(id)
    assert one
    telling, hits = archive.similar(one)
    assert telling[: len(words)] == words
    assert " ".join(hit.id for hit in hits if not hit.id.startswith("other")) == others


def test_its_copies_are_not_like_it_but_it(archive: Archive) -> None:
    one = archive.article("dam1")
    assert one
    copy = Copy("dam2", one.title, None, None, None, None, "")
    assert "dam2" not in [hit.id for hit in archive.similar(replace(one, copies=(copy,)))[1]]


def test_every_hit_comes_once_in_the_order_of_the_pages(archive: Archive) -> None:
    request = SearchRequest(query="the", offset=7, limit=1)
    wanted = [hit.id for hit in archive.search("the", limit=100).hits]
    assert len(wanted) > 20
    assert [hit.id for hit in archive.every(request, batch=4)] == wanted
    assert [hit.id for hit in archive.every(replace(request, query="nowhere"))] == []
    assert not any(hit.snippets for hit in archive.every(request))
    assert all(hit.snippets for hit in archive.every(request, snippets=True))


def test_a_request_without_sense_is_refused_at_once(archive: Archive) -> None:
    with pytest.raises(BadValue):
        archive.every(SearchRequest(years=("soon",)))
