"""The language that the page itself is in: how it is chosen, and what its texts are in it.

Catalogues are gettext's, read from their .po files when the page starts: Babel makes of them in memory what a compiled
file would hold, so that nothing has to be built or kept in step.
"""

from __future__ import annotations

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from werkzeug.datastructures import LanguageAccept

from search.errors import BadValue, NewsstandError
from search.wording import Worded

LOCALES = Path(__file__).parent / "locales"

#: Tags of the page's languages, with their own names. The first is what the texts are written in.
TONGUES = {"en": "English", "nb": "Norsk bokmål", "nl": "Nederlands"}

#: What readers of other tags get along with better than with English.
_NEAR = {"no": "nb", "nn": "nb", "da": "nb", "sv": "nb", "af": "nl", "fy": "nl"}


def chosen(asked: str | None, accepted: LanguageAccept) -> str:
    """What `?ui=` asks for, else the best of what the browser accepts.

    >>> chosen("nl", LanguageAccept([("nb", 1)])), chosen(None, LanguageAccept([("nn-NO", 1), ("en", 0.5)]))
    ('nl', 'nb')
    """
    if asked in TONGUES:
        return asked
    for tag in accepted.values():
        bare = tag.lower().partition("-")[0]
        if tongue := bare if bare in TONGUES else _NEAR.get(bare):
            return tongue
    return next(iter(TONGUES))


@cache
def catalogue(tongue: str) -> NullTranslations:
    path = LOCALES / tongue / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, tongue))
    compiled.seek(0)
    return GNUTranslations(compiled)


def said(text: object, tongue: str) -> object:
    """A sentence of the search's in the page's language, its values too; any other text or value as it is."""
    if not isinstance(text, Worded):
        return text
    values = {name: said(value, tongue) for name, value in text.values.items()}
    return catalogue(tongue).gettext(text.pattern).format(**values)


def told(error: NewsstandError, tongue: str) -> str:
    """What an error says; only those of a request are translated, others are for who runs the server."""
    worded = error.args[0] if isinstance(error, BadValue) and error.args else str(error)
    return str(said(worded, tongue))
