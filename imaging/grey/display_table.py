"""One table from every possible stored value to 8-bit grey, made anew for each window setting."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

from imaging.raster import StoredPixels

if TYPE_CHECKING:
    from imaging.grey.grey_header import GreyDescription
    from imaging.grey.voi import VoiChoice

BLACK, WHITE = 0, 255
_PATTERNS = 65536


@dataclass(frozen=True, eq=False)
class DisplayTable:
    """Stored values to grey. entries: uint8, 65,536 of them, indexed by the 16-bit pattern."""

    entries: npt.NDArray[np.uint8]

    def grey(self, pixels: StoredPixels | npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
        """8-bit grey of stored values, uint16 or int16 (rows, columns); a new array."""
        if pixels.size == 0:  # cv2 has no empty pictures
            return np.zeros(pixels.shape, np.uint8)
        patterns = np.ascontiguousarray(pixels).view(np.uint16)
        looked_up: npt.NDArray[np.uint8] = cv2.LUT(patterns, self.entries)  # type: ignore[assignment]
        return looked_up.reshape(pixels.shape)


@lru_cache(maxsize=64)
def display_table(
    grey: GreyDescription, voi: VoiChoice, *, invert: bool = False, invert_all: bool = False
) -> DisplayTable:
    """Modality LUT, VOI, presentation LUT, 8 bit, in this order (PS3.3 C.11.1, C.11.2, C.11.6).

    invert: the reader's own wish, on top of the header's; padding stays black. invert_all: what
    is shown without either wish, as a negative: padding turns white; counts before ``invert``.
    """
    if invert_all:
        return _read_only(WHITE - display_table(grey, voi).entries)
    stored = np.arange(_PATTERNS, dtype=np.uint16)
    values = stored.view(np.int16) if grey.signed else stored
    brightness = voi.brightness(grey.modality.outputs(values.astype(np.float64)))
    if grey.inverted != invert:
        brightness = 1 - brightness
    entries = np.rint(brightness * 255).astype(np.uint8)
    if grey.padding is not None:
        low, high = grey.padding
        entries[(values >= low) & (values <= high)] = BLACK
    return _read_only(entries)


def _read_only(entries: npt.NDArray[np.uint8]) -> DisplayTable:
    entries.setflags(write=False)
    return DisplayTable(entries)
