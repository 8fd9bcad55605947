"""Batch, layer and group norm with all else the same: DeepLIMa's Table 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from inference.packages.package import open_package
from inference.systems.system import Runner
from training.evaluation.detection import Detection, measure
from training.evaluation.reading import marker, read_images
from training.evaluation.truths import CALCIFICATIONS
from training.metrics.bootstrap import ROUNDS
from training.networks.unet import Norm
from training.recipes.deeplima_calc.packaging import package
from training.recipes.deeplima_calc.recipe import settings_of, train
from training.recipes.recipe import Part, Tell, TrainRequest

PAPER: Mapping[Norm, tuple[float, ...]] = {
    Norm.BATCH: (0.596, 0.768, 0.862, 0.896),
    Norm.LAYER: (0.724, 0.852, 0.924, 0.932),
    Norm.GROUP: (0.737, 0.869, 0.932, 0.944),
}
"""Recall at 1, 2, 5 and 10 false marks an image, on the paper's own images."""


@dataclass(frozen=True)
class Row:
    """One norm's figures."""

    norm: Norm
    found: Detection


def ablation(
    request: TrainRequest, test: Sequence[Part], run: Runner, tell: Tell, rounds: int = ROUNDS
) -> tuple[Row, ...]:
    """Train each norm in a folder of its own under ``request.out``, and measure its package.

    test: images that nothing is chosen on. Runs that were stopped go on.
    """
    rows = []
    for norm in Norm:
        own = replace(request, out=request.out / norm.value)
        settings = settings_of(own)
        settings = replace(settings, size=replace(settings.size, norm=norm))
        train(own, settings, tell)
        folder = package(own.out, own.out / "package", tell, settings)
        rows.append(Row(norm, _measured(folder, test, run, rounds)))
        tell(table(rows))
    return tuple(rows)


def _measured(folder: Path, test: Sequence[Part], run: Runner, rounds: int) -> Detection:
    marks = marker(open_package(folder), run)
    images = [one for part in test for one in read_images(marks, part.data, part.infos)]
    return measure(CALCIFICATIONS, images, rounds)


def table(rows: Sequence[Row]) -> str:
    """Markdown: recall at each rate with its interval, the paper's beside."""
    rates = CALCIFICATIONS.rates
    head = " | ".join(f"at {rate:g}" for rate in rates)
    lines = [f"| norm | {head} | in the paper |", "|---" * (len(rates) + 2) + "|"]
    for row in rows:
        recalls = [row.found.recalls[rate] for rate in rates]
        cells = " | ".join(f"{one.value:.2f} ({one.low:.2f} to {one.high:.2f})" for one in recalls)
        paper = ", ".join(f"{one:.3f}" for one in PAPER[row.norm])
        lines.append(f"| {row.norm.value} | {cells} | {paper} |")
    return "\n".join(lines)
