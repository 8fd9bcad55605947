"""How far what is drawn reaches on the screen: what must be painted anew where it changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint
from viewing.hanging.placement import Placement
from widgets.pane.overlays import (
    Angle,
    Cross,
    Disc,
    Ellipse,
    Handle,
    Label,
    Line,
    Note,
    Overlay,
    Patch,
    Rectangle,
    Ring,
    Ruler,
)

MARGIN = 24.0
"""Device-independent pixels that crosses, arcs, ticks and handles reach beyond positions."""

LABEL_ROOM = 64.0
"""The same for a label, whose words are short, such as ``12``."""

_LETTER, _BESIDE = 8.0, 24.0
"""What a letter of a longer label takes at most, and its gap and link's sign."""

_Few = Rectangle | Note | Cross | Ring | Ruler | Angle | Ellipse | Label | Handle | Patch

_NOWHERE = (np.inf, np.inf, -np.inf, -np.inf)


def around(overlay: Overlay) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of its positions in the stored image; left > right for none."""
    match overlay:
        case Line():
            return overlay.around
        case Disc(at=at, radius=radius):
            return at.x - radius, at.y - radius, at.x + radius, at.y + radius
        case _:
            return _of_points(*_positions(overlay))


def _positions(overlay: _Few) -> Sequence[ImagePoint]:
    match overlay:
        case Rectangle(box=box) | Ellipse(box=box) | Patch(box=box):
            return ImagePoint(box.left, box.top), ImagePoint(box.right, box.bottom)
        case Label(box=box):  # its words may stand at any corner, as the image is turned
            return ImagePoint(box.left, box.top), ImagePoint(box.right, box.bottom)
        case Ruler():
            return overlay.start, overlay.end
        case Angle():
            return overlay.first, overlay.apex, overlay.last
        case _:
            return (overlay.at,)


def extents(overlays: Sequence[Overlay], placement: Placement) -> npt.NDArray[np.float64]:
    """(count, 4) left, top, right, bottom in pixels of the pane from its corner, words left out."""
    if not overlays:
        return np.zeros((0, 4))
    stored = np.array([around(overlay) for overlay in overlays], float)
    nowhere = stored[:, 0] > stored[:, 2]
    stored[nowhere] = 0
    matrix = placement.matrix()
    ends = [
        stored[:, pair] @ matrix[:, :2].T + matrix[:, 2] + 0.5
        for pair in ([0, 1], [2, 3], [0, 3], [2, 1])
    ]
    room = [_label_room(one) if isinstance(one, Label) else MARGIN for one in overlays]
    margin = np.array(room)[:, None]
    low = np.minimum.reduce(ends) - margin
    high = np.maximum.reduce(ends) + margin
    drawn = np.hstack([low, high])
    drawn[nowhere] = _NOWHERE
    return drawn


def _label_room(label: Label) -> float:
    return max(LABEL_ROOM, _LETTER * len(label.text) + _BESIDE)


def _of_points(*points: ImagePoint) -> tuple[float, float, float, float]:
    xs, ys = [point.x for point in points], [point.y for point in points]
    return min(xs), min(ys), max(xs), max(ys)
