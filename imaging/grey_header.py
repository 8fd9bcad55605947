"""Reads from a header how stored values become grey."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydicom.dataset import Dataset

from domain.study import Flag
from imaging import dicom_setup  # noqa: F401 - reading leniently is set up there
from imaging.functional_groups import group_items
from imaging.lut_data import read_table
from imaging.modality_lut import ModalityTable, ModalityTransform, Rescale
from imaging.tags import integer, items, label_of, number, text
from imaging.voi import VoiChoice
from imaging.voi_header import read_vois


@dataclass(frozen=True, eq=False)
class GreyDescription:
    """How stored values become grey.

    signed: stored values are int16, else uint16. inverted: large values are dark; MONOCHROME1
    and Presentation LUT Shape INVERSE say the same thing and count once. padding: first and last
    stored value that mean "no image here", both included. vois: windows first, then tables, in
    the file's order; empty where the header has none.
    """

    bits_stored: int = 16
    signed: bool = False
    inverted: bool = False
    padding: tuple[int, int] | None = None
    modality: ModalityTransform = field(default_factory=Rescale)
    vois: tuple[VoiChoice, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def tissue_is_bright(self) -> bool:
        """Whether stored values rise with the displayed brightness."""
        return self.modality.rising != self.inverted


def read_grey(ds: Dataset) -> GreyDescription:
    """Read the grey-scale attributes; malformed ones are passed over and flagged, never raised."""
    bits = integer(ds, "BitsStored") or 16
    signed = integer(ds, "PixelRepresentation") == 1
    modality, modality_flags = _modality(ds, signed=signed)
    negative = signed or (isinstance(modality, Rescale) and modality.intercept < 0)
    vois, voi_flags = read_vois(ds, signed=negative)
    inverted, inversion_flags = _inverted(ds)
    padding, padding_flags = _padding(ds, bits, signed=signed)
    return GreyDescription(
        bits_stored=bits,
        signed=signed,
        inverted=inverted,
        padding=padding,
        modality=modality,
        vois=vois,
        flags=(*modality_flags, *voi_flags, *inversion_flags, *padding_flags),
    )


def _inverted(ds: Dataset) -> tuple[bool, tuple[Flag, ...]]:
    """One inversion, whether one attribute asks for it or both.

    In mammography the two go together: MONOCHROME1 with INVERSE, MONOCHROME2 with IDENTITY
    (PS3.3 C.8.11.3.1.2). Where they disagree the image is shown inverted, and flagged.
    """
    photometric = text(ds, "PhotometricInterpretation").upper()
    shape = text(ds, "PresentationLUTShape").upper()
    monochrome1, inverse = photometric == "MONOCHROME1", shape == "INVERSE"
    if shape and monochrome1 != inverse:
        message = f"{photometric or 'no photometric interpretation'} and {shape} contradict"
        flags: tuple[Flag, ...] = (Flag(message, label_of("PresentationLUTShape")),)
    else:
        flags = ()
    return monochrome1 or inverse, flags


def _modality(ds: Dataset, *, signed: bool) -> tuple[ModalityTransform, tuple[Flag, ...]]:
    flags: tuple[Flag, ...] = ()
    for item in items(ds, "ModalityLUTSequence")[:1]:
        table = read_table(item, signed=signed)
        if not isinstance(table, Flag):
            return ModalityTable(table), ()
        flags = (table,)
    for holder in (ds, *group_items(ds, "PixelValueTransformationSequence")):
        slope, intercept = number(holder, "RescaleSlope"), number(holder, "RescaleIntercept")
        if slope == 0:
            flags = (*flags, Flag("a slope of 0 is passed over", label_of("RescaleSlope")))
        elif slope is not None or intercept is not None:
            return Rescale(1.0 if slope is None else slope, intercept or 0.0), flags
    return Rescale(), flags


def _padding(
    ds: Dataset, bits: int, *, signed: bool
) -> tuple[tuple[int, int] | None, tuple[Flag, ...]]:
    """Pixel Padding Value and, optionally, the range's other end, in either order (C.7.5.1.1.2)."""
    value = _stored(integer(ds, "PixelPaddingValue"), signed=signed)
    if value is None:
        return None, ()
    limit = _stored(integer(ds, "PixelPaddingRangeLimit"), signed=signed)
    low, high = sorted((value, value if limit is None else limit))
    # A range over most of the depth would blacken tissue: such a limit is a mistake.
    if high - low > 2 ** (bits - 1):
        message = f"padding from {low} to {high} would hide tissue; only {value} is taken"
        return (value, value), (Flag(message, label_of("PixelPaddingRangeLimit")),)
    return (low, high), ()


def _stored(value: int | None, *, signed: bool) -> int | None:
    """Padding is read as US or SS by Pixel Representation; writers mix the two up."""
    if value is None:
        return None
    value %= 65536
    return value - 65536 if signed and value >= 32768 else value
