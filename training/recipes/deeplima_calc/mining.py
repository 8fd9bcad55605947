"""Places that an earlier network took for calcifications: the hardest patches to learn from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch

from inference.systems.calcify_unet import CalcifyRule
from inference.tiles.blobs import blobness
from inference.tiles.grid import Tile
from training.data.specked import SpeckedPicture
from training.data.specks import peaks_of
from training.networks.unet import UNet
from training.recipes.deeplima_calc.settings import CalcSettings
from training.recipes.recipe import Tell
from training.run_folder import RunFolder

MINED = "mined.npz"

_LEAST = 0.3
"""Chance from which a place counts as taken for a calcification."""
_NEAR = 13
"""Pixels across what belongs to a label: it was dilated, and the network's answer is broad."""
_MOST, _BATCH = 150, 32
"""Places of a picture that are kept, surest first; tiles a run."""


def with_mined(
    pictures: Sequence[SpeckedPicture], start: Path, out: Path, settings: CalcSettings, tell: Tell
) -> list[SpeckedPicture]:
    """The pictures with what the best weights of the run ``start`` mark on them wrongly.

    Kept in the run folder ``out``, so that a run that goes on goes on with the same.
    """
    kept = out / MINED
    if not kept.exists():
        network = UNet(settings.size)
        network.load_state_dict(RunFolder(start).load_best())
        tell(f"looking for what {start.name} marks wrongly on {len(pictures)} pictures")
        found = {str(at): places for at, places in enumerate(_mined(network, pictures, settings))}
        partial = kept.with_name(f"mined.partial{os.getpid()}.npz")
        out.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(partial, allow_pickle=False, **found)
        partial.replace(kept)
    with np.load(kept, allow_pickle=False) as places:
        whole = [replace(one, mined=places[str(at)]) for at, one in enumerate(pictures)]
    tell(f"{sum(len(one.mined) for one in whole)} places are marked wrongly")
    return whole


def _mined(
    network: UNet, pictures: Sequence[SpeckedPicture], settings: CalcSettings
) -> Iterator[npt.NDArray[np.int32]]:
    network.eval()
    for picture in pictures:
        seen = chances(network, picture, settings.rule, settings.spec.pixel_mm)
        near = cv2.dilate((picture.labels > 0).astype(np.uint8), np.ones((_NEAR, _NEAR), np.uint8))
        seen[near > 0] = 0
        places = np.argwhere(peaks_of(seen, _LEAST)).astype(np.int32)
        order = np.argsort(-seen[places[:, 0], places[:, 1]], kind="stable")
        yield places[order[:_MOST]]


def chances(
    network: UNet, picture: SpeckedPicture, rule: CalcifyRule, pixel_mm: float
) -> npt.NDArray[np.float32]:
    """What a network makes of a picture where the reader lets it look: float32, 0 to 1."""
    pixels = picture.pixels.astype(np.float32) / np.float32(255)
    worth = blobness(pixels, rule.blob_mm / pixel_mm)
    worth[picture.pixels == 0] = 0
    tiles: list[Tile] = rule.grid.best(worth, 0.0, rule.most_tiles or None)
    out = np.zeros(pixels.shape, np.float32)
    device = next(network.parameters()).device
    for first in range(0, len(tiles), _BATCH):
        some = tiles[first : first + _BATCH]
        cut = torch.from_numpy(rule.grid.cut(pixels, some)[:, None])
        # In bfloat16 alone: where a network is sure is told no worse by it, and it is fast.
        with torch.no_grad(), torch.autocast(device.type, torch.bfloat16):
            logits = network(cut.to(device, memory_format=torch.channels_last))
        rule.grid.put(out, some, torch.sigmoid(logits.float())[:, 0].cpu().numpy())
    return out
