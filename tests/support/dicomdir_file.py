"""DICOMDIR files for tests."""

from __future__ import annotations

from pathlib import Path

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MediaStorageDirectoryStorage


def record(kind: str, **attributes: object) -> Dataset:
    one = Dataset()
    one.OffsetOfTheNextDirectoryRecord = one.OffsetOfReferencedLowerLevelDirectoryEntity = 0
    one.RecordInUseFlag = 0xFFFF
    one.DirectoryRecordType = kind
    for keyword, value in attributes.items():
        setattr(one, keyword, value)
    return one


def write_dicomdir(folder: Path, *file_ids: object, in_use: int = 0xFFFF) -> Path:
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    ds.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    ds.FileSetID = "EXAM"
    ds.DirectoryRecordSequence = [
        record("PATIENT", PatientID="P1"),
        record("STUDY", StudyInstanceUID="1.2"),
        record("SERIES", SeriesInstanceUID="1.2.1"),
        record("SR DOCUMENT", ReferencedFileID=["IMAGES", "SR1"]),
        *(record("IMAGE", ReferencedFileID=one, RecordInUseFlag=in_use) for one in file_ids),
    ]
    path = folder / "DICOMDIR"
    ds.save_as(path, enforce_file_format=True)
    return path
