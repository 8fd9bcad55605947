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
from imaging.grey.padding import read_padding
from imaging.grey.stated import is_stated
from imaging.grey.voi import VoiChoice
from imaging.grey.voi_header import read_vois


@dataclass(frozen=True, eq=False)
class GreyDescription:
    """How stored values become grey.

    signed: stored values are int16, else uint16. inverted: large values are dark; MONOCHROME1
    and Presentation LUT Shape INVERSE say the same thing and count once. disputed: the two
    contradict, so that the pixels had better be asked. padding: first and last stored value that
    mean "no image here", both included. vois: as ``read_vois`` orders them, the default first;
    empty where the header has none and the image has not been loaded yet.
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
    padding, padding_flags = read_padding(ds, bits, signed=signed)
    return GreyDescription(
        bits_stored=bits,
        signed=signed,
        inverted=inverted,
        disputed=bool(inversion_flags),
        padding=padding,
        modality=modality,
        vois=vois,
        flags=(*modality_flags, *voi_flags, *inversion_flags, *padding_flags, *_foreign(ds)),
    )


def _foreign(ds: Dataset) -> tuple[Flag, ...]:
    """A Presentation LUT Sequence is not applied to an image.

    It belongs to presentation states (Softcopy Presentation LUT, PS3.3 C.11.6); images of
    mammography state a Presentation LUT Shape alone (DX Image, C.8.11.3).
    """
    if not is_stated(ds, "PresentationLUTSequence"):
        return ()
    message = "a table that belongs to presentation states is not applied"
    return (Flag(message, label_of("PresentationLUTSequence")),)


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
            return ModalityTable(table), table.flags
        flags = (table,)
    for holder in (ds, *group_items(ds, "PixelValueTransformationSequence")):
        flags = (*flags, *_no_numbers(holder))
        slope, intercept = number(holder, "RescaleSlope"), number(holder, "RescaleIntercept")
        if slope is None and intercept is None:
            continue
        rescale = Rescale(1.0 if slope is None else slope, intercept or 0.0)
        if rescale.sane:
            return rescale, flags
        message = f"a slope of {rescale.slope:g} and an intercept of {rescale.intercept:g}"
        flags = (*flags, Flag(f"{message} are passed over", label_of("RescaleSlope")))
    return Rescale(), flags


def _no_numbers(holder: Dataset) -> tuple[Flag, ...]:
    return tuple(
        Flag("what is no number is passed over", label_of(keyword))
        for keyword in ("RescaleSlope", "RescaleIntercept")
        if number(holder, keyword) is None and is_stated(holder, keyword)
    )
