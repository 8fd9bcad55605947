"""What is shown: the screen and the networks both start from here.

Networks get ``default_presentation`` and then their recipe's own steps; ``presentation_name``
goes into a finding's provenance.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imaging.grey.display_table import BLACK, WHITE, display_table
from imaging.grey.full_range import full_range
from imaging.grey.voi import LutVoi, VoiChoice
from imaging.raster import StoredPixels

if TYPE_CHECKING:
    from imaging.grey.grey_header import GreyDescription


def default_voi(grey: GreyDescription) -> VoiChoice:
    """The first choice; the full range where there is none, as before an image's loading."""
    return grey.vois[0] if grey.vois else full_range(grey)


def present(
    pixels: StoredPixels,
    grey: GreyDescription,
    voi: VoiChoice,
    *,
    air: npt.NDArray[np.bool_] | None = None,
    invert: bool = False,
    invert_all: bool = False,
) -> npt.NDArray[np.uint8]:
    """Grey as shown: uint8 (rows, columns).

    air: bool of the same shape; stays black whatever the window. invert: the reader's wish to
    see the breast inverted, its surroundings black. invert_all: the whole picture is inverted,
    as on a film viewer's negative: air and padding turn white; counts before ``invert``.
    """
    shown = display_table(grey, voi, invert=invert, invert_all=invert_all).grey(pixels)
    if air is not None:
        shown[air] = WHITE if invert_all else BLACK
    return shown


def default_presentation(pixels: StoredPixels, grey: GreyDescription) -> npt.NDArray[np.uint8]:
    """What the screen shows before the reader touches anything, and what networks are given."""
    return present(pixels, grey, default_voi(grey))


def presentation_name(voi: VoiChoice) -> str:
    """A stable name of a VOI for a finding's provenance, such as ``NORMAL SIGMOID 2653/900``.

    Different VOIs differ in name: a table's holds a digest of all that it maps.
    """
    if isinstance(voi, LutVoi):
        table = voi.table
        digest = hashlib.sha256(f"{table.first} {table.bits} ".encode())
        digest.update(table.entries.astype("<u2").tobytes())
        return f"{voi.name} {digest.hexdigest()[:12]}"
    return f"{voi.name} {voi.function.value} {voi.centre:.10g}/{voi.width:.10g}"
