"""Opens the files of data sets by the reader's own loader, and masks beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.errors import BadInputError
from domain.geometry import ImageSize, PixelSpacing
from domain.mask import RleMask
from domain.study import ImageRef
from imaging.frame.frames import FrameReader
from imaging.grey.full_range import full_range
from imaging.grey.grey_header import GreyDescription
from imaging.header.image_size import read_size
from imaging.header.spacing import read_spacing
from imaging.loader import load_image
from imaging.picture.picture_header import read_picture_format
from imaging.picture.pictures import is_picture, read_picture
from imaging.raster import StoredPixels
from imaging.source.opening import open_ref

_SAME_SHAPE = 0.03
"""Ratios of height and width of a mask and its image that differ by less are called the same."""
_LEAST_SHARE = 0.25
"""A mask is at least this share of its image in area; what is smaller is a cut-out."""

Bits = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class ImageFacts:
    """What a file's header tells. bits: of one stored value."""

    size: ImageSize
    bits: int
    spacing: PixelSpacing


@dataclass(frozen=True, eq=False)
class OpenedImage:
    """An image's stored values, (rows, columns), what they mean, and its spacing."""

    pixels: StoredPixels = field(repr=False)
    grey: GreyDescription
    spacing: PixelSpacing


def ref_of(path: Path) -> ImageRef:
    """A plain file as the loader wants it."""
    return ImageRef(str(path.absolute()))


def read_facts(ref: ImageRef) -> ImageFacts:
    """Read a DICOM file's or picture's header. Raises BadInputError that names the file."""
    if is_picture(ref):
        with open_ref(ref) as stream:
            found = read_picture_format(stream, ref.where)
        return ImageFacts(ImageSize(found.rows, found.columns), found.bits, PixelSpacing.unknown())
    with FrameReader.open(ref) as reader:
        header = reader.header
        size, spacing = read_size(header, ref.where), read_spacing(header).value
        return ImageFacts(size, int(header.BitsAllocated), spacing)


def read_image(ref: ImageRef) -> OpenedImage:
    """Decode an image; the grey scale is the one that the window and the AI start from.

    A picture is shown as it is, over its full range: whoever exported it has windowed it. Raises
    BadInputError that names the file.
    """
    if not is_picture(ref):
        loaded = load_image(ref)
        return OpenedImage(loaded.raster.pixels, loaded.grey, read_facts(ref).spacing)
    pixels = read_picture(ref).pixels
    bits = max(8, int(pixels.max(initial=0)).bit_length())  # as ``picture_grey`` counts them
    plain = GreyDescription(bits_stored=bits)
    grey = GreyDescription(bits_stored=bits, vois=(full_range(plain),))
    return OpenedImage(pixels, grey, PixelSpacing.unknown())


def read_bits(ref: ImageRef) -> Bits:
    """A mask's pixels, (rows, columns) of 0 and 1: those above half of its largest value."""
    if is_picture(ref):
        values: npt.NDArray[Any] = read_picture(ref).pixels
    else:
        with FrameReader.open(ref) as reader:
            values = reader.read(0).pixels
    most = int(values.max(initial=0))
    return np.asarray((values > most / 2) if most > 0 else np.zeros(values.shape), np.uint8)


def fits_image(mask: ImageSize, image: ImageSize) -> bool:
    """Whether a mask of another size can be brought to its image's: same shape, no cut-out."""
    ratio = (mask.rows / mask.columns) / (image.rows / image.columns)
    share = (mask.rows * mask.columns) / (image.rows * image.columns)
    return abs(ratio - 1) <= _SAME_SHAPE and share >= _LEAST_SHARE


def as_mask(bits: Bits, size: ImageSize, where: str) -> RleMask:
    """A mask over an image, brought to its size where it has another.

    bits: (rows, columns), not 0 inside. Raises BadInputError where the two can't belong together.
    """
    if bits.shape != size.shape:
        rows, columns = bits.shape
        if not fits_image(ImageSize(rows, columns), size):
            raise BadInputError(
                f"the mask is {rows}x{columns}, its image {size.rows}x{size.columns}",
                where=where,
                remedy="Get the file again, or leave this image out",
            )
        bits = np.asarray(
            cv2.resize(bits, (size.columns, size.rows), interpolation=cv2.INTER_NEAREST), np.uint8
        )
    return RleMask.of(bits, size)


def filled_outline(points: npt.NDArray[np.float64], size: ImageSize) -> RleMask:
    """The pixels in and under an outline; one point is one pixel.

    points: (points, 2) of x and y, stored-image positions; what lies outside is left out.
    """
    whole = np.rint(points).astype(np.int64)
    low = whole.min(axis=0)
    width, height = (whole.max(axis=0) - low + 1).tolist()
    if width * height > 4 * size.rows * size.columns:
        raise ValueError("an outline is far larger than its image")
    part = np.zeros((height, width), np.uint8)
    cv2.fillPoly(part, [(whole - low).astype(np.int32)], 1)
    return RleMask.of(part, size, int(low[0]), int(low[1]))
