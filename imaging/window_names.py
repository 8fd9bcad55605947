"""The names a reader picks a window or a VOI LUT by."""

from __future__ import annotations

from pydicom.dataset import Dataset

from imaging import functional_groups
from imaging.tags import items, text, texts

KEYWORDS = (
    "VOILUTSequence",
    "WindowCenter",
    "WindowCenterWidthExplanation",
    "WindowWidth",
    *functional_groups.KEYWORDS,
)


def window_names(ds: Dataset) -> tuple[str, ...]:
    """Windows by explanation, then VOI LUTs by explanation, in the file's order (PS3.3 C.11.2).

    Those without one are numbered. A LUT's name ends in ``(LUT)``: vendors give both one name.
    """
    holders = (ds, *functional_groups.group_items(ds, "FrameVOILUTSequence"))
    windows = next((names for holder in holders if (names := _windows(holder))), ())
    tables = next((names for holder in holders if (names := _tables(holder))), ())
    return windows + tables


def _windows(holder: Dataset) -> tuple[str, ...]:
    centres = texts(holder, "WindowCenter")
    widths = texts(holder, "WindowWidth")
    names = texts(holder, "WindowCenterWidthExplanation")
    return tuple(
        (names[index] if index < len(names) else "") or f"window {index + 1}"
        for index in range(min(len(centres), len(widths)))
    )


def _tables(holder: Dataset) -> tuple[str, ...]:
    return tuple(
        f"{text(item, 'LUTExplanation') or f'table {index + 1}'} (LUT)"
        for index, item in enumerate(items(holder, "VOILUTSequence"))
    )
