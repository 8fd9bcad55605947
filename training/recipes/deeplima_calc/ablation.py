"""Batch, layer and group norm with all else the same: DeepLIMa's Table 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from inference.systems.system import Runner
from training.evaluation.truths import CALCIFICATIONS
from training.metrics.bootstrap import ROUNDS
from training.networks.unet import Norm
from training.recipes.ablating import Row, Trial, recall_table
from training.recipes.deeplima_calc.packaging import package
from training.recipes.deeplima_calc.recipe import settings_of, train
from training.recipes.recipe import Part, Tell, TrainRequest

PAPER: Mapping[Norm, tuple[float, ...]] = {
    Norm.BATCH: (0.596, 0.768, 0.862, 0.896),
    Norm.LAYER: (0.724, 0.852, 0.924, 0.932),
    Norm.GROUP: (0.737, 0.869, 0.932, 0.944),
}
"""Recall at 1, 2, 5 and 10 false marks an image, on the paper's own images."""


def ablation(
    request: TrainRequest, test: Sequence[Part], run: Runner, tell: Tell, rounds: int = ROUNDS
) -> tuple[Row, ...]:
    """Train each norm in a folder of its own under ``request.out``, and measure its package.

    test: images that nothing is chosen on. Runs that were stopped go on.
    """
    trial, rows = Trial(CALCIFICATIONS, test, run, rounds), []
    for norm in Norm:
        own = replace(request, out=request.out / norm.value)
        settings = settings_of(own)
        settings = replace(settings, size=replace(settings.size, norm=norm))
        train(own, settings, tell)
        rows.append(trial.row(norm.value, package(own.out, own.out / "package", tell, settings)))
        tell(table(rows))
    return tuple(rows)


def table(rows: Sequence[Row]) -> str:
    """Markdown: recall at each rate with its interval, the paper's beside."""
    return recall_table(rows, CALCIFICATIONS, ("norm", ("in the paper",)), _in_the_paper)


def _in_the_paper(row: Row) -> Sequence[str]:
    return (", ".join(f"{one:.3f}" for one in PAPER[Norm(row.name)]),)
