"""Archives → the files in them, one after the other. Nothing is ever written from one: names are for showing only."""

from __future__ import annotations

import io
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Self, TypeVar

from search.readers.limits import LONGEST
from search.readers.streams import AHEAD, Budget, Damaged, filled, metered

_T = TypeVar("_T")

#: What an archive holds: a name and what is under it, or why that can't be read.
Member = tuple[str, io.BufferedReader | str]

_ENCRYPTED = 1

#: Files by which office documents and books are told, which are zip archives too.
_DOCUMENTS = {"[Content_Types].xml": "an Office document", "mimetype": "an OpenDocument file or e-book"}


class NoArchive(ValueError):
    """The message is the reason of a rejection."""


def zip_members(stream: BinaryIO, budget: Budget) -> Iterator[Member]:
    """Raises NoArchive. A stream that can't be searched is kept in a temporary file, which has no name."""
    if stream.seekable():
        yield from _zip_members(stream, budget)
        return
    with SpooledTemporaryFile(max_size=LONGEST) as kept:
        shutil.copyfileobj(stream, kept)
        yield from _zip_members(kept, budget)  # type: ignore[arg-type]


def _zip_members(stream: BinaryIO, budget: Budget) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(stream)
    except Exception as error:  # the directory of a damaged archive can be wrong in any way
        raise NoArchive("is no whole zip archive, so nothing was read from it; fetch or pack it again") from error
    with archive:
        first = archive.infolist()[:1]
        if first and (document := _DOCUMENTS.get(first[0].filename)):
            raise NoArchive(f"is {document}, which can't be read; save it as text or HTML")
        for info in archive.infolist():
            name = shown_name(info.filename)
            if info.filename.endswith("/") or is_hidden(name):  # is_dir() wants a name
                continue
            if info.flag_bits & _ENCRYPTED:
                yield name, "is encrypted; unpack it first"
                continue
            try:
                member = archive.open(info)
            except Exception as error:
                yield name, f"cannot be unpacked ({error})"
                continue
            with io.BufferedReader(member, AHEAD) as buffered:  # type: ignore[type-var]
                yield name, metered(buffered.read1, Budget(info.compress_size), budget)


class _Header(tarfile.TarInfo):
    """tarfile takes anything that is no header for the end of the archive."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if buf.strip(b"\0"):
                raise tarfile.ReadError(str(error)) from error
            raise


def tar_members(stream: BinaryIO, _: Budget) -> Iterator[Member]:
    """Links and devices are passed over. Raises NoArchive, or Damaged with `stream` as its source, as members do."""
    try:
        archive = tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header)  # noqa: SIM115
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        raise NoArchive("is no tar archive; fetch or pack it again") from error
    with archive:
        while (info := _checked(stream, archive.next)) is not None:
            name = shown_name(info.name)
            member = archive.extractfile(info) if info.isreg() and not is_hidden(name) else None
            if member is not None:
                yield name, filled(partial(_checked, stream, member.read))


def _checked(stream: BinaryIO, step: Callable[..., _T], *arguments: int) -> _T:
    try:
        return step(*arguments)
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        reason = "is cut off or damaged; nothing was read from there on, so fetch or pack it again"
        raise Damaged(reason, stream) from error


def shown_name(name: str) -> str:
    """The name of a member as a path below the archive, whatever it says of roots and parents.

    >>> shown_name("/../etc/./news.txt")
    'etc/news.txt'
    """
    parts = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", ".", "..")) or "_"


def is_hidden(name: str) -> bool:
    """As `walk` passes over what begins with a dot; so it does over what macOS adds."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


#: By kind: a stream and what it may grow to → its members.
ARCHIVES: Mapping[str, Callable[[BinaryIO, Budget], Iterator[Member]]] = {"tar": tar_members, "zip": zip_members}
