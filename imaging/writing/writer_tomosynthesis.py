"""Writes breast tomosynthesis as one multi-frame object (PS3.3 A.55)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import (
    BreastTomosynthesisImageStorage,
    ExplicitVRLittleEndian,
    generate_uid,
)

from domain.orientation import Direction, PatientOrientation
from domain.study import ImageRef
from imaging.writing.writer import check_pixels, save_object
from imaging.writing.writer_codes import breast_item, view_item
from imaging.writing.writer_header import MammogramHeader
from imaging.writing.writer_modules import (
    fill_patient_and_study,
    fill_series_and_device,
    fill_voi,
)
from imaging.writing.writer_pixels import Pixels, fill_pixels
from imaging.writing.writer_values import date_and_time, decimal_string

Vector = tuple[int, int, int]
# Unit vectors of the patient coordinate system: x to the left, y to the back, z to the head
# (PS3.3 C.7.6.2.1.1).
_VECTORS: dict[Direction, Vector] = {
    Direction.RIGHT: (-1, 0, 0),
    Direction.LEFT: (1, 0, 0),
    Direction.ANTERIOR: (0, -1, 0),
    Direction.POSTERIOR: (0, 1, 0),
    Direction.FOOT: (0, 0, -1),
    Direction.HEAD: (0, 0, 1),
}


def write_tomosynthesis(
    path: Path,
    slices: Pixels,
    header: MammogramHeader,
    *,
    slice_mm: float = 1.0,
    syntax: str = ExplicitVRLittleEndian,
) -> ImageRef:
    """Write a stack of reconstructed slices as a Breast Tomosynthesis Image.

    slices: (slices, rows, columns), uint8 or uint16, from the detector upwards. slice_mm: distance
    between them. header.spacing_mm is the spacing in the slices themselves. Magnification, intent,
    partial view and VOI look-up tables are not written; nor is the technique, because its module
    wants figures that nobody has measured (distances, half-value layer, detector temperature).

    Raises as ``write_mammogram``, and ValueError for slices not apart or an inverted image, which
    the class does not allow (PS3.3 C.8.21.1).
    """
    check_pixels(slices, 3, header, syntax)
    if not slice_mm > 0:
        raise ValueError("slices lie apart by more than nothing")
    if header.inverted:
        raise ValueError("tomosynthesis is MONOCHROME2, never inverted")
    ds = _modules(header, len(slices))
    ds.SharedFunctionalGroupsSequence = [_shared_groups(header, slice_mm)]
    ds.PerFrameFunctionalGroupsSequence = [
        _frame_groups(header, slice_mm, number) for number in range(len(slices))
    ]
    fill_pixels(ds, list(slices), header, syntax)
    return save_object(ds, path, syntax)


def _modules(header: MammogramHeader, count: int) -> Dataset:
    """Everything but pixels and functional groups."""
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID = BreastTomosynthesisImageStorage
    ds.SOPInstanceUID = header.ids.sop_uid or generate_uid(prefix=None)
    fill_patient_and_study(ds, header)
    fill_series_and_device(ds, header)
    del ds.PresentationIntentType  # an attribute of projections only
    ds.FrameOfReferenceUID = header.ids.frame_of_reference_uid or generate_uid(prefix=None)
    ds.PositionReferenceIndicator = ""
    ds.InstanceNumber = header.ids.instance_number
    ds.ContentDate, ds.ContentTime = date_and_time(header.acquired)
    ds.NumberOfFrames = count
    ds.AcquisitionContextSequence = []
    _fill_image(ds, header)
    return ds


def _fill_image(ds: Dataset, header: MammogramHeader) -> None:
    """X-Ray 3D Image and Breast View modules (PS3.3 C.8.21.1, C.8.21.6)."""
    ds.ImageType = _image_type(header)
    # An extension of the class, as vendors write it too: readers hang projections by it.
    orientation = header.stored_orientation
    ds.PatientOrientation = [orientation.row.value, orientation.column.value]
    _fill_volume(ds)
    ds.ContentQualification = "RESEARCH"
    ds.BurnedInAnnotation = "NO"
    ds.PresentationLUTShape = "IDENTITY"
    ds.ViewCodeSequence = [view_item(header.position, header.modifiers)]
    ds.BreastImplantPresent = "YES" if header.implant else "NO"


def _image_type(header: MammogramHeader) -> list[str]:
    first = "DERIVED" if header.derived else "ORIGINAL"
    return [first, "PRIMARY", "TOMOSYNTHESIS", *(header.kind or ("NONE",))]


def _fill_volume(item: Dataset) -> None:
    """Common CT/MR and X-Ray 3D description (PS3.3 C.8.16.2)."""
    item.PixelPresentation = "MONOCHROME"
    item.VolumetricProperties = "VOLUME"
    item.VolumeBasedCalculationTechnique = "TOMOSYNTHESIS"


def _shared_groups(header: MammogramHeader, slice_mm: float) -> Dataset:
    """What holds for every slice (PS3.3 C.7.6.16)."""
    measures = Dataset()
    measures.PixelSpacing = [decimal_string(value) for value in header.spacing_mm]
    measures.SliceThickness = measures.SpacingBetweenSlices = decimal_string(slice_mm)
    row, column, _ = _axes(header.stored_orientation)
    plane = Dataset()
    plane.ImageOrientationPatient = [decimal_string(value) for value in (*row, *column)]
    anatomy = Dataset()
    anatomy.FrameLaterality = header.laterality.value
    anatomy.AnatomicRegionSequence = [breast_item()]
    rescale = Dataset()
    rescale.RescaleIntercept, rescale.RescaleSlope, rescale.RescaleType = "0", "1", "US"
    voi = Dataset()
    fill_voi(voi, replace(header, luts=()))
    groups = Dataset()
    groups.PixelMeasuresSequence = [measures]
    groups.PlaneOrientationSequence = [plane]
    groups.FrameAnatomySequence = [anatomy]
    groups.PixelValueTransformationSequence = [rescale]
    groups.FrameVOILUTSequence = [voi]
    return groups


def _frame_groups(header: MammogramHeader, slice_mm: float, number: int) -> Dataset:
    """What one slice has for itself: its place in the stack. number: from 0."""
    _, _, upwards = _axes(header.stored_orientation)
    position = Dataset()
    position.ImagePositionPatient = [
        decimal_string(number * slice_mm * float(part)) for part in upwards
    ]
    content = Dataset()
    content.StackID = "1"
    content.InStackPositionNumber = number + 1
    kind = Dataset()
    kind.FrameType = _image_type(header)
    _fill_volume(kind)
    groups = Dataset()
    groups.XRay3DFrameTypeSequence = [kind]
    groups.PlanePositionSequence = [position]
    groups.FrameContentSequence = [content]
    return groups


def _axes(orientation: PatientOrientation) -> tuple[Vector, Vector, Vector]:
    """Directions of rows, of columns, and the normal that makes them right-handed."""
    row, column = _VECTORS[orientation.row], _VECTORS[orientation.column]
    normal = tuple(int(part) for part in np.cross(row, column))
    return row, column, (normal[0], normal[1], normal[2])
