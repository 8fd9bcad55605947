"""Lymph nodes of the armpit, which an MLO shows over the muscle."""

from __future__ import annotations

import math

from domain.view_position import HangFamily
from phantom.anatomy.breast import Breast
from phantom.decoys.decoy import Decoy, DecoyKind
from phantom.decoys.nodes import paint_node
from phantom.space.points import BreastPoint
from phantom.space.streams import stream
from phantom.studies.painting import Canvas, Placed

_MOST = 4
_SMALLEST_MM, _LARGEST_MM = 5.0, 22.0


def axillary_nodes(breast: Breast, canvas: Canvas) -> list[Placed[Decoy]]:
    """None to four nodes above the breast; an empty list for a CC, which does not reach there."""
    if canvas.position.projection.family is not HangFamily.MLO:
        return []
    random = stream(breast.seed, "axilla")
    width = breast.half_width_mm
    placed = []
    for _ in range(int(random.integers(0, _MOST + 1))):
        size = min(_SMALLEST_MM + float(random.gamma(2.0, 3.5)), _LARGEST_MM)
        up = width * float(random.uniform(0.95, 1.5)) / math.sqrt(2)
        at = BreastPoint(float(random.uniform(6, 48)), up, up)
        seed = int(random.integers(2**31))
        point = canvas.position.projection.point(at)
        node = Decoy(DecoyKind.LYMPH_NODE, breast.laterality, at, size, seed)
        painted = paint_node(size, seed, point, canvas.position.projection, canvas.grid)
        placed.append(Placed(node, point, painted))
    return placed
