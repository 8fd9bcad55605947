"""What the U-Net learns at each step, and how it is looked at in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from inference.tiles.grid import Tile, TileGrid
from training.data.patches import batch_at
from training.data.specked import SpeckedPicture
from training.losses.segmentation import weighted_cross_entropy
from training.networks.unet import UNet
from training.recipes.deeplima_calc.settings import CalcSettings

_SPECKS, _DOTS = 12, 3
"""Patches of each validation picture on specks that are nothing, and of each of its findings."""
_BATCH = 16


class CalcTask:
    """Draws batches, and validates on fixed patches."""

    def __init__(
        self,
        settings: CalcSettings,
        train: Sequence[SpeckedPicture],
        valid: Sequence[SpeckedPicture],
    ) -> None:
        self._settings, self._train = settings, train
        self._probe = probe_of(valid, settings.patches.side)

    def loss(self, network: UNet, step: int) -> Mapping[str, Tensor]:
        """Weighted cross-entropy of one step's batch."""
        settings = self._settings
        batch = batch_at(self._train, settings.patches, settings.schedule.seed, step)
        device = next(network.parameters()).device
        logits = network(batch.images.to(device, memory_format=torch.channels_last))
        targets, counted = batch.targets.to(device), batch.counted.to(device)
        weight = settings.positive_weight
        return {"loss": weighted_cross_entropy(logits, targets, weight, counted)}

    def validate(self, network: UNet) -> Mapping[str, float]:
        """Findings that score above specks that are none."""
        return measured(network, self._probe)


@dataclass(frozen=True, eq=False)
class Probe:
    """Fixed patches. images: uint8 (n, side, side); labels: same. finding: of each patch, by
    number, -1 for a speck that is none.
    """

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8]
    finding: npt.NDArray[np.int32]


def probe_of(pictures: Sequence[SpeckedPicture], side: int) -> Probe:
    """Up to three calcifications of each finding, and twelve specks of each picture."""
    grid = TileGrid(side, 0)
    images, labels, owners = [np.zeros((0, side, side), np.uint8)], [], []
    labels.append(images[0])
    found = 0
    for number, picture in enumerate(pictures):
        random = np.random.default_rng((7, number))
        for finding in np.unique(picture.dots[:, 2]).tolist():
            own = picture.dots[picture.dots[:, 2] == finding, :2]
            places = own[random.permutation(len(own))[:_DOTS]]
            owners += [found] * len(places)
            _add(picture, places, grid, images, labels)
            found += 1
        places = picture.others[random.permutation(len(picture.others))[:_SPECKS]]
        owners += [-1] * len(places)
        _add(picture, places, grid, images, labels)
    return Probe(np.concatenate(images), np.concatenate(labels), np.array(owners, np.int32))


def _add(
    picture: SpeckedPicture,
    places: npt.NDArray[np.int32],
    grid: TileGrid,
    images: list[npt.NDArray[np.uint8]],
    labels: list[npt.NDArray[np.uint8]],
) -> None:
    half = grid.side // 2
    tiles = [Tile(row - half, column - half) for row, column in places.tolist()]
    images.append(grid.cut(picture.pixels, tiles))
    labels.append(grid.cut(picture.labels, tiles))


def measured(network: UNet, probe: Probe) -> dict[str, float]:
    """Share of findings whose surest pixel is surer than 80, 95 and 99 % of specks' patches are.

    ``goal`` is their mean.
    """
    findings = np.unique(probe.finding[probe.finding >= 0])
    if not (len(findings) and (probe.finding < 0).any()):
        return {"goal": 0.0}
    on, off = _peaks(network, probe)
    speck = off[probe.finding < 0]
    best = np.array([on[probe.finding == one].max() for one in findings])
    levels = (0.8, 0.95, 0.99)
    shares = [float((best > np.quantile(speck, level)).mean()) for level in levels]
    named = {f"above_{level:g}": one for level, one in zip(levels, shares, strict=True)}
    return {**named, "goal": sum(shares) / len(shares)}


def _peaks(network: UNet, probe: Probe) -> tuple[npt.NDArray[np.float32], ...]:
    """Highest logit on labels and off them, of each patch."""
    on, off = [], []
    network.eval()
    device = next(network.parameters()).device
    with torch.no_grad():
        for first in range(0, len(probe.images), _BATCH):
            part = slice(first, first + _BATCH)
            images = torch.from_numpy(probe.images[part].astype(np.float32) / np.float32(255))
            seen = images[:, None].to(device, memory_format=torch.channels_last)
            found = network(seen)[:, 0].float().cpu().numpy()
            labelled = probe.labels[part] > 0
            on.append(np.where(labelled, found, -np.inf).max((1, 2)))
            off.append(np.where(labelled, -np.inf, found).max((1, 2)))
    return np.concatenate(on), np.concatenate(off)
