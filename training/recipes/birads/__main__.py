"""``python -m training.recipes.birads train|composition|evaluate|package``, on studies of its own.

``fourview train birads`` trains on any data.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from domain.errors import FourviewError
from training.recipes.birads.commands import COMMANDS
from training.recipes.birads.settings import CONTOURS, FOLDER, PACKAGES, SIZES, BiradsRecipe


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 2 on bad input."""
    parser = argparse.ArgumentParser(prog="python -m training.recipes.birads")
    parser.add_argument("command", choices=tuple(COMMANDS))
    parser.add_argument("--folder", type=Path, default=FOLDER, help="for studies and runs")
    parser.add_argument("--run", default="birads", help="name of the run")
    parser.add_argument("--profile", choices=tuple(SIZES), default="small")
    parser.add_argument("--binary", action="store_true", help="the baseline without BI-RADS")
    parser.add_argument("--steps", type=int, default=None, help="length of the schedule")
    parser.add_argument("--threads", type=int, default=1, help="of torch")
    parser.add_argument("--packages", type=Path, default=PACKAGES, help="where packages go")
    parser.add_argument("--contours", type=Path, default=CONTOURS, help="package that outlines")
    chosen = parser.parse_args(arguments)
    recipe = BiradsRecipe(
        chosen.folder,
        chosen.run,
        chosen.profile,
        birads=not chosen.binary,
        packages=chosen.packages,
        contours=chosen.contours,
    )
    if chosen.steps is not None:
        recipe = replace(recipe, schedule=replace(recipe.schedule, steps=chosen.steps))
    try:
        COMMANDS[chosen.command](recipe, chosen.threads)
    except FourviewError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command line's own words
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
