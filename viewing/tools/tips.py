"""The size of a round tip, as brush and pusher share it."""

from __future__ import annotations

from viewing.tools.tool import Answer, Canvas, ToolKey

GROWTH = 1.25
"""A tip grows or shrinks by this much a step."""

SMALLEST_MM = 0.05
LARGEST_MM = 20.0


def resized(key: ToolKey, canvas: Canvas) -> Answer | None:
    """The next radius for LARGER and SMALLER; ``None`` for other keys."""
    if key is ToolKey.LARGER:
        radius = canvas.brush_mm * GROWTH
    elif key is ToolKey.SMALLER:
        radius = canvas.brush_mm / GROWTH
    else:
        return None
    radius = min(max(radius, SMALLEST_MM), LARGEST_MM)
    return Answer(brush_mm=radius, message=f"Brush radius {radius:.2g} mm")
