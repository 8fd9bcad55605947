"""An image that was opened and looked at: all that hanging and painting need of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.laterality import Laterality
from domain.study import View
from imaging.grey.display_table import display_table
from imaging.grey.polarity import polarity_doubts
from imaging.grey.presentation import default_voi
from imaging.grey.voi import VoiChoice
from imaging.loader import LoadedImage
from viewing.hanging.compose import AirMask, PaneImage
from viewing.hanging.evidence import PixelEvidence
from viewing.hanging.turning import decide_turn
from viewing.linking.breast_frame import BreastFrame
from viewing.linking.estimate import HungImage, estimate_frame
from viewing.pane_images import Looked, look


@dataclass(frozen=True, eq=False)
class OpenedImage:
    """One decoded frame with what was measured on it.

    view: with the flags that opening added. frame: from 0. breast: its frame for linking; ``None``
    where none was made out, or the view shows no single breast.
    """

    view: View
    frame: int
    image: LoadedImage
    evidence: PixelEvidence
    air: AirMask
    breast: BreastFrame | None = None

    @property
    def nbytes(self) -> int:
        """Memory of the pixels and of the air mask."""
        return self.image.nbytes + self.air.pixels.nbytes

    def pane_image(self, voi: VoiChoice | None = None, *, invert: bool = False) -> PaneImage:
        """What a pane paints. voi: ``None`` for the image's own first choice."""
        grey = self.image.grey
        table = display_table(grey, voi or default_voi(grey), invert=invert)
        return PaneImage(self.image.pyramid.levels, table.grey, self.air)


def look_at(view: View, frame: int, image: LoadedImage) -> OpenedImage:
    """Measure a decoded frame: where the breast and the air lie, and what is odd about it."""
    family = view.position.family if view.position else None
    found = look(image, family)
    doubts = polarity_doubts(image.grey, image.pyramid.levels[-1])
    flags = tuple(dict.fromkeys((*view.flags, *image.flags, *doubts)))
    return OpenedImage(
        replace(view, flags=flags), frame, image, found.evidence, found.air, _breast(view, found)
    )


def _breast(view: View, found: Looked) -> BreastFrame | None:
    if view.position is None or view.laterality not in (Laterality.LEFT, Laterality.RIGHT):
        return None
    turn = decide_turn(view, found.evidence).turn
    hung = HungImage(view.size, view.spacing, view.laterality, view.position.family, turn)
    return estimate_frame(found.tissue, found.region, hung, found.step)
