"""Small mammograms as pydicom data sets, for tests that need a real DICOM file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.2"
FOR_PROCESSING = "1.2.840.10008.5.1.4.1.1.1.2.1"
TOMOSYNTHESIS = "1.2.840.10008.5.1.4.1.1.13.1.3"

SCT_VIEWS = {
    "CC": ("399162004", "cranio-caudal"),
    "MLO": ("399368009", "medio-lateral oblique"),
    "ML": ("399260004", "medio-lateral"),
    "LM": ("399352003", "latero-medial"),
    "XCC": ("399265009", "exaggerated cranio-caudal"),
    "XCCL": ("399192008", "cranio-caudal exaggerated laterally"),
    "XCCM": ("399101009", "cranio-caudal exaggerated medially"),
    "FB": ("399196006", "from below"),
    "LMO": ("399099002", "latero-medial oblique"),
    "SIO": ("399188001", "superolateral to inferomedial oblique"),
    "ISO": ("441555000", "inferomedial to superolateral oblique"),
}
HUNG = {
    ("R", "CC"): ("P", "L"),
    ("L", "CC"): ("A", "R"),
    ("R", "MLO"): ("P", "F"),
    ("L", "MLO"): ("A", "F"),
}


def code(value: str, scheme: str, meaning: str) -> Dataset:
    """One item of a code sequence."""
    item = Dataset()
    item.CodeValue = value
    item.CodingSchemeDesignator = scheme
    item.CodeMeaning = meaning
    return item


def mammogram(
    laterality: str = "R",
    view: str = "MLO",
    pixels: npt.NDArray[Any] | None = None,
    *,
    bits_stored: int = 12,
    study_uid: str = "1.2.826.0.1.3680043.8.498.1",
    patient_id: str = "P1",
    patient_name: str = "Test^Patient",
    **attributes: Any,
) -> Dataset:
    """Build an MG For Presentation data set with uncompressed pixels.

    pixels: (rows, columns) or (frames, rows, columns), 8 or 16 bit, signed or not; a ramp
    where none is given. attributes: set by keyword afterwards; ``None`` deletes one.
    """
    if pixels is None:
        pixels = np.add.outer(np.arange(96) * 20, np.arange(64) * 30).astype(np.uint16)
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID = FOR_PRESENTATION
    ds.SOPInstanceUID = generate_uid()
    ds.StudyInstanceUID = study_uid
    ds.SeriesInstanceUID = f"{study_uid}.1"
    ds.Modality = "MG"
    ds.PresentationIntentType = "FOR PRESENTATION"
    ds.ImageType = ["DERIVED", "PRIMARY"]
    ds.Manufacturer = "ACME"
    ds.StudyDate, ds.StudyTime = "20260102", "101500"
    ds.AcquisitionDate, ds.AcquisitionTime = "20260102", "101600"
    ds.PatientName, ds.PatientID = patient_name, patient_id
    ds.PatientBirthDate, ds.PatientSex = "19600101", "F"
    ds.ImageLaterality = laterality
    ds.ViewPosition = view
    value, meaning = SCT_VIEWS[view]
    ds.ViewCodeSequence = [code(value, "SCT", meaning)]
    ds.ViewCodeSequence[0].ViewModifierCodeSequence = []
    family = "CC" if view in {"CC", "XCC", "XCCL", "XCCM", "FB"} else "MLO"
    ds.PatientOrientation = list(HUNG[laterality, family])
    ds.ImagerPixelSpacing = [0.1, 0.1]
    ds.EstimatedRadiographicMagnificationFactor = "1.0"
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.PresentationLUTShape = "IDENTITY"
    ds.WindowCenter, ds.WindowWidth = "2048", "4096"
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "0", "1", "US"
    ds.SamplesPerPixel = 1
    ds.Rows, ds.Columns = pixels.shape[-2:]
    if pixels.ndim == 3:
        ds.NumberOfFrames = pixels.shape[0]
    ds.BitsAllocated = pixels.dtype.itemsize * 8
    ds.BitsStored = min(bits_stored, ds.BitsAllocated)
    ds.HighBit = ds.BitsStored - 1
    ds.PixelRepresentation = int(pixels.dtype.kind == "i")
    ds.PixelData = pixels.tobytes()
    ds["PixelData"].VR = "OW" if ds.BitsAllocated > 8 else "OB"
    for name, content in attributes.items():
        if content is None:
            delattr(ds, name)
        else:
            setattr(ds, name, content)
    return ds


def save(ds: Dataset, path: Path, syntax: str = ExplicitVRLittleEndian) -> Path:
    """Write a Part 10 file in the given transfer syntax; pixel data must already fit it."""
    meta = ds.file_meta
    meta.TransferSyntaxUID = UID(syntax)
    meta.MediaStorageSOPClassUID = ds.SOPClassUID
    meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.save_as(path, enforce_file_format=True)
    return path
