"""Imports go down or sideways only, and every module is in a layer."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

#: Top first. A module belongs to the longest name that it is or is under; `search` is the public names alone.
LAYERS = (
    ("search", "search.__main__", "search.cli", "web"),
    ("search.checking", "search.explaining", "search.indexing", "search.searching"),
    (
        "search.copies",
        "search.engines",
        "search.facets",
        "search.formats",
        "search.hits",
        "search.readers",
        "search.results",
        "search.timeline",
    ),
    ("search.normalize", "search.query", "search.snippets"),
    ("search.analysis", "search.dates", "search.language", "search.lexicon", "search.names"),
    ("search.article", "search.errors", "search.settings", "search.wording"),
)

#: Stands beside the layers: knows Whoosh and arrays, nothing of news.
COLUMNAR = "search.columnar"
FORMULAS = "search.columnar.formulas"


def modules(root: Path) -> dict[str, Path]:
    found = {}
    for path in sorted([*root.glob("search/**/*.py"), *root.glob("web/**/*.py")]):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(source: str, known: set[str]) -> Iterator[str]:
    """What `source` imports, also inside functions. `from a import b` is a.b where that is a module of `known`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import"
            targets = {f"{node.module}.{name.name}" for name in node.names}
            yield from (target if target in known else str(node.module) for target in targets)


def layer(module: str) -> int | None:
    """Its place in LAYERS. `search` stands for itself alone, or nothing could be in no layer."""
    matches = [
        (len(name), place)
        for place, names in enumerate(LAYERS)
        for name in names
        if module == name or (name != "search" and module.startswith(f"{name}."))
    ]
    return max(matches)[1] if matches else None


def beneath(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def fault(module: str, target: str) -> str | None:
    """What is wrong with `module` importing `target`."""
    if beneath(module, COLUMNAR):
        return None if beneath(target, COLUMNAR) else f"{module} knows nothing of search, but imports {target}"
    if beneath(target, COLUMNAR):
        allowed = beneath(module, "search.engines.whoosh") or (target == FORMULAS and beneath(module, "search.engines"))
        return None if allowed else f"{module} may not import {target}"
    above, below = layer(module), layer(target)
    if above is None or below is None:
        return f"{module if above is None else target} is in no layer"
    return f"{module} imports {target}, which is above it" if below < above else None


def faults(root: Path) -> list[str]:
    found = modules(root)
    assert found
    reports = [f"{name} is in no layer" for name in found if layer(name) is None and not beneath(name, COLUMNAR)]
    for module, path in found.items():
        targets = imports(path.read_text(encoding="utf-8"), set(found))
        ours = (target for target in targets if target.split(".")[0] in ("search", "web"))
        reports += filter(None, (fault(module, target) for target in ours))
    return sorted(reports)


OTHERS = (
    "search/__init__.py",
    "search/errors.py",
    "search/columnar/codec.py",
    "search/columnar/packing.py",
    "web/__init__.py",
)


def test_imports_go_down_or_sideways() -> None:
    assert faults(ROOT) == []


@pytest.mark.parametrize(
    ("path", "source", "report"),
    [
        # Up is wrong, down and sideways are right.
        ("search/dates.py", "from search.results import Page", "imports search.results, which is above it"),
        ("search/dates.py", "from search.analysis.words import words", None),
        ("search/searching.py", "from search.dates import display", None),
        # An import inside a function counts, and so does one from a package.
        ("search/dates.py", "def f():\n    from search import results", "imports search, which is above it"),
        ("search/dates.py", "def f():\n    import web", "imports web, which is above it"),
        # A new module needs a place.
        ("search/helpers.py", "", "is in no layer"),
        # The codec knows itself alone, and is known to one engine; its formulas to all of them.
        ("search/columnar/codec.py", "import search.columnar.packing", None),
        ("search/columnar/codec.py", "import search.errors", "knows nothing of search"),
        ("search/engines/whoosh.py", "from search.columnar import codec", None),
        ("search/engines/whoosh/queries.py", "from search.columnar.codec import Codec", None),
        ("search/engines/memory.py", "from search.columnar import codec", "may not import search.columnar.codec"),
        ("search/engines/memory.py", "from search.columnar.formulas import bm25", None),
        ("web/views.py", "from search.columnar.formulas import bm25", "may not import search.columnar.formulas"),
    ],
)
def test_faults_are_found(tmp_path: Path, path: str, source: str, report: str | None) -> None:
    for name in (*OTHERS, path):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source if name == path else "")
    found = faults(tmp_path)
    assert len(found) == 1 and report in found[0] if report else found == []
