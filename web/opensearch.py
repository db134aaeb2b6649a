"""How a browser can search here: an OpenSearch 1.1 description."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from web.tongues import catalogue

OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"

_RESULTS = {
    "text/html": "/?q={searchTerms}&page={startPage?}",
    "application/atom+xml": "/feed.atom?q={searchTerms}",
    "application/x-suggestions+json": "/suggest.json?q={searchTerms}",
}


def described(root: str, tongue: str) -> bytes:
    """`root` is the whole address of the application, without a slash at its end."""
    whole = Element("OpenSearchDescription", {"xmlns": OPENSEARCH})
    SubElement(whole, "ShortName").text = "Newsstand"
    SubElement(whole, "Description").text = catalogue(tongue).gettext("News articles in any language")
    for kind, template in _RESULTS.items():
        relation = {"rel": "suggestions"} if "suggestions" in kind else {}
        SubElement(whole, "Url", {"type": kind, "template": root + template, **relation})
    SubElement(
        whole, "Image", {"type": "image/svg+xml", "width": "16", "height": "16"}
    ).text = f"{root}/static/icon.svg"
    SubElement(whole, "Language").text = "*"
    SubElement(whole, "InputEncoding").text = "UTF-8"
    SubElement(whole, "OutputEncoding").text = "UTF-8"
    xml: bytes = tostring(whole, encoding="utf-8", xml_declaration=True)
    return xml
