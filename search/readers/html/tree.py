"""HTML → tree. libxml2's parser for HTML knows no entities of one's own and fetches nothing; deep trees are cut off."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

#: Characters that no tree can hold.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _parser() -> HTMLParser:
    return HTMLParser(encoding="utf-8", huge_tree=False, no_network=True, remove_comments=True, remove_pis=True)


def parse(text: str) -> HtmlElement | None:
    """The element `html`; None if there is nothing in it."""
    fit = _UNFIT.sub(" ", text).encode()
    try:
        return etree.fromstring(fit, _parser())
    except (etree.ParseError, ValueError):
        return None
