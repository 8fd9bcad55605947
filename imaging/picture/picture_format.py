"""What a plain picture says of itself, and whether that can be a mammogram."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import HeaderError

PICTURE_SUFFIXES = frozenset({".png", ".tif", ".tiff", ".jpg", ".jpeg"})
_MOST_PIXELS = 512 * 2**20
_LONGEST_SIDE = 200_000
_REMEDY = "Save the picture as grey PNG of 8 or 16 bits"


@dataclass(frozen=True)
class PictureFormat:
    """The header of a picture.

    kind: PNG, JPEG or TIFF. bits: of a sample once decoded. channels: samples a pixel, alpha
    included. white_is_zero: TIFF's PhotometricInterpretation 0. pages: pictures in the file.
    """

    kind: str
    rows: int
    columns: int
    bits: int
    channels: int
    alpha: bool = False
    white_is_zero: bool = False
    pages: int = 1


def checked(found: PictureFormat, where: str) -> PictureFormat:
    """The format, if it can be shown; raises HeaderError, before anything is allocated."""
    if not (0 < found.rows <= _LONGEST_SIDE and 0 < found.columns <= _LONGEST_SIDE):
        what = f"the picture has {found.rows} x {found.columns} pixels"
    elif found.rows * found.columns > _MOST_PIXELS:
        what = f"asks for {found.rows} x {found.columns} pixels, more than any mammogram has"
    elif found.bits not in (8, 16):
        what = f"samples of {found.bits} bits can't be shown, only of 8 or 16"
    elif found.channels not in (1, 2, 3, 4) or found.alpha != (found.channels in (2, 4)):
        what = f"{found.channels} channels are neither grey nor RGB"
    else:
        return found
    raise HeaderError(what, where=where, remedy=_REMEDY)
