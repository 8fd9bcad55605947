"""``python -m training.recipes.phantom_mass data|train|evaluate|package``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
import torch

from domain.errors import FourviewError
from training.baselines.kept import make_blobs
from training.data.phantoms import make
from training.export import export_onnx
from training.metrics.report import Comparison, table
from training.networks.rpn import ExportedDetector, RpnDetector
from training.recipes.phantom_mass.measuring import MODEL, measure, write_evaluation
from training.recipes.phantom_mass.packaging import IDENTITY, write_package
from training.recipes.phantom_mass.settings import FOLDER, PACKAGES, TRAIN_STUDIES, MassRecipe
from training.recipes.phantom_mass.task import MassTask
from training.run_folder import RunFolder
from training.trainer import Trainer


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 2 on bad input."""
    parser = argparse.ArgumentParser(prog="python -m training.recipes.phantom_mass")
    parser.add_argument("command", choices=("data", "train", "evaluate", "package"))
    parser.add_argument("--folder", type=Path, default=FOLDER, help="for studies and runs")
    parser.add_argument("--run", default="phantom-mass", help="name of the run")
    parser.add_argument("--studies", type=int, default=TRAIN_STUDIES, help="to train on")
    parser.add_argument("--threads", type=int, default=1, help="of torch; processes for data")
    parser.add_argument("--packages", type=Path, default=PACKAGES, help="where packages go")
    chosen = parser.parse_args(arguments)
    recipe = MassRecipe(chosen.folder, chosen.run, chosen.studies, packages=chosen.packages)
    try:
        _COMMANDS[chosen.command](recipe, chosen.threads)
    except FourviewError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command line's own words
        return 2
    return 0


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the command line's own words


def _data(recipe: MassRecipe, threads: int) -> None:
    for studies in (recipe.valid, recipe.test, recipe.train):
        for line in make(studies, threads):
            _say(line)
    for line in make_blobs(recipe.test, threads):
        _say(line)


def _train(recipe: MassRecipe, threads: int) -> None:
    torch.set_num_threads(threads)
    cv2.setNumThreads(1)
    torch.manual_seed(recipe.schedule.seed)
    folder = RunFolder(recipe.run_folder)
    folder.begin(recipe.config())
    trainer = Trainer(RpnDetector(recipe.size), MassTask(recipe), recipe.schedule, folder, _say)
    _say(f"best goal: {trainer.run():.3f}")


def _evaluate(recipe: MassRecipe, threads: int) -> Comparison:
    """Export the best weights and measure them; what a package ships is what was measured."""
    for studies in (recipe.valid, recipe.test):
        for line in make(studies, threads):
            _say(line)
    for line in make_blobs(recipe.test, threads):
        _say(line)
    folder = RunFolder(recipe.run_folder)
    network = RpnDetector(recipe.size)
    network.load_state_dict(folder.load_best())
    model = recipe.run_folder / MODEL
    exported = export_onnx(ExportedDetector(network), model, ("boxes", "scores"))
    _say(f"{model}: opset {exported.opset}, differs from torch by {exported.parity}")
    found = measure(recipe, model)
    write_evaluation(recipe, found, folder.best_words().get("step", "unknown"))
    _say(table(found))
    return found


def _package(recipe: MassRecipe, threads: int) -> None:
    target = recipe.packages / IDENTITY
    _say(f"written: {write_package(recipe, _evaluate(recipe, threads), target)}")


_COMMANDS: Mapping[str, Callable[[MassRecipe, int], object]] = {
    "data": _data,
    "train": _train,
    "evaluate": _evaluate,
    "package": _package,
}


if __name__ == "__main__":
    sys.exit(main())
