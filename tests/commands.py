"""The program as a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

#: What a shell started in the background doesn't hear SIGINT, and neither does what that starts.
_PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from search.cli import main
sys.exit(main())
"""


def newsstand(*arguments: str | Path) -> list[str]:
    """A command to start that can be interrupted."""
    return [sys.executable, "-c", _PROGRAM, *map(str, arguments)]
