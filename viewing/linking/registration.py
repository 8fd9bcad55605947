"""The same place in the other breast, or in an older image of the same: by outline and nipple.

Places are compared from the nipple, so that left and right mirror each other by themselves.
How far off this is on phantoms stands in docs/linking.md.
"""

from __future__ import annotations

from domain.geometry import ImagePoint
from viewing.linking.breast_frame import BreastFrame, Place

_LEAST_SHARE = 0.05
"""A nipple nearer to the chest wall than this share of the breast's height tells no depth."""


def same_place(point: ImagePoint, frame: BreastFrame, other: BreastFrame) -> ImagePoint | None:
    """Where a stored-image position of ``frame`` lies in ``other``, an image of the same view.

    Heights keep their mm. Depth is stretched twice, so that nipple falls on nipple, and so that
    the skin at this height falls on skin; the mean of both errs less than either. ``None`` where
    the place is not on the other image or a nipple lies at the chest wall.
    """
    reach, other_reach = _reach(frame), _reach(other)
    if reach is None or other_reach is None:
        return None
    place = frame.place_of(point)
    stretch = other_reach / reach
    # Pixels of two images can't be compared; the breasts' depths can.
    down = place.down if frame.in_mm and other.in_mm else place.down * stretch
    by_nipple = place.behind * stretch
    skin, other_skin = _skin(frame, place.down), _skin(other, down)
    if skin is None or other_skin is None or reach - skin <= 0:
        behind = by_nipple
    else:
        share = (reach - place.behind) / (reach - skin)
        by_skin = other_reach - share * (other_reach - other_skin)
        behind = (by_nipple + by_skin) / 2
        if place.behind >= skin:
            behind = max(behind, other_skin)
    found = other.point_at(Place(behind, down))
    return found if other.on_image(found) else None


def _reach(frame: BreastFrame) -> float | None:
    """How far the nipple lies before the place where the breast is cut; ``None`` if hardly."""
    places = frame.outline_places
    reach = float(places[:, 0].max())
    height = float(places[:, 1].max() - places[:, 1].min())
    return reach if reach > _LEAST_SHARE * height else None


def _skin(frame: BreastFrame, down: float) -> float | None:
    """How far behind the nipple the skin lies at a height; ``None`` above and below the breast."""
    start = frame.outline_places
    end = frame.following_places
    crossed = (start[:, 1] > down) != (end[:, 1] > down)
    if not crossed.any():
        return None
    first, last = start[crossed], end[crossed]
    share = (down - first[:, 1]) / (last[:, 1] - first[:, 1])
    return float((first[:, 0] + share * (last[:, 0] - first[:, 0])).min())
