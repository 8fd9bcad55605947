"""A made-up mammogram of full size, and a DICOM file of it, for the benchmarks to open."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset

from domain.study import ImageRef

SHAPE, BITS = (4096, 3328), 12

Pixels = npt.NDArray[np.uint16]


def mammogram_pixels() -> Pixels:
    """A smooth breast with quantum noise, air around it: (4096, 3328), 12 bits used."""
    rows, columns = SHAPE
    y = (np.arange(rows, dtype=np.float32)[:, None] - rows / 2) / (0.46 * rows)
    x = np.arange(columns, dtype=np.float32)[None, :] / (0.78 * columns)
    tissue = np.sqrt(np.clip(1 - x * x - y * y, 0, None))
    level = cv2.GaussianBlur(3000 * tissue, (0, 0), 6)
    noise = np.random.default_rng(7).normal(0, 1, SHAPE).astype(np.float32)
    noisy: Pixels = np.clip(level + noise * np.sqrt(level) * 0.6, 0, 4095).astype(np.uint16)
    return noisy


def write_mammogram(path: Path, syntax: uid.UID, data: bytes) -> ImageRef:
    """Write a file around pixel data, encapsulated where the transfer syntax wants it so."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.file_meta.MediaStorageSOPClassUID = uid.DigitalMammographyXRayImageStorageForPresentation
    ds.file_meta.MediaStorageSOPInstanceUID = uid.UID("2.25.1")
    ds.Rows, ds.Columns = SHAPE
    ds.SamplesPerPixel, ds.PixelRepresentation = 1, 0
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.WindowCenter, ds.WindowWidth = 1 << (BITS - 1), 1 << BITS  # as For Presentation objects do
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, BITS, BITS - 1
    ds.PixelData = data
    ds["PixelData"].VR = "OB" if syntax.is_encapsulated else "OW"
    ds.save_as(path, enforce_file_format=True)
    return ImageRef(str(path))
