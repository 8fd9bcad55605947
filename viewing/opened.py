"""An image that was opened and looked at: all that hanging and painting need of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from domain.study import View
from imaging.grey.display_table import display_table
from imaging.grey.presentation import default_voi
from viewing.hanging.compose import AirMask, PaneImage
from viewing.slabs import SINGLE, Slab

if TYPE_CHECKING:
    from imaging.anatomy.breast import BreastRegion
    from imaging.grey.voi import VoiChoice
    from imaging.loader import LoadedImage
    from viewing.hanging.evidence import PixelEvidence


@dataclass(frozen=True, eq=False)
class OpenedImage:
    """One decoded frame with what was measured on it.

    view: with the flags that opening added. frame: from 0. slab: what of a stack was merged.
    region: the breast as it was found on the level of the pyramid with so many ``step`` stored
    pixels a pixel; ``None`` where nothing was measured. ``viewing.second_look`` goes on from there.
    """

    view: View
    frame: int
    image: LoadedImage
    evidence: PixelEvidence
    air: AirMask
    slab: Slab = SINGLE
    region: BreastRegion | None = None
    step: float = 1.0

    @property
    def nbytes(self) -> int:
        """Memory of the pixels and of the air mask."""
        return self.image.nbytes + self.air.pixels.nbytes

    @cached_property
    def vois(self) -> tuple[VoiChoice, ...]:
        """What a reader chooses from: the image's own windows and tables, then the presets.

        Found out when first asked for. Of two with one name the image's own stays.
        """
        own = self.image.grey.vois
        if self.region is None:
            return own
        from imaging.grey.presets import tissue_presets  # noqa: PLC0415 - after the first paint

        found = (one for one in self.image.pyramid.levels if one.shape == self._measured)
        presets = (tissue_presets(self.image.grey, one, self.region) for one in found)
        taken = {voi.name for voi in own}
        return (*own, *(one for one in next(presets, ()) if one.name not in taken))

    @property
    def _measured(self) -> tuple[int, int] | None:
        """Rows and columns of the level that the breast was found on."""
        return None if self.region is None else self.region.grid.stored.shape

    def pane_image(self, voi: VoiChoice | None = None, *, invert: bool = False) -> PaneImage:
        """What a pane paints. voi: ``None`` for the image's own first choice."""
        grey = self.image.grey
        table = display_table(grey, voi or default_voi(grey), invert=invert)
        return PaneImage(self.image.pyramid.levels, table.grey, self.air)
