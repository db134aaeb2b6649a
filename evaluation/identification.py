"""Language identification, without any declaration.

A tag is right if its language is the one expected, or if one of the two is the macrolanguage that holds the other
(`ku` and Sorani, `ar` and Hassaniya), or for Rundi and Rwanda, which detectors know under one name. Two members of
one macrolanguage (Bokmål and Nynorsk) and near relatives (Croatian and Bosnian) stay different.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

import langcodes

from evaluation.data import Item, headlined, sentences, stories
from evaluation.metrics import mean
from evaluation.report import Section
from search.language import supported as supported_tags

#: The tag of a text whose language is not known.
UNSURE = "und"

#: Macrolanguages (ISO 639-3) that CLDR, and so langcodes, doesn't put in place of their members.
MACROLANGUAGES = {"ckb": "ku", "mey": "ar", "nb": "no", "nn": "no", "yue": "zh"}

#: Languages that detectors know under one name.
ALIASES = {"rw": "rn"}

#: The tag found for a text.
Identify = Callable[[str], str]

#: By expected language, how often each tag was found.
Counts = Mapping[str, Counter[str]]


def counted(items: Iterable[Item], identify: Identify) -> Counts:
    """Articles without text are left out."""
    tags: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        if item.text:
            tags[item.language][identify(item.text)] += 1
    return {language: tags[language] for language in sorted(tags)}


@cache
def right(expected: str, found: str) -> bool:
    ours, theirs = language(expected), language(found)
    return found != UNSURE and (ours == theirs or ours == macrolanguage(found) or theirs == macrolanguage(expected))


def language(tag: str) -> str:
    """`pt` for `pt-BR`."""
    subtag = langcodes.get(tag).language or UNSURE
    return ALIASES.get(subtag, subtag)


def macrolanguage(tag: str) -> str:
    """The language itself if it has none."""
    subtag = language(langcodes.standardize_tag(tag, macro=True))
    return MACROLANGUAGES.get(subtag, subtag)


@cache
def supported(tag: str) -> bool:
    """Whether Newsstand claims to know the language."""
    return any(right(tag, known) for known in supported_tags())


def right_share(counts: Counts) -> float:
    return mean(float(right(expected, tag)) for expected, tag in each(counts))


def unsure_share(counts: Counts) -> float:
    return mean(float(tag == UNSURE) for _, tag in each(counts))


def labelled(counts: Counts) -> Counts:
    """Without those for which no language was found."""
    return {expected: Counter({tag: tags[tag] for tag in tags if tag != UNSURE}) for expected, tags in counts.items()}


def each(counts: Counts) -> Iterable[tuple[str, str]]:
    return ((expected, tag) for expected, tags in counts.items() for tag in tags.elements())


def measured(folder: Path, identify: Identify) -> tuple[Section, ...]:
    articles = counted(stories(folder), identify), counted(headlined(folder), identify)
    kinds = "stories in all languages", "articles with headlines"
    wholes = (of_articles(kind, counts) for kind, counts in zip(kinds, articles, strict=True))
    return *wholes, of_sentences(counted(sentences(folder), identify))


def of_articles(kind: str, counts: Counts) -> Section:
    """A row a language, then the two groups that count: what the detector supports, and what it doesn't."""
    title = f"language identification, {kind}"
    groups = {known: {tag: tags for tag, tags in counts.items() if supported(tag) is known} for known in (True, False)}
    rows = [row(tag, {tag: tags}, "yes" if supported(tag) else "no") for tag, tags in counts.items()]
    sums = [row("all of these", groups[known], "yes" if known else "no") for known in groups if groups[known]]
    figures = {f"{title}: supported, right": right_share(groups[True])}
    if groups[False]:
        figures[f"{title}: not supported, und"] = unsure_share(groups[False])
    columns = ("language", "articles", "supported", "right", "und", "taken for")
    return Section(title, "every article whole, nothing declared", columns, (*rows, *sums), figures)


def row(name: str, counts: Counts, supported: str) -> tuple[str, int, str, float, float, str]:
    articles = sum(tags.total() for tags in counts.values())
    return name, articles, supported, right_share(counts), unsure_share(counts), mistakes(counts)


def mistakes(counts: Counts) -> str:
    """The three wrong tags found most often."""
    wrong = Counter(tag for expected, tag in each(labelled(counts)) if not right(expected, tag))
    return " ".join(f"{tag}:{count}" for tag, count in wrong.most_common(3))


def of_sentences(counts: Counts) -> Section:
    title = "language identification, near-language sentences"
    names = {**{tag: {tag: tags} for tag, tags in counts.items()}, "all of these": counts}
    rows = tuple(
        (
            name,
            sum(tags.total() for tags in part.values()),
            right_share(labelled(part)),
            unsure_share(part),
            mistakes(part),
        )
        for name, part in names.items()
    )
    figures = {
        f"{title}: right of labelled": right_share(labelled(counts)),
        f"{title}: labelled": 1 - unsure_share(counts),
    }
    columns = ("language", "sentences", "right of labelled", "und", "taken for")
    return Section(title, "every sentence, nothing declared", columns, rows, figures)
