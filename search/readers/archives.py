"""Archives → the files in them, one after the other. Nothing is ever written from one: names are for showing only."""

from __future__ import annotations

import io
import shutil
import struct
import tarfile
import zipfile
from collections.abc import Callable, Generator, Iterator, Mapping
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Self, TypeVar

from search.readers.limits import LONGEST
from search.readers.streams import AHEAD, Budget, Damaged, filled, metered

_T = TypeVar("_T")

#: What an archive holds: a name and what is under it, or why that can't be read.
Member = tuple[str, io.BufferedReader | str]

#: Flags of a member; `_STREAMED` is one whose length stands after it.
_ENCRYPTED, _STREAMED = 1, 8
#: What stands before a member, and the length that says that the length stands elsewhere.
_LOCAL, _ZIP64 = struct.Struct("<6xHH4xIIIHH"), 0xFFFFFFFF

#: Files by which office documents and books are told, which are zip archives too.
_DOCUMENTS = {"[Content_Types].xml": "an Office document", "mimetype": "an OpenDocument file or e-book"}


class NoArchive(ValueError):
    """The message is the reason of a rejection."""


def zip_members(stream: BinaryIO, budget: Budget) -> Iterator[Member]:
    """Raises NoArchive, or Damaged with `stream` as its source.

    A stream that can't be searched is kept in a temporary file, which has no name.
    """
    if stream.seekable():
        whole = yield from _zip_members(stream, budget)
    else:
        with SpooledTemporaryFile(max_size=LONGEST) as kept:
            shutil.copyfileobj(stream, kept)
            whole = yield from _zip_members(kept, budget)  # type: ignore[arg-type]
    if not whole:
        raise Damaged("is cut off or damaged; nothing was read from there on, so fetch or pack it again", stream)


def _zip_members(stream: BinaryIO, budget: Budget) -> Generator[Member, None, bool]:
    """Gives whether nothing is missing that its members haven't told."""
    try:
        archive = zipfile.ZipFile(stream)
    except Exception:  # the directory of a damaged archive can be wrong in any way
        return (yield from _without_directory(stream, budget))
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
    return True


def _without_directory(stream: BinaryIO, budget: Budget) -> Generator[Member, None, bool]:
    """The members of an archive whose end is missing, as far as each says before itself how long it is.

    APPNOTE.TXT 4.3.7 describes what stands there. Gives what `_zip_members` does; raises NoArchive if there is none.
    """
    length, at, found = stream.seek(0, io.SEEK_END), 0, False
    while True:
        stream.seek(at)
        header = stream.read(_LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            break
        flags, method, check, packed, size, name_length, extra_length = _LOCAL.unpack(header)
        if flags & (_ENCRYPTED | _STREAMED) or packed == _ZIP64:
            break
        info = zipfile.ZipInfo(stream.read(name_length).decode("utf-8", "replace"))
        info.compress_type, info.CRC, info.compress_size, info.file_size = method, check, packed, size
        at, found = at + _LOCAL.size + name_length + extra_length, True
        stream.seek(at)
        at += packed
        name = shown_name(info.filename)
        if not info.filename.endswith("/") and not is_hidden(name):
            yield _opened(stream, info, name, budget)
        if at > length:
            return True  # the member has told that it is cut off
    if not found:
        raise NoArchive("is no whole zip archive, so nothing was read from it; fetch or pack it again")
    return False


def _opened(stream: BinaryIO, info: zipfile.ZipInfo, name: str, budget: Budget) -> Member:
    try:
        member = zipfile.ZipExtFile(stream, "r", info)
    except (NotImplementedError, RuntimeError) as error:
        return name, f"cannot be unpacked ({error})"
    return name, metered(io.BufferedReader(member, AHEAD).read1, Budget(info.compress_size), budget)


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
