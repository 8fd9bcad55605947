"""Fills a data set with the modules of a mammogram (PS3.3 A.27, A.28), the pixels apart."""

from __future__ import annotations

import struct

from pydicom.dataset import Dataset
from pydicom.uid import (
    DigitalMammographyXRayImageStorageForPresentation,
    DigitalMammographyXRayImageStorageForProcessing,
    generate_uid,
)

from domain.study import PresentationIntent
from imaging.writing.writer_codes import breast_item, view_item
from imaging.writing.writer_header import MammogramHeader, VoiLut, Window
from imaging.writing.writer_values import date_and_time, decimal_string

_MGY_PER_DGY = 100.0
_SHOWN = PresentationIntent.FOR_PRESENTATION


def mammogram_modules(header: MammogramHeader, *, big_endian: bool = False) -> Dataset:
    """Every attribute of a digital mammogram but Image Pixel; big_endian: as it will be written."""
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID = (
        DigitalMammographyXRayImageStorageForPresentation
        if header.intent is _SHOWN
        else DigitalMammographyXRayImageStorageForProcessing
    )
    ds.SOPInstanceUID = header.ids.sop_uid or generate_uid(prefix=None)
    fill_patient_and_study(ds, header)
    fill_series_and_device(ds, header)
    _fill_image(ds, header)
    _fill_detector(ds, header)
    _fill_technique(ds, header)
    _fill_projection(ds, header)
    if header.intent is _SHOWN:
        fill_voi(ds, header, big_endian=big_endian)
    return ds


def fill_patient_and_study(ds: Dataset, header: MammogramHeader) -> None:
    """Patient and General Study modules (PS3.3 C.7.1.1, C.7.2.1)."""
    patient, ids = header.patient, header.ids
    ds.PatientName = patient.name
    ds.PatientID = patient.patient_id
    if patient.issuer:
        ds.IssuerOfPatientID = patient.issuer
    ds.PatientBirthDate = patient.birth_date.strftime("%Y%m%d") if patient.birth_date else ""
    ds.PatientSex = patient.sex
    ds.StudyInstanceUID = ids.study_uid or generate_uid(prefix=None)
    ds.StudyDate, ds.StudyTime = date_and_time(header.acquired)
    ds.ReferringPhysicianName = ""
    ds.StudyID = ids.study_id
    ds.AccessionNumber = ids.accession
    _fill_words(ds, StudyDescription=ids.study_description)


def fill_series_and_device(ds: Dataset, header: MammogramHeader) -> None:
    """General Series and General Equipment modules (PS3.3 C.7.3.1, C.7.5.1)."""
    ids, device = header.ids, header.device
    ds.Modality = "MG"
    ds.SeriesInstanceUID = ids.series_uid or generate_uid(prefix=None)
    ds.SeriesNumber = ids.series_number
    ds.SeriesDate, ds.SeriesTime = date_and_time(header.acquired)
    ds.PresentationIntentType = header.intent.value
    ds.BodyPartExamined = "BREAST"
    ds.Manufacturer = device.manufacturer
    _fill_words(
        ds,
        SeriesDescription=ids.series_description,
        ManufacturerModelName=device.model,
        DeviceSerialNumber=device.serial,
        SoftwareVersions=device.software,
        StationName=device.station,
        InstitutionName=device.institution,
    )


def _fill_image(ds: Dataset, header: MammogramHeader) -> None:
    """General Image, DX Image and Acquisition Context (C.7.6.1, C.8.11.3, C.7.6.14)."""
    ds.ImageType = image_type(header)
    ds.InstanceNumber = header.ids.instance_number
    when = date_and_time(header.acquired)
    ds.ContentDate, ds.ContentTime = when
    ds.AcquisitionDate, ds.AcquisitionTime = when
    orientation = header.stored_orientation
    ds.PatientOrientation = [orientation.row.value, orientation.column.value]
    ds.BurnedInAnnotation = "NO"
    ds.PixelIntensityRelationship = "LOG" if header.intent is _SHOWN else "LIN"
    ds.PixelIntensityRelationshipSign = 1 if header.inverted else -1
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "0", "1", "US"
    ds.PresentationLUTShape = "INVERSE" if header.inverted else "IDENTITY"
    ds.AcquisitionContextSequence = []


def image_type(header: MammogramHeader) -> list[str]:
    """Image Type (0008,0008); value 3 stays empty on a mammogram (PS3.3 C.8.11.7.1.4)."""
    first = "DERIVED" if header.derived else "ORIGINAL"
    return [first, "PRIMARY", "", *header.kind] if header.kind else [first, "PRIMARY"]


def _fill_detector(ds: Dataset, header: MammogramHeader) -> None:
    """DX Detector (C.8.11.4) and the geometry of Mammography Image (C.8.11.7)."""
    ds.DetectorType = "DIRECT"
    _fill_words(ds, DetectorID=header.device.detector_id)
    ds.ImagerPixelSpacing = [decimal_string(value) for value in header.spacing_mm]
    if header.magnification is not None:
        ds.EstimatedRadiographicMagnificationFactor = decimal_string(header.magnification)
    ds.FieldOfViewShape = "RECTANGLE"
    if header.intent is not _SHOWN:
        ds.FieldOfViewOrigin = ["0", "0"]
        ds.FieldOfViewRotation = "0"
        ds.FieldOfViewHorizontalFlip = "NO"


def _fill_technique(ds: Dataset, header: MammogramHeader) -> None:
    """X-Ray Generation, Filtration and Acquisition Dose (C.8.7.8, C.8.7.10, C.8.7.9)."""
    technique = header.technique
    _fill_numbers(
        ds,
        KVP=technique.kvp,
        BodyPartThickness=technique.thickness_mm,
        CompressionForce=technique.force_n,
        OrganDose=_scaled(technique.organ_dose_mgy, 1 / _MGY_PER_DGY),
    )
    if technique.mas is not None:
        ds.Exposure = round(technique.mas)
        ds.ExposureInuAs = round(technique.mas * 1000)
    _fill_words(ds, AnodeTargetMaterial=technique.anode, FilterMaterial=technique.filter)


def _fill_projection(ds: Dataset, header: MammogramHeader) -> None:
    """Mammography Image module (PS3.3 C.8.11.7)."""
    ds.PositionerType = "MAMMOGRAPHIC"
    ds.ImageLaterality = header.laterality.value
    ds.OrganExposed = "BREAST"
    ds.AnatomicRegionSequence = [breast_item()]
    ds.ViewPosition = header.position.value
    ds.ViewCodeSequence = [view_item(header.position, header.modifiers)]
    if header.implant is not None:
        ds.BreastImplantPresent = "YES" if header.implant else "NO"
    if header.partial:
        ds.PartialView = "YES"
        ds.PartialViewDescription = header.partial


def fill_voi(ds: Dataset, header: MammogramHeader, *, big_endian: bool = False) -> None:
    """VOI LUT module (PS3.3 C.11.2), into the object or a functional group's item."""
    windows = header.windows
    if not windows and not header.luts:  # one of the two is required, PS3.3 C.8.11.3.1.5
        whole = 1 << header.bits_stored
        windows = (Window(whole / 2, whole),)
    if windows:
        ds.WindowCenter = [decimal_string(window.centre) for window in windows]
        ds.WindowWidth = [decimal_string(window.width) for window in windows]
        if any(window.explanation for window in windows):
            ds.WindowCenterWidthExplanation = [window.explanation for window in windows]
        if header.voi_function is not None:
            ds.VOILUTFunction = header.voi_function.value
    if header.luts:
        ds.VOILUTSequence = [_lut_item(lut, ">" if big_endian else "<") for lut in header.luts]


def _lut_item(lut: VoiLut, order: str) -> Dataset:
    item = Dataset()
    count = len(lut.entries) % 65536  # 65536 entries are written as 0
    item.add_new("LUTDescriptor", "US", [count, lut.first, lut.bits])
    _fill_words(item, LUTExplanation=lut.explanation)
    item.add_new("LUTData", "OW", struct.pack(f"{order}{len(lut.entries)}H", *lut.entries))
    return item


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _fill_words(ds: Dataset, **words: str) -> None:
    for keyword, word in words.items():
        if word:
            setattr(ds, keyword, word)


def _fill_numbers(ds: Dataset, **numbers: float | None) -> None:
    for keyword, number in numbers.items():
        if number is not None:
            setattr(ds, keyword, decimal_string(number))
