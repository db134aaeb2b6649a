"""`tools/environment`, with an interpreter that only pretends: a half-made environment never passes for a whole one."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent

#: Does what it is asked as the real interpreter would, but makes and installs nothing: it writes down the asking.
PYTHON = f"""#!/bin/sh
case "$1 $2" in
"-m venv") echo venv >>log; mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
"-m pip") echo pip >>log; [ ! -e no-network ] ;;
"-c import venv, ensurepip") [ ! -e no-venv ] ;;
"-c import sys; sys.exit(sys.version_info < (3, 11))") [ ! -e old ] ;;
*) exec '{sys.executable}' "$@" ;;
esac
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    (folder / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "tools/environment", folder / "tools")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "locked", folder / "locked")
    for name, script in (
        ("python", PYTHON),
        ("id", "#!/bin/sh\necho 1000\n"),
        ("apt-get", "#!/bin/sh\nrm -f no-venv\n"),
    ):
        put(folder / "bin" / name, script)
    return folder


def put(path: Path, script: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(script)
    path.chmod(0o755)


def make(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The log then holds what was made this time."""
    (tree / "log").write_text("")
    environment = os.environ | {"PATH": f"{tree}/bin:{os.environ['PATH']}", "PYTHON": str(tree / "bin/python")}
    command = ["tools/environment", ".venv", *arguments]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


def made(tree: Path) -> bool:
    return "venv" in (tree / "log").read_text()


def test_a_whole_one_is_left_alone(tree: Path) -> None:
    assert make(tree).returncode == 0 and made(tree)
    assert make(tree).returncode == 0 and not made(tree)


def test_one_that_was_interrupted_is_made_again(tree: Path) -> None:
    (tree / "no-network").touch()
    assert make(tree).returncode != 0
    (tree / "no-network").unlink()
    assert make(tree).returncode == 0 and made(tree)


def test_one_of_other_requirements_is_made_again(tree: Path) -> None:
    make(tree)
    (tree / "pyproject.toml").write_text((tree / "pyproject.toml").read_text() + "\n# changed\n")
    assert make(tree).returncode == 0 and made(tree)
    (tree / "locked" / "newest.txt").write_text("# nothing\n")
    assert make(tree).returncode == 0 and made(tree)
    assert make(tree, "whoosh").returncode == 0 and made(tree)


def test_one_that_was_moved_is_made_again(tree: Path) -> None:
    make(tree)
    moved = tree.rename(tree.with_name("moved"))
    assert make(moved).returncode == 0 and made(moved)


def pinned(lock: str) -> dict[str, str]:
    text = (ROOT / "locked" / f"{lock}.txt").read_text()
    assert len(re.findall(r"^\S+==", text, re.MULTILINE)) == len(
        re.findall(r"^\S+==.*\n    --hash=sha256:", text, re.MULTILINE)
    )
    return {canonicalize_name(name): version for name, version in re.findall(r"^(\S+?)==(\S+)", text, re.MULTILINE)}


def declared() -> dict[str, SpecifierSet]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = map(Requirement, [*project["dependencies"], *project["optional-dependencies"]["dev"]])
    return {canonicalize_name(line.name): line.specifier for line in lines}


@pytest.mark.parametrize("lock", ["newest", "whoosh", "lowest"])
def test_what_is_pinned_is_what_is_declared(lock: str) -> None:
    pins, wanted = pinned(lock), declared()
    if lock == "whoosh":
        del wanted["whoosh3"]
        assert pins["whoosh"] == "2.7.4" and "whoosh3" not in pins
    assert [name for name, allowed in wanted.items() if pins[name] not in allowed] == [], "run: make lock"


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ("old", "Python 3.11 or newer is needed"),
        ("no-venv", "run: sudo apt-get install python3."),
    ],
)
def test_what_is_missing_is_named_in_one_line(tree: Path, lacking: str, said: str) -> None:
    (tree / lacking).touch()
    done = make(tree)
    assert (done.returncode, done.stdout, made(tree)) == (2, "", False)
    assert said in done.stderr and done.stderr.count("\n") == 1


def test_root_gets_the_venv_module_installed(tree: Path) -> None:
    (tree / "no-venv").touch()
    put(tree / "bin/id", "#!/bin/sh\necho 0\n")
    assert make(tree).returncode == 0 and made(tree)
