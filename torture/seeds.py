"""Small files of every kind, to begin from."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import zstandard

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'

_ARC_ABOUT = "1 0 Example\nURL IP-address Archive-date Content-type Archive-length\n"
_ARC_HEAD = f"filedesc://a.arc 0.0.0.0 20201003100000 text/plain {len(_ARC_ABOUT)}\n{_ARC_ABOUT}\n"

TEXTS: dict[str, str] = {
    ".txt": "date 2020-10\nlang nb\ntitle Havnen åpnet\nurl https://nrk.no/2020/10/a\n\n"
    "Havnen ble åpnet 3. oktober 2020.",
    ".md": "---\ntitle: Harbour\ndate: 2021-05-03\n---\n# Harbour\n\nThe *harbour* [opened](https://x.org).\n",
    ".json": '[{"title": "Harbour", "text": "It opened.", "date": "2020-10-03T10:00:00Z", '
    '"lang": "en", "tags": ["a", 1]}]',
    ".jsonl": '{"headline": "A", "body": "B", "published": "3 May 2021", "id": "x/1"}\n'
    '{"maintext": null}\n[1]\n{"text": ""}',
    ".csv": 'title,text,date,url\nHarbour,"It ""opened"",\ntoday",2020-10,https://x.org/a\n',
    ".tsv": "headline\tbody\tpubDate\nHavn\tDen åpnet\t03.10.2020\n",
    ".html": "<!doctype html><html lang=nb><head><meta charset=utf-8><title>Havn | Avis</title>"
    '<meta property="article:published_time" content="2020-10-03T08:00+02:00"><script type="application/ld+json">'
    '{"@type":"NewsArticle","headline":"Havn","datePublished":"2020-10-03"}</script></head><body><article><h1>Havn</h1>'
    "<p>Havnen åpnet i dag, og mange kom for å se på skipene som lå der.<p>&lt;&#x1F600;&amp;</article></body></html>",
    ".rss": _XML + '<rss version="2.0"><channel><title>News</title><item><title>A</title><link>https://x.org/a</link>'
    "<pubDate>Sat, 03 Oct 2020 10:00:00 GMT</pubDate><description><![CDATA[<p>It opened.</p>]]></description></item>"
    "</channel></rss>",
    ".atom": _XML + '<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><entry><id>a</id><title>A</title>'
    '<updated>2020-10-03T10:00:00Z</updated><content type="html">&lt;p&gt;Opened&lt;/p&gt;</content></entry></feed>',
    ".xml": _XML + '<nitf><head><title>Harbour</title><docdata><date.issue norm="20201003T100000Z"/></docdata></head>'
    "<body><body.head><hedline><hl1>Harbour</hl1></hedline></body.head><body.content><p>It opened.</p></body.content>"
    "</body></nitf>",
    ".newsml": _XML + '<NewsML Version="1.2"><NewsItem xml:lang="en"><NewsManagement><FirstCreated>20201003T100000Z'
    '</FirstCreated><Status FormalName="Usable"/></NewsManagement><NewsComponent><NewsLines><HeadLine>A</HeadLine>'
    '</NewsLines><ContentItem><MediaType FormalName="Text"/><DataContent><p>It opened.</p></DataContent></ContentItem>'
    "</NewsComponent></NewsItem></NewsML>",
    ".g2": _XML + '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="tag:1"><itemMeta><versionCreated>'
    "2020-10-03T10:00:00Z</versionCreated></itemMeta><contentMeta><headline>A</headline></contentMeta><contentSet>"
    "<inlineXML><html><body><p>It opened.</p></body></html></inlineXML></contentSet></newsItem>",
    ".warc": "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://x.org/a\r\n"
    "WARC-Date: 2020-10-03T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
    "Content-Type: application/http; msgtype=response\r\nContent-Length: 118\r\n\r\n"
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><title>A</title><body><p>It opened today in town.</p>"
    "</body></html>\r\n\r\n",
    ".arc": _ARC_HEAD
    + "http://x.org/a 10.0.0.1 20201003100000 text/html 117\n"
    + "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><title>A</title>"
    + "<body><p>It opened today in town.</p></body></html>\n\n",
    ".iptc": "\x01eca0017 3 i 60  exa 0045\r\n\r\nHarbour/\r\n\x021ST LEAD\r\nHarbour opens\r\n"
    "By Kim Example, exa =\r\n\r\nHarbourtown (exa) - It opened.\r\n\r\nexa ke\r\n\x03030730 GMT Oct 20\r\n\x04",
    ".anpa": "\x16\x16\x01r4512_htn-\r\nr i\x13\x11 bc-harbour 10-03 0060\r\n\x02^BC-Harbour,0060<\r\n"
    "^Harbour opens<\r\n^By KIM EXAMPLE=\r\n\tHARBOURTOWN (EX) _ It opened.\r\n\x03EX-NY-10-03-20 0730GMT\r\n\x04",
    ".ninjs": '{"uri": "urn:1", "type": "text", "headline": "A", "body_html": "<p>Opened</p>", "versioncreated": '
    '"2020-10-03T10:00:00Z"}',
}


def texts(suffix: str) -> list[bytes]:
    text = TEXTS[suffix]
    return [text.encode(), text.encode("utf-16"), text.encode("latin-1", "replace")]


#: Names of what is packed; which it is, its content says.
PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip", ".tar")


def packed() -> list[bytes]:
    plain = TEXTS[".txt"].encode()
    streams = (gzip.compress(plain, mtime=0), bz2.compress(plain), lzma.compress(plain), zstandard.compress(plain))
    return [*streams, _zip(plain), _tar(plain)]


def _zip(plain: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", plain)
        archive.writestr("b/c.json", TEXTS[".json"])
    return made.getvalue()


def _tar(plain: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        member = tarfile.TarInfo("a.txt")
        member.size = len(plain)
        archive.addfile(member, io.BytesIO(plain))
    return made.getvalue()


QUERIES = [
    text.encode()
    for text in (
        'ceasefire talks "exact phrase" =word -word',
        "a OR (b NOT c) title:word w*rd w?rd word~2",
        '"a b"~5 lang:nb year:2019-2023 date:2020-10 after:2020-10-05 before:2021 -source:nrk.no year:undated',
        "våpenhvile 停火協議 выборы ​﻿‮ ((((",
    )
]

DATES = [
    text.encode()
    for text in (
        "2020-10-03T10:00:00+02:00",
        "Sat, 03 Oct 2020 10:00:00 GMT",
        "3. oktober 2020 kl. 10.15",
        "٣ أكتوبر ٢٠٢٠",
        "2020年10月3日",
        "https://x.org/2020/10/03/a-1234567890.html?d=20201003",
        "03/10/20",
    )
]

PARAMETERS = [
    b"q=a+b&lang=nb&year=2020&year=undated&after=2020-10&sort=newest&page=2",
    b"q=%22a%22~3&source=x&match=any&names=no&offset=10&limit=20",
]
