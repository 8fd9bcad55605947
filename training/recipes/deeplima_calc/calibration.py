"""Patches of a run's training images, by which its network's ranges are told at export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.data.patches import batch_at
from training.data.specked import SpeckedPicture
from training.recipes.deeplima_calc.settings import CalcSettings

CALIBRATION = "calibration.npz"

_BATCHES = 32
_FIRST = 1 << 24
"""A step that no training reaches: patches are drawn as in training, but are others."""


def keep_calibration(pictures: Sequence[SpeckedPicture], settings: CalcSettings, run: Path) -> None:
    """Put some hundred patches into a run's folder. Raises BadInputError as ``batch_at``."""
    steps = range(_FIRST, _FIRST + _BATCHES)
    batches = [batch_at(pictures, settings.patches, settings.schedule.seed, one) for one in steps]
    levels = np.concatenate([one.images.numpy() for one in batches]) * 255
    np.savez_compressed(run / CALIBRATION, patches=np.rint(levels).astype(np.uint8))


def calibration_of(run: Path) -> npt.NDArray[np.float32] | None:
    """A run's patches as its network sees them, (n, 1, side, side); ``None`` of an older run."""
    path = run / CALIBRATION
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as kept:
        return np.asarray(kept["patches"], np.float32) / np.float32(255)
