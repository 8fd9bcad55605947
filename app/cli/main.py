"""``fourview``: opens the window or runs one command, and turns failures into exit codes.

0: done. 1: the program itself can't do what it should. 2: bad input, one line on stderr.
"""

from __future__ import annotations

import io
import os
import sys

from app.cli.window import open_window
from domain.errors import BadInputError, FourviewError

BAD_INPUT = 2
FAILED = 1

COMMANDS = frozenset(
    {
        *("analyze", "archive", "data", "demo", "doctor", "evaluate", "export", "import", "info"),
        *("models", "render", "train"),
    }
)
"""Their names alone: the commands themselves are loaded only where one of them is asked for."""


def run() -> None:
    """Entry point of the installed script and of the bundle."""
    if getattr(sys, "frozen", False):
        import multiprocessing  # noqa: PLC0415 - only the bundle's processes begin here

        multiprocessing.freeze_support()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may know less than Unicode
    try:
        code = exit_code(sys.argv[1:])
        sys.stdout.flush()
    except OSError:
        # Nobody reads on (``| head``), or there is no room left where the output goes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FAILED
    sys.exit(code)


def exit_code(arguments: list[str]) -> int:
    """Run one command line and return its exit code; errors of ours become one line on stderr."""
    try:
        outcome = _run_one(arguments)
    except BadInputError as error:
        return _say(str(error), BAD_INPUT)
    except FourviewError as error:
        return _say(str(error), FAILED)
    except KeyboardInterrupt:
        return _say("stopped; nothing was changed", 130)
    return _say(outcome, BAD_INPUT) if isinstance(outcome, str) else outcome


def _run_one(arguments: list[str]) -> int | str:
    if _asks_for_the_window(arguments):
        return open_window(arguments)
    from app.cli.commands import run_command  # noqa: PLC0415 - the window needs no command

    return run_command(arguments)


def _asks_for_the_window(arguments: list[str]) -> bool:
    """Paths alone, or nothing at all; a folder named like a command is given as ``./info``."""
    return not arguments or not (arguments[0] in COMMANDS or arguments[0].startswith("-"))


def _say(message: str, code: int) -> int:
    from app.cli.printing import plain  # noqa: PLC0415 - nothing is to be said at most starts

    sys.stderr.write(f"fourview: {plain(' '.join(message.split()))}\n")
    return code


if __name__ == "__main__":
    run()
