"""Faster R-CNN without and with the paper's parts: DeepLIMa's Table 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from inference.packages.package import open_package
from inference.systems.system import Runner
from training.evaluation.detection import Detection, measure
from training.evaluation.reading import marker, read_images
from training.evaluation.truths import MASSES
from training.metrics.bootstrap import ROUNDS
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


@dataclass(frozen=True)
class Row:
    """One variant's figures."""

    name: str
    found: Detection


def ablation(
    request: TrainRequest, test: Sequence[Part], run: Runner, tell: Tell, rounds: int = ROUNDS
) -> tuple[Row, ...]:
    """Train each variant in a folder of its own under ``request.out``, and measure its package.

    test: images that nothing is chosen on. Runs that were stopped go on.
    """
    rows = []
    for number, (name, settings) in enumerate(variants(settings_of(request)).items()):
        own = replace(request, out=request.out / f"variant{number}")
        train(own, settings, tell)
        folder = package(own.out, own.out / "package", tell, settings)
        marks = marker(open_package(folder), run)
        images = [one for part in test for one in read_images(marks, part.data, part.infos)]
        rows.append(Row(name, measure(MASSES, images, rounds)))
        tell(table(rows))
    return tuple(rows)


def table(rows: Sequence[Row]) -> str:
    """Markdown: recall at each rate with its interval, average precision, the paper's beside."""
    rates = MASSES.rates
    head = " | ".join(f"at {rate:g}" for rate in rates)
    lines = [
        f"| network | {head} | AP | AP, recall in the paper |",
        "|---" * (len(rates) + 3) + "|",
    ]
    for row in rows:
        recalls = [row.found.recalls[rate] for rate in rates]
        cells = " | ".join(f"{one.value:.2f} ({one.low:.2f} to {one.high:.2f})" for one in recalls)
        paper = ", ".join(f"{one:.3f}" for one in PAPER[row.name])
        lines.append(f"| {row.name} | {cells} | {row.found.precisions[AP]:.3f} | {paper} |")
    return "\n".join(lines)
