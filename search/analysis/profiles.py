"""What is known of each language, as data.

`STEMMERS` gives, for a language's primary subtag, the stemmer's own language. It holds what
`langcodes.closest_match(tag, …, max_distance=9)` finds among the languages of Snowball (a test compares the two over
all languages), so that a search need not load langcodes; and below the line the pairings beyond that distance which
were measured to help.
"""

from __future__ import annotations

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
    # ---- beyond langcodes' distance 9 ----
    "nn": "no",  # Snowball's norwegian knows both written standards
}  # fmt: skip

#: The tag of a text whose language nobody knows: it gets no stem keys.
UNKNOWN = "und"

#: Stemmers of languages that join words into one.
COMPOUNDING = frozenset({"da", "de", "fi", "hu", "nl", "no", "sv"})

#: The one language here that its stemmer reads in two scripts. Any other script subtag means no stemmer.
_TWO_SCRIPTS = {"sr", "sh", "cnr"}

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
