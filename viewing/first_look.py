"""What is measured of an image before it is shown: where breast and air lie."""

from __future__ import annotations

from dataclasses import replace

from domain.side import Side
from domain.study import View
from domain.view_position import HangFamily
from imaging.loader import LoadedImage
from viewing.hanging.evidence import PixelEvidence, find_head
from viewing.hanging.turning import decide_turn
from viewing.opened import OpenedImage
from viewing.pane_images import look


def look_at(view: View, frame: int, image: LoadedImage) -> OpenedImage:
    """Measure what hanging and painting need of a decoded frame: where breast and air lie.

    What pixels may merely object to is left to ``viewing.second_look``, once it is painted.
    """
    found = look(image)
    if head_may_turn(view, found.evidence):
        head = find_head(found.tissue, found.region)
        found = replace(found, evidence=replace(found.evidence, head=head))
    flags = tuple(dict.fromkeys((*view.flags, *image.flags)))
    return OpenedImage(
        replace(view, flags=flags),
        frame,
        image,
        found.evidence,
        found.air,
        region=found.region,
        step=found.step,
    )


def head_may_turn(view: View, evidence: PixelEvidence) -> bool:
    """Whether the view hangs otherwise by where its pectoral muscle is seen.

    False where tags decide: there the muscle may only object.
    """
    if view.position is None or view.position.family is not HangFamily.MLO:
        return False
    heads = (None, *Side)
    return len({decide_turn(view, replace(evidence, head=head)).turn for head in heads}) > 1
