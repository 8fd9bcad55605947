"""From file to pane: whatever way an image was stored, its landmarks end where a reader expects."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from domain.geometry import ImageSize
from domain.study import ImageRef
from imaging.header.header import read_view
from imaging.loader import load_image
from tests.support.dicom_factory import mammogram, save
from tests.support.landmarks import hung_picture, stored_ways
from viewing.hanging.compose import PaneImage, pane_grey
from viewing.hanging.evidence import NO_EVIDENCE, PixelEvidence
from viewing.hanging.plan import PanePlan, PaneRequest, plan_hanging
from viewing.hanging.protocol import SizeMode
from viewing.painting import covered_area
from viewing.pane_images import evidence_and_air, pane_image

POLARITIES = [
    ("MONOCHROME2", "IDENTITY"),
    ("MONOCHROME2", None),
    ("MONOCHROME1", "INVERSE"),
    ("MONOCHROME1", None),
]
VIEWS = ["CC", "MLO", "XCC", "XCCL", "ML", "LM", "LMO", "SIO", "FB"]
SCREEN = ImageSize(64, 80)


def hang(ds: Dataset, folder: Path, evidence: PixelEvidence = NO_EVIDENCE) -> PanePlan:
    path = save(ds, folder / "image.dcm")
    ref = ImageRef(str(path), sop_instance_uid=ds.SOPInstanceUID)
    request = PaneRequest("pane", read_view(ds, ref))
    plan = plan_hanging([[request]], SCREEN, SizeMode.ACTUAL, {ref: evidence})
    return plan.panes[0]


def shown(pane: PanePlan) -> np.ndarray:
    assert pane.view
    assert pane.placement
    image = load_image(pane.view.ref)
    painted = pane_grey(PaneImage(image.pyramid.levels, pane_image_grey(image)), pane)
    area = covered_area(pane.placement, pane.rect.width, pane.rect.height)
    assert area
    at_wall = area.right == SCREEN.columns if pane.view.name[0] == "R" else area.left == 0
    assert at_wall, "the chest wall stands at the pane's inner edge"
    return painted[area.slices]


def pane_image_grey(image):
    _, air = evidence_and_air(image)
    return pane_image(image, air).grey


@pytest.mark.parametrize("laterality", ["R", "L"])
@pytest.mark.parametrize("view", VIEWS)
def test_landmarks_end_where_a_reader_expects_them(
    laterality: str, view: str, tmp_path: Path
) -> None:
    family = "CC" if view in {"CC", "XCC", "XCCL", "FB"} else "MLO"
    expected = hung_picture(laterality).astype(float) * 255 / 4095
    for stored, (photometric, shape) in product(stored_ways(laterality, family), POLARITIES):
        pixels = 4095 - stored.pixels if photometric == "MONOCHROME1" else stored.pixels
        ds = mammogram(
            laterality,
            view,
            pixels.astype(np.uint16),
            PatientOrientation=[stored.row, stored.column],
            PhotometricInterpretation=photometric,
            PresentationLUTShape=shape,
        )
        pane = hang(ds, tmp_path)
        assert np.abs(shown(pane) - expected).max() <= 1, (stored.row, stored.column, photometric)
        assert pane.flags == ()


@pytest.mark.parametrize("laterality", ["R", "L"])
def test_signed_pixels_hang_and_show_alike(laterality: str, tmp_path: Path) -> None:
    expected = hung_picture(laterality).astype(float) * 255 / 4095
    for stored in stored_ways(laterality, "MLO"):
        ds = mammogram(
            laterality,
            "MLO",
            (stored.pixels.astype(int) - 2048).astype(np.int16),
            PatientOrientation=[stored.row, stored.column],
            WindowCenter="0",
        )
        assert np.abs(shown(hang(ds, tmp_path)) - expected).max() <= 1


@pytest.mark.parametrize(
    ("attributes", "named"),
    [
        ({"Laterality": "L"}, "Laterality"),
        ({"ViewPosition": "CC"}, "View Position"),
        ({"PatientOrientation": None}, "Patient Orientation"),
        ({"PatientOrientation": ["A", "P"]}, "Patient Orientation"),
        ({"PatientOrientation": ["L", "F"]}, "Patient Orientation"),
        ({"PatientOrientation": ["", ""]}, "Patient Orientation"),
        ({"ImageLaterality": None, "SeriesDescription": "unpaired"}, "unknown"),
        ({"ImageLaterality": "B"}, "both|single"),
    ],
)
def test_an_image_that_cannot_be_hung_for_certain_is_flagged(
    attributes: dict[str, object], named: str, tmp_path: Path
) -> None:
    ds = mammogram("R", "MLO", hung_picture("R"), **attributes)
    flags = " ".join(str(flag) for flag in hang(ds, tmp_path).flags)
    assert any(name in flags for name in named.split("|")), flags
