"""What is built holds the program and its licence, not the samples; what is set up is whole or made again."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

OURS = {"search", "web", "tests", "tools", "evaluation", "bench", "torture"}

#: What trafilatura needs and names as an extra of lxml, which older versions of pip leave out.
NAMED = {"lxml-html-clean"}

#: Parts of Flask and of langcodes, which come with them.
BROUGHT = {"werkzeug", "jinja2", "markupsafe", "language-data"}

BUILD = "from setuptools import build_meta as b; b.build_wheel('dist'); b.build_sdist('dist')"


def run(*command: str | Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheel and source distribution, built as an installer does, from a copy of the tree."""
    copy = tmp_path_factory.mktemp("tree") / "newsstand"
    shutil.copytree(
        ROOT, copy, ignore=shutil.ignore_patterns(".*", "*.egg-info", "__pycache__", "build", "dist", "index")
    )
    built = run(sys.executable, "-c", BUILD, folder=copy)
    assert built.returncode == 0, built.stderr
    return copy / "dist"


def wheel(dist: Path) -> Path:
    return next(dist.glob("newsstand-*.whl"))


def contents(dist: Path) -> dict[str, dict[str, bytes]]:
    """Of both: path → bytes."""
    with tarfile.open(next(dist.glob("newsstand-*.tar.gz"))) as archive:
        members = [(member.name.partition("/")[2], archive.extractfile(member)) for member in archive.getmembers()]
        source = {name: file.read() for name, file in members if file}
    with zipfile.ZipFile(wheel(dist)) as archive:
        return {"wheel": {name: archive.read(name) for name in archive.namelist()}, "source": source}


@pytest.mark.parametrize("kind", ["wheel", "source"])
def test_publishers_text_is_not_in_it(dist: Path, kind: str) -> None:
    """Neither as files nor quoted, as the README does."""
    files = contents(dist)[kind]
    samples = list((ROOT / "seeds").iterdir())
    passages = {line[:60] for path in samples for line in path.read_bytes().splitlines() if len(line) >= 60}
    assert len(passages) > 20
    assert {path.name for path in samples} & {Path(name).name for name in files} == set()
    assert {name for name, data in files.items() if any(passage in data for passage in passages)} == set()


@pytest.mark.parametrize("kind", ["wheel", "source"])
def test_licence_and_every_file_of_the_program_are_in_it(dist: Path, kind: str) -> None:
    names = contents(dist)[kind]
    assert {"LICENSE", "NOTICE"} <= {Path(name).name for name in names}
    files = [path for package in ("search", "web") for path in (ROOT / package).rglob("*") if path.is_file()]
    program = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    assert program - set(names) == set()


def test_wheel_runs(dist: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel(dist)).extractall(tmp_path)
    said = run(sys.executable, "-m", "search", "--version", folder=tmp_path, PYTHONPATH=str(tmp_path))
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("newsstand, version ")


def imported(*folders: str) -> set[str]:
    """Top-level packages that the code in `folders` imports, Python's own and ours left out."""
    names = set()
    for path in (file for folder in folders for file in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(str(node.module))
    theirs = {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names)
    owners = packages_distributions()
    used = {canonical(owner) for name in theirs - OURS for owner in owners.get(name, [name])}
    return {"whoosh3" if name == "whoosh" else name for name in used} - BROUGHT


def canonical(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-")


def test_dependencies_are_what_is_imported_and_each_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {canonical(line) for line in project["dependencies"]}
    extra = {canonical(line) for lines in project["optional-dependencies"].values() for line in lines}
    assert imported("search", "web") | NAMED == needed
    assert imported("tests", "tools", "evaluation", "bench", "torture") - extra - needed == set()
    reasons = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition("## Dependencies")[2]
    assert (needed | extra) - {canonical(name) for name in re.findall(r"`(.*?)`", reasons)} == set()
