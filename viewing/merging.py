"""Merges neighbouring slices of a stack into the one image of a slab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

from imaging.loader import LoadedImage
from imaging.pyramid import build_pyramid
from imaging.raster import Raster, StoredPixels
from viewing.opened import OpenedImage
from viewing.slabs import Slab, SlabKind

if TYPE_CHECKING:
    from imaging.grey.grey_header import GreyDescription


def merged(centre: OpenedImage, parts: Sequence[OpenedImage], kind: SlabKind) -> OpenedImage:
    """A slab under the number of its central slice; says how many slices it really holds.

    parts: all that are merged, ``centre`` among them; those of another size are left out.
    Padding, breast and air are those of the central slice.
    """
    base = centre.image
    pixels = base.raster.pixels
    all_pixels = [one.image.raster.pixels for one in parts]
    alike = [one for one in all_pixels if (one.shape, one.dtype) == (pixels.shape, pixels.dtype)]
    if len(alike) < 2:
        return centre
    made = _mean(alike) if kind is SlabKind.MEAN else _brightest(alike, base.grey)
    if base.grey.padding is not None:
        low, high = base.grey.padding
        padded = (pixels >= low) & (pixels <= high)
        made[padded] = pixels[padded]
    made.setflags(write=False)
    image = LoadedImage(
        Raster(made, base.raster.frame),
        base.grey,
        build_pyramid(made, base.grey.padding),
        base.flags,
    )
    return replace(centre, image=image, slab=Slab(len(alike), kind))


def _mean(slices: Sequence[StoredPixels]) -> npt.NDArray[Any]:
    total: npt.NDArray[Any] = slices[0].astype(np.float32)
    for one in slices[1:]:
        cv2.add(total, one, dst=total, dtype=cv2.CV_32F)
    total /= len(slices)
    np.rint(total, out=total)
    return total.astype(slices[0].dtype)


def _brightest(slices: Sequence[StoredPixels], grey: GreyDescription) -> npt.NDArray[Any]:
    made: npt.NDArray[Any] = slices[0].copy()
    take = cv2.max if grey.tissue_is_bright else cv2.min
    for one in slices[1:]:
        take(made, one, dst=made)
    return made
