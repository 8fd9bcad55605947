"""Patches of labelled pictures: as many with calcifications as without (DeepLIMa, 2.2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from domain.errors import BadInputError
from inference.tiles.grid import Tile, TileGrid
from training.data.looks import LookPlan, brought, looked, side_before
from training.data.specked import CALCIUM, LARGE, Bytes, SpeckedPicture
from training.data.vessels import with_vessel

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class PatchPlan:
    """size: patches of a batch. side: in pixels. positive: share with a calcification. hard:
    share of the others that lie on a bright speck. mined: share of them on what a network took
    for a calcification, where a picture has such places. vessels: share of them with a vessel
    painted in. gamma, gain, noise: as of ``Augmentation``. look: of other detectors.
    """

    size: int = 16
    side: int = 96
    positive: float = 0.5
    hard: float = 0.6
    gamma: float = 1.3
    gain: float = 1.2
    noise: float = 0.01
    mined: float = 0.0
    vessels: float = 0.0
    look: LookPlan = field(default_factory=LookPlan)


@dataclass(frozen=True)
class PatchBatch:
    """images: float32 (n, 1, side, side), 0 to 1. targets: 1 where calcification. counted: 0
    where a label is too large to learn from. Same shapes.
    """

    images: Tensor
    targets: Tensor
    counted: Tensor


_TRIES = 6
_PIXEL_MM = 0.1
"""Of painted vessels; their widths vary far more than pixels do."""


def batch_at(
    pictures: Sequence[SpeckedPicture], plan: PatchPlan, seed: int, step: int
) -> PatchBatch:
    """The batch of one step; it follows from pictures, seed and step alone."""
    random = np.random.default_rng((seed, step))
    marked = [one for one in pictures if len(one.dots)]
    if not marked:
        raise BadInputError(
            "no training picture shows a calcification",
            remedy="Draw studies with calcifications first: the recipe's data command",
        )
    mined = [one for one in pictures if len(one.mined)]
    images, targets, counted = [], [], []
    for number in range(plan.size):
        wanted = number < round(plan.size * plan.positive)
        hard = bool(mined) and not wanted and random.random() < plan.mined
        drawn = marked if wanted else (mined if hard else pictures)
        pixels, labels = _patch(drawn, plan, random, dotted=wanted, hard=hard)
        turn, mirror = int(random.integers(4)), bool(random.integers(2))
        pixels, labels = (_turned(one, turn, mirror=mirror) for one in (pixels, labels))
        bright = exposed(pixels, plan, random)
        if not wanted and random.random() < plan.vessels:
            bright = with_vessel(bright, _PIXEL_MM, random)
        images.append(looked(bright, plan.look, random))
        targets.append(labels == CALCIUM)
        counted.append(labels != LARGE)
    stacked = (np.stack(one)[:, None].astype(np.float32) for one in (images, targets, counted))
    return PatchBatch(*(torch.from_numpy(one) for one in stacked))


def exposed(pixels: Bytes, plan: PatchPlan, random: np.random.Generator) -> Floats:
    """Another brightness, contrast and noise. pixels: uint8; result: float32, 0 to 1."""
    gamma = plan.gamma ** random.uniform(-1, 1)
    gain = plan.gain ** random.uniform(-1, 1)
    spread = random.uniform(0, plan.noise)
    table = np.float32(gain) * np.linspace(0, 1, 256, dtype=np.float32) ** np.float32(gamma)
    bright = cv2.LUT(pixels, table)
    bright = bright + random.standard_normal(bright.shape, np.float32) * (spread * (pixels > 0))
    return np.asarray(np.clip(bright, 0, 1), np.float32)


def _patch(
    pictures: Sequence[SpeckedPicture],
    plan: PatchPlan,
    random: np.random.Generator,
    *,
    dotted: bool,
    hard: bool = False,
) -> tuple[Bytes, Bytes]:
    """Pixels and labels; a few tries to have none too large, and none at all where unwanted."""
    pixels = labels = np.zeros((plan.side, plan.side), np.uint8)
    for _ in range(_TRIES):
        picture = pictures[int(random.integers(len(pictures)))]
        if dotted:
            middle = _dot(picture, random)
        else:
            middle = _one(picture.mined, random) if hard else _elsewhere(picture, plan, random)
        side = side_before(plan.side, plan.look, random) if plan.look.zoom else plan.side
        reach = side // 2 - 8
        row, column = (middle + random.integers(-reach, reach + 1, 2) - side // 2).tolist()
        tiles, grid = [Tile(row, column)], TileGrid(side, 0)
        pixels, labels = (grid.cut(one, tiles)[0] for one in (picture.pixels, picture.labels))
        if not (labels == LARGE).any() and (dotted or not labels.any()):
            break
    return brought(pixels, plan.side), brought(labels, plan.side, labels=True)


def _one(places: npt.NDArray[np.int32], random: np.random.Generator) -> npt.NDArray[np.int32]:
    place: npt.NDArray[np.int32] = places[int(random.integers(len(places)))]
    return place


def _dot(picture: SpeckedPicture, random: np.random.Generator) -> npt.NDArray[np.int32]:
    """A finding, then one of its calcifications: groups of many count as one of few."""
    findings = np.unique(picture.dots[:, 2])
    own = picture.dots[picture.dots[:, 2] == findings[int(random.integers(len(findings)))]]
    return _one(own[:, :2], random)


def _elsewhere(
    picture: SpeckedPicture, plan: PatchPlan, random: np.random.Generator
) -> npt.NDArray[np.int32]:
    """A bright speck, or any place on the breast."""
    if len(picture.others) and random.random() < plan.hard:
        return _one(picture.others, random)
    for _ in range(_TRIES):
        at = [int(random.integers(side)) for side in picture.pixels.shape]
        if picture.pixels[at[0], at[1]]:
            break
    return np.array(at, np.int32)


def _turned(pixels: Bytes, turn: int, *, mirror: bool) -> Bytes:
    turned = np.rot90(pixels, turn)
    return np.ascontiguousarray(turned[:, ::-1] if mirror else turned)
