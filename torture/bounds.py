"""The worst queries there are, on 100,000 articles with a million words: each in a second, and in little memory."""

from __future__ import annotations

import json
import random
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path

from search import open_archive
from torture.crash import run
from torture.tries import Try

ARTICLES, WORDS, LENGTH = 100_000, 1_000_000, 60
#: Seconds of one processor, and megabytes of memory.
MOST, ROOM = 1.0, 256.0
_SYLLABLES = [first + vowel for first in "bdfghjklmnprstvz" for vowel in "aeiou"]
#: Words that fold alike, and words of which each folds like some of the others.
_ALIKE = "da dá dà dâ dã dā dă dą"
_CHAINED = "äåö aeåö äaaö äåoe aeaaö aeåoe äaaoe aao aaoe aeo aåö äåo"
_LANGUAGES = ("en", "nb", "de", "xh", "und")


def word(number: int) -> str:
    """Another one for each number, the shorter the smaller."""
    text = ""
    while number or not text:
        number, place = divmod(number, len(_SYLLABLES))
        text += _SYLLABLES[place]
    return text


def write(file: Path, articles: int = ARTICLES) -> None:
    """Half of each text is of words that are the rarer the larger their number, half of words that nothing else has."""
    chance = random.Random(1)
    with file.open("w", encoding="utf-8") as out:
        for number in range(articles):
            common = [word(int(chance.paretovariate(0.6)) % 5000) for _ in range(LENGTH // 2)]
            common[-8:] = [*chance.choices(_ALIKE.split(), k=4), *chance.choices(_CHAINED.split(), k=4)]
            rare = [word((number * (LENGTH // 2) + n) * 7 % WORDS + 5000) for n in range(LENGTH // 2)]
            text = " ".join(chance.sample(common + rare, LENGTH))
            lines = {"id": str(number), "title": " ".join(common[:5]), "text": text, "lang": _LANGUAGES[number % 5]}
            out.write(json.dumps({**lines, "date": f"{2000 + number % 24}"}) + "\n")


def queries(most: int = 2000) -> Mapping[str, str]:
    chance = random.Random(2)
    frequent = [word(number) for number in range(300)]
    words = [word(chance.randrange(100_000)) for _ in range(1000)]
    letters = [first + second for first in "aeioubdfgh" for second in "aeioubdfghjklmnprstv"]
    made = {
        "a thousand words, one of them": " OR ".join(words),
        "frequent words, one of them": " OR ".join(frequent * 4),
        "a thousand words, all of them": " ".join(words),
        "a pattern that everything fits": "*a*",
        "two hundred patterns": " ".join(f"*{two}*" for two in letters),
        "two hundred patterns, one of them": " OR ".join(f"*{two}*" for two in letters),
        "a pattern of many parts": "*" + "a*" * 900,
        "two hundred typing errors": " ".join(f"{one}~2" for one in words[:200]),
        "brackets in brackets": "(" * 900 + word(7) + ")" * 900,
        "alternatives in brackets": "(" * 300 + " OR ".join(f"{one})" for one in words[:300]),
        "a phrase of 2,000 characters": '"' + " ".join(words)[:1998] + '"',
        "a phrase of one frequent word": '"' + " ".join([word(1)] * 500) + '"',
        "frequent words near each other": '"' + " ".join(frequent[:5] * 40) + '"~50',
        "words that fold alike near each other": f'"{_ALIKE} {_ALIKE}"~500',
        "words that fold nearly alike near each other": f'"{_CHAINED} {_CHAINED} {_ALIKE}"~500',
        "hundreds of phrases": " ".join(f'"{one} {two}"' for one, two in pairwise(frequent)),
        "titles by pattern": " ".join(f"title:*{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz" * 6),
        "what is not there": " ".join(f"-{one}" for one in words[:300]),
        "hundreds of filters": " ".join(f"year:{1900 + n % 130} -lang:x{n}" for n in range(300)),
        "one word of 2,000 letters": "a" * 2000,
        "a thousand signs of one letter": "a" + "\u0301" * 1999,
        "words in one, by dots": ".".join(words),
        "a text without spaces": "".join(chr(0x4E00 + n * 7 % 9000) for n in range(2000)),
        "nothing but syntax": '"(-~*?:=' * 250,
    }
    return {name: text[:most] if most else text for name, text in made.items()}


def tries(folder: Path, _: float) -> Iterator[Try]:
    (folder / "news").mkdir(parents=True)
    write(folder / "news" / "all.jsonl")
    status, said = run(folder, ("index", "--quiet", "news"))
    if status:
        yield Try(1, "indexing", [said])
        return
    asked = [(f"{name} ({match})", text, match) for name, text in queries(0).items() for match in ("auto", "any")]
    for measured, most, unit in ((_seconds, MOST, "s"), (_megabytes, ROOM, "MB")):
        with open_archive(folder / "index") as archive:
            archive.search(word(3))  # what every search needs is made by the first
            taken = {name: measured(partial(archive.search, text, match=match)) for name, text, match in asked}
        worst = max(taken, key=taken.__getitem__)
        print(f"  at most {taken[worst]:.2f} {unit}, for {worst}", flush=True)
        yield from (Try(1, name, [f"took {much:.2f} {unit}"] * (much > most)) for name, much in taken.items())


def _seconds(ask: Callable[[], object]) -> float:
    began = time.process_time()
    ask()
    return time.process_time() - began


def _megabytes(ask: Callable[[], object]) -> float:
    """At its most, beyond what there was."""
    tracemalloc.start()
    ask()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / (1 << 20)
