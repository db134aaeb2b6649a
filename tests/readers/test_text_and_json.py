"""Files as people have them → records."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.article import Record, Rejected
from search.errors import BadValue
from search.readers import Origin, find_root, read_stream, walk
from search.readers.decoding import NotText, decode
from search.readers.json_lines import PATIENCE, read_json_lines
from search.readers.kinds import KNOWN
from search.readers.txt import split_header

SUFFIXES = (".txt", ".md", ".html", ".xml", ".json", ".jsonl", ".csv", ".tsv", ".warc", ".zip", ".tar", ".gz", ".x", "")


def records(name: str, data: bytes) -> list[Record | Rejected]:
    origin = Origin("news", name, Path("/news") / name, Path("/news"))
    return list(read_stream(io.BytesIO(data), origin))


def one(name: str, data: bytes) -> Record:
    (record,) = records(name, data)
    assert isinstance(record, Record), record
    return record


def refusal(name: str, data: bytes) -> str:
    (rejected,) = records(name, data)
    assert isinstance(rejected, Rejected), rejected
    return rejected.reason


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


# Header lines of .txt


@pytest.mark.parametrize(
    ("text", "header", "body"),
    [
        # The article may begin on the line of the date.
        ("date 2020-10 NTB utenriks\n\nMer.", {"date": "2020-10"}, "NTB utenriks\n\nMer."),
        (" date 2020-10 12 people met", {"date": "2020-10"}, "12 people met"),
        ("date 2020 lang nb\nTekst", {"date": "2020"}, "lang nb\nTekst"),
        # Each name with a valid value.
        ("date 2020-10\nTekst", {"date": "2020-10"}, "Tekst"),
        ("lang nb\nTekst", {"lang": "nb"}, "Tekst"),
        (
            "lang zh-Hant\r\nurl https://a.example/b\r\nTekst",
            {"lang": "zh-Hant", "url": "https://a.example/b"},
            "Tekst",
        ),
        # Blank lines may stand before them, and end the block.
        ("\n\n lang nb\n\nurl https://a.example\n", {"lang": "nb"}, "\nurl https://a.example\n"),
        # Title and source count beside one of those, before or after it.
        ("title Fred\nlang nb\nsource NRK\nTekst", {"title": "Fred", "lang": "nb", "source": "NRK"}, "Tekst"),
        ("title Fred\nsource NRK\nTekst", {}, "title Fred\nsource NRK\nTekst"),
        # Anything else is text.
        ("Source close to the minister says", {}, "Source close to the minister says"),
        ("lang nb\nSource close to the minister", {"lang": "nb"}, "Source close to the minister"),
        ("Date night ideas", {}, "Date night ideas"),
        ("date night ideas", {}, "date night ideas"),
        ("Date 2020-10 was mild", {}, "Date 2020-10 was mild"),
        ("date 2020-13 Tekst", {}, "date 2020-13 Tekst"),
        ("date: 2020-10", {}, "date: 2020-10"),
        ("lang the best\nTekst", {}, "lang the best\nTekst"),
        ("lang norsk\nTekst", {}, "lang norsk\nTekst"),
        ("url example\nTekst", {}, "url example\nTekst"),
        ("url https://a.example and more", {}, "url https://a.example and more"),
        ("url http://[broken", {}, "url http://[broken"),
        ("dates 2020-10", {}, "dates 2020-10"),
        # A name counts once.
        ("date 2020\ndate 2021 was warm", {"date": "2020"}, "date 2021 was warm"),
        ("Tekst\ndate 2020-10", {}, "Tekst\ndate 2020-10"),
    ],
)
def test_header_lines(text: str, header: dict[str, str], body: str) -> None:
    assert split_header(text) == (header, body)


NAMES = st.sampled_from(["date", "lang", "url", "title", "source", "Date", "Source", ""])
VALUES = st.sampled_from(["2020-10", "2020-10-14", "nb", "https://a.example/", "night", "x y", ""]) | st.text(
    max_size=9
)
LINES = st.lists(st.tuples(NAMES, st.sampled_from([" ", "", "  "]), VALUES).map("".join), max_size=6)


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.text(max_size=30))
def test_text_is_what_is_no_header_line(lines: list[str], newline: str, rest: str) -> None:
    text = newline.join([*lines, rest])
    header, body = split_header(text)
    assert text.endswith(body)
    said = text.removesuffix(body).split()
    assert said == [word for name, value in header.items() for word in (name, *value.split())]


def test_header_lines_become_fields() -> None:
    record = one("a/b.txt", b"date 2020-10\nlang nb\nurl https://a.example/1\ntitle Fred\nsource NRK\nTekst")
    assert record == Record(
        text="Tekst",
        root="news",
        path="a/b.txt",
        title="Fred",
        date="2020-10",
        language="nb",
        url="https://a.example/1",
        source="NRK",
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"date 2020-10\nlang nb\n", "has header lines but no text"),
        (b"text\0text", "is binary, not text"),
        (b"\x89PNG\r\n\x1a\n\x01\x02\x03\x04", f"is of an unknown kind, a picture; known are {KNOWN}"),
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", f"is of an unknown kind, a PDF document; known are {KNOWN}"),
    ],
)
def test_what_is_no_text_is_rejected(data: bytes, reason: str) -> None:
    assert refusal("a.txt", data) == reason


# Decoding

NORWEGIAN = "Våpenhvilen holder, sier rådgiverne på øya. Både kjøpmenn og fiskere gleder seg over freden."
CZECH = "Obě strany se dohodly na příměří, řekl žurnalistům mluvčí. Šťastní lidé vyšli do ulic a žádali mír."
RUSSIAN = "Стороны договорились о прекращении огня, сообщили журналистам в министерстве иностранных дел."
JAPANESE = "両国の政府は停戦に合意したと発表した。市民は平和が戻ることを願っている。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (NORWEGIAN, "utf-8"),
        (NORWEGIAN, "utf-8-sig"),
        (NORWEGIAN, "utf-16"),
        (NORWEGIAN, "utf-32"),
        (NORWEGIAN, "cp1252"),
        (CZECH, "cp1250"),
        (CZECH, "iso8859_2"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "iso2022_jp"),
    ],
)
def test_encodings_are_found(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_an_encoding_is_found_however_late_it_shows() -> None:
    text = "Plain words, and again. " * 10_000 + NORWEGIAN
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        # One damaged byte, and a file cut off inside a character.
        (NORWEGIAN.encode() + b"\xff!", NORWEGIAN + "\ufffd!"),
        ("på øya gråt må".encode()[:-1], "på øya gråt m\ufffd"),
    ],
)
def test_damaged_utf8_stays_utf8(data: bytes, text: str) -> None:
    assert decode(data) == text


@given(st.binary(max_size=300))
def test_bytes_are_text_or_not(data: bytes) -> None:
    try:
        assert "\0" not in decode(data)
    except NotText as error:
        assert str(error)


@settings(deadline=None)  # the first page loads libraries
@given(st.sampled_from(SUFFIXES), st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_rejected(suffix: str, data: bytes) -> None:
    for read in records(f"a{suffix}", data):
        assert isinstance(read, Rejected) or read.text.strip() or read.title


# JSON

NOTHING = "has neither text nor title (looked for text, body, content, maintext, article, title, headline)"
ARTICLE = {"title": "Fred", "text": "Partene er enige."}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        # The usual names, in any case.
        ({"headline": "A", "body": "B"}, {"title": "A", "text": "B"}),
        ({"Title": "A", "CONTENT": "B", "pubDate": "2020"}, {"title": "A", "text": "B", "date": "2020"}),
        ({"maintext": "B", "date_publish": "2020-10-14 08:00:00"}, {"text": "B", "date": "2020-10-14 08:00:00"}),
        ({"article": "B", "language": "nb", "link": "u", "domain": "d"}, {"language": "nb", "url": "u", "source": "d"}),
        ({"text": "B", "published": "2020", "publisher": "p", "id": "x"}, {"date": "2020", "source": "p", "id": "x"}),
        # The first of several that holds something; the rest is kept.
        ({"text": "", "content": "B"}, {"text": "B", "extra": {}}),
        ({"text": "B", "body": "C"}, {"text": "B", "extra": {"body": "C"}}),
        # A headline alone is an article too.
        ({"headline": "A"}, {"title": "A", "text": ""}),
        # Unknown fields are kept as they are.
        ({"text": "B", "tags": ["a", 1], "n": None}, {"extra": {"tags": ["a", 1], "n": None}}),
        # Numbers are text; as dates, large ones count seconds or milliseconds since 1970.
        ({"text": "B", "id": 17, "date": 2020}, {"id": "17", "date": "2020"}),
        ({"text": "B", "date": 1602633600}, {"date": "2020-10-14T00:00:00+00:00"}),
        ({"text": "B", "date": 1602633600000}, {"date": "2020-10-14T00:00:00+00:00"}),
        # Lists are joined where that makes sense, nested objects searched for what they say.
        ({"text": ["B", "C"], "source": ["p", "q"]}, {"text": "B\n\nC", "source": "p"}),
        ({"text": [{"type": "p", "text": "B"}], "source": {"id": None, "name": "NRK"}}, {"text": "B", "source": "NRK"}),
        ({"text": "B", "title": {"x": 1}, "lang": True}, {"title": None, "extra": {"title": {"x": 1}, "lang": True}}),
    ],
)
def test_usual_field_names(fields: dict[str, object], expected: dict[str, object]) -> None:
    record = one("a.json", as_json(fields))
    assert {name: getattr(record, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("name", "data", "positions"),
    [
        # One object is one article; a list, or an object that holds one, has several.
        ("a.json", as_json(ARTICLE), [None]),
        ("a.json", json.dumps(ARTICLE, indent=2).encode(), [None]),
        ("a.json", as_json([ARTICLE, ARTICLE]), [1, 2]),
        ("a.json", as_json({"status": "ok", "articles": [ARTICLE, ARTICLE]}), [1, 2]),
        # What is in the file counts, not its name.
        ("a.json", as_json(ARTICLE) + b"\n" + as_json(ARTICLE) + b"\n", [1, 2]),
        ("a.jsonl", json.dumps([ARTICLE, ARTICLE], indent=1).encode(), [1, 2]),
        ("a.json", json.dumps(ARTICLE, indent=1).encode() * 3, [1, 2, 3]),
        # Positions in JSON Lines are lines.
        ("a.jsonl", as_json(ARTICLE) + b"\n\n" + as_json(ARTICLE), [1, 3]),
        ("a.ndjson", b"\xef\xbb\xbf" + as_json(ARTICLE) + b"\r\n", [1]),
        ("a.jsonl", json.dumps(ARTICLE).encode("utf-16"), [1]),
    ],
)
def test_shapes_of_json(name: str, data: bytes, positions: list[int | None]) -> None:
    assert [(type(read), read.position) for read in records(name, data)] == [(Record, place) for place in positions]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.json", b"", "is empty"),
        ("a.jsonl", b"\n \n", "is empty"),
        ("a.json", b"[]", "holds no article"),
        ("a.json", b"[1]", "is not a JSON object"),
        ("a.jsonl", b"nonsense", "is not valid JSON (Expecting value)"),
        ("a.jsonl", b'{"text": "B", "x": ' + b"1" * 9999 + b"}", "is not valid JSON"),
        ("a.jsonl", b"[" * 99999, "is nested too deeply; nothing was read from there on"),
        ("a.jsonl", b'{"x":' * 99999, "is nested too deeply"),
        ("a.json", as_json({"name": "A"}), NOTHING),
        ("a.jsonl", as_json({"text": " ", "title": None}), NOTHING),
        ("a.jsonl", b'{"text": "a\0 word or two more, so that it is no heap of controls"}', "is binary, not text"),
        ("a.jsonl", bytes(range(256)) * 9, "is binary, not text"),
        ("a.json", bytes(range(256)) * 9, "is binary, not text"),
        ("a.json", b'{"text": "B", "x": ' + b"[" * 200 + b"]" * 200 + b"}", "is nested too deeply"),
    ],
)
def test_json_that_is_no_article(name: str, data: bytes, reason: str) -> None:
    assert refusal(name, data) == reason


def test_a_broken_line_costs_only_itself() -> None:
    lines = [as_json(ARTICLE), b'{"text": "cut of', as_json(ARTICLE), b"\xff\xfe\x00", b"[]", as_json(ARTICLE)]
    read = records("a.jsonl", b"\n".join(lines))
    assert [one.position for one in read if isinstance(one, Record)] == [1, 3, 6]
    assert [one.position for one in read if isinstance(one, Rejected)] == [2, 4, 5]


def test_a_list_is_read_up_to_where_it_breaks() -> None:
    whole = as_json([ARTICLE, ARTICLE, ARTICLE])
    for broken in (whole[:-20], whole.replace(b", {", b", ?{", 2)[:-1], whole[:-1]):
        *good, last = records("a.json", broken)
        assert good and all(isinstance(read, Record) for read in good)
        assert isinstance(last, Rejected) and last.position == len(good) + 1
        assert last.reason.endswith("nothing was read from there on")


def test_a_list_is_read_across_pieces() -> None:
    articles = [{"text": "ord " * 1000, "id": number} for number in range(2000)]
    assert [read.id for read in records("a.json", as_json(articles)) if isinstance(read, Record)] == [
        str(number) for number in range(2000)
    ]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_what_json_cannot_write_again_is_mended(name: str) -> None:
    record = one(name, rb'{"text": "a\ud800b", "x": [NaN, 1e999, "\udc00"], "\ud800": 1}')
    assert record.text == "a\ufffdb"
    assert record.extra == {"x": [None, None, "\ufffd"], "\ufffd": 1}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(JSON, st.booleans(), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_an_object_is_read_alike_as_a_line_and_as_a_file(value: object, is_ascii: bool, encoding: str) -> None:
    """Two libraries read them."""
    data = json.dumps({"text": "a", "x": value}, ensure_ascii=is_ascii).encode(encoding, "surrogatepass")
    # As they are written, which tells 1 from 1.0.
    assert repr(one("a.jsonl", data).extra) == repr(one("a.json", data).extra)


def test_a_file_of_nonsense_is_given_up() -> None:
    read = records("a.jsonl", b"nonsense\n" * (PATIENCE + 50))
    assert len(read) == PATIENCE + 1
    assert isinstance(read[-1], Rejected) and "the rest was not read" in read[-1].reason


class Endless(io.RawIOBase):
    """A stream of lines that counts how many were asked for."""

    def __init__(self) -> None:
        self.given = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        self.given += 1
        return as_json(ARTICLE) + b"\n"


def test_lines_are_read_as_they_are_wanted() -> None:
    stream = Endless()
    reading = read_json_lines(stream, Origin("-", "", Path("-"), Path("-")))  # type: ignore[arg-type]
    for _ in range(3):
        next(reading)
    assert stream.given == 3


# The walk


def walked(path: Path) -> tuple[list[str], dict[str, str]]:
    found = list(walk(find_root(path)))
    rejected = {one.path: one.reason for one in found if isinstance(one, Rejected)}
    return [one.path for one in found if isinstance(one, Origin)], rejected


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("Tekst")


def test_the_order_depends_on_names_only(tmp_path: Path) -> None:
    put(tmp_path, "b.txt", "a/z.txt", "a/b.jsonl", "c/d/e.json", "B.txt")
    assert walked(tmp_path)[0] == ["B.txt", "a/b.jsonl", "a/z.txt", "b.txt", "c/d/e.json"]


def test_hidden_files_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path, ".hidden.txt", ".git/a.txt", "a.TXT", "picture.JPG")
    assert walked(tmp_path)[0] == ["a.TXT", "picture.JPG"]


def test_a_file_that_is_named_is_its_own_root(tmp_path: Path) -> None:
    put(tmp_path, ".hidden.txt")
    (origin,) = walk(find_root(tmp_path / ".hidden.txt"))
    assert isinstance(origin, Origin)
    assert (origin.path, origin.base) == ("", tmp_path.resolve())


def test_links_end_somewhere(tmp_path: Path) -> None:
    put(tmp_path, "a/a.txt")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "a")
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    paths, rejected = walked(tmp_path)
    assert paths == ["a/a.txt"]
    assert sorted(rejected) == ["broken.txt", "self.txt"]


def test_what_is_no_plain_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert walked(tmp_path) == ([], {"pipe.txt": "is not a plain file"})


def test_names_that_are_no_utf8_can_be_printed(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"bl\xe5.txt")).write_text("Tekst")
    assert walked(tmp_path)[0] == ["bl\ufffd.txt"]


def test_a_root_is_the_same_however_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "news/a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "news")
    monkeypatch.chdir(tmp_path)
    named = ("news", "news/", "./news", "link", str(tmp_path / "news"), "news/../news")
    assert {find_root(name).location for name in named} == {(tmp_path / "news").resolve()}


def test_a_path_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match=r"nowhere: No such file or directory\. Check the path"):
        find_root(tmp_path / "nowhere")
