"""The lexicon's bytes, as a pure function of a vocabulary.

Words are numbered by falling frequency (ties by code point), so that the most frequent of any set of words are its
smallest numbers. Folded forms are numbered in the order in which the words need them, so by their best word.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate, chain
from typing import Any, Protocol, overload, runtime_checkable

import numpy as np
import numpy.typing as npt

from search.analysis.fold import all_fold_forms
from search.analysis.profiles import COMPOUNDING, STEMMERS
from search.lexicon.blocks import Array, pack
from search.lexicon.compounds import compound_parts
from search.lexicon.frequencies import Counts, Frequencies
from search.lexicon.linking import LINKINGS
from search.lexicon.strings import pack_strings

#: The stemmers of languages that join words into one.
_JOINING = sorted(COMPOUNDING)

#: Words that are folded at once.
_BLOCK = 1 << 14


def build_lexicon(words: Sequence[str], frequencies: Frequencies, documents: Mapping[str, int]) -> bytes:
    """`words` are distinct and sorted by code point; `documents` counts those of each language."""
    order = np.argsort(-frequencies.totals(), kind="stable")
    ranked = _Ranked(words, order)
    ranks = np.empty(len(order), np.uint32)
    ranks[order] = np.arange(len(order), dtype=np.uint32)
    arrays = {
        **prefixed("word.", pack_strings(ranked, ranks)),
        **_folding(ranked),
        **_frequency_arrays(frequencies, order),
        **_compounding(words, frequencies, ranks, documents),
    }
    values = {"languages": frequencies.languages, "documents": dict(sorted(documents.items())), "joining": _JOINING}
    return pack(arrays, values)


class _Ranked(Sequence[str]):
    """Words in another order; few of them are there at a time."""

    def __init__(self, words: Sequence[str], order: Counts) -> None:
        self._words, self._order = words, order

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return _taken(self._words, self._order[place])
        return self._words[int(self._order[place])]


@runtime_checkable
class _Taking(Protocol):
    """Makes many of its strings at once."""

    def take(self, places: Counts) -> list[str]: ...


def _taken(words: Sequence[str], places: Counts) -> list[str]:
    return words.take(places) if isinstance(words, _Taking) else [words[place] for place in places.tolist()]


def gathered(edges: Counts, order: Counts) -> npt.NDArray[np.int64]:
    """The places of the entries of rows `order`, row after row, where row i has the places edges[i]:edges[i + 1]."""
    sizes = (edges[1:] - edges[:-1])[order]
    starts = np.repeat(edges[:-1][order] - np.cumsum(sizes) + sizes, sizes)
    return starts + np.arange(len(starts))


def _frequency_arrays(frequencies: Frequencies, order: Counts) -> dict[str, Array]:
    entries = gathered(frequencies.edges, order)
    sizes = np.diff(frequencies.edges)[order]
    return {
        "frequency.edges": np.concatenate([[0], np.cumsum(sizes)]).astype(np.uint32),
        "frequency.codes": frequencies.codes[entries].astype(np.min_scalar_type(len(frequencies.languages))),
        "frequency.counts": frequencies.counts[entries].astype(np.uint32),
    }


def _folding(ranked: Sequence[str]) -> dict[str, Array]:
    """Folded form → words, for words that are not their own only form."""
    forms: dict[str, int] = {}
    pairs = array("I")
    for start in range(0, len(ranked), _BLOCK):
        foreign = [
            (number, word) for number, word in enumerate(ranked[start : start + _BLOCK], start) if not word.isascii()
        ]
        for (number, word), folded in zip(foreign, all_fold_forms([word for _, word in foreign]), strict=True):
            for form in folded if folded != (word,) else ():
                if form:
                    pairs.extend((forms.setdefault(form, len(forms)), number))
    owners, members = np.frombuffer(pairs, np.uint32).reshape(-1, 2).T
    return {
        **prefixed("form.", pack_strings(list(forms))),
        "form.words.edges": np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(forms)))]).astype(
            np.uint32
        ),
        "form.words": members[np.argsort(owners, kind="stable")],
    }


def _compounding(
    words: Sequence[str], frequencies: Frequencies, ranks: Counts, documents: Mapping[str, int]
) -> dict[str, Array]:
    """Stem of a part → stemmers' languages → compounds. Most stems that are asked for are none, in any language."""
    members: dict[str, dict[str, set[int]]] = {}
    for language in LINKINGS:
        total = sum(count for tag, count in documents.items() if _primary(tag) == language)
        codes = [code for code, tag in enumerate(frequencies.languages) if _primary(tag) == language]
        places, counts = frequencies.of_languages(codes)
        known = dict(zip(_taken(words, places), counts.tolist(), strict=True))
        rank = dict(zip(known, ranks[places].tolist(), strict=True))
        stemmer = STEMMERS[language]
        for word, stems in compound_parts(language, known, total):
            for stem in stems:
                members.setdefault(stem, {}).setdefault(stemmer, set()).add(rank[word])
    stemmers = [[_JOINING.index(stemmer) for stemmer in compounds] for compounds in members.values()]
    return {
        **prefixed("part.", pack_strings(list(members))),
        **rows("part.stemmers", stemmers, np.uint8),
        **rows("part.words", [sorted(numbers) for compounds in members.values() for numbers in compounds.values()]),
    }


def _primary(tag: str) -> str:
    return tag.partition("-")[0]


def rows(
    name: str, numbers: Collection[Sequence[int]], dtype: type[np.unsignedinteger[Any]] = np.uint32
) -> dict[str, Array]:
    """Rows of numbers as two arrays: `name.edges`, and `name` with all rows end to end."""
    return {
        f"{name}.edges": np.array([0, *accumulate(map(len, numbers))], np.uint32),
        name: np.fromiter(chain.from_iterable(numbers), dtype),
    }


def prefixed(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    return {prefix + name: array for name, array in arrays.items()}
