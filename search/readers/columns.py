"""CSV and TSV: a row an article, under the names of its fields."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from search.article import Record, Rejected
from search.readers.decoding import NotText, find_encoding, marked
from search.readers.fields import USUAL, Names, are_articles, record
from search.readers.limits import LONGEST, TOO_LONG
from search.readers.origin import Origin

_DELIMITERS = "\t,;|"

#: Bytes that the encoding is found by, and lines that quoting is.
_SAMPLE, _LINES = 1 << 20, 1000


def read_columns(stream: io.BufferedReader, origin: Origin, names: Names = USUAL) -> Iterator[Record | Rejected]:
    """Rows are counted with the header as the first, as spreadsheets do."""
    try:
        head = stream.peek(_SAMPLE)
        encoding = _encoding(head)
    except NotText as error:
        yield origin.reject(str(error))
        return
    lines = _lines(stream, encoding)
    header = next((line for line in lines if line.strip()), "")
    delimiter = delimiter_of(header)
    fields = _row(header, delimiter)
    if not are_articles(fields, names):
        yield origin.reject(
            f"has no column of text or titles: its first line is {_shown(header)!r}. Name one with --field text=COLUMN"
        )
        return
    csv.field_size_limit(LONGEST)
    if delimiter == "\t" and _is_unquoted(head.decode(encoding, "replace")):
        rows = (list(map(_without_quotes, row)) for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
        yield from _records(rows, fields, origin, names)
    else:
        yield from _records(csv.reader(lines, delimiter=delimiter), fields, origin, names)


def _records(rows: Iterator[list[str]], fields: list[str], origin: Origin, names: Names) -> Iterator[Record | Rejected]:
    number = 1
    while True:
        number += 1
        try:
            row = next(rows, None)
        except csv.Error:
            yield origin.reject(TOO_LONG, number)
            continue
        if row is None:
            break
        if any(cell.strip() for cell in row):
            yield _record(row, fields, origin, number, names)


def _record(row: list[str], fields: list[str], origin: Origin, number: int, names: Names) -> Record | Rejected:
    if len(row) > len(fields):
        reason = f"has {len(row)} columns, the header has {len(fields)}; quote what holds a delimiter"
        return origin.reject(reason, number)
    said = {field: cell for field, cell in zip(fields, row, strict=False) if cell.strip()}
    return record(said, origin, number, names)


def _is_unquoted(sample: str) -> bool:
    """Whether each line is a row, so that a quotation mark may be no more than that: TSV proper knows no quoting."""
    lines = sample[: sample.rfind("\n") + 1].splitlines()[:_LINES]
    whole = [line for line in lines if line]
    return len({line.count("\t") for line in whole}) <= 1


def _without_quotes(cell: str) -> str:
    is_quoted = len(cell) > 1 and cell.startswith('"') and cell.endswith('"')
    return cell[1:-1].replace('""', '"') if is_quoted else cell


def _encoding(head: bytes) -> str:
    """One that takes off the mark if there is one, and wants none. Raises NotText."""
    mark, encoding = marked(head)
    encoding = encoding or find_encoding(head)
    return {"utf-8": "utf-8-sig"}.get(encoding, encoding.removesuffix("-le").removesuffix("-be") if mark else encoding)


def _lines(stream: io.BufferedReader, encoding: str) -> Iterator[str]:
    text = io.TextIOWrapper(stream, encoding, "replace", newline="")
    try:
        yield from iter(lambda: text.readline(LONGEST), "")
    finally:
        text.detach()  # or it would close the stream, which isn't its own


def is_header(line: str, names: Names = USUAL) -> bool:
    """Whether a line is surely one of field names: two or more, text or title among them.

    >>> is_header("id,headline,body"), is_header("Body, soul and title")
    (True, False)
    """
    fields = _row(line, delimiter_of(line))
    usual = {name for _, known in names.by_field() for name in known}
    found = [field for field in fields if field.strip().lower() in usual]
    return len(found) >= 2 and len(found) * 2 >= len(fields) and are_articles(fields, names)


def delimiter_of(header: str) -> str:
    return max(_DELIMITERS, key=header.count)


def _row(line: str, delimiter: str) -> list[str]:
    try:
        return [field.strip() for field in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _shown(header: str) -> str:
    return header.strip()[:80]
