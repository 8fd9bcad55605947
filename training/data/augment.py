"""Changes that leave a mammogram a mammogram: mirrored, turned a little, exposed otherwise."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Augmentation:
    """How far each goes. zoom: largest factor, up and down. degrees, shift (pixels): either way.

    gamma, gain: largest factor of the brightness's exponent and of brightness itself, up and
    down. noise: largest standard deviation of added noise, of a brightness of 0 to 1.
    """

    flip: float = 0.5
    zoom: float = 1.15
    degrees: float = 10.0
    shift: float = 16.0
    gamma: float = 1.25
    gain: float = 1.15
    noise: float = 0.015


@dataclass(frozen=True, eq=False)
class Example:
    """One image of a batch. pixels: float32 (rows, columns), 0 to 1. boxes: float32 (n, 4), left
    top right bottom in its pixels, whose centres lie at integers. focus: float32, (1, 4) where it
    is to be cut around that place, (0, 4) where not.
    """

    pixels: Floats
    boxes: Floats
    focus: Floats = field(default_factory=lambda: np.zeros((0, 4), np.float32))


def augmented(
    pixels: Bytes,
    boxes: Floats,
    plan: Augmentation,
    random: np.random.Generator,
    focus: Floats | None = None,
) -> Example:
    """One draw. pixels: uint8 (rows, columns), chest wall at the left; boxes, focus: as in
    ``Example``.
    """
    matrix = draw_matrix(pixels.shape, plan, random)
    rows, columns = pixels.shape
    moved = cv2.warpAffine(pixels, matrix, (columns, rows), flags=cv2.INTER_LINEAR)
    bright = moved.astype(np.float32) / np.float32(255)
    gamma = plan.gamma ** random.uniform(-1, 1)
    gain = plan.gain ** random.uniform(-1, 1)
    bright = np.float32(gain) * cv2.pow(bright, gamma)
    spread = random.uniform(0, plan.noise)
    grain = random.standard_normal(bright.shape, np.float32)
    bright += grain * np.float32(spread) * (moved > 0)
    clipped = np.clip(bright, 0, 1, dtype=np.float32)
    moved_boxes = move_boxes(boxes, matrix, rows, columns)
    if focus is None:
        return Example(clipped, moved_boxes)
    return Example(clipped, moved_boxes, move_boxes(focus, matrix, rows, columns))


def cropped(whole: Example, most: tuple[int, int], random: np.random.Generator) -> Example:
    """At most ``most`` rows and columns of an example, at random; around its focus, else around a
    lesion, if it has one.

    Boxes are cut; those with less than half of their area left go.
    """
    rows, columns = whole.pixels.shape
    middle = None
    around = whole.focus if len(whole.focus) else whole.boxes
    if len(around):
        box = around[int(random.integers(len(around)))]
        middle = ((box[1] + box[3]) / 2, (box[0] + box[2]) / 2)
    starts = []
    for axis, (side, limit) in enumerate(zip((rows, columns), most, strict=True)):
        low, high = 0, max(0, side - limit)
        if middle is not None:
            # Its middle lies at least an eighth of the crop from its edges.
            low = int(np.clip(middle[axis] - limit * 7 / 8, 0, high))
            high = int(np.clip(middle[axis] - limit / 8, low, high))
        starts.append(int(random.integers(low, high + 1)))
    top, left = starts
    part = whole.pixels[top : top + most[0], left : left + most[1]]
    shift = np.array([[1.0, 0.0, -left], [0.0, 1.0, -top]])
    return Example(part, move_boxes(whole.boxes, shift, *part.shape))


def draw_matrix(
    shape: tuple[int, ...], plan: Augmentation, random: np.random.Generator
) -> npt.NDArray[np.float64]:
    """float64 (2, 3): from old to new pixel positions; about the middle of the chest wall."""
    rows = shape[0]
    down = -1.0 if random.random() < plan.flip else 1.0
    zoom = plan.zoom ** random.uniform(-1, 1)
    angle = math.radians(random.uniform(-plan.degrees, plan.degrees))
    across, along = random.uniform(-plan.shift, plan.shift, 2)
    cos, sin = zoom * math.cos(angle), zoom * math.sin(angle)
    linear = np.array([[cos, -sin * down], [sin, cos * down]])
    middle = np.array([0.0, (rows - 1) / 2])
    # Never away from the chest wall: a gap there is nothing that a detector leaves.
    moved = middle + np.array([min(across, 0.0), along]) - linear @ middle
    return np.column_stack((linear, moved))


def move_boxes(boxes: Floats, matrix: npt.NDArray[np.float64], rows: int, columns: int) -> Floats:
    """Boxes of a moved picture, cut to it; those with less than half of their area left go.

    A turned box's outline is that of the ellipse in it: a lesion fills no corners. float32 (n, 4).
    """
    if not len(boxes):
        return np.zeros((0, 4), np.float32)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2 @ matrix[:, :2].T + matrix[:, 2]
    half = (boxes[:, 2:] - boxes[:, :2]) / 2
    reach = np.sqrt((half**2) @ (matrix[:, :2] ** 2).T)
    moved = np.concatenate((middle - reach, middle + reach), 1)
    cut = moved.copy()
    cut[:, 0::2] = cut[:, 0::2].clip(-0.5, columns - 0.5)
    cut[:, 1::2] = cut[:, 1::2].clip(-0.5, rows - 0.5)
    left = (cut[:, 2:] - cut[:, :2]).prod(1) / (moved[:, 2:] - moved[:, :2]).prod(1)
    return np.asarray(cut[left >= 0.5], np.float32)
