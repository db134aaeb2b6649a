"""Which names of places the archive holds, and in which spellings and forms: a table made at each commit."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from search.analysis.fold import fold_forms
from search.analysis.words import tokens
from search.lexicon import Lexicon
from search.lexicon.blocks import pack, unpack
from search.lexicon.build import prefixed, rows
from search.lexicon.strings import Strings, encoded, pack_strings
from search.names.endings import inflected
from search.names.keys import key_of, keys_of
from search.names.table import Spelling, spellings, territory_of

Slots = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A place's name in the archive's articles of some languages.

    `slots` are its words in order, each in all its forms and spellings that occur. `shown` is for people; it is empty
    where this is only the typed name in other forms. `ordinary`: elsewhere it is first of all another word (`Island`),
    so it should be looked for in articles of `languages` only.
    """

    slots: Slots
    languages: tuple[str, ...]
    shown: str
    ordinary: bool = False


def build_names(lexicon: Lexicon) -> bytes:
    """A pure function of the lexicon, and it only ever grows with it."""
    by_territory: dict[str, list[Alternative]] = defaultdict(list)
    for spelling in spellings():
        found = _occurring(spelling, lexicon)
        if found:
            by_territory[spelling.territory].append(found)
    territories = sorted(by_territory)
    details = [[_fields(each) for each in _ranked(by_territory[code], lexicon)] for code in territories]
    texts = [encoded(json.dumps(fields, ensure_ascii=False, separators=(",", ":"))) for fields in details]
    forms = _forms([by_territory[code] for code in territories])
    arrays = {
        **prefixed("territory.", pack_strings(territories)),
        **rows("alternatives", texts),
        **prefixed("form.", pack_strings(list(forms))),
        **rows("form.territories", list(forms.values())),
    }
    return pack(arrays, {})


class Names:
    """Views of the bytes that `build_names` made."""

    def __init__(self, buffer: bytes | memoryview) -> None:
        arrays, _ = unpack(memoryview(buffer))
        self._territories = Strings(arrays, "territory.")
        self._edges = arrays["alternatives.edges"].data
        self._texts = arrays["alternatives"].data
        self._forms = Strings(arrays, "form.")
        self._form_edges = arrays["form.territories.edges"].data
        self._form_territories = arrays["form.territories"].data

    def also(self, words: tuple[str, ...]) -> tuple[Alternative, ...]:
        """What the archive calls the place that `words` name, the most frequent first; nothing if they name none.

        `words` are W keys; the name may be in any language, and inflected if the archive has it in that form.
        """
        key = key_of(words)
        found = (_without(each, key, words) for number in self._named(key) for each in self._alternatives(number))
        return tuple(each for each in found if each is not None)

    def _named(self, key: str) -> set[int]:
        form = self._forms.find(key)
        named = set(self._form_territories[self._form_edges[form] : self._form_edges[form + 1]]) if form >= 0 else set()
        territory = territory_of(key)
        number = self._territories.find(territory) if territory else -1
        return named | ({number} if number >= 0 else set())

    def _alternatives(self, number: int) -> Iterator[Alternative]:
        for slots, languages, shown, ordinary in json.loads(bytes(self._texts[self._edges[number] : self._edges[number + 1]])):
            yield Alternative(tuple(map(tuple, slots)), tuple(languages), shown, ordinary)


def _occurring(spelling: Spelling, lexicon: Lexicon) -> Alternative | None:
    """The name in those of its languages in whose articles all its words occur in some form."""
    tags = [tag for tag in lexicon.languages if _primary(tag) in spelling.languages - _ordinary_own(spelling)]
    words = tokens(spelling.text).words
    by_tag = {tag: tuple(_slot(word, tag, lexicon) for word in words) for tag in tags}
    whole = {tag: slots for tag, slots in by_tag.items() if all(slots)}
    if not whole:
        return None
    slots = tuple(tuple(dict.fromkeys(form for slot in column for form in slot)) for column in zip(*whole.values(), strict=True))
    return Alternative(slots, tuple(whole), spelling.text, bool(spelling.ordinary))


def _ordinary_own(spelling: Spelling) -> frozenset[str]:
    """Languages in which the name is another word, also those whose words are counted together."""
    together = frozenset({"bs", "hr", "sr"}) if "sh" in spelling.ordinary else frozenset()
    return spelling.ordinary | together


def _slot(word: str, tag: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Forms of the word that occur in articles of the language, however accented."""
    forms = dict.fromkeys(inflected(word, _primary(tag)))
    alike = dict.fromkeys((*forms, *lexicon.folding_to(fold_forms(word))))
    return tuple(form for form in alike if tag in lexicon.frequencies(form))


def _ranked(alternatives: list[Alternative], lexicon: Lexicon) -> list[Alternative]:
    """By how many documents could hold them at most."""
    most = {each: min(sum(map(lexicon.frequency, slot)) for slot in each.slots) for each in alternatives}
    return sorted(alternatives, key=lambda each: (-most[each], each.shown))


def _fields(each: Alternative) -> tuple[object, ...]:
    return each.slots, each.languages, each.shown, each.ordinary


def _forms(by_territory: list[list[Alternative]]) -> dict[str, list[int]]:
    """Key → territories, for the forms that occur."""
    forms: dict[str, list[int]] = {}
    for number, alternatives in enumerate(by_territory):
        for alternative in alternatives:
            for words in () if alternative.ordinary else product(*alternative.slots):
                owners = forms.setdefault(key_of(words), [])
                if number not in owners:
                    owners.append(number)
    return forms


def _without(each: Alternative, key: str, words: tuple[str, ...]) -> Alternative | None:
    """`each` for who has typed `words`: nothing if it is just these."""
    if key not in keys_of(each.shown):
        return each
    if len(each.slots) > 1:
        return Alternative(each.slots, each.languages, "", each.ordinary) if len(words) != len(each.slots) else None
    forms = tuple(form for form in each.slots[0] if (form,) != words)
    return Alternative((forms,), each.languages, "", each.ordinary) if forms else None


def _primary(tag: str) -> str:
    primary = tag.partition("-")[0]
    return "nb" if primary == "no" else primary
