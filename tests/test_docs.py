"""The README tells the truth: its examples print what it says, and it names every command and option, and no other.

`python -m tests.test_docs` writes what the examples print now into the README.
"""

import io
import re
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

import click
import pytest

from search.cli import COMMANDS, main, newsstand

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"

_CONSOLE = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
_PYTHON = re.compile(r"(?<=```python\n).*?(?=```)", re.DOTALL)
_OPTION = re.compile(r"--[a-z][a-z-]*")
_VARYING = re.compile(r"\d+(\.\d+)? (?=(ms|s|bytes|kB|MB)\b)")


def printed(command: str) -> str:
    """What a terminal would show, stdout and stderr together."""
    program, *arguments = shlex.split(command)
    assert program == "newsstand", command
    screen = io.StringIO()
    with redirect_stdout(screen), redirect_stderr(screen):
        assert main(arguments) == 0, screen.getvalue()
    return screen.getvalue()


def with_output(readme: str) -> str:
    """The README with what its console examples print in a folder that holds the samples and an index of them."""

    def answered(block: re.Match[str]) -> str:
        commands = [line[2:] for line in block[0].splitlines() if line.startswith("$ ")]
        return "\n".join(f"$ {command}\n{printed(command)}" for command in commands)

    return _CONSOLE.sub(answered, readme)


def masked(text: str) -> str:
    """Times and sizes differ from run to run and from machine to machine."""
    return _VARYING.sub("# ", text)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the samples in it, to run examples in."""
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSSTAND_INDEX", raising=False)
    return tmp_path


def test_examples_print_what_they_say(shop: Path) -> None:
    readme = README.read_text(encoding="utf-8")
    assert len(_CONSOLE.findall(readme)) > 3
    assert masked(with_output(readme)) == masked(readme), "if all is well: python -m tests.test_docs"


def test_python_example_runs(shop: Path) -> None:
    (example,) = _PYTHON.findall(README.read_text(encoding="utf-8"))
    printed("newsstand index seeds")
    screen = io.StringIO()
    with redirect_stdout(screen):
        exec(compile(example, "README.md", "exec"), {})
    assert screen.getvalue()


def options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts if name.startswith("--")}


def documented() -> Iterator[tuple[str, set[str]]]:
    """(command, options) of each row of the table of commands."""
    for line in README.read_text(encoding="utf-8").splitlines():
        if row := re.match(r"\| `([a-z]+)( [A-Z]+…?)?` \|.*?\|(.*)\|$", line):
            yield row[1], set(_OPTION.findall(row[3]))


def test_every_command_and_option_is_documented_and_no_other() -> None:
    context = click.Context(newsstand)
    assert dict(documented()) == {name: options(newsstand.get_command(context, name)) for name in COMMANDS}


def test_no_option_is_named_that_is_not_there() -> None:
    known = set().union(*(found for _, found in documented()), options(newsstand), {"--help"})
    assert set(_OPTION.findall(README.read_text(encoding="utf-8"))) - known == set()


def test_make_targets_that_are_named_are_there() -> None:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "ARCHITECTURE.md")]
    named = {target for text in texts for target in re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)}
    assert {"demo", "test", "lint"} <= named
    assert named - set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)) == set()


def test_every_package_has_its_section_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^### `(.*?)/?`", text, re.MULTILINE))
    folders = {
        path.parent.relative_to(ROOT).as_posix() for name in ("search", "web") for path in ROOT.glob(f"{name}/**/*.py")
    }
    assert folders - headings == set()
    assert {heading for heading in headings if not (ROOT / heading).exists()} == set()


def test_links_lead_somewhere() -> None:
    for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not (ROOT / link).exists()] == []


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        Path("seeds").symlink_to(ROOT / "seeds")
        README.write_text(with_output(README.read_text(encoding="utf-8")), encoding="utf-8")
