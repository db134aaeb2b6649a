"""Rows of columns: by which delimiter, under which names, quoted or not."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from search.article import Record
from search.errors import BadValue
from search.readers import Origin, read_stream
from tests.readers.reading import reading, reasons, texts


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        # The header's commonest delimiter.
        ("a.csv", "title,text\nA,Alfa\nB,Beta\n", ["Alfa", "Beta"]),
        ("a.csv", "title;text\nA;Alfa, beta\n", ["Alfa, beta"]),
        ("a.tsv", "title\ttext\nA\tAlfa\n", ["Alfa"]),
        ("a.csv", "title|text\r\nA|Alfa\r\n", ["Alfa"]),
        # Quoted cells hold delimiters, line ends and doubled quotation marks.
        ("a.csv", 'title,text\nA,"Alfa, ""beta""\nand more"\n', ['Alfa, "beta"\nand more']),
        ("a.tsv", 'title\ttext\nA\t"Alfa\nbeta"\n', ["Alfa\nbeta"]),
        # In TSV with a row a line a quotation mark is no more than that.
        ("a.tsv", 'title\ttext\nA\t"Alfa\nB\tBeta"\nC\t"Gamma"\n', ['"Alfa', 'Beta"', "Gamma"]),
        # A mark of order, other encodings, empty rows and missing cells.
        ("a.csv", "\ufefftitle,text\n\nA,Alfa\n,\nB\n", ["Alfa", ""]),
        # Content tells, if two of its names are known and text or title is one.
        ("a.txt", "id,headline,body\n1,A,Alfa\n", ["Alfa"]),
        ("a", "headline\tbody\nA\tAlfa\n", ["Alfa"]),
        ("a.txt", "Body, soul and title\nAlfa", ["Body, soul and title\nAlfa"]),
    ],
)
def test_rows(name: str, data: str, found: list[str]) -> None:
    assert texts(reading(name, data.encode())) == found


def test_other_encodings() -> None:
    rows = "title,text\nVåpenhvile,Partene på øya er enige om våpenhvile\n"
    for encoding in ("utf-16", "cp1252", "utf-8-sig"):
        assert texts(reading("a.csv", rows.encode(encoding))) == ["Partene på øya er enige om våpenhvile"]


@pytest.mark.parametrize(
    ("data", "found", "told"),
    [
        ("title,text\nA,Alfa\nB,Beta,too many\nC,Gamma\n", ["Alfa", "Gamma"], ["has 3 columns, the header has 2"]),
        ("name,value\nA,Alfa\n", [], ["has no column of text or titles: its first line is 'name,value'"]),
    ],
)
def test_bad_rows_cost_only_themselves(data: str, found: list[str], told: list[str]) -> None:
    read = reading("a.csv", data.encode())
    assert texts(read) == found
    assert [reason.startswith(said) for reason, said in zip(reasons(read), told, strict=True)] == [True] * len(told)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"title": "rubrikk", "text": "Brødtekst"}, ("A", "Alfa", {"title": "B", "body": "C"})),
        # A name that is said to be that of one field is no longer one of another.
        ({"title": "body", "text": "Brødtekst"}, ("C", "Alfa", {"title": "B", "Rubrikk": "A"})),
        ({"title": "body"}, ("C", "", {"title": "B", "Rubrikk": "A", "Brødtekst": "Alfa"})),
        ({"title": "body", "text": "body"}, ("B", "C", {"Rubrikk": "A", "Brødtekst": "Alfa"})),
    ],
)
def test_names_that_the_user_gives_come_first(names: dict[str, str], expected: tuple[object, ...]) -> None:
    origin = Origin("news", "a.csv", Path("/news/a.csv"), Path("/news"))
    data = "Rubrikk,Brødtekst,title,body\nA,Alfa,B,C\n".encode()
    (one,) = read_stream(io.BytesIO(data), origin, names)
    assert isinstance(one, Record) and (one.title, one.text, one.extra) == expected


def test_a_field_that_there_is_not() -> None:
    origin = Origin("news", "a.csv", Path("/news/a.csv"), Path("/news"))
    with pytest.raises(BadValue, match="There is no field headline"):
        list(read_stream(io.BytesIO(b"Rubrikk\n"), origin, {"headline": "Rubrikk"}))
