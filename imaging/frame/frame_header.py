"""What a DICOM header says of its pixels, checked before anything is allocated for them."""

from __future__ import annotations

from dataclasses import dataclass

from pydicom.dataset import Dataset

from domain.errors import HeaderError, PixelDataError
from domain.study import Flag
from imaging.attributes.tags import integer, label_of, text, texts
from imaging.header.image_size import read_frames, read_size

_REMEDY = "Export the image again from where it came"
_COLOUR = frozenset(
    {"RGB", "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422", "YBR_PARTIAL_420", "YBR_ICT", "YBR_RCT"}
)


@dataclass(frozen=True)
class PixelFormat:
    """The Image Pixel module (PS3.3 C.7.6.3), checked.

    allocated: bits of a sample's cell, 8 or 16. stored: bits used of it, ending below the bit
    ``high`` + 1. signed: two's complement. photometric: upper case, may be empty for grey.
    planar: colour by plane rather than by pixel.
    """

    rows: int
    columns: int
    frames: int
    samples: int
    allocated: int
    stored: int
    high: int
    signed: bool
    photometric: str
    planar: bool = False

    @property
    def frame_bytes(self) -> int:
        """Length of an uncompressed frame, which need not be even."""
        samples = 2 if self.subsampled else self.samples
        return self.rows * self.columns * samples * (self.allocated // 8)

    @property
    def subsampled(self) -> bool:
        """Whether two pixels share their colour (YBR_FULL_422): two bytes a pixel, not three."""
        return self.photometric in {"YBR_FULL_422", "YBR_PARTIAL_422"}


def read_pixel_format(header: Dataset, where: str) -> tuple[PixelFormat, tuple[Flag, ...]]:
    """Check the Image Pixel module and hand it over with what is odd about it.

    Raises HeaderError where an attribute is missing or impossible, PixelDataError where the
    pixels are of a kind that a mammogram has not; both name the attribute.
    """
    reader = _Reader(header, where)
    size, frames = read_size(header, where), read_frames(header, where)
    samples, photometric = reader.colour()
    allocated, stored = reader.depth()
    high, flags = reader.high_bit(allocated, stored)
    pixels = PixelFormat(
        size.rows,
        size.columns,
        frames.value,
        samples,
        allocated,
        stored,
        high,
        reader.signed(),
        photometric,
        planar=samples > 1 and integer(header, "PlanarConfiguration") == 1,
    )
    if samples > 1:
        reader.check_colour(pixels)
        flags += (Flag("colour image, shown as grey", label_of("PhotometricInterpretation")),)
    return pixels, frames.flags + flags


class _Reader:
    """Takes single attributes out of one header; every failure names attribute and file."""

    def __init__(self, header: Dataset, where: str) -> None:
        self._header = header
        self._where = where

    def fault(self, keyword: str, what: str) -> HeaderError:
        return HeaderError(what, where=self._where, tag=label_of(keyword), remedy=_REMEDY)

    def refusal(self, keyword: str, what: str) -> PixelDataError:
        return PixelDataError(what, where=self._where, tag=label_of(keyword), remedy=_REMEDY)

    def _required(self, keyword: str) -> int:
        value = integer(self._header, keyword)
        if value is not None:
            return value
        written = any(texts(self._header, keyword))
        state = "holds no whole number" if written else "is missing"
        raise self.fault(keyword, f"{label_of(keyword)} {state}")

    def colour(self) -> tuple[int, str]:
        samples = self._required("SamplesPerPixel")
        photometric = text(self._header, "PhotometricInterpretation").upper()
        if photometric == "PALETTE COLOR":
            raise self.refusal(
                "PhotometricInterpretation", "palette colour images can't be shown as mammograms"
            )
        if samples not in {1, 3}:
            raise self.fault("SamplesPerPixel", f"{samples} samples a pixel can't be shown")
        if (samples == 3) != (photometric in _COLOUR):
            raise self.fault(
                "PhotometricInterpretation",
                f"{samples} samples a pixel do not go with the photometric interpretation",
            )
        return samples, photometric

    def check_colour(self, pixels: PixelFormat) -> None:
        if pixels.signed:
            raise self.refusal("PixelRepresentation", "signed colour images can't be shown")
        if pixels.subsampled and pixels.allocated != 8:
            raise self.refusal("BitsAllocated", "16-bit YBR_FULL_422 can't be shown")

    def depth(self) -> tuple[int, int]:
        allocated = self._required("BitsAllocated")
        if allocated not in {8, 16}:
            raise self.refusal(
                "BitsAllocated", f"pixels of {allocated} bits can't be shown, only of 8 or 16"
            )
        stored = self._required("BitsStored")
        if not 1 <= stored <= allocated:
            raise self.fault("BitsStored", f"{stored} bits stored of {allocated} can't be")
        return allocated, stored

    def high_bit(self, allocated: int, stored: int) -> tuple[int, tuple[Flag, ...]]:
        if not any(texts(self._header, "HighBit")):
            # PS3.5 8.1.1 leaves only this one value in today's objects.
            return stored - 1, (Flag("no high bit given, lowest bits taken", label_of("HighBit")),)
        high = self._required("HighBit")
        if not stored - 1 <= high < allocated:
            raise self.fault("HighBit", f"high bit {high} can't be with {stored} bits stored")
        return high, ()

    def signed(self) -> bool:
        value = self._required("PixelRepresentation")
        if value not in {0, 1}:
            raise self.fault("PixelRepresentation", f"pixel representation {value} can't be")
        return value == 1
