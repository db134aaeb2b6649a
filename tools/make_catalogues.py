"""Gather the page's texts into web/locales/*/LC_MESSAGES/messages.po, where their translations are written by hand.

New texts come in empty, changed ones marked as fuzzy, and those that are gone are left out; a test holds every
catalogue to be whole. Usage: python tools/make_catalogues.py
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "web" / "locales"

METHODS = [("web/templates/**.html", "jinja2.ext.babel_extract"), ("search/**.py", "python"), ("web/**.py", "python")]
OPTIONS = {"web/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
#: What marks a text: as in the templates, `_` of web.speech, and the sentences of search.wording.
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "Worded": None}


#: Header lines that say nothing or change with every run.
_IDLE = re.compile(r'^"(Project|Report|POT|PO|Last|Language-Team|Generated)\b.*\n', re.MULTILINE)


def gathered() -> Catalog:
    catalog = Catalog(project="newsstand", charset="utf-8", header_comment="# The texts of Newsstand's page.")
    found = extract_from_dir(ROOT, METHODS, OPTIONS, KEYWORDS)
    for path, _, text, _, _ in sorted(found, key=lambda one: (one[0], one[1])):
        catalog.add(text, locations=[(path, 0)])
    return catalog


def main() -> None:
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.parts[-3])
        catalog.update(gathered(), no_fuzzy_matching=False, update_header_comment=True)
        catalog.obsolete.clear()
        written = io.BytesIO()
        write_po(written, catalog, width=110, include_lineno=False, sort_by_file=True)
        path.write_text(_IDLE.sub("", written.getvalue().decode()), encoding="utf-8")


if __name__ == "__main__":
    main()
