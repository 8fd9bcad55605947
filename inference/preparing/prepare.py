"""Default presentation, breast cut out, chest wall at the left, a fixed pixel size in mm."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.errors import BadInputError
from domain.geometry import Box, ImageSize, PixelSpacing
from domain.turn import Turn
from imaging.anatomy.breast import BreastRegion, find_breast
from imaging.anatomy.posed import posing_turn
from imaging.grey.grey_header import GreyDescription
from imaging.grey.presentation import default_presentation
from imaging.grey.tissue import padding_mask, tissue_values
from imaging.raster import StoredPixels
from inference.preparing.averaging import averaged
from inference.preparing.frame import PreparedFrame
from inference.preparing.growing import grown

_INSIDE = 128
"""A breast region's level at its outline."""

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]


Once = Callable[[Hashable, Callable[[], Bytes]], Bytes]
"""Gives what is kept under a key, or what the call makes."""


def _each_time(_key: Hashable, make: Callable[[], Bytes]) -> Bytes:
    return make()


@dataclass(frozen=True)
class PreparingSpec:
    """What a network wants to see.

    pixel_mm: side of its pixels in the plane of the breast. margin_mm: of what surrounds the
    breast that is left in; the rest is black. assumed_height_mm: height of the detector's field
    where the spacing is unknown, to choose a scale by (never to measure); ``None`` refuses those.
    largest: rows and columns at most; a larger breast gets a coarser pixel.
    """

    pixel_mm: float
    margin_mm: float = 3.0
    assumed_height_mm: float | None = 240.0
    largest: tuple[int, int] = (1024, 832)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.pixel_mm) and self.pixel_mm > 0 and self.margin_mm >= 0):
            raise ValueError("a network's pixel has a positive size and its margin none below 0")


@dataclass(frozen=True, eq=False)
class PreparedImage:
    """What a network sees of one image.

    pixels: float32 (rows, columns), 0 black to 1 white, chest wall at the left; whole 255ths.
    frame: the way to the stored image and back. spacing_assumed: the scale is a guess.
    breast_confidence: 0 to 1 that the breast was found; 0 means the whole picture was taken.
    """

    pixels: Floats = field(repr=False)
    frame: PreparedFrame
    spacing_assumed: bool
    breast_confidence: float

    @property
    def scale(self) -> tuple[float, float]:
        """Stored pixels per prepared one along the prepared x and y."""
        return self.frame.x_scale, self.frame.y_scale

    def to_stored(self, box: tuple[float, float, float, float]) -> Box:
        """Left, top, right, bottom in prepared pixels, as a box in stored-image pixels."""
        return self.frame.to_stored(*box)

    def tensor(self, multiple: int = 32) -> Floats:
        """float32 (1, 1, rows, columns), black added right and below up to the multiple."""
        rows, columns = self.pixels.shape
        return np.pad(self.pixels, ((0, -rows % multiple), (0, -columns % multiple)))[None, None]


def prepare(
    pixels: StoredPixels,
    grey: GreyDescription,
    spacing: PixelSpacing,
    spec: PreparingSpec,
    *,
    region: BreastRegion | None = None,
    once: Once = _each_time,
) -> PreparedImage:
    """Prepare one image.

    pixels: (rows, columns), stored values. region: as ``find_breast`` gives it for these pixels,
    where it is at hand already. once: keeps what networks with other pixel sizes need as well; for
    these very pixels alone. Raises BadInputError where the spacing is unknown and the spec assumes
    none.
    """
    found = (
        find_breast(tissue_values(grey, pixels), padding_mask(grey, pixels))
        if (region is None)
        else region
    )
    wall = found.chest_wall if found.box is not None else None
    turn = Turn() if wall is None else posing_turn(wall)
    mm = _pixel_size(spacing, found.grid.stored, spec)
    if turn.transpose:
        mm = (mm[1], mm[0])
    frame = _frame(found, turn, mm, spec)

    def shown() -> Bytes:
        # Turned as 8 bits and by OpenCV: numpy copies what is mirrored pixel by pixel.
        stored = turn.inverse.apply(_cut(turn.apply(pixels), frame))
        return _turned(default_presentation(np.ascontiguousarray(stored), grey), turn)

    small = _resized(once(("shown", turn, frame.left, frame.top, frame.crop), shown), frame.size)
    if found.box is not None:
        small *= _near_breast(found, frame, mm, spec)
    assumed = spacing.row_mm is None
    ready = small.astype(np.float32)
    ready /= np.float32(255)
    return PreparedImage(ready, frame, assumed, found.confidence if found.box else 0.0)


def _pixel_size(
    spacing: PixelSpacing, stored: ImageSize, spec: PreparingSpec
) -> tuple[float, float]:
    """Width and height of a stored pixel in mm."""
    if spacing.row_mm is not None and spacing.column_mm is not None:
        return spacing.column_mm, spacing.row_mm
    if spec.assumed_height_mm is None:
        raise BadInputError(
            "the image's pixel spacing is unknown, and this network needs it",
            remedy="State the spacing in a sidecar file, or use a package that assumes one",
        )
    side = spec.assumed_height_mm / max(stored.shape)
    return side, side


def _frame(
    region: BreastRegion, turn: Turn, mm: tuple[float, float], spec: PreparingSpec
) -> PreparedFrame:
    stored = region.grid.stored
    turned = turn.size(stored)
    left, top, right, bottom = 0, 0, turned.columns, turned.rows
    if region.box is not None:
        whole = PreparedFrame(stored, turn, 0, 0, turned, turned)
        edges = whole.to_prepared(region.box)
        across, down = spec.margin_mm / mm[0], spec.margin_mm / mm[1]
        left = max(0, math.floor(edges[0] + 0.5 - across))
        top = max(0, math.floor(edges[1] + 0.5 - down))
        right = min(turned.columns, math.ceil(edges[2] + 0.5 + across))
        bottom = min(turned.rows, math.ceil(edges[3] + 0.5 + down))
    crop = ImageSize(max(1, bottom - top), max(1, right - left))
    rows, columns = crop.rows * mm[1] / spec.pixel_mm, crop.columns * mm[0] / spec.pixel_mm
    shrink = min(1.0, spec.largest[0] / rows, spec.largest[1] / columns)
    size = ImageSize(max(1, round(rows * shrink)), max(1, round(columns * shrink)))
    return PreparedFrame(stored, turn, left, top, crop, size)


def _cut(turned: npt.NDArray[Any], frame: PreparedFrame) -> npt.NDArray[Any]:
    rows, columns = frame.crop.shape
    return turned[frame.top : frame.top + rows, frame.left : frame.left + columns]


def _turned(shown: Bytes, turn: Turn) -> Bytes:
    """As ``Turn.apply``, an array of its own."""
    turned = cv2.transpose(shown) if turn.transpose else shown
    if turn.flip_rows and turn.flip_columns:
        turned = cv2.flip(turned, -1)
    elif turn.flip_rows or turn.flip_columns:
        turned = cv2.flip(turned, int(turn.flip_columns))
    return np.asarray(turned, np.uint8)


def _resized(shown: Bytes, size: ImageSize) -> Bytes:
    """Area means where pixels grow larger, else linear; outer corners stay."""
    shrinks = size.rows <= shown.shape[0] and size.columns <= shown.shape[1]
    if shrinks:
        return averaged(shown, size)
    larger = cv2.resize(shown, (size.columns, size.rows), interpolation=cv2.INTER_LINEAR)
    return np.asarray(larger, np.uint8)


def _near_breast(
    region: BreastRegion, frame: PreparedFrame, mm: tuple[float, float], spec: PreparingSpec
) -> npt.NDArray[np.bool_]:
    """True in the breast and up to the margin around it; bool (rows, columns), prepared pixels."""
    xs = [frame.point_to_stored(float(x), 0.0) for x in (0, 1)]
    down = frame.point_to_stored(0.0, 1.0)
    here, right, below = (region.grid.to_reduced(point) for point in (*xs, down))
    matrix = np.array(
        [
            [right.x - here.x, below.x - here.x, here.x],
            [right.y - here.y, below.y - here.y, here.y],
        ]
    )
    size = (frame.size.columns, frame.size.rows)
    level = cv2.warpAffine(
        region.level,
        matrix,
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    reach = [
        round(spec.margin_mm / (side * scale))
        for side, scale in zip(mm, (frame.x_scale, frame.y_scale), strict=True)
    ]
    return grown(np.asarray(level >= _INSIDE), *reach)
