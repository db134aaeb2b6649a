"""Writes search/names/territories.tsv and keys.tsv from CLDR's names of territories.

    python tools/make_names.py

Needs Babel, which carries CLDR, and wordfreq, which says which of the names are ordinary words; neither is needed to
search. Run it again when Babel brings a newer CLDR, and look at what changed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from statistics import median

from babel import Locale, localedata
from babel.languages import get_official_languages
from wordfreq import available_languages, zipf_frequency

from search.analysis.words import is_unspaced
from search.names.keys import keys_of
from search.names.table import KEYS, TERRITORIES

#: Names that people use and CLDR's main form has not (in its data they are variants, which Babel leaves out).
VARIANTS = {
    "CI": {"en": ["Ivory Coast"], "de": ["Elfenbeinküste"], "es": ["Costa de Marfil"], "pt": ["Costa do Marfim"]},
    "CV": {"en": ["Cape Verde"], "de": ["Kap Verde"], "fr": ["Cap-Vert"]},
    "CZ": {"en": ["Czech Republic"], "nl": ["Tsjechische Republiek"], "fr": ["République tchèque"]},
    "HK": {
        "en": ["Hong Kong"], "de": ["Hongkong"], "nb": ["Hongkong"], "nl": ["Hongkong"], "ru": ["Гонконг"],
        "zh": ["香港"], "ko": ["홍콩"], "ja": ["香港"], "ar": ["هونغ كونغ"],
    },
    "MO": {"en": ["Macau", "Macao"], "de": ["Macau"], "nb": ["Macao"], "ru": ["Макао"], "zh": ["澳門", "澳门"]},
    "MK": {"en": ["Macedonia"], "de": ["Mazedonien"], "nb": ["Makedonia"]},
    "PS": {
        "en": ["Palestine"], "de": ["Palästina"], "nb": ["Palestina"], "nl": ["Palestina"], "es": ["Palestina"],
        "fr": ["Palestine"], "ru": ["Палестина"], "ar": ["فلسطين"], "tr": ["Filistin"], "fi": ["Palestiina"],
        "sv": ["Palestina"], "da": ["Palæstina"], "pl": ["Palestyna"], "uk": ["Палестина"], "it": ["Palestina"],
        "ca": ["Palestina"], "pt": ["Palestina"], "ro": ["Palestina"], "hr": ["Palestina"], "id": ["Palestina"],
    },
    "SZ": {"en": ["Swaziland"], "de": ["Swasiland"], "fr": ["Swaziland"]},
    "TL": {"en": ["East Timor"], "de": ["Osttimor"]},
    "TR": {"en": ["Turkey"]},
    "US": {"en": ["USA", "United States of America"], "de": ["USA"], "fi": ["USA"], "sv": ["USA"], "it": ["USA"]},
    "VA": {"en": ["Vatican"], "de": ["Vatikan"], "nb": ["Vatikanet"], "nl": ["Vaticaan"], "fr": ["Vatican"]},
}  # fmt: skip

#: Not places but placeholders, and regions of no government.
_LEFT_OUT = {"EZ", "QO", "XA", "XB", "ZZ"}

#: Where CLDR gives another name of the same place in brackets.
_TWO_NAMES = {"FK", "MM"}

#: A spelling is taken for an ordinary word of a language where it is this much more frequent (in factors of ten) than
#: the territory is spoken of, and more frequent than the least given. Frequencies are Zipf values: 3 is once in a
#: million words, 6 once in a thousand.
_OWN_NAME, _COMMON = 1.6, 4.8
_OTHER_WORD, _NOTABLE = 0.6, 3.9

#: Keys that mean the place all the same to most who type them.
_STILL_PLACES = {"chad", "cuba", "indonesia", "jordan", "monaco", "salvador", "usa"}

#: Languages with word frequencies, but for those that it would need more packages to cut into words.
_COUNTED = set(available_languages()) - {"ja", "ko", "zh"}

Spellings = dict[str, dict[str, set[str]]]


def spellings() -> Spellings:
    """Territory → spelling → primary language subtags."""
    named = list(_named())
    whole = {(language, key): code for code, language, name in named for key in keys_of(name)}
    found: Spellings = defaultdict(lambda: defaultdict(set))
    for territory, language, name in named:
        for part in _parts(territory, name):
            if part == name or all(whole.get((language, key), territory) == territory for key in keys_of(part)):
                found[territory][part].add(language)
    return found


def _named() -> Iterator[tuple[str, str, str]]:
    """Territory, language, name."""
    for identifier in localedata.locale_identifiers():
        locale = Locale.parse(identifier)
        for territory, name in locale.territories.items():
            if len(territory) == 2 and territory.isalpha() and territory not in _LEFT_OUT and name != territory:
                yield territory, locale.language, name
    for territory, by_language in VARIANTS.items():
        yield from ((territory, language, name) for language, names in by_language.items() for name in names)


def _parts(territory: str, name: str) -> tuple[str, ...]:
    """`Hong Kong (Kina)` is `Hong Kong`, `Myanmar (Burma)` is both."""
    outside, *inside = filter(None, (part.strip() for part in re.split(r"[()（）\[\]]", name)))
    return (outside, *inside) if territory in _TWO_NAMES else (outside,)


def long_enough(spelling: str) -> bool:
    letters = re.sub(r"[\W_]", "", spelling)
    if is_unspaced(letters):
        return len(letters) >= 2
    return len(letters) >= (3 if letters.isupper() else 4)


def ordinary_in(spelling: str, territory: str, names: Mapping[str, set[str]]) -> set[str]:
    """Languages in which the spelling is first of all another word: `Oman` in Finnish, `Island` in English."""
    words = {spelling.casefold(), *keys_of(spelling)}
    if any(" " in word for word in words) or is_unspaced(spelling):
        return set()
    elsewhere = _usual(name for name in names.items() if name[0] != spelling)
    home = {_counted(language) for language in get_official_languages(territory, de_facto=True, regional=True)}
    found = set()
    for language in _COUNTED - home:
        frequency = max(zipf_frequency(word, language) for word in words)
        if language in map(_counted, names[spelling]):
            other = frequency >= _COMMON and frequency - elsewhere > _OWN_NAME
        else:
            own = [
                zipf_frequency(name, language) for name, spoken in names.items() if language in map(_counted, spoken)
            ]
            other = frequency >= _NOTABLE and frequency - max(elsewhere, *own, 0) > _OTHER_WORD
        if other:
            found.add(language)
    return found


def _counted(language: str) -> str:
    """The language under which its words are counted."""
    return "sh" if language in {"bs", "hr", "sr"} else language


def _usual(names: Iterable[tuple[str, set[str]]]) -> float:
    """How often the territory is spoken of: the median over the languages whose name for it is one word."""
    frequencies = [
        zipf_frequency(name, language)
        for name, languages in names
        if all(" " not in key for key in keys_of(name))
        for language in {*map(_counted, languages)} & _COUNTED
    ]
    return median(frequencies) if frequencies else 3.0


def main() -> None:
    found = spellings()
    owners: dict[str, set[str]] = defaultdict(set)
    ordinary: set[str] = set()
    lines = []
    for territory, names in sorted(found.items()):
        kept = {
            spelling: ordinary_in(spelling, territory, names) for spelling in sorted(names) if long_enough(spelling)
        }
        for spelling, languages in kept.items():
            for key in keys_of(spelling):
                owners[key].add(territory)
            ordinary.update(keys_of(spelling) if languages else ())
        fields = ["|".join((each, _joined(names[each]), _joined(languages))) for each, languages in kept.items()]
        lines.append("\t".join((territory, *fields)))
    ordinary -= _STILL_PLACES
    clear = {key: min(codes) for key, codes in owners.items() if len(codes) == 1 and key not in ordinary}
    _write(TERRITORIES, lines)
    _write(KEYS, sorted((f"{key}\t{code}" for key, code in clear.items()), key=str.encode))
    ambiguous = {key for key, codes in owners.items() if len(codes) > 1}
    print(f"{len(owners)} keys; {len(ambiguous)} of two territories: {', '.join(sorted(ambiguous))}")
    print(f"{len(ordinary)} ordinary words: {', '.join(sorted(ordinary))}")


def _joined(languages: Iterable[str]) -> str:
    return ",".join(sorted(languages))


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
