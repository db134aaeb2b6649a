"""What a word of a query stands for: itself, the archive's words that fold alike, and the stems of all of these.

Nearly all that a search does before it reads the index is done here, and anew for each word that was not asked for
lately: a function does a whole step, and looks nothing up twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, compress, repeat
from operator import add

from msgspec import Struct, field

from search.analysis.fold import fold_forms
from search.analysis.profiles import MARKED, script_of
from search.analysis.stems import Readers, grams, readers_of
from search.analysis.words import is_unspaced
from search.lexicon import Lexicon
from search.names import Names
from search.query.keyed import Key, Kind, Member, Pool, Run, pool
from search.settings import RANKING

#: Words whose members are remembered while one generation is searched.
REMEMBERED = 1 << 14

# An enumeration looks its members up anew each time.
_WORD, _STEM = Kind.WORD, Kind.STEM

#: The keys of a word's stems, its stems in languages that join words into one, and the stemmer of each of these.
_Stemmed = tuple[tuple[tuple[str, float], ...], Sequence[str], Sequence[str]]


class Known(Struct, frozen=True, eq=False):
    """What the archive knows: its words, its places' names, and whose stemmers serve its articles.

    `stemmers` are languages of `profiles.ALGORITHMS`; `sequences` says whether articles without a stemmer have letter
    sequences in its place. `expanded` remembers the members of words, at most REMEMBERED of them, and `readers` the
    stemmers by script.
    """

    lexicon: Lexicon
    names: Names
    stemmers: tuple[str, ...]
    sequences: bool
    expanded: dict[tuple[str, bool], tuple[Member, ...]] = field(default_factory=dict)
    readers: dict[str, Readers] = field(default_factory=dict)


def members_of(word: str, known: Known, *, adding: bool) -> tuple[Member, ...]:
    """`adding`: with what only adds to what is found, compounds that the word is a part of."""
    asked, expanded = (word, adding), known.expanded
    members = expanded.get(asked)
    if members is None:
        members = tuple(_members(word, known, adding))
        if len(expanded) < REMEMBERED:
            expanded[asked] = members
    return members


def _members(word: str, known: Known, adding: bool) -> list[Member]:
    """The word with those that fold alike, as one term; the stems of them all, as one term; and what adds to it.

    Each spelling apart would have a document frequency of its own, and the rarest would win. Only where marks tell
    words apart the word as typed is a term of its own, too: there the others are others.
    """
    alike = alike_of(word, known.lexicon)
    members: list[Member] = []
    if not alike:
        members.append(Key(_WORD, word))
    elif _is_told_apart(word, known.lexicon):
        members += (Pool(_WORD, spelt(word, alike), RANKING.told_apart), Key(_WORD, word))
    else:
        members.append(Pool(_WORD, spelt(word, alike)))
    if is_unspaced(word):
        return members
    spellings = (word, *alike)
    keys, parts, stemmers = _stems(spellings, known)
    if keys:
        members.append(Pool(_STEM, keys, RANKING.stem))
    if known.sequences:
        members += _sequences(spellings)
    compounds = known.lexicon.compounds(parts, stemmers) if adding else ()
    if compounds:
        members.append(pool(_WORD, compounds, RANKING.compound))
    return members


def alike_of(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The archive's other words that fold alike.

    A bare word finds what each word it stands for finds (`hakon`: `håkon`, so `haakon`), or the accented form of a
    word would find more than the bare one.
    """
    forms = (word,) if word.isascii() else fold_forms(word)
    if forms != (word,):
        found = lexicon.folding_to(forms)
    elif not lexicon.is_form(word):
        return ()
    else:
        found = lexicon.folding_to(forms)
        if found not in ((), (word,)):
            found = lexicon.folding_to(dict.fromkeys(form for one in found for form in fold_forms(one)))
    return tuple([other for other in found if other != word])


def spelt(word: str, alike: Iterable[str]) -> tuple[tuple[str, float], ...]:
    """The keys of a pool: a word in full, and those that fold alike."""
    return ((word, 1.0), *zip(alike, repeat(RANKING.folded)))


def _is_told_apart(word: str, lexicon: Lexicon) -> bool:
    """Whether it is typed with its marks and is first of all a word of languages where these tell words apart.

    Who types none may mean any of the words.
    """
    if word.isascii():
        return False
    counts = lexicon.frequencies(word)
    return 2 * sum(counts[tag] for tag in counts if tag.partition("-")[0] in MARKED) > sum(counts.values())


def _stems(spellings: tuple[str, ...], known: Known) -> _Stemmed:
    if len(spellings) == 1:
        return _stems_of(spellings[0], known)
    keys, parts, stemmers = zip(*(_stems_of(word, known) for word in spellings), strict=True)
    return tuple(dict.fromkeys(chain(*keys))), [*chain(*parts)], [*chain(*stemmers)]


def _stems_of(word: str, known: Known) -> _Stemmed:
    script = script_of(word)
    readers = known.readers.get(script)
    if readers is None:
        readers = known.readers[script] = readers_of(script, known.stemmers)
    stems = readers.stems(word)
    keys = tuple(zip(map(add, stems, readers.endings), repeat(1.0)))
    return keys, list(compress(stems, readers.joined)), readers.joining


def _sequences(spellings: tuple[str, ...]) -> list[Run]:
    """Spellings that fold alike have the same sequences, but for those written with two letters (å, aa)."""
    runs = (grams(spellings[0]),) if len(spellings) == 1 else dict.fromkeys(map(grams, spellings))
    return [Run(keys, len(keys), RANKING.grams / len(keys)) for keys in runs if keys]
