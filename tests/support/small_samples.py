"""Small made-up mammograms with lesions as samples: a half-disc of a breast with bright squares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import Box, ImageSize, PixelSpacing, SpacingSource
from domain.laterality import Laterality
from domain.mask import RleMask
from domain.view_position import ViewPosition
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from training.data.sample import Sample, SampleInfo, TrueFinding

SIZE = ImageSize(240, 160)
PIXEL_MM = 0.5


def square(
    left: int, top: int, side: int, kind: FindingKind = FindingKind.MASS, **told: object
) -> TrueFinding:
    """A finding whose pixels fill a square."""
    box = Box(left - 0.5, top - 0.5, left + side - 0.5, top + side - 0.5)
    mask = RleMask.of(np.ones((side, side), np.uint8), SIZE, left, top)
    return TrueFinding(kind, box, mask, side * PIXEL_MM, **told)  # type: ignore[arg-type]


def info(name: str, *findings: TrueFinding, patient: str = "", split: str = "") -> SampleInfo:
    """What is known of one image."""
    return SampleInfo(name, patient or name, Laterality.LEFT, ViewPosition.CC, "b", split, findings)


@dataclass(frozen=True)
class SmallSet:
    """A data set of such images; findings are drawn as bright squares.

    decoys: drawn on images without any finding, and told to nobody.
    """

    images: tuple[SampleInfo, ...]
    name: str = "small breasts"
    decoys: tuple[TrueFinding, ...] = ()

    def infos(self) -> Sequence[SampleInfo]:
        return self.images

    def open(self, info: SampleInfo) -> Sample:
        if info not in self.images:
            raise BadInputError(f"no image {info.name!r} is in this set", where=self.name)
        y, x = np.mgrid[: SIZE.rows, : SIZE.columns]
        inside = ((y - 120) / 110) ** 2 + (x / 140) ** 2 < 1
        pixels = np.where(inside, 900, 20).astype(np.uint16)
        for finding in info.findings or self.decoys:
            if finding.mask is not None:
                pixels[finding.mask.pixels() > 0] = 3800
        grey = GreyDescription(bits_stored=12, vois=(WindowVoi(2048, 4096),))
        spacing = PixelSpacing(PIXEL_MM, PIXEL_MM, SpacingSource.IMAGER)
        return Sample(info, pixels, grey, spacing)
