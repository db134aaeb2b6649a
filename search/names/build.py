"""Write `territories.tsv` and `keys.tsv` from CLDR's names of territories: `python -m search.names.build`.

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
        "en": ["Hong Kong"], "de": ["Hongkong"], "nb": ["Hongkong"], "nl": ["Hongkong"], "ru": ["Гонконг"], "zh": ["香港"],
        "ko": ["홍콩"], "ja": ["香港"], "ar": ["هونغ كونغ"],
    },
    "MO": {"en": ["Macau", "Macao"], "de": ["Macau"], "nb": ["Macao"], "ru": ["Макао"], "zh": ["澳門", "澳门"]},
    "MK": {"en": ["Macedonia"], "de": ["Mazedonien"], "nb": ["Makedonia"]},
    "PS": {
        "en": ["Palestine"], "de": ["Palästina"], "nb": ["Palestina"], "nl": ["Palestina"], "es": ["Palestina"],
        "fr": ["Palestine"], "ru": ["Палестина"], "ar": ["فلسطين"], "tr": ["Filistin"], "fi": ["Palestiina"],
        "sv": ["Palestina"], "da": ["Palæstina"], "pl": ["Palestyna"], "uk": ["Палестина"], "it": ["Palestina"],
    },
    "SZ": {"en": ["Swaziland"], "de": ["Swasiland"], "fr": ["Swaziland"]},
    "TL": {"en": ["East Timor"], "de": ["Osttimor"]},
    "TR": {"en": ["Turkey"]},
    "US": {"en": ["USA", "United States of America"], "de": ["USA"], "fi": ["USA"], "sv": ["USA"], "it": ["USA"]},
    "VA": {"en": ["Vatican"], "de": ["Vatikan"], "nb": ["Vatikanet"], "nl": ["Vaticaan"], "fr": ["Vatican"]},
}  # fmt: skip

#: Not places but placeholders, and regions of no government.
_LEFT_OUT = {"EZ", "QO", "XA", "XB", "ZZ"}

#: A word this much more frequent (in factors of ten) than the territory's names elsewhere means something else.
_OTHER_SENSE = {"own name": 1.2, "other word": 0.5}

#: Languages with word frequencies, but for those that it would need more packages to cut into words.
_COUNTED = set(available_languages()) - {"ja", "ko", "zh"}

Spellings = dict[str, dict[str, set[str]]]


def spellings() -> Spellings:
    """Territory → spelling → primary language subtags."""
    found: Spellings = defaultdict(lambda: defaultdict(set))
    for identifier in localedata.locale_identifiers():
        locale = Locale.parse(identifier)
        for territory, name in locale.territories.items():
            if len(territory) == 2 and territory.isalpha() and territory not in _LEFT_OUT and name != territory:
                for spelling in _parts(name):
                    found[territory][spelling].add(locale.language)
    for territory, by_language in VARIANTS.items():
        for language, names in by_language.items():
            for name in names:
                found[territory][name].add(language)
    return found


def _parts(name: str) -> Iterator[str]:
    """`Myanmar (Burma)` is two names."""
    yield from filter(None, (part.strip() for part in re.split(r"[()（）\[\]]", name)))


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
    usual = _usual_frequency(spelling, names)
    home = set(get_official_languages(territory, de_facto=True, regional=True))
    return {
        language
        for language in _COUNTED
        if language not in home
        if max(zipf_frequency(word, language) for word in words)
        > usual + _OTHER_SENSE["own name" if language in names[spelling] else "other word"]
    }


def _usual_frequency(spelling: str, names: Mapping[str, set[str]]) -> float:
    """How often the territory is spoken of: the median over the languages whose name for it is one word."""
    frequencies = [
        zipf_frequency(name, language)
        for name, languages in names.items()
        if name != spelling and len(keys_of(name)) == 1 and " " not in name
        for language in languages & _COUNTED
    ]
    return max(median(frequencies), 2.5) if frequencies else 3.0


def main() -> None:
    found = spellings()
    owners: dict[str, set[str]] = defaultdict(set)
    ordinary_keys: set[str] = set()
    lines: list[str] = []
    for territory, names in sorted(found.items()):
        fields = [territory]
        for spelling in sorted(filter(long_enough, names)):
            ordinary = ordinary_in(spelling, territory, names)
            for key in keys_of(spelling):
                owners[key].add(territory)
            if ordinary:
                ordinary_keys.update(keys_of(spelling))
            fields.append("|".join((spelling, _joined(names[spelling]), _joined(ordinary))))
        lines.append("\t".join(fields))
    clear = {key: next(iter(codes)) for key, codes in owners.items() if len(codes) == 1 and key not in ordinary_keys}
    ambiguous = {key for key, codes in owners.items() if len(codes) > 1}
    _write(TERRITORIES, lines)
    _write(KEYS, sorted((f"{key}\t{code}" for key, code in clear.items()), key=str.encode))
    print(f"{len(owners)} keys; {len(ambiguous)} of two territories: {', '.join(sorted(ambiguous))}")
    print(f"{len(ordinary_keys)} ordinary words: {', '.join(sorted(ordinary_keys))}")


def _joined(languages: Iterable[str]) -> str:
    return ",".join(sorted(languages))


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
