"""The names a reader picks a window or a VOI LUT by."""

from __future__ import annotations

from pydicom.dataset import Dataset

from imaging.attributes import functional_groups
from imaging.grey import voi_header

KEYWORDS = (
    "VOILUTFunction",
    "VOILUTSequence",
    "WindowCenter",
    "WindowCenterWidthExplanation",
    "WindowWidth",
    *functional_groups.KEYWORDS,
)


def window_names(ds: Dataset) -> tuple[str, ...]:
    """Windows by explanation, then VOI LUTs by explanation, in the file's order (PS3.3 C.11.2).

    Exactly those that can be applied, named as ``GreyDescription.vois`` names them. Those without
    an explanation are numbered. A LUT's name ends in ``(LUT)``: vendors give both one name.
    """
    return voi_header.voi_names(ds)
