"""What is packed is read as if it lay there by itself."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from search.article import Record, Rejected
from search.indexing.ids import wanted_id
from search.readers.archives import shown_name
from tests.readers.reading import reading, reasons, tarred, texts, zipped

LINES = b'{"text": "Alfa"}\n{"text": "Beta"}\n'
PAGE = b"<h1>Is</h1><p>Havna er frosset.</p>"

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("name", ["a.jsonl{}", "a{}", "a.jsonl", "a.json"])
def test_packed_files_are_unpacked_whatever_they_are_called(suffix: str, name: str) -> None:
    assert texts(reading(name.format(suffix), PACKERS[suffix](LINES))) == ["Alfa", "Beta"]


@pytest.mark.parametrize("suffix", PACKERS)
def test_packed_pieces_in_a_row_are_one_file(suffix: str) -> None:
    pack = PACKERS[suffix]
    assert texts(reading(f"a.jsonl{suffix}", pack(LINES[:10]) + pack(LINES[10:]))) == ["Alfa", "Beta"]


def test_a_name_that_says_packed_and_is_not() -> None:
    assert texts(reading("a.jsonl.gz", LINES)) == ["Alfa", "Beta"]


MEMBERS = {"b/page.html": PAGE, "a.txt": b"Alfa", "list.jsonl": LINES, "packed.txt.gz": gzip.compress(b"Gamma")}
ALL = ["Havna er frosset.", "Alfa", "Alfa", "Beta", "Gamma"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", zipped(MEMBERS)),
        ("a.tar", tarred(MEMBERS)),
        ("a.tar.gz", gzip.compress(tarred(MEMBERS))),
        ("a.tgz", gzip.compress(tarred(MEMBERS))),
        # In each other, and in a stream that can't be searched.
        ("a.zip.xz", lzma.compress(zipped(MEMBERS))),
        ("a.tar", tarred({"inner.zip": zipped(MEMBERS)})),
        ("a.zip", zipped({"inner.tar": tarred(MEMBERS)})),
        # Under a false name.
        ("a.txt", zipped(MEMBERS)),
    ],
)
def test_members_of_archives(name: str, data: bytes) -> None:
    read = reading(name, data)
    assert texts(read) == ALL
    assert reasons(read) == []


def test_members_have_paths_and_ids_of_their_own() -> None:
    read = reading("a.zip", zipped({"b/one.txt": b"Alfa", "c.tar": tarred({"d.txt": b"Beta"})}))
    places = [(one.path, one.member) for one in read]
    assert places == [("a.zip", "b/one.txt"), ("a.zip", "c.tar/d.txt")]
    ids = [wanted_id(one, "a.zip") for one in read if isinstance(one, Record)]
    assert ids == ["a.zip~b~one.txt", "a.zip~c.tar~d.txt"]


def test_what_is_no_file_and_what_is_hidden_is_passed_over() -> None:
    link = tarfile.TarInfo("link.txt")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    device = tarfile.TarInfo("device.txt")
    device.type = tarfile.CHRTYPE
    hidden = {".git/a.txt": b"A", "__MACOSX/._b.txt": b"B", "c/.d.txt": b"C", "e.txt": b"Alfa"}
    assert texts(reading("a.tar", tarred(hidden, link, device))) == ["Alfa"]
    assert texts(reading("a.zip", zipped(hidden))) == ["Alfa"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a/b.txt", "a/b.txt"),
        ("../../a.txt", "a.txt"),
        ("/etc/passwd", "etc/passwd"),
        ("a/../../b.txt", "a/b.txt"),
        ("..\\..\\a.txt", "a.txt"),
        ("", "_"),
        ("..", "_"),
    ],
)
def test_names_lead_nowhere(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_nothing_is_written(
    pack: Callable[[dict[str, bytes]], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in" / "here"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    tricks = {"../../a.txt": b"Alfa", f"{tmp_path}/b.txt": b"Beta", "c.txt": b"Gamma"}
    assert texts(reading("a", pack(tricks))) == ["Alfa", "Beta", "Gamma"]
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == []


def test_documents_that_are_archives_inside_are_named() -> None:
    (one,) = reading("a.docx", zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}))
    assert isinstance(one, Rejected) and one.reason.startswith("is an Office document")
