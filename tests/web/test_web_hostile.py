"""Nothing that a stranger writes, into an address or an article, runs or leads away; what is too much is refused."""

from __future__ import annotations

import socket
from itertools import product
from urllib.parse import quote, urlsplit

import html5lib
import pytest
from msgspec.structs import replace

from search.engines.memory import MemoryEngine
from tests.articles import archive_of, article
from tests.web.fakes import Browser

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'--><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}{% include '/etc/passwd' %}",
    "\u202egnp.exe\u2066\u2069",
    "a\0b",
    "x\r\nSet-Cookie: a=b",
    "</title></textarea></style><script>alert(1)</script>",
    "&#x3c;script&#x3e;",
    "\ud800",
)
PLACES = (
    "q",
    "lang",
    "year",
    "after",
    "before",
    "source",
    "sort",
    "match",
    "page",
    "limit",
    "ui",
    "timeline",
    "having",
    "hit",
)
PAGES = ("/", "/facet/source", "/article/bad", "/search.json", "/search.csv", "/feed.atom", "/suggest.json")


@pytest.fixture(scope="module")
def hostile() -> Browser:
    """An archive in which every field of an article is an attack."""
    articles = [
        replace(
            article(
                f"bad{number}" if number else "bad", f"harbour {text}\n\n{text}", title=f"harbour {text}", source=text
            ),
            url=text if number % 2 else f"javascript:{text}",
            extra={text: text, "photo": f"<svg>{text}"},
        )
        for number, text in enumerate(HOSTILE[:-1])
    ]
    return Browser(archive_of(MemoryEngine(), articles))


def harmful(markup: str) -> list[str]:
    """Elements and attributes that run, or lead elsewhere than to a web page."""
    tree = html5lib.parse(markup, namespaceHTMLElements=False)
    found = []
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag in ("iframe", "object", "embed", "base", "style"):
            found.append(element.tag)
        if element.tag == "script" and not str(element.get("src", "")).startswith("/static/"):
            found.append(f"script {element.text}")
        for name, value in element.attrib.items():
            leads = name in ("href", "src", "action", "formaction", "xlink:href")
            if str(name).lower().startswith("on") or (leads and urlsplit(value).scheme not in ("", "http", "https")):
                found.append(f"{element.tag} {name}={value}")
    return found


def is_sound(browser: Browser, address: str) -> None:
    seen = browser.get(address)
    assert seen.status in (200, 400, 404), address
    assert "Set-Cookie" not in seen.headers and "script-src 'self'" in seen.headers["Content-Security-Policy"]
    if seen.headers["Content-Type"].startswith("text/html"):
        assert harmful(seen.text) == [], address
        assert "49" not in seen.text or "7*7" in seen.text
    else:
        assert seen.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("page", PAGES)
def test_no_parameter_runs(hostile: Browser, page: str) -> None:
    for name, text in product(PLACES, HOSTILE):
        is_sound(hostile, f"{page}?{name}={quote(text, errors='surrogatepass')}&q=harbour")


def test_no_article_runs(hostile: Browser) -> None:
    for address in (
        "/?q=harbour",
        "/?q=harbour&limit=50&timeline=shares",
        "/facet/source?q=harbour",
        "/feed.atom?q=harbour",
    ):
        is_sound(hostile, address)
    for number in range(1, len(HOSTILE) - 1):
        is_sound(hostile, f"/article/bad{number}?q=harbour")


@pytest.mark.parametrize(
    "address",
    [
        "/static/../__init__.py",
        "/static/..%2f__init__.py",
        "/static/%2e%2e/serve.py",
        "/static//etc/passwd",
        "/static/..\\serve.py",
        "/article/../../etc/passwd",
        "//x/y",
    ],
)
def test_no_address_leads_out_of_its_folder(hostile: Browser, address: str) -> None:
    seen = hostile.get(address)
    assert seen.status == 404 and "import" not in seen.text and "root:" not in seen.text


HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    ("what", "sent", "statuses"),
    [
        ("a body", HEAD.replace(b"GET", b"POST") + b"Content-Length: 5\r\n\r\nhello", (405, 413)),
        ("a body without end", HEAD + b"Content-Length: 99999999999\r\n\r\n", (413,)),
        ("pieces of a body", HEAD + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n", (400, 413)),
        ("two lengths", HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx", (400, 413)),
        ("a header that never ends", HEAD + b"X: " + b"x" * 70_000, (431,)),
        ("no request", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", (400, 421)),
        ("a name that is no name", b"GET / HTTP/1.1\r\nHost: a\tb:c\r\n\r\n", (400, 421)),
        ("another's address", b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", (421,)),
    ],
)
def test_what_is_too_much_is_refused(site: str, what: str, sent: bytes, statuses: tuple[int, ...]) -> None:
    with socket.create_connection((urlsplit(site).hostname, urlsplit(site).port), timeout=20) as connection:
        connection.sendall(sent)
        answer = connection.recv(4096)
    assert int(answer.split()[1]) in statuses, answer[:200]
