"""Which images are linked, and what a place on one tells about the other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from domain.geometry import ImagePoint
from domain.laterality import Laterality
from domain.study import ImageKind, View
from domain.view_position import ViewModifier
from viewing.linking.arc import DistanceArc, arc_in
from viewing.linking.breast_frame import BreastFrame
from viewing.linking.registration import same_place

_PART_OF_THE_BREAST = frozenset(
    {
        ViewModifier.SPOT,
        ViewModifier.MAGNIFICATION,
        ViewModifier.CLEAVAGE,
        ViewModifier.AXILLARY_TAIL,
        ViewModifier.TANGENTIAL,
        ViewModifier.AXILLARY_TISSUE,
    }
)
_NO_WHOLE_BREAST = frozenset({ImageKind.STEREOTACTIC, ImageKind.SPECIMEN, ImageKind.MOSAIC})


class Relation(Enum):
    """How two images tell of each other."""

    SAME_VIEW = "same view"
    """Of the other breast, or of the same one at another time: a place is a place."""
    OTHER_VIEW = "other view of the same breast"
    """A place is an arc of equal distance from the nipple."""


@dataclass(frozen=True)
class LinkedImage:
    """An image with its breast's frame, ``None`` where none was found."""

    view: View
    frame: BreastFrame | None


def relation(one: View, other: View) -> Relation | None:
    """How two different images are linked; ``None`` where a place on one says nothing of the other.

    Parts of a breast (spot, magnified, tangential) and specimens are not linked, nor are an image
    with an implant in place and one with it displaced.
    """
    if one.ref == other.ref or not (_whole_breast(one) and _whole_breast(other)):
        return None
    displaced = ViewModifier.IMPLANT_DISPLACED
    if (displaced in one.modifiers) != (displaced in other.modifiers):
        return None
    if one.position is other.position:
        return Relation.SAME_VIEW
    return Relation.OTHER_VIEW if one.laterality is other.laterality else None


def followed(
    point: ImagePoint, source: LinkedImage, other: LinkedImage
) -> ImagePoint | DistanceArc | None:
    """What a stored-image position of ``source`` is on ``other``: a position, an arc, or nothing.

    Nothing too where the position lies outside the breast.
    """
    linked = relation(source.view, other.view)
    if linked is None or source.frame is None or other.frame is None:
        return None
    if not source.frame.contains(point):
        return None
    if linked is Relation.SAME_VIEW:
        return same_place(point, source.frame, other.frame)
    return arc_in(other.frame, point, source.frame)


def _whole_breast(view: View) -> bool:
    one_breast = view.laterality in (Laterality.LEFT, Laterality.RIGHT)
    if not one_breast or view.position is None or view.partial:
        return False
    return view.kind not in _NO_WHOLE_BREAST and not view.modifiers & _PART_OF_THE_BREAST
