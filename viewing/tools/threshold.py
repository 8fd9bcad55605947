"""A brush that takes only what is about as grey as the pixel under its middle."""

from __future__ import annotations

import math

import cv2
import numpy as np

from domain.geometry import ImagePoint
from imaging.edges.similar import similar_within
from viewing.tools.brush import BrushTool
from viewing.tools.finishing import apart
from viewing.tools.stroke import Stroke
from viewing.tools.tool import Canvas, ToolId

SPREADS = 2.0
"""How many standard deviations of the grey around the press still look alike."""

STEP = 0.5
"""Of the radius: how far the tip moves between two looks at the image."""

MOST_STEPS = 6
"""Looks at the image an event; a quick hand gets wider steps, not a slow tip."""

_SMOOTH = 1.0
"""Pixels of smoothing, as ``similar_within`` smooths."""


class ThresholdBrushTool(BrushTool):
    """Paints the pixels under the tip that hang together with its middle and look like it.

    How much they may differ is measured where the stroke begins: about twice the spread of the
    smoothed grey in the middle of the tip. Ctrl erases such pixels.
    """

    id = ToolId.THRESHOLD_BRUSH

    def __init__(self) -> None:
        super().__init__()
        self._tolerance = 0.0

    def begin(self, at: ImagePoint, canvas: Canvas) -> None:
        """Measure how far greys around the press spread."""
        self._tolerance = tolerance_at(canvas, at)

    def spread(self, stroke: Stroke, start: ImagePoint, end: ImagePoint, canvas: Canvas) -> None:
        """Look at the image along the way and add what looks alike."""
        radius = canvas.brush_pixels
        way = apart(start, end)
        steps = min(MOST_STEPS, max(1, math.ceil(way / max(1.0, STEP * radius))))
        for step in range(1, steps + 1):
            share = step / steps
            at = ImagePoint(
                start.x + share * (end.x - start.x), start.y + share * (end.y - start.y)
            )
            if canvas.size.contains(at.pixel()):
                found = similar_within(canvas.pixels, at, radius, tolerance=self._tolerance)
                stroke.add(*found)


def tolerance_at(canvas: Canvas, at: ImagePoint) -> float:
    """Largest difference in stored values that still looks alike, as measured around a press."""
    reach = max(2, math.ceil(canvas.brush_pixels / 2))
    pixel = at.pixel()
    top, left = max(0, pixel.row - reach), max(0, pixel.column - reach)
    part = canvas.pixels[
        top : max(0, pixel.row + reach + 1), left : max(0, pixel.column + reach + 1)
    ]
    if not part.size:
        return 1.0
    grey = cv2.GaussianBlur(np.ascontiguousarray(part, np.float32), (0, 0), _SMOOTH)
    middle = float(np.median(grey))
    # Robust, as the middle of the tip may reach over an edge: 1.48 makes it a standard deviation.
    return max(1.0, SPREADS * 1.48 * float(np.median(np.abs(grey - middle))))
