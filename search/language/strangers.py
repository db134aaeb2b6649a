"""Languages that CLD2 has never heard of and takes for one that it knows.

Nigerian Pidgin is English to it, Tahitian Māori, Tachelhit Arabic; and most names, in whatever
language, are English. Function words that only one of the two writes settle it.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

#: Characters looked at.
_LIMIT = 1000
#: With so many different words in the first of them, and none against it, an answer stands.
_FIRST, _PLENTY = 300, 6
#: A stranger needs as many different words as this, since each can also be a name or a quotation.
_LEAST = 3

#: Much of a text can be quoted in the better known language: a third of its own words are enough for a stranger.
_QUOTED = 3


class Stranger(Struct, frozen=True):
    """`own` are words of the language that CLD2 answers, `others` of `tag`, the one it doesn't know.

    `tag` is None where these words find about half of its texts only: then it's honest to be unsure of all.
    """

    tag: str | None
    own: frozenset[str]
    others: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: English of headlines and market reports that have no other. The prepositions are shared with other languages.
_TERSE = _words("vs said says cts mln bln pct dlrs inc corp ltd qtr shr net shrs revs avg year week month reuter")
_PREPOSITIONS = _words("to for on in or as")

#: Function words of Danish, Dutch and Norwegian, whose sentences are English to CLD2 where they have English names in
#: them; and English ones that these languages write too.
_NEIGHBOURS = _words(
    "af av bij blei ble blev blir dat de den det een eit en er et fra frå har het hij ikke ikkje jeg eg kan med men "
    "met naar niet nog nok og om ook på skal som så til tot uit van var vart vil voor wordt werd zich zijn å"
)
_SHARED = _words("of is was are at an have her had")

_STRANGERS: Mapping[str, Stranger] = {
    "en": Stranger(
        "pcm",
        own=_words(
            "the of and a that this these those with from by is are was were be been has have had it its he his she "
            "her they their an our which would could there not at"
        ),
        others=_words(
            "dey wey sey dem don dis dat una wetin di dia wen wia im na pipo pesin tok sabi oga kontri goment govnor "
            "afta bifor wit dose den abi sef moda fada tori mata comot"
        ),
    ),
    "mi": Stranger(
        None,  # Tahitian
        own=_words("ki ka ngā nga kua kei kāore kaore tēnei tenei ko mō kī hei whare whai hoki kia wā ake"),
        others=_words(
            "mau tei taata parau hoê oia ohipa matahiti feia fenua aita tamarii "
            "fare raa ei rahi mea vau outou tatou atoa"
        ),
    ),
    "ar": Stranger(
        None,  # Tachelhit
        own=_words("في من على إلى أن التي الذي هذا هذه عن مع ما كان بعد كل قال لا ف ذا هو هي اللي بين و"),
        others=_words("ن غ د س أد نس يان يات خف أور إنا نا إ أر غيف نسن نسين كرا ماس أس ماد أيا ميدن"),
    ),
}


#: Words that tell English from its neighbours, and those of which it has some.
_ENGLISH = _STRANGERS["en"].own
_TELLING, _SOME = _ENGLISH - _SHARED | _TERSE, _ENGLISH | _TERSE | _PREPOSITIONS

#: By the answer, all words that count, of which a text has few, and those that speak against it.
_AGAINST = {
    tag: stranger.others | (_NEIGHBOURS if tag == "en" else frozenset()) for tag, stranger in _STRANGERS.items()
}
_COUNTED = {tag: _AGAINST[tag] | (_SOME if tag == "en" else stranger.own) for tag, stranger in _STRANGERS.items()}


def settle(text: str, tag: str) -> str | None:
    """`tag`, CLD2's answer, or the stranger that wrote `text`; None if unsure.

    English of which not a word is English is unsure, too, and so is English with more words of its neighbours.
    """
    stranger = _STRANGERS.get(tag)
    if stranger is None:
        return tag
    words = _counted(text[:_FIRST], tag)
    if len(words) >= _PLENTY and words.isdisjoint(_AGAINST[tag]):
        return tag
    words = _counted(text[:_LIMIT], tag)
    own, others = len(words & stranger.own), len(words & stranger.others)
    if others >= _LEAST and others * _QUOTED >= own:
        return stranger.tag
    return tag if tag != "en" or _is_english(words) else None


def _counted(text: str, tag: str) -> frozenset[str]:
    return _COUNTED[tag].intersection(text.lower().split())


def _is_english(words: frozenset[str]) -> bool:
    return len(words & _TELLING) >= len(words & _NEIGHBOURS) and not words.isdisjoint(_SOME)


def is_terse_english(text: str) -> bool:
    """Whether words of English market reports, mostly figures and names to CLD2, say that `text` is English."""
    return len((_ENGLISH | _TERSE).intersection(text[:_LIMIT].lower().split())) >= _LEAST
