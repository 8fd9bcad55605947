"""``fourview train``: a published system's networks, trained here."""

from __future__ import annotations

import os
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.evaluate import CACHE, check_installed
from app.cli.printing import safe
from inference.backends.threads import usable_threads

NEEDED = ("torch", "safetensors", "matplotlib")


class Profile(Enum):
    """The network's size."""

    SMALL = "small"
    PAPER = "paper"


def train(  # noqa: PLR0917 - typer reads options from parameters
    recipe: Annotated[str, typer.Argument(help="deeplima-mass and others; a wrong one lists all.")],
    data: Annotated[
        list[str], typer.Option("--data", help="A folder, phantom:N or phantom-CONTENT:N.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="RUN", help="The run's folder.")],
    profile: Annotated[
        Profile, typer.Option("--profile", help="Size of the network.")
    ] = Profile.SMALL,
    steps: Annotated[int | None, typer.Option("--steps", min=1, help="Not the profile's.")] = None,
    start: Annotated[
        Path | None, typer.Option("--start", metavar="RUN", help="Begin with its best weights.")
    ] = None,
    threads: Annotated[int | None, typer.Option("--threads", min=1, help="All, if none.")] = None,
    package: Annotated[
        Path | None, typer.Option("--package", metavar="DIR", help="Export there when done.")
    ] = None,
    cache: Annotated[Path, typer.Option("--cache", help="Where phantoms are kept.")] = CACHE,
) -> None:
    """Train a recipe; the same command goes on with what was interrupted.

    Patients are divided into training and validation by the run's splits.json. Under torchrun
    several processes train together.
    """
    check_installed(NEEDED)
    from training.recipes.known import find_recipe  # noqa: PLC0415 - the train extra
    from training.recipes.recipe import TrainRequest  # noqa: PLC0415
    from training.recipes.requests import divided  # noqa: PLC0415

    chosen = find_recipe(recipe)
    cores = threads or usable_threads()
    console = Console(stderr=True, highlight=False)
    with _Teller(console) as tell:
        parts = divided(data, out, cache, cores, tell)
        request = TrainRequest(parts.train, parts.valid, out, profile.value, cores, steps, start)
        chosen.train(request, tell)
        if package is not None and os.environ.get("RANK", "0") == "0":
            chosen.package(out, package, tell)


class _Teller:
    """Prints what a recipe tells; in a terminal its steps move a bar."""

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal)
        self._steps = self._bar.add_task("steps", total=None, visible=False)

    def __enter__(self) -> _Teller:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, line: str) -> None:
        words = line.split()
        at_step = len(words) > 3 and words[0] == "step" and words[2] == "of"
        if at_step and self._console.is_terminal:
            done, whole = int(words[1]), int(words[3].rstrip(":"))
            self._bar.update(
                self._steps,
                completed=done,
                total=whole,
                visible=True,
                description=" ".join(words[4:])[:70],
            )
            return
        self._console.print(safe(line))
        sys.stderr.flush()
