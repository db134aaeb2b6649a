import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.columnar.bytestrings import Bytestrings

#: Strings of few different bytes, zero among them, begin alike and end where eight bytes, or as many as are compared
#: at once, end.
_PIECES = st.text("\0a", max_size=3) | st.sampled_from(["a" * 8, "a" * 120, "a" * 127, "a" * 128, "\0" * 8])
_ALIKE = st.builds("".join, st.lists(_PIECES, max_size=3))
_LISTS = st.lists(_ALIKE | st.text() | st.sampled_from(["\ud800", "\udc00", "é", "停"]))


@given(_LISTS)
def test_ranks_are_those_of_sorted_bytes(texts: list[str]) -> None:
    strings = [text.encode("utf-8", "surrogatepass") for text in texts]
    distinct, ranks = Bytestrings.encoded(texts).ranked()
    assert [*Bytestrings.encoded(texts)] == [*Bytestrings.of(strings)] == strings
    assert list(distinct) == sorted(set(strings))
    assert list(distinct.take(ranks)) == strings


@given(st.lists(_LISTS), st.data())
def test_parts_are_joined_and_taken(parts: list[list[str]], data: st.DataObject) -> None:
    texts = [text for part in parts for text in part]
    joined = Bytestrings.joined([Bytestrings.encoded(part) for part in parts])
    places = data.draw(st.lists(st.integers(0, len(texts) - 1)) if texts else st.just([]))
    assert list(joined.take(np.array(places, dtype=np.int64))) == [
        texts[place].encode("utf-8", "surrogatepass") for place in places
    ]
