"""Removal of letters, side markers and everything else beside the breast.

Follows "Breast Region Extraction" of the DeepLIMa paper (section 2.2.1): values outside the
largest region are set to that of air, so that a network never sees them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from domain.geometry import ImageSize
from imaging.anatomy.breast import BreastRegion


def remove_foreign_marks(
    tissue: npt.NDArray[Any], region: BreastRegion, fill: float | None = None
) -> npt.NDArray[Any]:
    """A copy with ``fill`` outside the breast; same shape and dtype, unchanged inside.

    tissue: (rows, columns), any real dtype, tissue brighter than air; region: found in it.
    fill: a stored value; the usual brightness of air where it is ``None`` (the paper's zero,
    for an image whose window sets air to zero). Without a breast the copy is unchanged.
    ``ValueError`` for a picture of another size.
    """
    if ImageSize(*tissue.shape) != region.grid.stored:
        raise ValueError("the breast region belongs to a picture of another size")
    if region.box is None or region.air is None:
        return tissue.copy()
    value = region.air.value if fill is None else fill
    whole = tissue.dtype.kind != "f"
    return np.where(region.mask(), tissue, tissue.dtype.type(round(value) if whole else value))
