"""Synthetic breasts with known truth, to test what is measured in pixels.

No model of anatomy: a half ellipse with a skin fall-off, gland texture, and on request a
pectoral triangle, a nipple, letters and noise. Drawn with the chest wall left and the head
up, then turned, so that the truth turns with the pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint, ImageSize
from domain.side import Side
from domain.turn import Turn

AIR = 200.0
CONTRAST = 2000.0


@dataclass(frozen=True)
class BreastPicture:
    """A picture and its truth, all in the picture's own pixels.

    pixels: uint16 (rows, columns). breast, letters: bool of the same shape. pectoral: the ends
    of its edge, at the head side and at the chest wall.
    """

    pixels: npt.NDArray[Any]
    breast: npt.NDArray[np.bool_]
    letters: npt.NDArray[np.bool_]
    nipple: ImagePoint
    chest_wall: Side
    head: Side
    pectoral: tuple[ImagePoint, ImagePoint] | None

    def turned(self, turn: Turn) -> BreastPicture:
        """The picture as another scanner would have stored it, its truth alike."""
        size = ImageSize(*self.pixels.shape)
        ends = self.pectoral
        return BreastPicture(
            np.ascontiguousarray(turn.apply(self.pixels)),
            turn.apply(self.breast),
            turn.apply(self.letters),
            turn.to_shown(self.nipple, size),
            self.chest_wall.after(turn),
            self.head.after(turn),
            None if ends is None else (turn.to_shown(ends[0], size), turn.to_shown(ends[1], size)),
        )

    def with_pixels(self, pixels: npt.NDArray[Any]) -> BreastPicture:
        """The same truth under other pixels."""
        return replace(self, pixels=pixels)


def cc_breast(
    rows: int = 480, columns: int = 400, *, seed: int = 0, noise: float = 8, profile: bool = True
) -> BreastPicture:
    """A cranio-caudal view, nipple at mid height, a letter beside the breast.

    profile: whether the nipple stands out of the skin line.
    """
    x, y = _axes(rows, columns)
    middle, reach, half = 0.5 * (rows - 1), 0.55 * columns, 0.42 * rows
    body = ((x + 0.5) / reach) ** 2 + ((y - middle) / half) ** 2 <= 1
    nipple = ImagePoint(reach - 0.5, middle)
    return _picture(body, nipple, None, seed, noise, profile)


def mlo_breast(
    rows: int = 560,
    columns: int = 400,
    *,
    seed: int = 0,
    noise: float = 8,
    pectoral_top: float = 0.3,
    pectoral_foot: float = 0.62,
    muscle: float = 0.3,
    profile: bool = True,
) -> BreastPicture:
    """A medio-lateral oblique view with a pectoral triangle in the upper chest-wall corner.

    pectoral_top, pectoral_foot: where its edge meets the head side and the chest wall, as
    parts of the width and the height. muscle: how much brighter it is, as a part of the
    contrast. profile: whether the nipple, the skin's point farthest from the muscle, stands out.
    """
    x, y = _axes(rows, columns)
    middle, reach, half = 0.6 * rows, 0.55 * columns, 0.36 * rows
    breast = (x / reach) ** 2 + ((y - middle) / half) ** 2 <= 1
    axilla = (x <= 0.42 * columns - 0.08 * columns * y / middle) & (y <= middle)
    body = cv2.morphologyEx((breast | axilla).astype(np.uint8), cv2.MORPH_CLOSE, _disc(40)) > 0
    top = ImagePoint(pectoral_top * columns, -0.5)
    foot = ImagePoint(-0.5, pectoral_foot * rows)
    across = np.array([foot.y - top.y, top.x - foot.x])
    lengths = np.array([reach, half]) ** 2 * across
    offset = lengths / np.sqrt((lengths * across).sum())
    nipple = ImagePoint(float(offset[0]), float(middle + offset[1]))
    return _picture(body, nipple, (top, foot), seed, noise, profile, muscle)


def _axes(rows: int, columns: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    return np.arange(columns, dtype=float)[None, :], np.arange(rows, dtype=float)[:, None]


def _disc(radius: int) -> npt.NDArray[np.uint8]:
    side = 2 * radius + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def _picture(
    body: npt.NDArray[np.bool_],
    nipple: ImagePoint,
    pectoral: tuple[ImagePoint, ImagePoint] | None,
    seed: int,
    noise: float,
    profile: bool,
    muscle: float = 0.3,
) -> BreastPicture:
    rows, columns = body.shape
    random = np.random.default_rng(seed)
    x, y = _axes(rows, columns)
    radius = 0.022 * rows if profile else 0
    bump = (x - nipple.x) ** 2 + (y - nipple.y) ** 2 <= radius**2
    breast = body | bump
    depth = _depth(breast, 0.03 * columns)
    light = CONTRAST * (0.6 * depth + 0.25 * depth * _gland(body, nipple, random))
    light[bump] += 0.1 * CONTRAST
    if pectoral is not None:
        light += muscle * CONTRAST * _beyond(pectoral, x, y) * breast
    letters = _letters(rows, columns) & ~cv2.dilate(breast.astype(np.uint8), _disc(5)).astype(bool)
    light[letters] = CONTRAST
    pixels = AIR + light + random.normal(0, noise, body.shape)
    stored = np.clip(np.rint(pixels), 0, 4095).astype(np.uint16)
    return BreastPicture(stored, breast, letters, nipple, Side.LEFT, Side.TOP, pectoral)


def _depth(breast: npt.NDArray[np.bool_], skin: float) -> npt.NDArray[np.float64]:
    # The body goes on beyond the picture, so no skin lies along the picture's edges.
    wide = cv2.copyMakeBorder(breast.astype(np.uint8), 99, 99, 99, 99, cv2.BORDER_REPLICATE)
    inward = cv2.distanceTransform(wide, cv2.DIST_L2, 5)[99:-99, 99:-99]
    return np.asarray(1 - np.exp(-inward / skin), np.float64)


def _gland(
    body: npt.NDArray[np.bool_], nipple: ImagePoint, random: np.random.Generator
) -> npt.NDArray[np.float64]:
    rows, columns = body.shape
    x, y = _axes(rows, columns)
    texture = cv2.GaussianBlur(random.normal(0, 1, body.shape), (0, 0), columns / 60)
    spread = ((x - 0.6 * nipple.x) / (0.3 * columns)) ** 2 + ((y - nipple.y) / (0.2 * rows)) ** 2
    return np.asarray((1 + texture / texture.std()) * np.exp(-spread) * body)


def _beyond(
    edge: tuple[ImagePoint, ImagePoint], x: npt.NDArray[Any], y: npt.NDArray[Any]
) -> npt.NDArray[Any]:
    top, foot = edge
    signed = (foot.y - top.y) * (x - top.x) - (foot.x - top.x) * (y - top.y)
    return np.asarray(np.clip(0.5 - signed / np.hypot(foot.x - top.x, foot.y - top.y), 0, 1))


def _letters(rows: int, columns: int) -> npt.NDArray[np.bool_]:
    plate = np.zeros((rows, columns), np.uint8)
    at = (int(0.72 * columns), int(0.12 * rows))
    cv2.putText(
        plate, "R CC", at, cv2.FONT_HERSHEY_SIMPLEX, columns / 500, 1, max(1, columns // 150)
    )
    return plate > 0
