"""Small files of every kind, written for this, and the records in them.

`NAME.expected.json` beside a file holds what must be read from it: of each record the fields that are not a record's
defaults, or its rejection. `python -m tests.readers.test_golden` writes what is read now, to be looked at.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec import NODEFAULT
from msgspec.structs import fields

from search.article import Record, Rejected
from search.readers import Origin, read

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(path.name for path in GOLDEN.iterdir() if not path.name.endswith(".expected.json"))

PLACE = {"root", "path"}


def told(name: str) -> list[dict[str, object]]:
    return [shown(one) for one in read(Origin("golden", name, GOLDEN / name, GOLDEN))]


def shown(one: Record | Rejected) -> dict[str, object]:
    values = {field.name: getattr(one, field.name) for field in fields(one) if field.name not in PLACE}
    defaults = {
        field.name: field.default_factory() if field.default_factory is not NODEFAULT else field.default
        for field in fields(one)
    }
    return {name: value for name, value in values.items() if value != defaults[name]}


def expectation(name: str) -> Path:
    return GOLDEN / f"{name}.expected.json"


@pytest.mark.parametrize("name", FILES)
def test_files_hold_what_is_expected(name: str) -> None:
    assert told(name) == json.loads(expectation(name).read_text(encoding="utf-8"))


def test_nothing_is_expected_of_files_that_are_not_there() -> None:
    expected = {path.name.removesuffix(".expected.json") for path in GOLDEN.glob("*.expected.json")}
    assert expected == set(FILES)


if __name__ == "__main__":
    for name in FILES:
        expectation(name).write_text(json.dumps(told(name), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
