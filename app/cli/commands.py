"""What ``fourview`` does without a window: all its commands."""

from __future__ import annotations

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
from app.cli.render import render
from app.cli.train import train

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


def run_command(arguments: list[str]) -> int | str:
    """Run one command line; returns its exit code, or how it was typed wrongly, as a sentence.

    Raises FourviewError.
    """
    try:
        outcome = program(arguments, prog_name="fourview", standalone_mode=False)
    except typer.Exit as leaving:
        return int(leaving.exit_code)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except typer.TyperException as error:
        return f"{error.format_message()} Try --help"
    return int(outcome or 0)
