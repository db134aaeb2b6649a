"""Reading a table of contents runs no code, whoever wrote it, and takes no byte on trust."""

from __future__ import annotations

import os
import pickle
import struct
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import fields
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import open_dir

from search.columnar.check import check
from search.columnar.contents import read
from search.columnar.errors import Damaged
from search.columnar.fields import Keys
from search.columnar.segment import ColumnarSegment
from search.columnar.writing import Writer, create
from tests.columnar.corpus import PLAN, Doc, added, schema

NAME = "_MAIN_1.toc"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of three documents, one of them deleted."""
    with Writer(create(tmp_path, schema()), PLAN) as writer:
        for id in ("a", "b", "c", "a"):
            added(writer, Doc(id, body=("ab",)))
        writer.commit()
    return tmp_path


def sealed(schema: Any, segments: Any) -> bytes:
    """A table of contents as Whoosh writes it, and the seal. What is bytes already is taken for a pickle."""
    stream = StructFile(BytesIO())
    for size in (4, 8, 4):
        stream.write_varint(size)
    stream.write_int(-12345)
    stream.write_int(-111)
    for number in (2, 7, 4):
        stream.write_varint(number)
    stream.write_string(pickle.dumps(schema, 2))
    stream.write_int(1)
    stream.write_int(0)
    stream.write(segments if isinstance(segments, bytes) else pickle.dumps(segments))
    body = stream.file.getvalue()
    return body + struct.pack("<QI8s", len(body), zlib.crc32(body), b"CONTENTS")


def test_whoosh_reads_what_is_written(folder: Path) -> None:
    ours, theirs = read(FileStorage(str(folder)), "MAIN"), open_dir(str(folder))
    assert repr(ours.schema.items()) == repr(theirs.schema.items())
    assert [vars(one) for one in ours.segments] == [vars(one) for one in theirs._segments()]
    assert [one.doc_count() for one in ours.segments] == [3]


def test_every_flipped_byte_and_every_truncation_is_told(folder: Path) -> None:
    path = folder / NAME
    whole = path.read_bytes()
    broken = [whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :] for at in range(len(whole))]
    for data in (*broken, *(whole[:at] for at in range(len(whole))), whole + b"\0"):
        path.write_bytes(data)
        with pytest.raises(Damaged, match=NAME):
            read(FileStorage(str(folder)), "MAIN")
    assert [problem.startswith(NAME) for problem in check(folder)] == [True]


class Run:
    """Unpickles as a call of anything."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self._call = (function, arguments)

    def __reduce__(self) -> Any:
        return self._call


def segment(**state: Any) -> ColumnarSegment:
    made = ColumnarSegment("MAIN", 9)
    vars(made).update(state)
    return made


def with_field(field: Any) -> fields.Schema:
    made = schema()
    made._fields["words"] = field
    return made


class Other(ColumnarSegment):
    pass


HOSTILE = {
    "a call": (schema(), [Run(exec, "open('ran', 'w')")]),
    "a call in the schema": (with_field(Run(exec, "open('ran', 'w')")), []),
    "a function of the system": (schema(), Run(os.system, "touch ran")),
    "a class that is not a segment's": (schema(), [Path("x")]),
    "a field that is not ours": (with_field(fields.TEXT()), []),
    "a class derived from ours": (schema(), [Other("MAIN")]),
    "a lookup by attribute": (schema(), [Run(getattr, Keys, "__init__")]),
    "gigabytes": (schema(), [Run(bytes, 1 << 40)]),
    "no list": (schema(), {}),
    "no segments": (schema(), [1]),
    "no schema": ([], []),
    "a path for an id": (schema(), [segment(segid="../../etc/passwd")]),
    "a number for an id": (schema(), [segment(segid=7)]),
    "another index's": (schema(), [segment(indexname="../MAIN")]),
    "fewer documents than none": (schema(), [segment(_documents=-1)]),
    "too many documents": (schema(), [segment(_documents=1 << 40)]),
    "no number": (schema(), [segment(_documents=1.5)]),
    "deletions beyond the last document": (schema(), [segment(_deleted=bytes(9))]),
    "deletions that are no bytes": (schema(), [segment(_deleted=[1])]),
    "one segment twice": (schema(), [segment(segid="a"), segment(segid="a")]),
    "depth": (schema(), b"\x80\x04)" + 20_000 * b"\x85" + b"."),
    "a huge memo": (schema(), b"\x80\x04Nr\xff\xff\xff\x3f."),
    "an import by number": (schema(), b"\x80\x04\x82\x01."),
    "a long number": (schema(), b"\x80\x04\x8b\xff\xff\xff\x7f."),
    "text for numbers": (schema(), b"I" + 9_999 * b"9" + b"\n."),
    "nothing": (schema(), b""),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_stranger_gets_nothing_run(folder: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.chdir(folder)
    (folder / NAME).write_bytes(sealed(*HOSTILE[what]))
    with pytest.raises(Damaged, match=NAME):
        read(FileStorage(str(folder)), "MAIN")
    assert not (folder / "ran").exists()


def test_what_is_no_attack_is_read(folder: Path) -> None:
    (folder / NAME).write_bytes(sealed(schema(), [segment(segid="abc", _deleted=b"\1\0", _data="anything")]))
    (found,) = read(FileStorage(str(folder)), "MAIN").segments
    assert (found.filename(), found.doc_count(), found._data) == ("MAIN_abc.col", 8, None)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_bytes_under_a_right_seal(tmp_path_factory: pytest.TempPathFactory, before: bytes, after: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    whole = sealed(schema(), [segment(segid="abc")])[:-20]
    body = whole[: len(whole) - 60] + before + after
    (folder / NAME).write_bytes(body + struct.pack("<QI8s", len(body), zlib.crc32(body), b"CONTENTS"))
    with suppress(Damaged):
        assert read(FileStorage(str(folder)), "MAIN").generation == 1
