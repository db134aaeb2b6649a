"""Query → keyed query: every leaf replaced, in place, by a group of keys.

A word stands for itself, for the words of the archive that fold alike, and for the stems of all of these in every
language of the archive: the language of a query is never guessed. Replacing leaf by leaf is what keeps NOT, phrases
and brackets right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from search.analysis.fold import fold_forms
from search.analysis.profiles import CLITICS, ELISIONS
from search.analysis.stems import stem_key
from search.analysis.words import is_unspaced, pairs_of, tokens, word_runs
from search.lexicon import Lexicon
from search.query import ast, keyed
from search.query.ast import Phrase, Typo, Wildcard, Word, Zone
from search.query.keyed import Group, Key, Keyed, Kind, Pool, Run, Sequence
from search.settings import RANKING

_APOSTROPHE = re.compile("['’ʼ＇`´]")


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive knows: its words, and the languages whose stemmers serve its articles."""

    lexicon: Lexicon
    stemmers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """`query` wants all words, `loose` at least one of the positive clauses; NOT holds in both."""

    query: Keyed
    loose: Keyed
    notes: tuple[str, ...]


def expand(root: ast.Node | None, known: Known, *, names: bool = True) -> Expansion:
    if root is None:
        return Expansion(keyed.Everything(), keyed.Everything(), ())
    expander = _Expander(known, names)
    query = expander.node(root)
    return Expansion(query, loosen(query), tuple(dict.fromkeys(expander.notes)))


def loosen(query: Keyed) -> Keyed:
    """Every AND of positive clauses becomes an OR of them; what NOT takes away stays away.

    A run of unspaced script needs a share of its pairs only, or no headline would ever be found by another.
    """
    match query:
        case keyed.And(children):
            clauses = [loosen(child) for child in children]
            positive = tuple(child for child in clauses if not isinstance(child, keyed.Not))
            negative = tuple(child for child in clauses if isinstance(child, keyed.Not))
            wanted = (keyed.Or(positive),) if len(positive) > 1 else positive
            joined = wanted + negative
            return keyed.And(joined) if len(joined) > 1 else joined[0]
        case keyed.Or(children):
            return keyed.Or(tuple(loosen(child) for child in children))
        case Group(members):
            return replace(query, members=tuple(_loose_run(member) for member in members))
        case _:
            return query


def _loose_run(member: keyed.Member) -> keyed.Member:
    if isinstance(member, Run):
        return replace(member, minimum=max(1, round(len(member.keys) * RANKING.run_share)))
    return member


@dataclass(slots=True)
class _Expander:
    known: Known
    names: bool
    notes: list[str] = field(default_factory=list)
    negated: bool = False

    def node(self, node: ast.Node) -> Keyed:
        match node:
            case ast.And(children):
                return keyed.And(tuple(self.node(child) for child in children))
            case ast.Or(children):
                return keyed.Or(tuple(self.node(child) for child in children))
            case ast.Not(child):
                self.negated = not self.negated
                inner = self.node(child)
                self.negated = not self.negated
                return keyed.Not(inner)
            case Word():
                return self.word(node)
            case Phrase():
                return self.phrase(node)
            case Wildcard(pattern, zone):
                found, cut = self.known.lexicon.wildcard(pattern)
                return self._pooled(pattern, found, cut, zone)
            case Typo(text, edits, zone):
                found, cut = self.known.lexicon.near(text, edits)
                return self._pooled(f"{text}~{edits}", found, cut, zone, original=text)

    def word(self, word: Word) -> Keyed:
        if word.exact:
            return self._exact(word)
        groups = tuple(self._run(run, word.zone) for run in wanted_runs(word.text))
        return keyed.And(groups) if len(groups) > 1 else groups[0]

    def _exact(self, word: Word) -> Keyed:
        """Words side by side may belong to two runs of unspaced script: each run is wanted as a whole, too."""
        label = f"={word.text}"
        words = tokens(word.text).words
        one = Key(Kind.WORD, words[0]) if len(words) == 1 else Sequence(tuple((each,) for each in words))
        exact = Group((one,), word.zone, label=label)
        wholes = tuple(self._run(run, word.zone) for run in wanted_runs(word.text) if len(run) > 1)
        return keyed.And((exact, *wholes)) if wholes else exact

    def _run(self, run: tuple[str, ...], zone: Zone) -> Group:
        label = "".join(run)
        if len(run) > 1:
            keys = tuple(Key(Kind.STEM, pair) for pair in dict.fromkeys(pairs_of(run)))
            return Group((Run(keys, minimum=len(keys), scale=len(keys) ** -0.5),), zone, label=label)
        return Group(tuple(self._members(run[0])), zone, label=label)

    def _members(self, word: str) -> Iterator[keyed.Member]:
        """The word; the words that fold alike, as one term; the stems of them all, as one term.

        Each apart would have a document frequency of its own, and the rarest spelling would win.
        """
        alike = self._alike(word)
        yield Key(Kind.WORD, word)
        if alike:
            yield Pool(tuple(Key(Kind.WORD, spelling) for spelling in (word, *alike)), RANKING.folded)
        if not is_unspaced(word):
            spellings = (word, *alike)
            stems = dict.fromkeys(stem_key(language, one) for one in spellings for language in self.known.stemmers)
            yield Pool(tuple(Key(Kind.STEM, text) for text in stems), RANKING.stem)

    def _alike(self, word: str) -> tuple[str, ...]:
        """The archive's other words that fold alike."""
        return tuple(other for other in self.known.lexicon.folding_to(fold_forms(word)) if other != word)

    def phrase(self, phrase: Phrase) -> Group:
        slots = tuple((word, *self._alike(word)) for word in tokens(phrase.text).words)
        label = f'"{phrase.text}"'
        if len(slots) == 1:
            spellings = tuple(Key(Kind.WORD, word) for word in slots[0])
            return Group((spellings[0], Pool(spellings, RANKING.folded)), phrase.zone, label=label)
        if phrase.within is not None:
            return Group((keyed.Near(slots, phrase.within),), phrase.zone, label=f"{label}~{phrase.within}")
        return Group((Sequence(slots),), phrase.zone, label=label)

    def _pooled(self, label: str, found: list[str], cut: bool, zone: Zone, original: str = "") -> Group:
        if cut:
            self.notes.append(f"“{label}” stands for more words than are searched: the {len(found)} most frequent are")
        keys = (Key(Kind.WORD, word, 1.0 if word == original else RANKING.expansion) for word in found)
        return Group((Pool(tuple(keys)),), zone, label=label)


def wanted_runs(text: str) -> list[tuple[str, ...]]:
    """The words of a query word, each a tuple: one word, or the characters of an unspaced run.

    What an apostrophe ties on and says nothing (`l'`, `'s`) is not wanted, unless nothing else is left.

    >>> wanted_runs("l'avion"), wanted_runs("Armenia's"), wanted_runs("停火2023")
    ([('avion',)], [('armenia',)], [('停', '火'), ('2023',)])
    """
    parts = [list(word_runs(part)) for part in _APOSTROPHE.split(text)]
    parts = [part for part in parts if part]
    kept = [
        run
        for index, part in enumerate(parts)
        for run in part
        if not (_elided(part) and index < len(parts) - 1) and not (_clitic(part) and index)
    ]
    return kept or [run for part in parts for run in part]


def _elided(part: list[tuple[str, ...]]) -> bool:
    return len(part) == 1 and part[0][0] in ELISIONS


def _clitic(part: list[tuple[str, ...]]) -> bool:
    return len(part) == 1 and part[0][0] in CLITICS
