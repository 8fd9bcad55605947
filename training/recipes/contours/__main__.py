"""``python -m training.recipes.contours train|evaluate|package``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import torch

from domain.errors import FourviewError
from inference.systems.contour import CHANCE
from training.data.phantoms import PhantomSet
from training.data.regions import has_outline, read_samples
from training.export import export_onnx
from training.networks.unetpp import MeanChance
from training.recipes.contours.measuring import figures, measure
from training.recipes.contours.packaging import IDENTITY, MODEL, with_evaluation, write_package
from training.recipes.contours.settings import (
    DATA,
    PACKAGES,
    PROFILES,
    RUNS,
    TEST_SEED,
    ContourRecipe,
    make_network,
)
from training.recipes.contours.task import ContourTask
from training.run_folder import RunFolder
from training.trainer import Trainer


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 2 on bad input."""
    parser = argparse.ArgumentParser(prog="python -m training.recipes.contours")
    parser.add_argument("command", choices=tuple(_COMMANDS))
    parser.add_argument("--profile", choices=tuple(PROFILES), default="small")
    parser.add_argument("--data", type=Path, default=DATA, help="where studies are kept")
    parser.add_argument("--run", type=Path, default=RUNS / "contours", help="folder of the run")
    parser.add_argument("--studies", type=int, default=400, help="to train on")
    parser.add_argument("--steps", type=int, help="of the training, else the profile's")
    parser.add_argument("--rate", type=float, default=2e-3, help="learning rate at its highest")
    parser.add_argument("--start", type=Path, help="a run whose best weights it begins with")
    parser.add_argument("--threads", type=int, default=1, help="of torch")
    parser.add_argument("--packages", type=Path, default=PACKAGES, help="where packages go")
    parser.add_argument("--first", type=int, default=TEST_SEED, help="first seed to measure on")
    parser.add_argument("--tested", type=int, default=300, help="studies to measure on, at most")
    chosen = parser.parse_args(arguments)
    recipe = ContourRecipe(
        chosen.run,
        chosen.profile,
        chosen.data,
        chosen.studies,
        steps=chosen.steps,
        rate=chosen.rate,
        start=chosen.start,
    )
    try:
        _COMMANDS[chosen.command](recipe, chosen)
    except FourviewError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command line's own words
        return 2
    return 0


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the command line's own words


def _train(recipe: ContourRecipe, chosen: argparse.Namespace) -> None:
    torch.set_num_threads(chosen.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(recipe.schedule.seed)
    folder = RunFolder(recipe.run)
    folder.begin(recipe.config())
    task = ContourTask(
        read_samples(recipe.train),
        read_samples(recipe.valid),
        plan=recipe.plan,
        batch=recipe.chosen.batch,
        seed=recipe.schedule.seed,
    )
    _say(f"{len(task.train)} regions to train on, {len(task.valid)} masses to choose by")
    network = make_network(recipe.chosen)
    if recipe.start is not None:
        network.load_state_dict(RunFolder(recipe.start).load_best())
    trainer = Trainer(network, task, recipe.schedule, folder, _say)
    _say(f"best goal: {trainer.run():.3f}")


def _evaluate(recipe: ContourRecipe, chosen: argparse.Namespace) -> None:
    """Export the best weights beside the run, and measure them."""
    _measured(recipe, chosen, recipe.run / "package")


def _package(recipe: ContourRecipe, chosen: argparse.Namespace) -> None:
    """The same, where packages go."""
    _measured(recipe, chosen, chosen.packages / IDENTITY)


def _measured(recipe: ContourRecipe, chosen: argparse.Namespace, target: Path) -> None:
    network = make_network(recipe.chosen)
    network.load_state_dict(RunFolder(recipe.run).load_best())
    model = recipe.run / MODEL
    sizes = ((256, 256), (128, 192))
    exported = export_onnx(MeanChance(network), model, (CHANCE,), sizes, tolerance=1e-3)
    _say(f"{model}: opset {exported.opset}, differs from torch by {exported.parity}")
    package = write_package(recipe, target, model)
    studies = PhantomSet(recipe.data, chosen.first, chosen.tested)
    infos = [one for one in studies.infos() if any(map(has_outline, one.findings))]
    found = figures(measure(package, map(studies.open, infos), chosen.threads))
    for one in found.values():
        _say(f"{one.way}: Dice {one.overlap} on {one.masses} masses, {one.found:.0%} outlined")
    here = sum(studies.path(seed).exists() for seed in studies.seeds)
    told = replace(studies, studies=here) if here else studies
    with_evaluation(target, found, told.name, len(infos))
    _say(f"written: {target}")


_COMMANDS: Mapping[str, Callable[[ContourRecipe, argparse.Namespace], None]] = {
    "train": _train,
    "evaluate": _evaluate,
    "package": _package,
}


if __name__ == "__main__":
    sys.exit(main())
