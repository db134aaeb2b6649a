"""Whatever the bytes, nothing is raised that a caller doesn't expect: what once was, and a sample.

`make torture` goes on for longer.
"""

from __future__ import annotations

import random
import zipfile
from io import BytesIO
from itertools import islice

import pytest

from torture.fuzz import TARGETS, altered


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
)


@pytest.mark.parametrize(("name", "what", "data"), BROKE, ids=[what for _, what, _ in BROKE])
def test_what_once_broke_is_read(name: str, what: str, data: bytes) -> None:
    TARGETS[name].make()(data)


@pytest.mark.parametrize("name", TARGETS)
def test_a_sample_of_anything(name: str) -> None:
    target = TARGETS[name]
    attempt = target.make()
    for data in islice(altered(list(target.seeds()), random.Random(name)), 100):
        attempt(data)
