"""Faster R-CNN without and with the paper's parts: DeepLIMa's Table 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from inference.systems.system import Runner
from training.evaluation.truths import MASSES
from training.metrics.bootstrap import ROUNDS
from training.recipes.ablating import Row, Trial, recall_table
from training.recipes.deeplima_mass.packaging import package
from training.recipes.deeplima_mass.recipe import settings_of, train
from training.recipes.deeplima_mass.settings import ablation as variants
from training.recipes.recipe import Part, Tell, TrainRequest

PAPER: Mapping[str, tuple[float, float]] = {
    "Faster R-CNN (vanilla)": (0.762, 0.950),
    "Faster R-CNN+FPN": (0.789, 0.965),
    "Faster R-CNN+FPN+FL+NL": (0.805, 0.977),
}
"""Average precision and recall on the paper's own images."""


AP = "VOC AP at IoU 0.5"


def ablation(
    request: TrainRequest, test: Sequence[Part], run: Runner, tell: Tell, rounds: int = ROUNDS
) -> tuple[Row, ...]:
    """Train each variant in a folder of its own under ``request.out``, and measure its package.

    test: images that nothing is chosen on. Runs that were stopped go on.
    """
    trial, rows = Trial(MASSES, test, run, rounds), []
    for number, (name, settings) in enumerate(variants(settings_of(request)).items()):
        own = replace(request, out=request.out / f"variant{number}")
        train(own, settings, tell)
        rows.append(trial.row(name, package(own.out, own.out / "package", tell, settings)))
        tell(table(rows))
    return tuple(rows)


def table(rows: Sequence[Row]) -> str:
    """Markdown: recall at each rate with its interval, average precision, the paper's beside."""
    heads = ("network", ("AP", "AP, recall in the paper"))
    return recall_table(rows, MASSES, heads, _precision)


def _precision(row: Row) -> Sequence[str]:
    paper = ", ".join(f"{one:.3f}" for one in PAPER[row.name])
    return (f"{row.found.precisions[AP]:.3f}", paper)
