"""What is known of each language, as data.

`STEMMERS` gives, for a language's primary subtag, the stemmer's own language. It holds what
`langcodes.closest_match(tag, …, max_distance=9)` finds among the languages of Snowball (a test compares the two over
all languages), so that a search need not load langcodes; and below the line the pairings beyond that distance which
were measured to help.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from functools import lru_cache

#: Snowball algorithm by the language it was written for.
ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

STEMMERS = {
    **{language: language for language in ALGORITHMS},
    "nb": "no", "lb": "de", "gsw": "de", "sh": "sr", "cnr": "sr", "drw": "fa", "prs": "fa", "tnf": "fa",
    "arb": "ar", "ekk": "et", "npi": "ne", "pes": "fa", "ydd": "yi",
    # ---- beyond langcodes' distance 9 ----
    "nn": "no",  # Snowball's norwegian knows both written standards
    "bs": "sr",  # known-item MRR over hr, bs, sr and sr-Latn together: bs 0.83 to 0.84, hr 0.83 to 0.85, and
    "hr": "sr",  # sr-Latn 0.84 to 0.87; the like for Malay with the Indonesian stemmer hurts (0.93 to 0.92)
}  # fmt: skip

#: The tag of a text whose language nobody knows: it gets no stem keys.
UNKNOWN = "und"

#: Stemmers of languages that join words into one.
COMPOUNDING = frozenset({"da", "de", "fi", "hu", "nl", "no", "sv"})

#: Where scripts begin: a letter's script is that of the last start not above it; "" is any that no stemmer reads.
_SCRIPT_STARTS = (
    (0x0000, "latin"), (0x0370, "greek"), (0x0400, "cyrillic"), (0x0530, "armenian"), (0x0590, "hebrew"),
    (0x0600, "arabic"), (0x0780, ""), (0x0900, "devanagari"), (0x0980, ""), (0x0B80, "tamil"), (0x0C00, ""),
    (0x1E00, "latin"), (0x1F00, "greek"), (0x2000, ""), (0x2C60, "latin"), (0x2C80, ""), (0xA720, "latin"),
    (0xA800, ""),
)  # fmt: skip
_STARTS = [start for start, _ in _SCRIPT_STARTS]

#: The scripts that a stemmer changes words of, where that is not Latin only.
SCRIPTS = {
    "ar": {"arabic"}, "el": {"greek"}, "fa": {"arabic"}, "hi": {"devanagari"}, "hy": {"armenian"},
    "ne": {"devanagari"}, "ru": {"cyrillic"}, "sr": {"cyrillic", "latin"}, "ta": {"tamil"}, "yi": {"hebrew"},
}  # fmt: skip
_LATIN = {"latin"}


def script_of(word: str) -> str:
    """The script of the word's first letter, as in SCRIPTS; "" for a number."""
    if word.isascii():
        return "" if word.isdigit() else "latin"
    letter: str | None = word[0]
    if not word[0].isalpha():
        letter = next(filter(str.isalpha, word), None)
    return "" if letter is None else _script_of_letter(letter)


@lru_cache(maxsize=1 << 12)
def _script_of_letter(letter: str) -> str:
    return _SCRIPT_STARTS[bisect_right(_STARTS, ord(letter)) - 1][1]


def reads(language: str, script: str) -> bool:
    """Whether the stemmer of `language` changes words in this script."""
    return script in scripts_of(language)


def scripts_of(language: str) -> Collection[str]:
    """The scripts that the stemmer of `language` changes words of."""
    return SCRIPTS.get(language, _LATIN)


#: The one language here that its stemmer reads in two scripts. Any other script subtag means no stemmer.
_TWO_SCRIPTS = {"sr", "sh", "cnr", "bs"}

#: Languages in which words of different meaning differ by marks alone, and are always written with them. (Yoruba has
#: tones too, but is as often written without; joining it here took its known-item MRR from 0.96 to 0.87.)
MARKED = frozenset({"vi"})

#: Articles and pronouns that lean on the next word with an apostrophe (French, Italian, Catalan): they say nothing.
ELISIONS = frozenset(
    {"l", "d", "j", "m", "n", "s", "t", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"}
    | {"dell", "all", "nell", "sull", "dall", "coll", "un", "quell"}
)

#: What follows an apostrophe in English and says nothing either: `Armenia's`, `don't`, `they're`.
CLITICS = frozenset({"s", "t", "d", "m", "ll", "re", "ve"})


def stemmer_of(tag: str) -> str | None:
    """The language whose stemmer serves `tag` (a standardised BCP 47 tag), None if there is none."""
    primary, *rest = tag.split("-")
    if primary not in _TWO_SCRIPTS and any(len(part) == 4 and part.isalpha() for part in rest):
        return None
    return STEMMERS.get(primary)
