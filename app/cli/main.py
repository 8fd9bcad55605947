"""``fourview``: reads the arguments, runs one command, and turns failures into exit codes.

0: done. 1: the program itself can't do what it should. 2: bad input, one line on stderr.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import sys

import typer

from app.cli.analyze import analyze
from app.cli.archive import archive
from app.cli.data import data
from app.cli.demo import demo
from app.cli.doctor import doctor
from app.cli.evaluate import evaluate
from app.cli.export import export
from app.cli.import_ import import_
from app.cli.info import info
from app.cli.models import models
from app.cli.printing import plain
from app.cli.render import render
from app.cli.train import train
from app.cli.window import open_window
from domain.errors import BadInputError, FourviewError

BAD_INPUT = 2
FAILED = 1

program = typer.Typer(
    name="fourview",
    help="Reads mammograms with a second pair of eyes. Research use only, not a medical device.",
    pretty_exceptions_enable=False,
    add_completion=False,
)
program.command()(demo)
program.command()(info)
program.command()(render)
program.command()(analyze)
program.command()(doctor)
program.command()(train)
program.command()(evaluate)
program.command()(export)
program.command("import")(import_)
program.add_typer(models, name="models")
program.add_typer(data, name="data")
program.add_typer(archive, name="archive")


def run() -> None:
    """Entry point of the installed script and of the bundle."""
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
        if _asks_for_the_window(arguments):
            outcome = open_window(arguments)
        else:
            outcome = program(arguments, prog_name="fourview", standalone_mode=False)
    except BadInputError as error:
        return _say(str(error), BAD_INPUT)
    except FourviewError as error:
        return _say(str(error), FAILED)
    except typer.Exit as leaving:
        return int(leaving.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return _say("stopped; nothing was changed", 130)
    except typer.TyperException as error:
        return _say(f"{error.format_message()} Try --help", BAD_INPUT)
    return int(outcome or 0)


def _asks_for_the_window(arguments: list[str]) -> bool:
    """Paths alone, or nothing at all; a folder named like a command is given as ``./info``."""
    commands = {
        info.name or info.callback.__name__ for info in program.registered_commands if info.callback
    }
    commands |= {group.name for group in program.registered_groups if group.name}
    return not arguments or not (arguments[0] in commands or arguments[0].startswith("-"))


def _say(message: str, code: int) -> int:
    sys.stderr.write(f"fourview: {plain(' '.join(message.split()))}\n")
    return code


if __name__ == "__main__":
    run()
