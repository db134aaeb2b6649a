"""XML → tree, without namespaces: agencies use them in too many ways for them to tell anything.

lxml was chosen over defusedxml because its own parser can do all that is needed: no entity is resolved, internal or
external, no DTD is loaded, nothing is fetched, and libxml2's limits on depth and size stay on. Names of characters that
HTML defines (`&eacute;`), which items use without saying from where, are put in their place beforehand.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from lxml import etree

from search.readers.decoding import NotText, decode, marked

_NAMED = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30};)")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ANY_BYTES = re.compile(rb"<\?xml[^>]*encoding=.(?:iso-?8859-15?|latin-?1|windows-125[24]|us-ascii)\b[^>]*\?>", re.I)
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class BrokenXml(ValueError):
    """The message is the reason of a rejection."""


def parse_xml(data: bytes) -> etree._Element:
    """Raises BrokenXml."""
    data = data.lstrip() if marked(data)[0] else _NAMED.sub(_numbered, data.lstrip())
    try:
        root = _parsed(_as_utf8(data))
    except etree.XMLSyntaxError as error:
        root = _in_its_encoding(data, error)
    for element in root.iter():
        if isinstance(element.tag, str) and "}" in element.tag:
            element.tag = element.tag.rpartition("}")[2]
    return root


def _parsed(data: bytes) -> etree._Element:
    options = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False}
    return etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True, **options))


def _as_utf8(data: bytes) -> bytes:
    """Without its declaration, if that names an encoding that reads any bytes and these are UTF-8 beyond ASCII."""
    said = _ANY_BYTES.match(data)
    if said is None or data.isascii():
        return data
    try:
        data.decode()
    except UnicodeDecodeError:
        return data
    return data[said.end() :]


def _in_its_encoding(data: bytes, error: etree.XMLSyntaxError) -> etree._Element:
    """What `data` is if it isn't in the encoding that it says."""
    broken = BrokenXml(f"is not well-formed XML ({error.msg})")
    if "ncoding" not in str(error) and "proper UTF-8" not in str(error):
        raise broken from error
    try:
        return _parsed(_DECLARATION.sub("", decode(data)).encode())
    except (NotText, etree.XMLSyntaxError, UnicodeEncodeError) as again:
        raise broken from again


def _numbered(name: re.Match[bytes]) -> bytes:
    """`&eacute;` → `&#233;`"""
    character = html.unescape(name[0].decode())
    return name[0] if character.startswith("&") else "".join(f"&#{ord(one)};" for one in character).encode()


def said(element: etree._Element, *paths: str) -> str | None:
    """The first value that any of `paths` leads to, on one line.

    `head/title` is the text of an element, `doc-id/@id-string` an attribute.
    """
    return next((value for path in paths for value in _values(element, path) if value), None)


def _values(element: etree._Element, path: str) -> Iterator[str]:
    whose, is_attribute, name = path.rpartition("@")
    steps = whose.rstrip("/") if is_attribute else path
    for found in element.iterfind(steps) if steps else [element]:
        text = found.get(name) if is_attribute else "".join(found.itertext())
        yield " ".join((text or "").split())


def language_of(element: etree._Element) -> str | None:
    tag: str | None = element.get(_LANG)
    return tag


def number_of(text: str | None) -> int | None:
    """`text` if it is a whole number, as versions are."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
