"""U-Net, cascaded U-Net and U-Net++ on the same regions: the two-stage paper's Table 4."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from inference.systems.contour_outline import choose_part
from inference.systems.system import Runner
from training.data.regions import KeptRegion, centred_regions, kept_regions
from training.metrics.bootstrap import Interval, mean_interval
from training.networks.encoders import Folded
from training.networks.unetpp import MeanChance
from training.recipes.contours.packaging import LEVEL
from training.recipes.contours.recipe import ContourTraining, samples
from training.recipes.contours.settings import COMPARED, GROWTH, PROFILES, make_network
from training.recipes.contours.shapes import Followed, followed, shape_of
from training.recipes.recipe import Part, Tell, TrainRequest
from training.run_folder import RunFolder

PAPER = {"unet": 0.892, "cascade": 0.895, "unetpp": 0.909}
"""Dice of Table 4, on INbreast's regions around true masses."""
_AT_ONCE = 16


@dataclass(frozen=True)
class Row:
    """One network's figures, each mass from its true box, at ``packaging.LEVEL``."""

    network: str
    parameters: int
    masses: int
    overlap: Interval
    shapes: Followed


def comparison(request: TrainRequest, test: Sequence[Part], _run: Runner, tell: Tell) -> str:
    """Train each with the request's budget, in a folder of its own, and give the table.

    test: images that nothing is chosen on. Runs that were stopped go on.
    """
    pool = [one for one in kept_regions(samples(test)) if one.mask is not None]
    rows = []
    for profile in COMPARED.get(request.profile, (request.profile,)):
        own = replace(request, out=request.out / profile, profile=profile)
        ContourTraining().train(own, tell)
        network = make_network(PROFILES[profile])
        network.load_state_dict(RunFolder(own.out).load_best())
        rows.append(measured(PROFILES[profile].network, network, pool))
        tell(table(rows))
    return table(rows)


def measured(name: str, network: Folded, pool: Sequence[KeptRegion]) -> Row:
    """A network's figures on masses."""
    overlaps, drawn, true = [], [], []
    for inside, truth in _answers(network, pool):
        both, each = float((inside & truth).sum()), float(inside.sum() + truth.sum())
        overlaps.append(2 * both / max(1.0, each))
        drawn.append(shape_of(inside))
        true.append(shape_of(truth))
    return Row(
        name,
        sum(one.numel() for one in network.parameters()),
        len(pool),
        mean_interval([one.patient for one in pool], overlaps),
        followed(drawn, true),
    )


def table(rows: Sequence[Row]) -> str:
    """Markdown, the paper's Dice beside."""
    head = "| network | parameters | Dice | circularity follows | solidity follows | the paper's |"
    lines = [head, "|---" * 6 + "|"]
    lines += [
        f"| {one.network} | {one.parameters / 1e6:.2f} M | {one.overlap} | "
        f"{one.shapes.circularity:.2f} | {one.shapes.solidity:.2f} | {PAPER.get(one.network, '')} |"
        for one in rows
    ]
    return "\n".join(lines)


def _answers(
    network: Folded, pool: Sequence[KeptRegion]
) -> Iterable[tuple[np.ndarray[tuple[int, ...], np.dtype[np.bool_]], ...]]:
    """Pixels inside as the network has them, and as they are; (256, 256) each."""
    mean = MeanChance(network).eval()
    for begin in range(0, len(pool), _AT_ONCE):
        some = centred_regions(pool[begin : begin + _AT_ONCE], GROWTH)
        with torch.no_grad():
            chances = mean(torch.from_numpy(some.images))[0].numpy()[:, 0]
        for chance, target in zip(chances, some.targets[:, 0], strict=True):
            everywhere, middle = np.ones(chance.shape, bool), ((chance.shape[0] - 1) / 2,) * 2
            part = choose_part(chance, LEVEL, everywhere, middle)
            yield (~everywhere if part is None else part.inside), target >= 0.5
