"""What the recipe does."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from domain.errors import BadInputError
from inference.packages.package import open_package
from inference.systems.classify_calibration import Calibration
from inference.systems.classify_crops import PLANES
from inference.systems.classify_features import FEATURES
from inference.systems.classify_outputs import (
    BIRADS,
    COMPOSITION,
    COMPOSITION_FILE,
    COMPOSITION_SIZE,
    JUDGE_FILE,
    MALIGNANCY,
    MEASURED,
)
from training.recipes.birads.composition import (
    SCHEDULE,
    CompositionNetwork,
    CompositionTask,
    ExportedComposition,
    by_patient,
    small_breasts,
)
from training.recipes.birads.exporting import export_batch
from training.recipes.birads.fitting import fitted
from training.recipes.birads.measuring import answers, figures_of, table
from training.recipes.birads.network import ExportedJudge, JudgeNetwork
from training.recipes.birads.packaging import (
    IDENTITY,
    evaluation_of,
    measured_notes,
    write_package,
)
from training.recipes.birads.settings import BiradsRecipe
from training.recipes.birads.starting import start
from training.recipes.birads.task import BiradsTask, outputs_of
from training.recipes.recipe import Tell
from training.recipes.running import finish
from training.run_folder import STATE, RunFolder
from training.trainer import Schedule

EVALUATION = "evaluation.json"


def say(line: str) -> None:
    """To the terminal, at once."""
    print(line, flush=True)  # noqa: T201 - the command line's own words


def train(recipe: BiradsRecipe, threads: int, tell: Tell = say, begun: Path | None = None) -> None:
    """Train the classifier of findings; goes on where it was stopped.

    begun: a run whose best weights it begins with.
    """
    _begin(recipe, threads)
    folder = RunFolder(recipe.run_folder)
    folder.begin({**recipe.config(), **({"start": begun.name} if begun else {})})
    task = BiradsTask(recipe)
    tell(f"{len(task.train)} findings to learn from, {len(task.valid)} to validate on")
    network = JudgeNetwork(recipe.size, birads=recipe.birads)
    if begun is not None:
        network.load_state_dict(RunFolder(begun).load_best())
    elif not (folder.path / STATE).exists():
        tell(f"cross entropy from features alone: {start(network, task, recipe.jitter):.4g}")
    finish(network, task, recipe.schedule, folder, tell)


def composition(
    recipe: BiradsRecipe, threads: int, tell: Tell = say, schedule: Schedule = SCHEDULE
) -> None:
    """Train the network for composition and export it into the run folder."""
    _begin(recipe, threads)
    folder = RunFolder(recipe.run_folder / "composition")
    task = CompositionTask(recipe)
    folder.begin({"recipe": "composition", "data": [one.name for one in recipe.soft(recipe.train)]})
    tell(f"{len(task.train)} images to learn from, {len(task.valid)} to validate on")
    finish(CompositionNetwork(), task, schedule, folder, tell)
    network = _composition(recipe)
    path = recipe.run_folder / COMPOSITION_FILE
    shape = (1, *COMPOSITION_SIZE)
    exported = ExportedComposition(network)
    apart = export_batch(exported, path, {"image": shape}, (COMPOSITION,), fixed=True)
    tell(f"{path}: differs from torch by {apart:.2g}")


def evaluate(recipe: BiradsRecipe, threads: int) -> tuple[Calibration, float, dict[str, Any]]:
    """Export, calibrate on the validation findings, measure on the test ones what is shipped."""
    _begin(recipe, threads)
    if not any(one.infos() for one in recipe.test):
        raise BadInputError(
            "no test study is there", where=str(recipe.data), remedy="Draw the studies first"
        )
    calibrated = export(recipe)
    columns = {"with BI-RADS": _measured(recipe, *calibrated, threads)}
    binary = replace(recipe, run=f"{recipe.run}-binary", birads=False)
    if (binary.run_folder / "best.safetensors").exists():
        columns["binary only"] = _measured(binary, *export(binary), threads)
    compositions = _composition_figures(recipe)
    say(table({**columns, "composition": compositions}))
    first, *others = columns.values()
    notes = measured_notes(recipe, binary if others else None)
    told = evaluation_of(recipe.test, first, others[0] if others else {}, compositions, notes)
    text = json.dumps(told, indent=1)
    (recipe.run_folder / EVALUATION).write_text(text + "\n", encoding="utf-8")
    return *calibrated, told


def package(recipe: BiradsRecipe, threads: int) -> None:
    """Evaluate, then write the package."""
    calibration, prevalence, told = evaluate(recipe, threads)
    target = recipe.packages / IDENTITY
    say(f"written: {write_package(recipe, target, calibration, prevalence, told)}")


def export(recipe: BiradsRecipe, tell: Tell = say) -> tuple[Calibration, float]:
    """Write the network into the run folder and calibrate it; gives the share of malignant
    findings that it was calibrated on.
    """
    network = JudgeNetwork(recipe.size, birads=recipe.birads)
    network.load_state_dict(RunFolder(recipe.run_folder).load_best())
    exported = ExportedJudge(network)
    path = recipe.run_folder / JUDGE_FILE
    inputs = {"planes": (PLANES, recipe.side, recipe.side), MEASURED: (FEATURES,)}
    apart = export_batch(exported, path, inputs, exported.names)
    tell(f"{path}: differs from torch by {apart:.2g}")
    crops = list(recipe.crops(recipe.valid))
    told = outputs_of(network, crops, recipe.side)
    outcome = np.array([bool(one.truth.malignant) for one in crops])
    assessed = [one.truth.assessment for one in crops]
    calibration = fitted(told[MALIGNANCY], told.get(BIRADS), outcome, assessed)
    tell(f"calibrated on {len(crops)} findings: {calibration}")
    return calibration, float(outcome.mean())


def _measured(
    recipe: BiradsRecipe, calibration: Calibration, prevalence: float, threads: int
) -> dict[str, float]:
    """Of the package as the reader would run it."""
    with tempfile.TemporaryDirectory() as room:
        folder = write_package(recipe, Path(room) / IDENTITY, calibration, prevalence, None)
        told = answers(open_package(folder), recipe.test, recipe.outlines, threads)
        return figures_of(told)


def _composition(recipe: BiradsRecipe) -> CompositionNetwork:
    network = CompositionNetwork()
    network.load_state_dict(RunFolder(recipe.run_folder / "composition").load_best())
    return network.eval()


def _composition_figures(recipe: BiradsRecipe) -> dict[str, float]:
    if not (recipe.run_folder / COMPOSITION_FILE).exists():
        return {}
    breasts = [one for data in recipe.soft(recipe.test) for one in small_breasts(data)]
    if not breasts:
        return {}
    told, true = by_patient(_composition(recipe), breasts)
    return {
        "composition right": round(float((told == true).mean()), 4),
        "composition at most one off": round(float((abs(told - true) <= 1).mean()), 4),
    }


def _begin(recipe: BiradsRecipe, threads: int) -> None:
    torch.set_num_threads(threads)
    cv2.setNumThreads(1)
    torch.manual_seed(recipe.schedule.seed)


COMMANDS: Mapping[str, Callable[[BiradsRecipe, int], object]] = {
    "train": train,
    "composition": composition,
    "evaluate": evaluate,
    "package": package,
}
