"""Text → Query. Total: every string is a query, and notes tell what was read as plain text.

    query  = either                      either = both (OR both)*
    both   = unary ((AND)? unary)*       unary  = (NOT | -) unary | ( either ) | title:( either ) | leaf | filter

AND binds tighter than OR. What fits none of this is text: an operator without its operand is searched as a word, a
bracket or quotation mark without its partner is left out. A filter is an operand like any other, but for what it leaves
in the tree: nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from enum import Enum, auto
from functools import lru_cache

from msgspec import Struct, field
from msgspec.structs import replace

from search.analysis.marks import MARKS
from search.analysis.patterns import later
from search.analysis.words import is_unspaced, normalized, tokens
from search.query.ast import And, Filter, FilterName, Node, Not, Or, Phrase, Query, Typo, Wildcard, Word, Zone
from search.query.filters import EXPECTED, parse_filter
from search.wording import Worded

#: Brackets deeper than this are left out: nobody types them, and recursion stays shallow.
MAX_DEPTH = 20

#: What is beyond so many words, and so many of them with `*`, `?` or `~`, is left out or searched as typed, with a
#: note: no query takes longer than the second that a hundred thousand articles take at the very worst.
MAX_WORDS, MAX_PATTERNS = 100, 10

#: So many queries are remembered, of those with no more characters than this: a person pages and narrows.
QUERIES, LONGEST = 512, 256

_FIELDS = "|".join(["title", *FilterName])
_TOKEN = re.compile(
    rf"""\s* (?: (?P<close>\))
       | (?P<minus>-(?=[^\s-]))? (?P<field>(?:{_FIELDS}):(?=\S))? (?P<equals>=(?=[^\s=]))?
         (?: (?P<open>\() | "(?P<quoted>[^"]*)"(?:~(?P<within>\d{{1,3}}))? | (?P<word>[^\s"()]+) )
       | (?P<stray>\S) )""",
    re.VERBOSE | re.IGNORECASE,
)
_NEARLY_FIELD = later(rf"(?:{_FIELDS}):", re.IGNORECASE)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟″＂", '"'))
_TYPO = re.compile(r"(.+?)~(\d*)")
_PATTERN = later(rf"(?:[^\W_]|[{MARKS}*?])+")


class _Is(Enum):
    OPEN = auto()
    CLOSE = auto()
    OPERATOR = auto()
    NODE = auto()


class _Item(Struct, frozen=True):
    """One lexical item. NODE has a `node` or a `filter`; `negated` and `zone` also hold for an opening bracket."""

    kind: _Is
    text: str = ""
    node: Node | None = None
    negated: bool = False
    zone: Zone = Zone.ALL
    filter: Filter | None = None


def parse(text: str) -> Query:
    return _remembered(text) if len(text) <= LONGEST else _parse(text)


def _parse(text: str) -> Query:
    reading = _Reading()
    items = list(reading.items(text.translate(_QUOTES)))
    root = _Parser(items, reading).either(Zone.ALL)
    return Query(text, root, tuple(dict.fromkeys(reading.filters)), tuple(dict.fromkeys(reading.notes)))


_remembered = lru_cache(maxsize=QUERIES)(_parse)


class _Reading(Struct):
    """What is gathered beside the tree while reading."""

    filters: list[Filter] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    words: int = 0
    patterns: int = 0

    def items(self, text: str) -> Iterator[_Item]:
        depth = 0
        for match in _TOKEN.finditer(text):
            if match["stray"]:
                self.notes.append(Worded("left out {text}, which has no partner", text=_quoted(match["stray"])))
            elif match["close"]:
                if depth == 0:
                    self.notes.append(Worded("left out {text}, which has no partner", text="“)”"))
                    continue
                depth -= 1
                yield _Item(_Is.CLOSE)
            elif match["open"] and depth == MAX_DEPTH:
                self.notes.append(Worded("brackets nested deeper than {most} were left out", most=MAX_DEPTH))
            elif match["open"]:
                depth += 1
                yield from self._opening(match)
            else:
                yield from self._leaf(match, depth)
        if depth:
            self.notes.append(Worded("left out {text}, which has no partner", text="“(”"))
            yield from [_Item(_Is.CLOSE)] * depth

    def _opening(self, match: re.Match[str]) -> Iterator[_Item]:
        name = (match["field"] or "").lower()
        if name not in ("", "title:"):
            self.notes.append(
                Worded("“{name}” takes one value, not a bracket: searched the bracket as words", name=name)
            )
        yield _Item(_Is.OPEN, negated=bool(match["minus"]), zone=Zone.TITLE if name == "title:" else Zone.ALL)

    def _leaf(self, match: re.Match[str], depth: int) -> Iterator[_Item]:
        word, quoted, name = match["word"], match["quoted"], (match["field"] or "").lower()
        negated = bool(match["minus"])
        if word in ("AND", "OR", "NOT") and not (name or negated or match["equals"]):
            if self.words < MAX_WORDS:  # what follows is left out
                yield _Item(_Is.OPERATOR, word)
            return
        if name not in ("", "title:"):
            value = word if word is not None else quoted
            found = self._filter(FilterName(name[:-1]), value, negated, depth)
            if found is not None:
                yield _Item(_Is.NODE, value, filter=found)
                return
            word, name = f"{match['field']}{value}", ""
        zone = Zone.TITLE if name else Zone.ALL
        text, count = _first_words(quoted if word is None else word, MAX_WORDS - self.words)
        if text != (quoted if word is None else word):
            self.notes.append(Worded("only the first {most} words were searched", most=MAX_WORDS))
            if not text:
                return
        self._note_near_syntax(word or "", match)
        if word is None:
            node = self._phrase(text, zone, match["within"]) if count else None
        else:
            node = self._word(text, count, zone, exact=bool(match["equals"]))
        if node is None:
            text = _quoted(match.group().strip())
            self.notes.append(Worded("left out {text}, which has no letters or digits", text=text))
        else:
            self.words += count
            yield _Item(_Is.NODE, text, node, negated)

    def _note_near_syntax(self, word: str, match: re.Match[str]) -> None:
        """Tell of what is almost a field or an exclusion."""
        if not match["field"] and _NEARLY_FIELD.fullmatch(word):
            self.notes.append(
                Worded("searched {text} as a word: what it takes must follow without a space", text=_quoted(word))
            )
        elif word.startswith("--") and tokens(word).words:
            self.notes.append(Worded("searched {text} as words: one “-” takes a word away", text=_quoted(word)))

    def _filter(self, name: FilterName, value: str, negated: bool, depth: int) -> Filter | None:
        found, text = parse_filter(name, value, negated), _quoted(f"{name}:{value}")
        if found is None:
            self.notes.append(Worded("searched {text} as words: {expected}", text=text, expected=EXPECTED[name]))
        elif depth:
            self.notes.append(Worded("{text} holds for the whole query, not only for its bracket", text=text))
        return found

    def _phrase(self, text: str, zone: Zone, within: str | None) -> Node:
        return Phrase(text, zone, int(within) if within else None)

    def _word(self, text: str, count: int, zone: Zone, exact: bool) -> Node | None:
        """`count` is how many words the text holds."""
        if exact:
            return Word(text, zone, exact=True) if count else None
        typo = _TYPO.fullmatch(text)
        if typo:
            node = self._typo(typo[1], typo[2], zone)
            if node:
                return node
        if "*" in text or "?" in text.rstrip("?"):
            return self._patterns(text, zone)
        return Word(text, zone) if count else None

    def _typo(self, text: str, edits: str, zone: Zone) -> Node | None:
        words = tokens(text).words
        if len(words) != 1 or is_unspaced(words[0]):
            self.notes.append(
                Worded("searched {text} without “~”, which takes one word of letters", text=_quoted(text))
            )
            return None
        if edits == "0" or not self._one_more_pattern():
            return Word(text, zone)
        if edits not in ("", "1", "2"):
            self.notes.append(
                Worded("{text}: two typos is the most, so ~{edits} was read as ~2", text=_quoted(text), edits=edits)
            )
        return Typo(words[0], min(int(edits or 1), 2), zone)

    def _patterns(self, text: str, zone: Zone) -> Node | None:
        """`anti-terror*` is a word and a pattern. A pattern of unspaced script is the text: that finds parts anyway."""
        nodes: list[Node] = []
        for piece in _PATTERN.findall(normalized(text)):
            bare = piece.replace("*", "").replace("?", "")
            if tokens(bare).words:
                plain = bare == piece or is_unspaced(bare) or not self._one_more_pattern()
                nodes.append(Word(bare, zone) if plain else Wildcard(piece, zone))
        return And(tuple(nodes)) if len(nodes) > 1 else nodes[0] if nodes else None

    def _one_more_pattern(self) -> bool:
        if self.patterns == MAX_PATTERNS:
            pattern = "only the first {most} words with *, ? or ~ were searched so, the others without"
            self.notes.append(Worded(pattern, most=MAX_PATTERNS))
            return False
        self.patterns += 1
        return True


def _first_words(text: str, most: int) -> tuple[str, int]:
    """The beginning of `text` that holds its first words, and how many; all of it if they are at most `most`."""
    count = len(tokens(text).words)
    if count <= most:
        return text, count
    if not most:
        return "", 0
    # A longer beginning never holds fewer words.
    end = bisect_right(range(len(text)), most, key=lambda end: len(tokens(text[:end]).words)) - 1
    return text[:end], most


class _Parser(Struct):
    rest: list[_Item]
    reading: _Reading
    at: int = 0

    def either(self, zone: Zone) -> Node | None:
        first = len(self.reading.filters)
        found = [self.both(zone)]
        while self._operator("OR"):
            self.at += 1
            found.append(self.both(zone))
        nodes = tuple(node for node in found if node is not None)
        names = {filter.name for filter in self.reading.filters[first:]}
        if len(nodes) < len(found) > 1 and (nodes or len(names) > 1):
            self.reading.notes.append(Worded("filters hold for the whole query: “OR” beside one widens nothing"))
        return Or(nodes) if len(nodes) > 1 else nodes[0] if nodes else None

    def both(self, zone: Zone) -> Node | None:
        found: list[Node] = []
        operands = 0
        while self.at < len(self.rest) and self.rest[self.at].kind is not _Is.CLOSE:
            if self._operator("OR"):
                if operands and self._operand_follows():
                    break
                found += self._as_word(zone)
            elif self._operator("AND"):
                if operands and self._operand_follows():
                    self.at += 1
                    continue
                found += self._as_word(zone)
            else:
                node = self.unary(zone)
                found += [node] if node is not None else []
            operands += 1
        return And(tuple(found)) if len(found) > 1 else found[0] if found else None

    def unary(self, zone: Zone, negated: bool = False) -> Node | None:
        """`negated` is what NOT before it makes of a filter; of a node, the caller makes it."""
        item = self.rest[self.at]
        if item.kind is _Is.OPERATOR:
            if not self._operand_follows():
                return self._as_word(zone)[0]
            while self._operator("NOT") and self._operand_follows():
                negated, self.at = not negated, self.at + 1
            node = self.unary(zone, negated)
            return Not(node) if node is not None and negated else node
        self.at += 1
        if item.filter is not None:
            self.reading.filters.append(replace(item.filter, negated=item.filter.negated is not negated))
        node = _in_zone(item.node, zone) if item.node is not None else None
        if item.kind is _Is.OPEN:
            node = self.either(Zone.TITLE if Zone.TITLE in (zone, item.zone) else Zone.ALL)
            self.at += 1
        return Not(node) if node is not None and item.negated else node

    def _operator(self, text: str) -> bool:
        return self.at < len(self.rest) and self.rest[self.at] == _Item(_Is.OPERATOR, text)

    def _operand_follows(self) -> bool:
        follower = self.rest[self.at + 1] if self.at + 1 < len(self.rest) else None
        return follower is not None and (follower.kind in (_Is.OPEN, _Is.NODE) or follower.text == "NOT")

    def _as_word(self, zone: Zone) -> list[Node]:
        text = self.rest[self.at].text
        self.at += 1
        self.reading.notes.append(Worded("searched for “{text}” as a word", text=text))
        return [Word(text, zone)]


def _in_zone(node: Node, zone: Zone) -> Node:
    if zone is Zone.ALL:
        return node
    if isinstance(node, And):
        return And(tuple(_in_zone(child, zone) for child in node.children))
    return node if isinstance(node, Or | Not) else replace(node, zone=zone)


def _quoted(text: str) -> str:
    return f"“{text}”"
