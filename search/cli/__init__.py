"""The command line: words and options in, text out. Each command is a module here and is imported when called."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import click

from search.cli.command import WithExample
from search.errors import NewsstandError

COMMANDS = ("index", "watch", "search", "show", "delete", "explain", "analyze", "suggest", "stats", "check", "serve")

#: Ended before there is garbage worth looking for.
BRIEF = ("search", "show", "suggest", "stats")

FAILED = 2
INTERRUPTED = 130


class Commands(WithExample, click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"search.cli.{cmd_name}").command
        if cmd_name not in BRIEF:
            gc.enable()
        return command


@click.group(cls=Commands, example="newsstand search våpenhvile --lang nb --year 2020-2023")
@click.option(
    "--index",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default="index",
    envvar="NEWSSTAND_INDEX",
    show_default=True,
    show_envvar=True,
    help="The folder of the index.",
)
@click.version_option(package_name="newsstand", prog_name="newsstand")
@click.pass_context
def newsstand(context: click.Context, folder: Path) -> None:
    """Search news articles in any language.

    Exit status: 0 found or done, 1 nothing found, 2 a wrong call, an index that is missing or damaged, or, where
    asked to be strict, rejected input.
    """
    context.obj = folder


def process() -> int:
    """`main` as all that this process does.

    Python looks for circular garbage a hundred times while modules are imported, and takes all they made apart when it
    ends: a sixth of a search, so a brief command ends without either. Numpy's library for linear algebra, which nothing
    here uses, starts threads that wait by spinning: as much processor time again as half a search.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.disable()
    status = main()
    if gc.isenabled():
        gc.freeze()
        return status
    for stream in filter(None, (sys.stdout, sys.stderr)):  # None where they were closed before the start
        with suppress(OSError, ValueError):  # full or closed since, which `main` has told where that can be told
            stream.flush()
    os._exit(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status.

    Nothing but "nothing found" may end as 1. Click's own `main` ends so for a closed pipe and Python for any error
    that nobody caught, which is why neither is left to it.
    """
    _write_utf8()
    try:
        with newsstand.make_context("newsstand", list(sys.argv[1:] if arguments is None else arguments)) as context:
            status = newsstand.invoke(context)
        sys.stdout.flush()
        return int(status or 0)
    except click.exceptions.Exit as end:  # --help and --version
        return end.exit_code
    except BrokenPipeError:
        return _reader_left()
    except click.ClickException as error:
        error.show()
    except NewsstandError as error:
        click.echo(f"newsstand: {error}", err=True)
    except OSError as error:
        click.echo(f"newsstand: {error}", err=True)
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except Exception:  # a bug: shown whole, and never mistaken for an empty result
        import traceback

        traceback.print_exc()
    return FAILED


def _write_utf8() -> None:
    """Articles are in any script, whatever the locale; what can't be written at all becomes `?`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _reader_left() -> int:
    """`newsstand search … | head -1` has what it wants. Without this, Python complains when it closes stdout."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
