"""Images as they are shown, for formats that hold pictures; without letters where asked."""

from __future__ import annotations

import numpy as np

from annotations.exchange.format import ExchangeError, Pictures, Pixels
from annotations.exchange.neutral import ExchangeImage
from imaging.anatomy.breast import find_breast
from imaging.anatomy.foreign_marks import remove_foreign_marks
from imaging.grey.presentation import default_presentation
from imaging.loader import load_image

_SURE = 0.5
"""Confidence of the breast region below which letters might stay."""
_WIDE = 257
"""From 8 bits to 16: 255 becomes 65535."""


def shown_pictures(*, clean: bool) -> Pictures:
    """What gives images in their default presentation, (rows, columns), uint16.

    clean: all outside the breast is black, so that no letters beside it are left; an image whose
    breast is not found is refused with ExchangeError.
    """

    def picture(image: ExchangeImage) -> Pixels:
        if image.ref is None:
            raise ExchangeError(
                f"the image {image.uid} is not at hand", remedy="Give the images with --images"
            )
        loaded = load_image(image.ref)
        shown = default_presentation(loaded.raster.pixels, loaded.grey)
        if clean:
            region = find_breast(shown)
            if region.box is None or region.confidence < _SURE:
                raise ExchangeError(
                    "the breast is not found for certain, so that letters in the pixels might stay",
                    where=image.ref.where,
                    remedy="Export without images, or leave this study out",
                )
            shown = remove_foreign_marks(shown, region, 0)
        return shown.astype(np.uint16) * np.uint16(_WIDE)

    return picture
