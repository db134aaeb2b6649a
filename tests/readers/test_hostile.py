"""Bad input is one rejection, says why, and costs nothing else."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.article import Record, Rejected
from tests.readers.reading import reading, reasons, tarred, texts, zipped
from tests.readers.test_archives import PACKERS
from tests.readers.test_golden import FILES, GOLDEN

LINES = b"".join(b'{"text": "number %d %d"}\n' % (n, n * n * 7919 % 10007) for n in range(15_000))
GOOD = {"a.txt": b"Alfa", "z.txt": b"Omega"}


@pytest.mark.parametrize("suffix", PACKERS)
def test_what_breaks_off_is_read_so_far(suffix: str) -> None:
    packed = PACKERS[suffix](LINES)
    read = reading(f"a.jsonl{suffix}", packed[: len(packed) // 2])
    found = texts(read)
    # bzip2 packs in blocks of 900 kB, each of which is there as a whole or not.
    assert found == [json.loads(line)["text"] for line in LINES.splitlines()[: len(found)]]
    assert len(found) > 100 or suffix == ".bz2"
    assert reasons(read) == ["is cut off; nothing was read from there on, so fetch or pack it again"]


@pytest.mark.parametrize("suffix", PACKERS)
def test_what_is_damaged_is_told(suffix: str) -> None:
    packed = bytearray(PACKERS[suffix](LINES))
    packed[len(packed) // 2 : len(packed) // 2 + 64] = bytes(64)
    read = reading(f"a.jsonl{suffix}", bytes(packed))
    good = [json.loads(line)["text"] for line in LINES.splitlines()]
    before = [one.text for one in takewhile(lambda one: isinstance(one, Record), read) if isinstance(one, Record)]
    # gzip tells by a checksum at the very end; what lies beside the damage can be wrong.
    safe = min(len(before), len(good) * 2 // 5)
    assert before[:safe] == good[:safe]
    assert "fetch or pack it again" in reasons(read)[-1] or (suffix == ".gz" and len(reasons(read)) > 1)


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.readers.streams.FREE", 1 << 16)
    monkeypatch.setattr("search.readers.streams.WHOLE", 1 << 18)


BOMB = b" " * (1 << 22)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt.gz", gzip.compress(BOMB)),
        ("a.jsonl.zst", PACKERS[".zst"](BOMB)),
        ("a.txt.xz", PACKERS[".xz"](BOMB)),
        ("a.txt.bz2", PACKERS[".bz2"](BOMB)),
    ],
)
def test_bombs_are_told(name: str, data: bytes, small_limits: None) -> None:
    (reason,) = reasons(reading(name, data))
    assert (
        reason == "unpacks to more than 250 times its size, like a decompression bomb; nothing was read from there on"
    )


def test_a_bomb_costs_its_neighbours_nothing(small_limits: None) -> None:
    noise = bytes(n * n % 251 for n in range(1 << 15)).hex().encode()
    read = reading("a.zip", zipped({"a.txt": b"Alfa", "bomb.txt": BOMB, "noise.txt": noise, "z.txt": b"Omega"}))
    assert texts(read)[0::2] == ["Alfa", "Omega"]
    assert [(one.member, "bomb" in one.reason) for one in read if isinstance(one, Rejected)] == [("bomb.txt", True)]


def test_many_small_bombs_are_one(small_limits: None) -> None:
    read = reading("a.zip", zipped({f"{n}.txt": b" " * (1 << 16) for n in range(64)}))
    assert any("bomb" in reason for reason in reasons(read))


def test_what_is_packed_too_often_is_not_unpacked() -> None:
    data = b"Alfa"
    for _ in range(5):
        data = gzip.compress(data)
    assert texts(reading("a.gz", data)) == ["Alfa"]
    assert reasons(reading("a.gz", gzip.compress(data))) == ["is packed more than 5 times over; unpack it first"]


def damaged_zip() -> bytes:
    whole = bytearray(zipped({"a.txt": b"Alfa", "b.txt": b"Beta" * 50, "z.txt": b"Omega"}, zipfile.ZIP_STORED))
    at = whole.index(b"BetaBeta")
    whole[at : at + 4] = b"beta"
    return bytes(whole)


def encrypted_zip() -> bytes:
    whole = bytearray(zipped({"a.txt": b"Alfa", "b.txt": b"Beta", "z.txt": b"Omega"}))
    at = whole.rindex(b"PK\x01\x02", 0, whole.rindex(b"PK\x01\x02"))
    whole[at + 8] |= 1
    return bytes(whole)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (damaged_zip(), "is damaged; nothing was read from there on, so fetch or pack it again"),
        (encrypted_zip(), "is encrypted; unpack it first"),
        (zipped({"a.txt": b"Alfa", "b.gz": gzip.compress(LINES)[:40], "z.txt": b"Omega"}), "is cut off; nothing"),
        (zipped({"a.txt": b"Alfa", "b.png": b"\x89PNG\r\n", "z.txt": b"Omega"}), "is of an unknown kind, a picture"),
        (tarred({"a.txt": b"Alfa", "b.zip": b"PK\x03\x04 and no more", "z.txt": b"Omega"}), "is no whole zip archive"),
    ],
)
def test_a_broken_member_costs_only_itself(data: bytes, told: str) -> None:
    read = reading("a", data)
    assert texts(read) == ["Alfa", "Omega"]
    (reason,) = reasons(read)
    assert reason.startswith(told)


@pytest.mark.parametrize(
    ("broken", "found", "told"),
    [
        # Cut off in the directory, between members, inside one, and with something else where one should begin.
        (lambda data: data[:-40], ["Alfa", "Omega"], "is cut off or damaged"),
        (lambda data: data[: data.index(b"PK", 4)], ["Alfa"], "is cut off or damaged"),
        (lambda data: data[: data.index(b"PK", 4) + 38], ["Alfa"], "is cut off"),
        (lambda data: data[: data.index(b"PK", 4)] + b"x" * 100, ["Alfa"], "is cut off or damaged"),
        (lambda data: data[:20], [], "is no whole zip archive"),
    ],
)
def test_a_broken_zip_is_read_so_far(broken: Callable[[bytes], bytes], found: list[str], told: str) -> None:
    read = reading("a.zip", broken(zipped({"a.txt": b"Alfa", "z.txt": b"Omega"})))
    assert texts(read) == found
    (reason,) = reasons(read)
    assert reason.startswith(told)


@pytest.mark.parametrize(
    "broken",
    [
        # Cut off inside a member, inside a header, and with something else where a header should be.
        lambda data: data[:1000],
        lambda data: data[:1200],
        lambda data: data[:1024] + b"x" * 2048,
    ],
)
def test_a_broken_tar_is_read_so_far(broken: Callable[[bytes], bytes]) -> None:
    read = reading("a.tar", broken(tarred({"a.txt": b"Alfa", "b.txt": b"Beta", "c.txt": b"Gamma"})))
    assert texts(read) in (["Alfa"], [])
    assert len(reasons(read)) == 1 and "fetch or pack it again" in reasons(read)[0]


def test_a_broken_crawl_is_read_so_far() -> None:
    whole = (GOLDEN / "crawl.warc").read_bytes()
    read = reading("a.warc", whole[: whole.rindex(b"WARC/1.0") + 40])
    assert texts(read)[:1] == ["Havna frøs til tidlig denne vinteren.\n\nIngen vet når isen går."]
    assert len(read) <= 2
    read = reading("a.warc", whole[: whole.rindex(b"WARC/1.0")] + b"nonsense\r\n\r\n")
    assert len(texts(read)) == 1 and "nothing was read from there on" in reasons(read)[0]


def test_what_libraries_say_of_it_is_not_on_the_terminal(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    whole = (GOLDEN / "crawl.warc").read_bytes()
    assert b"WARC-Target-URI: http" in whole
    controls = whole.replace(b"WARC-Target-URI: http", b"WARC-Target-URI: \x1b]0;x\x07 http")
    for data in (controls, whole.replace(b"\r\n\r\nWARC/1.0", b"x\x1b[2J\r\nWARC/1.0")):
        reading("a.warc", data)
    reading("a.html", b"<html><body>")
    assert (capfd.readouterr(), caplog.records) == (("", ""), [])


SECRET = "the secret of this machine"


def with_entities(root: str, body: str, secret: Path) -> bytes:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    kinds = f'<!ENTITY a0 "ha">{laughs}<!ENTITY x SYSTEM "file://{secret}"><!ENTITY % p SYSTEM "file://{secret}"> %p;'
    return f'<?xml version="1.0"?><!DOCTYPE {root} [{kinds}]>{body}'.encode()


@pytest.mark.parametrize(
    ("root", "body"),
    [
        ("nitf", "<nitf><body><body.content><p>Alfa {}</p></body.content></body></nitf>"),
        ("newsItem", "<newsItem><contentSet><inlineXML><p>Alfa {}</p></inlineXML></contentSet></newsItem>"),
        ("NewsML", "<NewsML><NewsItem><DataContent>Alfa {}</DataContent></NewsItem></NewsML>"),
        ("rss", "<rss version='2.0'><channel><item><description>Alfa {}</description></item></channel></rss>"),
        ("html", "<html><body><p>Alfa {}</p></body></html>"),
    ],
)
@pytest.mark.parametrize("entity", ["&a11;", "&x;"])
def test_entities_are_not_expanded(root: str, body: str, entity: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    read = reading("a.xml", with_entities(root, body.format(entity), tmp_path / "secret"))
    assert len(read) == 1
    for text in texts(read):
        assert "Alfa" in text and SECRET not in text and "haha" not in text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xml", b"<nitf>" + b"<p>" * 100_000),
        ("a.xml", b"<nitf>" + b"<p>" * 5000 + b"Alfa" + b"</p>" * 5000 + b"</nitf>"),
        ("a.xml", b"<rss><channel><item><title>" + b"<b>" * 100_000),
        ("a.html", b"<html><body>" + b"<div>" * 100_000 + b"Alfa"),
        ("a.html", b"<html><body>" + b"<div><span>" * 5000 + b"Alfa" + b"</span></div>" * 5000),
        ("a.json", b'{"text": "Alfa", "x": ' + b"[" * 100_000),
        ("a.md", b"> " * 5000 + b"Alfa"),
        ("a.md", b"---\n" + b"[" * 5000 + b"\n---\nAlfa"),
        ("a.md", b"---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\nAlfa"),
        ("a.csv", b'title,text\n"' + b"x" * 1000),
        # Lines that can be taken for two things, and line ends too.
        ("a.md", b"---\n" + b"-a: b\n" * 5000 + b"Alfa"),
        ("a.md", b"# a" + b" #" * 100_000 + b"x"),
        ("a.md", b"- a\n" * 1_000_000),
        ("a.md", b"---\n" + b"- a\n" * 1_000_000 + b"---\nAlfa"),
        ("a.txt", b"Subject: a\r\n" + b" b\r\n" * 5000 + b"Alfa"),
        ("a.html", b"<html>" + b"<a href='" + b"x" * 100_000),
    ],
)
def test_absurd_depth_and_what_never_ends(name: str, data: bytes) -> None:
    assert 1 <= len(reading(name, data)) <= 2


LATIN_NITF = (
    '<?xml version="1.0" encoding="utf-8"?>'
    "<nitf><body><body.content>Våpenhvilen holder, sier rådgiverne på øya</body.content></body></nitf>"
)
BAD_RSS = b"<rss><channel><item><title>T</title><description>Alfa\x01 beta</description></item></channel></rss>"
JAPANESE = "両国の政府は停戦に合意した"


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        # NUL bytes, controls and lone surrogates.
        ("a.html", b"<p>Alfa\0 beta\x01</p>", "Alfa beta"),
        ("a.html", b"<p>Alfa&#xD800; &#0; beta</p>", None),
        ("a.jsonl", b'{"text": "Alfa \\ud800 beta"}', "Alfa \ufffd beta"),
        ("a.rss", BAD_RSS, None),
        # Other encodings than they say.
        ("a.html", "<meta charset=utf-8><p>Våpenhvilen holder, sier rådgiverne</p>".encode("cp1252"), None),
        ("a.html", "<meta charset=latin1><p>Våpenhvilen holder</p>".encode(), "Våpenhvilen holder"),
        ("a.html", "<meta charset=nonsense><p>Våpenhvilen holder</p>".encode(), "Våpenhvilen holder"),
        ("a.html", "<p>Våpenhvilen holder</p>".encode("utf-16"), "Våpenhvilen holder"),
        ("a.html", f'<meta charset="shift_jis"><p>{JAPANESE}</p>'.encode("shift_jis"), JAPANESE),
        ("a.xml", LATIN_NITF.encode("cp1252"), "Våpenhvilen holder, sier rådgiverne på øya"),
        ("a.xml", LATIN_NITF.replace("utf-8", "ISO-8859-1").encode(), "Våpenhvilen holder, sier rådgiverne på øya"),
        (
            "a.xml",
            LATIN_NITF.replace("utf-8", "ISO-8859-1").encode("cp1252"),
            "Våpenhvilen holder, sier rådgiverne på øya",
        ),
    ],
)
def test_odd_characters(name: str, data: bytes, text: str | None) -> None:
    (one,) = reading(name, data)
    if text is not None:
        assert isinstance(one, Record) and one.text == text


MUTATIONS = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["cut", "drop", "double", "set"]), st.binary(min_size=1, max_size=4)),
    min_size=1,
    max_size=4,
)


def mutated(data: bytes, mutations: list[tuple[float, str, bytes]]) -> bytes:
    for where, how, new in mutations:
        at = int(where * len(data))
        data = {
            "cut": data[:at],
            "drop": data[:at] + data[at + len(new) :],
            "double": data[:at] + data[max(0, at - 100) : at] + data[at:],
            "set": data[:at] + new + data[at + len(new) :],
        }[how]
    return data


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(FILES), MUTATIONS)
def test_whatever_happens_to_a_file_it_is_read_or_rejected(
    name: str, mutations: list[tuple[float, str, bytes]]
) -> None:
    for one in reading(name, mutated((GOLDEN / name).read_bytes(), mutations)):
        assert one.reason if isinstance(one, Rejected) else one.text.strip() or one.title or one.withdrawn


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(sorted(PACKERS)), st.sampled_from(["zip", "tar"]), MUTATIONS)
def test_whatever_happens_to_an_archive_too(suffix: str, kind: str, mutations: list[tuple[float, str, bytes]]) -> None:
    members = {name: (GOLDEN / name).read_bytes() for name in ("header.txt", "articles.jsonl", "bare.html")}
    inner = zipped(members) if kind == "zip" else tarred(members)
    reading("a", mutated(inner, mutations))
    reading("a", mutated(PACKERS[suffix](inner), mutations))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"articles": [%s{"text": "Omega"}]}' % (b'{"text": "Alfa"}, ' * 200_000), "an object a line"),
        (b'[{"text": "Alfa"}, {"text": "%s"}, {"text": "Omega"}]' % (b"x" * 9_000_000), "an object a line"),
        (b'[{"text": "Alfa"}, {"text": "%s' % (b"x" * 500_000), "is not valid JSON"),
    ],
)
def test_json_that_is_too_long_for_an_article_says_so(
    data: bytes, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.readers.json_values.LONGEST", 1 << 20)
    read = reading("a.json", data)
    assert texts(read) == ["Alfa"] * (data[:1] == b"[")
    (told,) = reasons(read)
    assert reason in told and "nothing was read from there on" in told
