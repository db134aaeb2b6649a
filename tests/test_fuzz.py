"""Whatever the bytes, nothing is raised that a caller doesn't expect: what once was, and a sample.

`make torture` goes on for longer.
"""

from __future__ import annotations

import random
import zipfile
from io import BytesIO
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from search.article import Record
from search.readers import STANDARD_INPUT, read_stream, readers
from search.readers.archives import ARCHIVES
from search.readers.kinds import kind_of
from search.readers.streams import COMPRESSIONS
from torture import seeds
from torture.fuzz import TARGETS, Try, altered


def zipped_without_a_name() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("x", "The harbour opened.")
    return made.getvalue().replace(b"x", b"\0")


#: What once broke a target.
BROKE = (
    ("read.zip", "a member without a name", zipped_without_a_name()),
    (
        "read.csv",
        "taken for UTF-16 without its mark",
        b'\xff\xfftitle,tdate,url\nHarboK\0,"It ""openeday",https://x.org/a',
    ),
    ("read.arc", "a length beyond all numbers", seeds.texts(".arc")[0].replace(b" 117\n", b" 99999999999999999999\n")),
)


@pytest.mark.parametrize(("name", "what", "data"), BROKE, ids=[what for _, what, _ in BROKE])
def test_what_once_broke_is_read(name: str, what: str, data: bytes) -> None:
    TARGETS[name].make()(data)


def test_every_kind_of_input_is_tried() -> None:
    tried = {kind_of(data, suffix) for suffix in seeds.TEXTS for data in seeds.texts(suffix)[:1]}
    assert tried == set(readers())
    assert {kind_of(data, "") for data in seeds.packed()} == {*COMPRESSIONS, *ARCHIVES}
    assert len(seeds.PACKED) == len(seeds.packed())


@pytest.mark.parametrize("suffix", seeds.TEXTS)
def test_a_seed_is_an_article(suffix: str) -> None:
    """One that is rejected at once would try nothing."""
    origin = replace(STANDARD_INPUT, file=Path(f"a{suffix}"), path=f"a{suffix}")
    assert isinstance(next(read_stream(BytesIO(seeds.texts(suffix)[0]), origin)), Record)


@pytest.mark.parametrize("name", TARGETS)
def test_a_sample_of_anything(name: str) -> None:
    target = TARGETS[name]
    attempt = target.make()
    for data in islice(altered(list(target.seeds()), random.Random(name)), 100):
        attempt(data)


@pytest.fixture(scope="module", params=["contents", "segment", "blobs"])
def forge(request: pytest.FixtureRequest) -> Try:
    return TARGETS[request.param].make()


@settings(max_examples=50, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_file_of_an_index_under_a_checksum_that_fits(forge: Try, data: bytes) -> None:
    forge(data)
