"""Writes search/analysis/hanzi.txt: traditional characters and the simplified ones for them, a line each.

The table is OpenCC's TSCharacters (Apache-2.0), as the package opencc-python-reimplemented carries it:

    pip install opencc-python-reimplemented
    python tools/make_hanzi.py

Of several simplified characters the first is taken: a fold only says which words are written alike.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "search" / "analysis" / "hanzi.txt"


def main() -> None:
    lines = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    pairs = [(traditional, simplified.split()[0]) for traditional, simplified in (line.split("\t") for line in lines)]
    kept = [(one, other) for one, other in pairs if one != other and len(one) == len(other) == 1]
    TARGET.write_text("\n".join("".join(column) for column in zip(*kept, strict=True)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
