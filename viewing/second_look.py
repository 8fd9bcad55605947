"""What is measured of an image once it is painted: objections to its tags, and linking's frame."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.laterality import Laterality
from domain.study import Flag
from domain.view_position import HangFamily
from imaging.anatomy.breast import BreastRegion
from imaging.grey.polarity import polarity_doubts
from imaging.grey.tissue import dark_padding
from imaging.raster import StoredPixels
from viewing.first_look import head_may_turn
from viewing.hanging.evidence import find_head
from viewing.hanging.turning import decide_turn
from viewing.linking.breast_frame import BreastFrame
from viewing.linking.estimate import HungImage, estimate_frame
from viewing.opened import OpenedImage


@dataclass(frozen=True, eq=False)
class SecondLook:
    """opened: the image with what its pixels object; the same object where they object to nothing.

    objections: the flags that are new. breast: ``None`` where no breast or no nipple was made out,
    or the view shows no single breast.
    """

    opened: OpenedImage
    objections: tuple[Flag, ...]
    breast: BreastFrame | None


def look_again(opened: OpenedImage) -> SecondLook:
    """Hear the pixels where tags have decided, and find the breast's frame; takes about 0.3 s.

    Never moves the image: whatever may turn it was measured when it was opened.
    """
    region = opened.region
    if region is None:
        return SecondLook(opened, (), None)
    pixels = _measured_level(opened, region)
    tissue = dark_padding(opened.image.grey, pixels)
    objecting, objections = _with_objections(opened, tissue, region)
    return SecondLook(objecting, objections, _breast(opened, tissue, region))


def _measured_level(opened: OpenedImage, region: BreastRegion) -> StoredPixels:
    levels = opened.image.pyramid.levels
    return next(level for level in levels if level.shape == region.grid.stored.shape)


def _with_objections(
    opened: OpenedImage, tissue: StoredPixels, region: BreastRegion
) -> tuple[OpenedImage, tuple[Flag, ...]]:
    view, evidence = opened.view, opened.evidence
    before = decide_turn(view, evidence)
    upright = view.position is not None and view.position.family is HangFamily.MLO
    if upright and not head_may_turn(view, evidence):
        evidence = replace(evidence, head=find_head(tissue, region))
    contradictions = [
        flag for flag in decide_turn(view, evidence).flags if flag not in before.flags
    ]
    doubts = polarity_doubts(opened.image.grey, opened.image.pyramid.levels[-1])
    fresh = tuple(doubt for doubt in doubts if doubt not in view.flags)
    if not fresh and not contradictions:
        return opened, ()
    told = replace(view, flags=(*view.flags, *fresh))
    return replace(opened, view=told, evidence=evidence), (*contradictions, *fresh)


def _breast(opened: OpenedImage, tissue: StoredPixels, region: BreastRegion) -> BreastFrame | None:
    view = opened.view
    if view.position is None or view.laterality not in (Laterality.LEFT, Laterality.RIGHT):
        return None
    turn = decide_turn(view, opened.evidence).turn
    hung = HungImage(view.size, view.spacing, view.laterality, view.position.family, turn)
    return estimate_frame(tissue, region, hung, opened.step)
