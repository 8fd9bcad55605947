"""Small DICOM studies whose pixels tell their patient, for tests of what is shown of whom."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from domain.study import Study
from imaging.scanning.scan import scan
from tests.support.dicom_factory import mammogram, save

SHAPE = (160, 128)
VIEWS = (("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO"))
_TELLING = 3000


def write_patient(folder: Path, number: int, year: int = 2026, views: object = VIEWS) -> Path:
    """A patient ``P<number>`` with an oval breast; the brightest pixel says who it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for side, view in views:
        pixels = _breast(side)
        pixels[70:90, 60:70] = _TELLING + number
        ds = mammogram(
            side,
            view,
            pixels,
            study_uid=f"1.2.3.{number}.{year}",
            patient_id=f"P{number}",
            patient_name=f"Nobody^{number}",
            StudyDate=f"{year}0102",
        )
        save(ds, folder / f"{side}{view}.dcm")
    return folder


def write_patients(folder: Path, count: int) -> tuple[Study, ...]:
    """Studies of patients 0, 1, ... as a scan finds them, in this order."""
    for number in range(count):
        write_patient(folder / str(number), number)
    studies = scan(folder, workers=1).studies
    return tuple(sorted(studies, key=lambda study: study.patient.patient_id))


def patient_in(pixels: np.ndarray) -> str:
    """The identifier of the patient that stored pixels belong to."""
    return f"P{int(pixels.max()) - _TELLING}"


def _breast(side: str) -> np.ndarray:
    rows, columns = SHAPE
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    depth = 1 - np.hypot((y / rows - 0.5) / 0.4, x / columns / 0.7)
    pixels = (np.sqrt(np.clip(depth, 0, 1)) * 2000).astype(np.uint16)
    return np.ascontiguousarray(pixels[:, ::-1] if side == "R" else pixels)
