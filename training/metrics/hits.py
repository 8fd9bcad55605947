"""What counts as a hit: one rule for networks and for the floors that they are measured against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from domain.geometry import Box
from domain.mask import RleMask
from training.metrics.froc import Mark, hits, iou, shared_area
from training.metrics.overlap import iop

LEAST_IOP = 0.25


@dataclass(frozen=True)
class Truth:
    """What a mark may hit. box: in stored-image pixels; mask: its pixels, where they are known."""

    box: Box
    mask: RleMask | None = field(default=None, repr=False)


@dataclass(frozen=True)
class HitRule:
    """name: on the command line. words: as a manifest and a table tell it."""

    name: str
    words: str
    hit: Callable[[Mark, Truth], bool] = field(repr=False)


def iou_rule(least: float) -> HitRule:
    """Boxes with at least this intersection over union."""

    def hit(mark: Mark, truth: Truth) -> bool:
        return iou(mark.box, truth.box) >= least

    return HitRule(f"iou-{least:g}", f"IoU of both boxes at least {least:g}", hit)


def iop_rule(least: float = LEAST_IOP) -> HitRule:
    """Masks with at least this intersection over prediction (DeepLIMa, section 4.2.2).

    Where either has no mask, its box stands for it.
    """

    def hit(mark: Mark, truth: Truth) -> bool:
        if shared_area(mark.box, truth.box) == 0:
            return False
        if mark.mask is not None and truth.mask is not None:
            return iop(mark.mask, truth.mask) >= least
        area = mark.box.area
        return area > 0 and shared_area(mark.box, truth.box) / area >= least

    words = f"at least {least:g} of a mark's pixels lie on the truth's (IoP)"
    return HitRule(f"iop-{least:g}", words, hit)


def _centre(mark: Mark, truth: Truth) -> bool:
    at, box = mark.box.centre, truth.box
    return box.left <= at.x <= box.right and box.top <= at.y <= box.bottom


def _usual(mark: Mark, truth: Truth) -> bool:
    return hits(mark.box, truth.box)


IOU_02 = iou_rule(0.2)
IOU_05 = iou_rule(0.5)
CENTRE = HitRule("centre", "a mark's centre lies in the truth's box", _centre)
CENTRE_OR_IOU = HitRule(
    "centre-or-iou", "a mark's centre lies in the truth's box, or IoU >= 0.2", _usual
)
IOP = iop_rule()

RULES: Mapping[str, HitRule] = {
    one.name: one for one in (IOU_02, IOU_05, CENTRE, CENTRE_OR_IOU, IOP)
}
