"""``fourview evaluate``: a model package measured on images with truths."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.analyze import Device
from app.cli.printing import safe
from domain.errors import BadInputError, MissingDependencyError
from inference.packages.manifest import Stage
from inference.packages.package import ModelPackage, open_package
from inference.packages.registry import Registry

if TYPE_CHECKING:
    from training.evaluation.run import Evaluation, Measured, Report, Settings

NEEDED = ("matplotlib",)
CACHE = Path("out/train/data")


class Split(Enum):
    """Which part of the data; all for sets that are divided otherwise, as phantoms by seeds."""

    TRAIN = "train"
    VAL = "val"
    TEST = "test"
    ALL = "all"


@dataclass(frozen=True)
class _Chosen:
    """What the options say of the data and how it is measured."""

    data: Sequence[str]
    split: Split
    chosen_on: Sequence[str]
    chosen_split: Split
    splits: Path | None
    cache: Path
    limit: int | None
    jobs: int
    rule: str | None
    floor: bool
    detector: str | None
    device: Device


def evaluate(  # noqa: PLR0917 - typer reads options from parameters
    package: Annotated[str, typer.Argument(help="ID, ID@VERSION, a folder or a .zip.")],
    data: Annotated[
        list[str], typer.Option("--data", help="A folder, or phantom-CONTENT:N@SEED. Repeatable.")
    ],
    split: Annotated[Split, typer.Option("--split", help="Part of the data.")] = Split.TEST,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Table, curves, JSON, pictures.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Images at most, spread over all.")
    ] = None,
    chosen_on: Annotated[
        list[str] | None,
        typer.Option("--val", help="Data that thresholds of operating points are chosen on."),
    ] = None,
    chosen_split: Annotated[
        Split, typer.Option("--val-split", help="Part of those data.")
    ] = Split.VAL,
    rule: Annotated[
        str | None, typer.Option("--rule", help="What counts as a hit, else the stage's own.")
    ] = None,
    detector: Annotated[
        str | None, typer.Option("--detector", help="For contours: whose boxes are outlined too.")
    ] = None,
    floor: Annotated[
        bool, typer.Option("--floor/--no-floor", help="Measure untrained filters beside it.")
    ] = True,
    device: Annotated[Device, typer.Option("--device", help="What networks run on.")] = Device.AUTO,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Processes for the filters.")] = 1,
    splits: Annotated[
        Path | None, typer.Option("--splits", help="A frozen file of splits.")
    ] = None,
    cache: Annotated[
        Path, typer.Option("--cache", help="Where phantoms and the filters' marks are kept.")
    ] = CACHE,
    state: Annotated[
        bool, typer.Option("--state", help="Write the figures into the package's manifest.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure a package on images with truths, by the systems that the reader uses.

    A reader package is measured member by member. Research use only, not a medical device.
    """
    check_installed()
    chosen = _Chosen(
        data,
        split,
        chosen_on or (),
        chosen_split,
        splits,
        cache,
        limit,
        jobs,
        rule,
        floor,
        detector,
        device,
    )
    found = _measured(wanted_packages(package), chosen, out)
    if state:
        _state(found)
    if as_json:
        typer.echo(json.dumps({"evaluations": [one.told for one in found]}, indent=1))
        return
    for one in found:
        typer.echo(one.text + "\n")
    if out is not None:
        Console(stderr=True).print(f"written to {safe(str(out))}")


def check_installed(needed: Sequence[str] = NEEDED) -> None:
    """Raise MissingDependencyError where a library that evaluation needs is not there."""
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingDependencyError(
            f"this command needs {', '.join(missing)}",
            remedy='Install the extra for training: pip install "fourview[train]"',
        )


def wanted_packages(wanted: str) -> tuple[ModelPackage, ...]:
    """The package of a name, folder or .zip; of a reader package its members."""
    registry = Registry()
    if Path(wanted).exists():
        package = open_package(Path(wanted))
    else:
        identity, _, version = wanted.partition("@")
        package = registry.find(identity, version)
    return registry.members(package) if package.manifest.stage is Stage.READER else (package,)


def _measured(
    packages: Sequence[ModelPackage], chosen: _Chosen, out: Path | None
) -> list[Evaluation]:
    from training.evaluation.run import evaluate as measure  # noqa: PLC0415 - the train extra

    console = Console(stderr=True, highlight=False)
    test = _opened(chosen.data, chosen.split, chosen, console)
    on = _opened(chosen.chosen_on, chosen.chosen_split, chosen, console)
    if test is None:
        raise BadInputError("no data are given", remedy="Name a data set with --data")
    found = []
    with _bars(console) as report:
        settings = _settings(packages, chosen, report)
        for package in packages:
            own = out / package.manifest.id if out is not None and len(packages) > 1 else out
            found.append(measure(package, test, settings, own, on))
    return found


def _opened(
    specs: Sequence[str], split: Split, chosen: _Chosen, console: Console
) -> Measured | None:
    from training.evaluation.opening import open_data  # noqa: PLC0415 - the train extra

    if not specs:
        return None
    return open_data(
        specs,
        split.value,
        chosen.cache,
        splits=chosen.splits,
        limit=chosen.limit,
        jobs=chosen.jobs,
        tell=lambda line: console.print(safe(line)),
    )


def _settings(packages: Sequence[ModelPackage], chosen: _Chosen, report: Report) -> Settings:
    from training.evaluation.reading import open_runner  # noqa: PLC0415 - the train extra
    from training.evaluation.run import Settings  # noqa: PLC0415
    from training.metrics.hits import RULES  # noqa: PLC0415

    if chosen.rule is not None and chosen.rule not in RULES:
        raise BadInputError(
            f"no hit rule is called {chosen.rule!r}", remedy=f"Choose one of {', '.join(RULES)}"
        )
    return Settings(
        run=open_runner(chosen.device.value),
        rule=RULES[chosen.rule] if chosen.rule else None,
        floor_folder=chosen.cache / "floors",
        floor=chosen.floor,
        jobs=chosen.jobs,
        detector=_detector(packages, chosen.detector),
        report=report,
    )


def _detector(packages: Sequence[ModelPackage], wanted: str | None) -> ModelPackage | None:
    """Whose boxes are outlined: the one that is named, else the reader package's own."""
    there = packages if wanted is None else wanted_packages(wanted)
    return next((one for one in there if one.manifest.stage is Stage.DETECT), None)


def _state(found: Sequence[Evaluation]) -> None:
    from training.evaluation.stating import write_stated  # noqa: PLC0415 - the train extra

    for one in found:
        if one.statement is not None:
            write_stated(one)


@contextmanager
def _bars(console: Console) -> Iterator[Report]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:

        @contextmanager
        def report(what: str, images: int) -> Iterator[Callable[[], None]]:
            task = bar.add_task(safe(what[:60]), total=images)
            yield lambda: bar.advance(task)
            bar.remove_task(task)

        yield report
