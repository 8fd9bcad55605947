"""Reads from a header how stored values become grey."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydicom.dataset import Dataset

from domain.study import Flag
from imaging.attributes.functional_groups import group_items
from imaging.attributes.tags import integer, items, label_of, number, text
from imaging.codec import dicom_setup  # noqa: F401 - reading leniently is set up there
from imaging.grey.lut_data import read_table
from imaging.grey.modality_lut import ModalityTable, ModalityTransform, Rescale
from imaging.grey.voi import VoiChoice
from imaging.grey.voi_header import read_vois


@dataclass(frozen=True, eq=False)
class GreyDescription:
    """How stored values become grey.

    signed: stored values are int16, else uint16. inverted: large values are dark; MONOCHROME1
    and Presentation LUT Shape INVERSE say the same thing and count once. disputed: the two
    contradict, so that the pixels had better be asked. padding: first and last stored value that
    mean "no image here", both included. vois: windows first, then tables, in the file's order;
    empty where the header has none.
    """

    bits_stored: int = 16
    signed: bool = False
    inverted: bool = False
    disputed: bool = False
    padding: tuple[int, int] | None = None
    modality: ModalityTransform = field(default_factory=Rescale)
    vois: tuple[VoiChoice, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def tissue_is_bright(self) -> bool:
        """Whether the displayed brightness rises with the stored values, by default."""
        turned = (not self.modality.rising, bool(self.vois) and not self.vois[0].rising)
        return (sum(turned) + self.inverted) % 2 == 0


def read_grey(ds: Dataset) -> GreyDescription:
    """Read the grey-scale attributes; malformed ones are passed over and flagged, never raised."""
    bits = min(max(integer(ds, "BitsStored") or 16, 1), 16)
    signed = integer(ds, "PixelRepresentation") == 1
    modality, modality_flags = _modality(ds, signed=signed)
    vois, voi_flags = read_vois(ds, signed=_may_be_negative(modality, bits, signed=signed))
    inverted, inversion_flags = _inverted(ds)
    padding, padding_flags = _padding(ds, bits, signed=signed)
    return GreyDescription(
        bits_stored=bits,
        signed=signed,
        inverted=inverted,
        disputed=bool(inversion_flags),
        padding=padding,
        modality=modality,
        vois=vois,
        flags=(*modality_flags, *voi_flags, *inversion_flags, *padding_flags),
    )


def _may_be_negative(modality: ModalityTransform, bits: int, *, signed: bool) -> bool:
    """Whether a VOI LUT's inputs may be: those of a Modality LUT never are (C.11.2.1.1)."""
    if isinstance(modality, ModalityTable):
        return False
    low = -(1 << (bits - 1)) if signed else 0
    ends = (low * modality.slope, (low + (1 << bits) - 1) * modality.slope)
    return min(ends) + modality.intercept < 0


def _inverted(ds: Dataset) -> tuple[bool, tuple[Flag, ...]]:
    """One inversion, whether one attribute asks for it or both.

    In mammography the two go together: MONOCHROME1 with INVERSE, MONOCHROME2 with IDENTITY
    (PS3.3 C.8.11.3.1.2). Where they disagree the photometric interpretation counts, as
    equipment is known to write wrong shapes.
    """
    photometric = text(ds, "PhotometricInterpretation").upper()
    shape = text(ds, "PresentationLUTShape").upper()
    by_shape = {"INVERSE": True, "IDENTITY": False}.get(shape)
    by_photometric = {"MONOCHROME1": True, "MONOCHROME2": False}.get(photometric)
    if by_photometric is None:
        return bool(by_shape), ()
    if by_shape in (None, by_photometric):
        return by_photometric, ()
    message = f"{photometric} and {shape} contradict each other"
    return by_photometric, (Flag(message, label_of("PresentationLUTShape")),)


def _modality(ds: Dataset, *, signed: bool) -> tuple[ModalityTransform, tuple[Flag, ...]]:
    flags: tuple[Flag, ...] = ()
    for item in items(ds, "ModalityLUTSequence")[:1]:
        table = read_table(item, signed=signed)
        if not isinstance(table, Flag):
            return ModalityTable(table), ()
        flags = (table,)
    for holder in (ds, *group_items(ds, "PixelValueTransformationSequence")):
        slope, intercept = number(holder, "RescaleSlope"), number(holder, "RescaleIntercept")
        if slope is None and intercept is None:
            continue
        rescale = Rescale(1.0 if slope is None else slope, intercept or 0.0)
        if rescale.sane:
            return rescale, flags
        message = f"a slope of {rescale.slope:g} and an intercept of {rescale.intercept:g}"
        flags = (*flags, Flag(f"{message} are passed over", label_of("RescaleSlope")))
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
