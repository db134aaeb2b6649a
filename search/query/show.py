"""A tree as text that reads back as the same tree: what a query was read as."""

from __future__ import annotations

from search.query.ast import And, Filter, Node, Not, Or, Phrase, Typo, Wildcard, Word, Zone


def show(node: Node) -> str:
    """
    >>> show(Or((And((Word("a"), Not(Word("b")))), Phrase("c d", within=5))))
    '(a AND NOT b) OR "c d"~5'
    """
    match node:
        case And(children):
            return " AND ".join(_bracketed(child) for child in children)
        case Or(children):
            return " OR ".join(_bracketed(child) for child in children)
        case Not(child):
            return f"NOT {_bracketed(child)}"
        case Word(text, zone, exact):
            return f"{_field(zone)}{'=' if exact else ''}{text}"
        case Phrase(text, zone, within):
            return f'{_field(zone)}"{text}"{"" if within is None else f"~{within}"}'
        case Wildcard(pattern, zone):
            return f"{_field(zone)}{pattern}"
        case Typo(text, edits, zone):
            return f"{_field(zone)}{text}~{edits}"


def show_filter(filter: Filter) -> str:
    """As it is typed: `-source:"The Times"`."""
    value = f'"{filter.value}"' if " " in filter.value else filter.value
    return f"{'-' if filter.negated else ''}{filter.name}:{value}"


def _bracketed(node: Node) -> str:
    return f"({show(node)})" if isinstance(node, And | Or) else show(node)


def _field(zone: Zone) -> str:
    return "title:" if zone is Zone.TITLE else ""
