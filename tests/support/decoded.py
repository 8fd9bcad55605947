"""Stored pixels of a real DICOM file, for tests of what is measured in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.study import ImageRef
from imaging.frame.frames import FrameReader


def decoded(path: Path) -> npt.NDArray[Any]:
    """(rows, columns) stored values of the first frame, uint16 or int16."""
    with FrameReader.open(ImageRef(str(path))) as reader:
        return np.asarray(reader.read(0).pixels)
