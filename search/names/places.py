"""Which names of places the archive holds, and in which spellings and forms: a table made at each commit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import lru_cache
from itertools import accumulate, chain, product

import numpy as np
from msgspec import Struct, json

from search.analysis.fold import all_fold_forms, fold
from search.analysis.words import tokens
from search.lexicon import Lexicon
from search.lexicon.blocks import Kept, pack, unpack
from search.lexicon.strings import Strings, pack_strings
from search.names.endings import SHORTEST, inflected
from search.names.keys import joined, key_of, keys_of
from search.names.sieve import Sieve, pack_sieve
from search.names.table import Spelling, clear_keys, spellings, territory_of

Slots = tuple[tuple[str, ...], ...]

#: An Alternative's fields, and the keys of `shown`.
_Fields = tuple[Iterable[Iterable[str]], Iterable[str], str, bool, Iterable[str]]


class Alternative(Struct, frozen=True):
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
    from search.lexicon.build import prefixed, rows

    by_territory: dict[str, list[Alternative]] = defaultdict(list)
    tags = _tags(lexicon)
    possible = [(spelling, _possible(spelling, tags.keys())) for spelling in spellings(tags.keys())]
    wanted = {form for _, slots in possible for forms in slots.values() for form in chain.from_iterable(forms)}
    written = {form: lexicon.frequencies(form).keys() for form in wanted if form in lexicon}
    for spelling, slots in possible:
        found = _occurring(spelling, slots, tags, written)
        if found:
            by_territory[spelling.territory].append(found)
    territories = sorted(by_territory)
    details = [[_fields(each) for each in _ranked(by_territory[code], lexicon)] for code in territories]
    texts = [json.encode(fields) for fields in details]
    forms = _forms([by_territory[code] for code in territories])
    arrays = {
        "sieve": pack_sieve([*forms, *clear_keys(by_territory.keys())]),
        **prefixed("territory.", pack_strings(territories)),
        "details": np.frombuffer(b"".join(texts), np.uint8),
        "details.edges": np.array([0, *accumulate(map(len, texts))], np.uint32),
        **prefixed("form.", pack_strings(list(forms))),
        **rows("form.territories", list(forms.values())),
    }
    return pack(arrays, {})


def _tags(lexicon: Lexicon) -> dict[str, list[str]]:
    """The archive's language tags by primary subtag."""
    tags: dict[str, list[str]] = defaultdict(list)
    for tag in lexicon.languages:
        tags[tag.partition("-")[0]].append(tag)
    return dict(tags)


class Names:
    """Views of the bytes that `build_names` made."""

    def __init__(self, kept: Kept) -> None:
        columns, _ = unpack(kept)
        self._sieve = Sieve(columns["sieve"].whole().view(np.uint8))  # every word asks there
        self._territories = Strings(columns, "territory.")
        self._edges = columns["details.edges"]
        self._texts = columns["details"]
        self._forms = Strings(columns, "form.")
        self._form_edges = columns["form.territories.edges"]
        self._form_territories = columns["form.territories"]
        self._read: dict[int, list[_Fields]] = {}

    def also(self, words: tuple[str, ...]) -> tuple[Alternative, ...]:
        """What the archive calls the place that `words` name, the most frequent first; nothing if they name none.

        `words` are W keys; the name may be in any language, and inflected if the archive has it in that form.
        """
        key = key_of(words)
        if not self._sieve.may_hold(key):
            return ()
        found = (_without(key, words, *fields) for number in self._named(key) for fields in self._details(number))
        return tuple(each for each in found if each is not None)

    def _named(self, key: str) -> list[int]:
        form = self._forms.find(key)
        territory = territory_of(key)
        if form < 0 and territory is None:
            return []
        edges = self._form_edges
        named = set(self._form_territories.part(edges[form], edges[form + 1]).tolist()) if form >= 0 else set()
        number = self._territories.find(territory) if territory else -1
        return sorted(named | {number} if number >= 0 else named)

    def _details(self, number: int) -> list[_Fields]:
        fields = self._read.get(number)
        if fields is None:
            text = self._texts.part(self._edges[number], self._edges[number + 1])
            fields = self._read[number] = json.decode(text.data)
        return fields


def _possible(spelling: Spelling, spoken: Set[str]) -> dict[str, Slots]:
    """All forms of the name's words, in each of its languages that is spoken."""
    words = tokens(spelling.text).words
    languages = sorted((spelling.languages & spoken) - _ordinary_own(spelling))
    return {language: tuple(_forms_of(words, language)) for language in languages}


def _occurring(
    spelling: Spelling, possible: Mapping[str, Slots], tags: Mapping[str, list[str]], written: Mapping[str, Set[str]]
) -> Alternative | None:
    """The name in those of its languages in whose articles all its words occur in some form.

    `written` has the languages that each form is written in.
    """
    whole: dict[str, Slots] = {}
    for language, forms_by_word in possible.items():
        present = [[form for form in forms if form in written] for forms in forms_by_word]
        for tag in tags[language]:
            slots = tuple(tuple(form for form in forms if tag in written[form]) for forms in present)
            if slots and all(slots):
                whole[tag] = slots
    if not whole:
        return None
    columns = zip(*whole.values(), strict=True)
    merged = tuple(tuple(dict.fromkeys(form for slot in column for form in slot)) for column in columns)
    return Alternative(merged, tuple(whole), spelling.text, bool(spelling.ordinary))


def _ordinary_own(spelling: Spelling) -> frozenset[str]:
    """Languages in which the name is another word, also those whose words are counted together."""
    together = frozenset({"bs", "hr", "sr"}) if "sh" in spelling.ordinary else frozenset()
    return spelling.ordinary | together


def _forms_of(words: tuple[str, ...], language: str) -> Iterator[tuple[str, ...]]:
    """Of a name of several words, the short ones may change too (`Новой Зеландии`): the others keep it clear."""
    shortest = SHORTEST if len(words) == 1 else SHORTEST - 1
    return (_forms_in(word, language, shortest) for word in words)


@lru_cache(maxsize=1 << 12)
def _forms_in(word: str, language: str, shortest: int) -> tuple[str, ...]:
    """With and without their accents."""
    forms = list(inflected(word, language, shortest))
    both = ((form, *folded) for form, folded in zip(forms, all_fold_forms(forms), strict=True))
    return tuple(dict.fromkeys(chain.from_iterable(both)))


def _ranked(alternatives: list[Alternative], lexicon: Lexicon) -> list[Alternative]:
    """Names of one word first, by the documents that hold them."""
    most = {each: min(sum(map(lexicon.frequency, slot)) for slot in each.slots) for each in alternatives}
    return sorted(alternatives, key=lambda each: (len(each.slots) > 1, -most[each], each.shown))


def _fields(each: Alternative) -> _Fields:
    return each.slots, each.languages, each.shown, each.ordinary, keys_of(each.shown)


def _forms(by_territory: list[list[Alternative]]) -> dict[str, list[int]]:
    """Key → territories, for the forms that occur and are not themselves names, clear or not."""
    forms: dict[str, list[int]] = {}
    for number, alternatives in enumerate(by_territory):
        for alternative in alternatives:
            if alternative.ordinary:
                continue
            folded = [dict.fromkeys(map(fold, slot)) for slot in alternative.slots]
            names = {joined(words) for words in product(*folded)} - set(keys_of(alternative.shown))
            for key in sorted(names):
                owners = forms.setdefault(key, [])
                if number not in owners:
                    owners.append(number)
    return forms


def _without(
    key: str,
    words: tuple[str, ...],
    slots: Iterable[Iterable[str]],
    languages: Iterable[str],
    shown: str,
    ordinary: bool,
    keys: Iterable[str],
) -> Alternative | None:
    """An alternative for who has typed `words`: nothing if it is just these."""
    forms = tuple(map(tuple, slots))
    if key not in keys:
        return Alternative(forms, tuple(languages), shown, ordinary)
    if len(forms) == 1:
        forms = (tuple(form for form in forms[0] if (form,) != words),)
    same = forms == tuple((word,) for word in words) or not forms[0]
    return None if same else Alternative(forms, tuple(languages), "", ordinary)
