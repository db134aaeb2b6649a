"""What it takes to make keys of one word of a query, with the stemmers of an archive of thirty languages."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from statistics import mean, median

from bench.corpus import SEED
from bench.report import Cell, Section
from search.analysis.fold import fold, fold_forms
from search.analysis.profiles import ALGORITHMS, script_of
from search.analysis.stems import stemming_of
from search.analysis.words import is_word
from search.engines.base import Snapshot
from search.engines.whoosh import WhooshEngine
from search.lexicon import Lexicon
from search.names import Names
from search.query.expand import expand
from search.query.members import Known
from search.query.parse import parse

#: Languages: those of the archive, and others that have a stemmer.
LANGUAGES = 30
#: Words of a kind; and how often each is expanded, every time as if for the first time.
WORDS = 500
ROUNDS = 5
#: So many words at once: what a clock's tick is little of.
BATCH = 10

KINDS: dict[str, Callable[[str], bool]] = {
    "ASCII": str.isascii,
    "accented Latin": lambda word: not word.isascii() and script_of(word) == "latin",
    "other scripts": lambda word: script_of(word) not in ("latin", ""),
}


def measured(folder: Path) -> Section:
    engine = WhooshEngine.open(folder)
    known = knowledge(engine.snapshot())
    words = [word for word in known.lexicon if is_word(word) and not word.isdigit()]
    chosen = {kind: [word for word in words if fits(word)] for kind, fits in KINDS.items()}
    drawn = {kind: Random(SEED).sample(fitting, min(WORDS, len(fitting))) for kind, fitting in chosen.items()}
    rows = tuple(row(kind, some, known) for kind, some in drawn.items() if some)
    engine.close()
    note = (
        "Milliseconds (CPU) to make keys of one word that is asked for the first time, where the archive has "
        f"{LANGUAGES} languages, which {len(known.stemmers)} stemmers serve; {WORDS} words of each kind of the "
        f"{len(words):,} that the corpus has; medians of {ROUNDS} rounds."
    )
    return Section("Leaves", note, ("", "words", "p50", "mean"), rows)


def knowledge(snapshot: Snapshot) -> Known:
    """The archive's words and names, as if it had articles in more languages."""
    lexicon, names = snapshot.kept("lexicon"), snapshot.kept("names")
    assert lexicon is not None
    assert names is not None
    languages = [*dict.fromkeys((*sorted(snapshot.languages), *ALGORITHMS))][:LANGUAGES]
    stemmers = {stemmer for stemmer in map(stemming_of, languages) if stemmer in ALGORITHMS}
    return Known(Lexicon(lexicon), Names(names), tuple(sorted(stemmers)), sequences=True)


def row(kind: str, words: Sequence[str], known: Known) -> tuple[Cell, ...]:
    nodes = [parse(word).root for word in words]
    batches = [nodes[start : start + BATCH] for start in range(0, len(nodes), BATCH)]
    times: list[list[float]] = [[] for _ in batches]
    for _ in range(ROUNDS):
        for remembering in (fold, fold_forms):
            remembering.cache_clear()
        cold = Known(known.lexicon, known.names, known.stemmers, known.sequences)
        for number, batch in enumerate(batches):
            started = time.thread_time()
            for node in batch:
                expand(node, cold)
            times[number].append((time.thread_time() - started) * 1000 / len(batch))
    taken = [median(rounds) for rounds in times]
    return kind, len(words), median(taken), mean(taken)
