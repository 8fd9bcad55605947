"""Real images for tests; skipped with a reason where there are none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REAL_DATA = Path(os.environ.get("FOURVIEW_TEST_DATA", ROOT.parent / "shared" / "data"))
GE_RMLO = REAL_DATA / "dicom" / "ge-senographe-rmlo-jpegll.dcm"
SIEMENS_STEREO = REAL_DATA / "dicom" / "siemens-mammomat-lcc.dcm"
HOLOGIC_TRUNCATED = REAL_DATA / "dicom" / "hologic-truncated.dcm"
CESM_DM = REAL_DATA / "cesm-dm"

needs_real_data = pytest.mark.skipif(
    not GE_RMLO.exists(),
    reason=f"no real images at {REAL_DATA}; set FOURVIEW_TEST_DATA to their folder",
)
