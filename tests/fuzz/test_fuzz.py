"""A fixed budget of damaged files; by hand: ``python -m tests.fuzz --mutations 10000 FILE ...``."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from domain.laterality import Laterality
from domain.view_position import ViewPosition
from imaging.writing.writer import write_mammogram
from imaging.writing.writer_header import MammogramHeader
from tests.fuzz.batches import run_in_own_process
from tests.support.dicom_factory import mammogram, save
from tests.support.landmarks import hung_picture
from tests.support.real_data import GE_RMLO, HOLOGIC_TRUNCATED, SIEMENS_STEREO, needs_real_data

SYNTAXES = [
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
    RLELossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEG2000Lossless,
    HTJ2KLossless,
]


def made_up_files(folder: Path) -> list[Path]:
    header = MammogramHeader(Laterality.RIGHT, ViewPosition.MLO)
    files = []
    for number, syntax in enumerate(SYNTAXES):
        files.append(folder / f"syntax{number}.dcm")
        write_mammogram(files[-1], hung_picture("R"), header, syntax)
    stack = np.stack([hung_picture("R")] * 3)
    files.append(save(mammogram("R", "MLO", stack), folder / "stack.dcm"))
    for kind in ("png", "tif", "jpg"):
        files.append(folder / f"P1_R_MLO.{kind}")
        cv2.imwrite(str(files[-1]), (hung_picture("R") >> 4).astype(np.uint8))
    return files


def test_damaged_made_up_files_give_an_image_or_an_error_of_ours(tmp_path: Path) -> None:
    tally = run_in_own_process(made_up_files(tmp_path), tmp_path, first=0, count=500)
    assert tally.failures == []
    assert sum(tally.outcomes.values()) == 500
    # The damage reaches the header, the decoder, and neither.
    assert {"listed as problem", "PixelDataError", "opened"} <= set(tally.outcomes)


@needs_real_data
@pytest.mark.parametrize("path", [GE_RMLO, SIEMENS_STEREO, HOLOGIC_TRUNCATED], ids=lambda p: p.stem)
def test_damaged_real_files_give_an_image_or_an_error_of_ours(path: Path, tmp_path: Path) -> None:
    tally = run_in_own_process([path], tmp_path, first=0, count=25)
    assert tally.failures == []
