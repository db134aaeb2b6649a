"""Query → keyed query: every leaf replaced, in place, by a group of keys.

A word stands for itself, for the words of the archive that fold alike, and for the stems of all of these in every
language of the archive: the language of a query is never guessed. Replacing leaf by leaf is what keeps NOT, phrases
and brackets right.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct, field

from search.analysis.patterns import later
from search.analysis.profiles import CLITICS, ELISIONS, stemmer_of
from search.analysis.stems import word_stems
from search.analysis.words import is_word, pairs_of, tokens, word_runs
from search.lexicon import EXPANSIONS
from search.names import Alternative
from search.query import ast, keyed
from search.query.ast import Phrase, Typo, Wildcard, Word, Zone
from search.query.keyed import Group, Key, Keyed, Kind, Pool, Run, Sequence, pool
from search.query.members import Known, alike_of, members_of, spelt
from search.query.slots import MOST_ALIKE, Slot, few_alike
from search.settings import RANKING
from search.wording import Worded

_APOSTROPHE = later("['’＇`\u02bc]")


class Expansion(Struct, frozen=True):
    """`query` wants all words, `loose` at least one of the positive clauses; NOT holds in both.

    In `loose` the words of phrases add to the score of what is found without them: of a headline with a quotation in
    it they are the better half. `also` are the names searched beside the words, which a note tells too.
    """

    query: Keyed
    loose: Keyed
    notes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def expand(root: ast.Node | None, known: Known, *, names: bool = True) -> Expansion:
    if root is None:
        return Expansion(keyed.Everything(), keyed.Everything())
    expander = _Expander(root, known, names)
    query = expander.node(root)
    loose = loosen(query)
    if expander.phrased and loose != query:
        more = tuple(map(loosen, dict.fromkeys(expander.phrased)))
        loose = keyed.Maybe(loose, keyed.Or(more) if len(more) > 1 else more[0])
    if not (expander.also or expander.notes):
        return Expansion(query, loose)
    also = tuple(dict.fromkeys(expander.also))
    if also:
        expander.notes.append(Worded("also searched: {names}", names=", ".join(also)))
    return Expansion(query, loose, tuple(dict.fromkeys(expander.notes)), also)


def loosen(query: Keyed) -> Keyed:
    """Every AND of positive clauses becomes an OR of them; what NOT takes away stays away.

    A run of unspaced script needs a share of its pairs only, or no headline would ever find its article.
    """
    match query:
        case Group():
            members = query.members
            loose = tuple([_loose_run(member) if isinstance(member, Run) else member for member in members])
            return query if loose == members else Group(loose, query.zone, query.label)
        case keyed.And(children):
            clauses = [loosen(child) for child in children]
            positive = tuple(child for child in clauses if not isinstance(child, keyed.Not))
            negative = tuple(child for child in clauses if isinstance(child, keyed.Not))
            wanted = (keyed.Or(positive),) if len(positive) > 1 else positive
            joined = wanted + negative
            return keyed.And(joined) if len(joined) > 1 else joined[0]
        case keyed.Or(children):
            return keyed.Or(tuple(loosen(child) for child in children))
        case _:
            return query


def _loose_run(run: Run) -> Run:
    return Run(run.keys, _enough(len(run.keys)), run.scale)


@lru_cache(maxsize=256)
def _enough(keys: int) -> int:
    return max(1, round(keys * RANKING.run_share))


class _Expander(Struct):
    root: ast.Node
    known: Known
    names: bool
    notes: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)
    phrased: list[Keyed] = field(default_factory=list)
    negated: bool = False

    def node(self, node: ast.Node) -> Keyed:
        match node:
            case Word():
                return self.word(node)
            case ast.And(children):
                return _and(tuple(self._conjunction(children)))
            case ast.Or(children):
                return keyed.Or(tuple(self.node(child) for child in children))
            case ast.Not(child):
                self.negated = not self.negated
                inner = self.node(child)
                self.negated = not self.negated
                return keyed.Not(inner)
            case Phrase():
                return self.phrase(node)
            case Wildcard(pattern, zone):
                found, cut = self.known.lexicon.wildcard(pattern, self._most())
                return self._pooled(pattern, found, cut, zone)
            case Typo(text, edits, zone):
                found, cut = self.known.lexicon.near(text, edits, self._most())
                return self._pooled(f"{text}~{edits}", found, cut, zone, original=text)

    def _most(self) -> int:
        return min(EXPANSIONS, MOST_EXPANDED // _patterns(self.root))

    def _conjunction(self, children: tuple[ast.Node, ...]) -> Iterator[Keyed]:
        """The children; words side by side that name one place may be replaced by that place's other names."""
        at = 0
        while at < len(children):
            count, others = self._place(children, at)
            together = _and(tuple(self.node(child) for child in children[at : at + count]))
            yield keyed.Or((together, others)) if others else together
            at += count

    def _place(self, children: tuple[ast.Node, ...], at: int) -> tuple[int, Group | None]:
        """How many children from `at` on name one place, at least two, and its other names; else 1 and None."""
        for count in range(min(LONGEST_NAME, len(children) - at), 1, -1):
            words = [child for child in children[at : at + count] if isinstance(child, Word) and not child.exact]
            if len(words) == count and len({word.zone for word in words}) == 1:
                text = " ".join(word.text for word in words)
                members = self._names(tokens(text).words)
                if members:
                    return count, Group(members, words[0].zone, label=text)
        return 1, None

    def word(self, word: Word) -> Keyed:
        if word.exact:
            return self._exact(word)
        runs = wanted_runs(word.text)
        if len(runs) == 1:
            return self._run(runs[0], word.zone)
        groups = tuple(self._run(run, word.zone) for run in runs)
        others = self._names(tokens(word.text).words)
        together = keyed.And(groups)
        return keyed.Or((together, Group(others, word.zone, label=word.text))) if others else together

    def _exact(self, word: Word) -> Keyed:
        """Words side by side may belong to two runs of unspaced script: each run is wanted as a whole, too."""
        label = f"={word.text}"
        words = tokens(word.text).words
        one = Key(Kind.WORD, words[0]) if len(words) == 1 else Sequence(tuple((each,) for each in words))
        exact = Group((one,), word.zone, label=label)
        wholes = tuple(self._bare_run(run, word.zone) for run in wanted_runs(word.text) if len(run) > 1)
        return keyed.And((exact, *wholes)) if wholes else exact

    def _run(self, run: tuple[str, ...], zone: Zone) -> Group:
        group, names = self._bare_run(run, zone), self._names(run)
        return Group((*group.members, *names), zone, group.label) if names else group

    def _bare_run(self, run: tuple[str, ...], zone: Zone) -> Group:
        """Without names of places."""
        if len(run) == 1:
            return Group(members_of(run[0], self.known, adding=not self.negated), zone, run[0])
        keys = tuple(dict.fromkeys(pairs_of(run)))
        whole = Run(keys, minimum=len(keys), scale=len(keys) ** -0.5)
        return Group((whole,), zone, label="".join(run))

    def _names(self, words: tuple[str, ...]) -> tuple[keyed.Member, ...]:
        """The other names of the place that `words` name. They add; they never take away."""
        alternatives = self.known.names.also(words) if self.names and not self.negated else ()
        if not alternatives:
            return ()
        named = [(other.shown, _name(other, len(words))) for other in alternatives]
        self.also += (shown for shown, member in named if shown and member is not None)
        return tuple(member for _, member in named if member is not None)

    def phrase(self, phrase: Phrase) -> Group:
        if not self.negated and phrase.zone is Zone.ALL:
            self.phrased += (self._bare_run(run, phrase.zone) for run in wanted_runs(phrase.text))
        slots = tuple((word, *alike_of(word, self.known.lexicon)) for word in tokens(phrase.text).words)
        label = f'"{phrase.text}"'
        if len(slots) == 1:
            first, *others = slots[0]
            return Group((Pool(Kind.WORD, spelt(first, others)),), phrase.zone, label=label)
        if phrase.within is not None:
            return self._near(slots, phrase.within, phrase.zone, f"{label}~{phrase.within}")
        return Group((Sequence(slots),), phrase.zone, label=label)

    def _near(self, slots: tuple[Slot, ...], within: int, zone: Zone, label: str) -> Group:
        kept = few_alike(slots, self.known.lexicon)
        if len(kept) < len(slots):
            self.notes.append(
                Worded(
                    "{label}: of words that are spelt nearly alike only the first {most} were searched",
                    label=label,
                    most=MOST_ALIKE,
                )
            )
        return Group((keyed.Near(kept, within),), zone, label=label)

    def _pooled(self, label: str, found: list[str], cut: bool, zone: Zone, original: str = "") -> Group:
        if cut and found:
            self.notes.append(
                Worded(
                    "“{label}” stands for more words than are searched: the {count} most frequent are",
                    label=label,
                    count=len(found),
                )
            )
        elif cut:
            self.notes.append(Worded("“{label}” was not looked for in all words: there are too many", label=label))
        keys = tuple((word, 1.0 if word == original else RANKING.expansion) for word in found)
        return Group((Pool(Kind.WORD, keys),), zone, label=label)


#: Words that all patterns and typing errors of a query stand for at most, an equal share each.
MOST_EXPANDED = 400

#: Words in the longest name that is looked for.
LONGEST_NAME = 5


def _patterns(node: ast.Node) -> int:
    match node:
        case ast.And(children) | ast.Or(children):
            return sum(map(_patterns, children))
        case ast.Not(child):
            return _patterns(child)
        case Wildcard() | Typo():
            return 1
        case _:
            return 0


def _and(children: tuple[Keyed, ...]) -> Keyed:
    return keyed.And(children) if len(children) > 1 else children[0]


def _name(other: Alternative, typed: int) -> keyed.Member | None:
    """A name that elsewhere is another word counts only as its languages' stem: what else tells them apart?

    One of more words than were typed counts for no more of them: in a script without spaces each character is one.
    """
    if len(other.slots) > 1:
        weight = RANKING.name * min(typed / len(other.slots), 1.0)
        return None if other.ordinary else Sequence(other.slots, weight)
    if not other.ordinary:
        return pool(Kind.WORD, other.slots[0], RANKING.name)
    languages = tuple(sorted({stemmer for stemmer in map(stemmer_of, other.languages) if stemmer}))
    stems = dict.fromkeys(stem for form in other.slots[0] for stem in word_stems(form, languages))
    return pool(Kind.STEM, stems, RANKING.name) if stems else None


def wanted_runs(text: str) -> list[tuple[str, ...]]:
    """The words of a query word, each a tuple: one word, or the characters of an unspaced run.

    What an apostrophe ties on and says nothing (`l'`, `'s`) is not wanted, unless nothing else is left.

    >>> wanted_runs("l'avion"), wanted_runs("Armenia's"), wanted_runs("停火2023")
    ([('avion',)], [('armenia',)], [('停', '火'), ('2023',)])
    """
    if is_word(text):  # as most are
        return [(text.casefold(),)]
    parts = [list(word_runs(part)) for part in _APOSTROPHE.split(text)]
    parts = [part for part in parts if part]
    kept = [
        run
        for index, part in enumerate(parts)
        for run in part
        if not (_elided(part) and index < len(parts) - 1) and not (_clitic(part) and index)
    ]
    return kept or list(word_runs(text))


def _elided(part: list[tuple[str, ...]]) -> bool:
    return len(part) == 1 and part[0][0] in ELISIONS


def _clitic(part: list[tuple[str, ...]]) -> bool:
    return len(part) == 1 and part[0][0] in CLITICS
