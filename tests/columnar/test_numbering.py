"""Numbers of many strings at once are those that a dictionary would give them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.columnar.bytestrings import Bytestrings
from search.columnar.numbering import Numbers, Strings, spaced

#: Around the eight bytes that are hashed at once, also with zeros, which a hash must tell from nothing.
_STRINGS = st.lists(st.tuples(st.binary(max_size=20) | st.text("ab\0", max_size=20).map(str.encode), st.integers(0, 2)))


@given(st.lists(_STRINGS))
def test_strings_are_numbered_as_they_come(batches: list[list[tuple[bytes, int]]]) -> None:
    numbers, expected = Numbers(), dict[tuple[bytes, int], int]()
    for batch in batches:
        fresh = [each for each in dict.fromkeys(batch) if each not in expected]
        expected.update(zip(fresh, range(len(expected), len(expected) + len(fresh)), strict=True))
        salts = np.array([salt for _, salt in batch], dtype=np.uint64)
        found, places = numbers.number(Strings.of(Bytestrings.of([string for string, _ in batch])), salts)
        assert found.tolist() == [expected[each] for each in batch]
        assert [batch[place] for place in places.tolist()] == fresh
    assert list(numbers.strings) == [string for string, _ in expected]
    assert len(numbers) == len(expected)


def test_a_table_grows() -> None:
    strings = Strings.of(Bytestrings.of([b"%d" % number for number in range(50_000)]))
    numbers, one = Numbers(), np.zeros(1, dtype=np.uint64)
    for _ in range(2):
        assert numbers.number(strings, one)[0].tolist() == list(range(50_000))


@given(st.lists(st.text(" abé").map(str.encode)))
def test_texts_are_cut_at_spaces(texts: list[bytes]) -> None:
    strings, counts = spaced(texts)
    assert list(strings.take(np.arange(len(strings.starts)))) == [word for text in texts for word in text.split()]
    assert counts.tolist() == [len(text.split()) for text in texts]
