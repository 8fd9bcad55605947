"""Compares what is painted with pictures that are kept, within a tolerance.

``FOURVIEW_RENEW_SNAPSHOTS=1`` writes them anew; look at each before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

MOST_BYTES = 20_000
NEARLY = 3.0
"""Mean difference in grey levels that platforms may have; a turned image has 30 and more."""
FAR, FEW = 40, 0.01
"""No more than this share of pixels may be farther off than so many grey levels."""

RENEW = "FOURVIEW_RENEW_SNAPSHOTS"


def check_snapshot(name: str, grey: npt.NDArray[np.uint8], folder: Path) -> None:
    """Assert that grey, uint8 (rows, columns), is as ``NAME.png`` in the folder shows it."""
    path = folder / f"{name}.png"
    if os.environ.get(RENEW):
        assert cv2.imwrite(str(path), grey, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    kept = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert kept is not None, f"{path.name} is missing: set {RENEW}=1 once, and look at it"
    assert path.stat().st_size <= MOST_BYTES
    assert kept.shape == grey.shape
    off = np.abs(kept.astype(int) - grey)
    assert off.mean() <= NEARLY
    assert (off > FAR).mean() <= FEW
