"""Writes mammograms as DICOM objects that a validator accepts without errors."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian

from domain.errors import UnreadableFileError
from domain.study import ImageRef
from imaging.codec import dicom_setup
from imaging.codec.encoders import encodable_syntaxes
from imaging.writing.writer_header import MammogramHeader
from imaging.writing.writer_modules import mammogram_modules
from imaging.writing.writer_pixels import Pixels, fill_pixels

dicom_setup.ensure()


def write_mammogram(
    path: Path, pixels: Pixels, header: MammogramHeader, syntax: str = ExplicitVRLittleEndian
) -> ImageRef:
    """Write one digital mammogram, For Presentation or For Processing (PS3.3 A.27).

    pixels: (rows, columns), uint8 or uint16, values below 2**header.bits_stored; mammograms are
    unsigned (PS3.3 C.8.11.3). The file appears whole or not at all; an existing one is replaced.

    Raises ValueError for pixels or a transfer syntax that can't be written, UnreadableFileError
    where the system refuses, MissingDependencyError without imagecodecs.
    """
    check_pixels(pixels, 2, header, syntax)
    ds = mammogram_modules(header, big_endian=syntax == ExplicitVRBigEndian)
    fill_pixels(ds, [pixels], header, syntax)
    return save_object(ds, path, syntax)


def check_pixels(pixels: Pixels, dimensions: int, header: MammogramHeader, syntax: str) -> None:
    """Raise ValueError where pixels do not fit the header, or the syntax can't be written."""
    if syntax not in encodable_syntaxes():
        raise ValueError(f"{UID(syntax).name} can't be written")
    if pixels.ndim != dimensions or not pixels.size or max(pixels.shape[-2:]) > 65535:
        raise ValueError(f"pixels have {dimensions} dimensions of 1 to 65535, not {pixels.shape}")
    if pixels.dtype not in (np.uint8, np.uint16):
        raise ValueError(f"a mammogram is uint8 or uint16, not {pixels.dtype}")
    if header.bits_stored > 8 * pixels.itemsize or int(pixels.max()) >> header.bits_stored:
        raise ValueError(f"the pixels do not fit {header.bits_stored} bits stored")


def save_object(ds: Dataset, path: Path, syntax: str) -> ImageRef:
    """Write a finished data set as a Part 10 file, whole or not at all."""
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = UID(syntax)
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    try:
        _replace(ds, path)
    except OSError as error:
        raise UnreadableFileError(
            f"can't be written ({error.strerror})",
            where=str(path),
            remedy="Check that the folder exists, has room, and that you may write there",
        ) from error
    return ImageRef(str(path.absolute()), sop_instance_uid=str(ds.SOPInstanceUID))


def _replace(ds: Dataset, path: Path) -> None:
    """Write beside the target and move over it, so that no half file is ever seen."""
    temporary = path.with_name(f".{uuid4().hex}.part")
    try:
        with temporary.open("xb") as stream:
            ds.save_as(stream, enforce_file_format=True)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
