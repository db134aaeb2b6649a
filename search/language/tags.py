"""Language tags as BCP 47 has them, and their names in English."""

from __future__ import annotations

from functools import lru_cache

import langcodes
from langcodes.tag_parser import LanguageTagError

#: No tag or name is longer, nor has unprintable characters: the table of names fails in native code on NUL.
_LONGEST = 40
#: Tags that name no language: undetermined, several, none, not in the standard.
_NO_LANGUAGE = {"und", "mul", "zxx", "mis", "art"}


@lru_cache(maxsize=4096)
def standard(declared: str) -> str | None:
    """The BCP 47 tag that `declared` means, or None if it is no language.

    Codes of two and three letters, tags with `-` or `_`, retired codes and English names are understood. Norwegian
    that doesn't say which is Bokmål.

    >>> standard("NOR"), standard("iw"), standard("pt_br"), standard("Norwegian Nynorsk"), standard("en US")
    ('nb', 'he', 'pt-BR', 'nn', None)
    """
    asked = declared.strip().replace("_", "-")
    if not asked or len(asked) > _LONGEST or not asked.isprintable():
        return None
    try:
        tag = langcodes.Language.get(asked)
    except LanguageTagError:
        tag = None
    if tag is None or not tag.is_valid():
        tag = _named(asked)
    if tag is None or tag.language is None or tag.language in _NO_LANGUAGE:
        return None
    return (tag.update_dict({"language": "nb"}) if tag.language == "no" else tag).to_tag()


def _named(name: str) -> langcodes.Language | None:
    try:
        return langcodes.find(name)
    except LookupError:
        return None


@lru_cache(maxsize=4096)
def english_name(tag: str) -> str:
    """`Norwegian Bokmål` for `nb`, `Unknown language` for `und`; the tag itself if it has no name."""
    if tag == "und":
        return "Unknown language"
    try:
        return langcodes.Language.get(tag).display_name("en")
    except LanguageTagError:
        return tag
