"""A plain folder with a table of boxes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from domain.finding import FindingKind
from domain.geometry import Box
from tests.training.data.sets import fabricating as make
from training.data.sets import folder as plain
from training.data.sets.listing import FolderSet

BOX = {"x0": 10, "y0": 20, "x1": 40, "y1": 50}
NONE = dict.fromkeys(BOX, "")


def line(image: str, **more: object) -> dict[str, object]:
    told = {"image": image, "patient": "a", **BOX, "kind": "mass", "split": "", "spacing_mm": ""}
    return {**told, **more}


def write(folder: Path, *lines: dict[str, object]) -> FolderSet:
    make.dicom(folder / "images" / "one_R_MLO.dcm", make.breast(), "R", "MLO")
    make.picture(folder / "two_L_CC.png", make.breast())
    make.table(folder / "boxes.csv", lines)
    return FolderSet(folder, plain.LAYOUT)


def sorts(listed: FolderSet) -> list[str]:
    return [one.what for one in listed.listing.oddities]


def test_dicom_and_pictures_with_boxes_are_samples(tmp_path: Path) -> None:
    listed = write(
        tmp_path,
        line("one_R_MLO.dcm", split="test"),
        line("two_L_CC.png", patient="b", **NONE, spacing_mm="0.2"),
    )
    first, second = listed.infos()
    assert (first.name, first.view, first.split) == ("images/one_R_MLO.dcm", "RMLO", "test")
    assert first.findings[0].box == Box(9.5, 19.5, 39.5, 49.5)
    assert (second.view, second.findings) == ("LCC", ())
    assert listed.open(first).spacing.row_mm == pytest.approx(0.1)
    other = listed.open(second)
    assert other.spacing.row_mm == 0.2
    np.testing.assert_array_equal(other.pixels, make.breast())
    assert not listed.listing.oddities


def test_several_boxes_of_an_image_and_their_classes(tmp_path: Path) -> None:
    listed = write(
        tmp_path,
        line("two_L_CC.png", kind="Calcification Group"),
        line("two_L_CC.png", kind="blob"),
        line("two_L_CC.png", kind=""),
    )
    kinds = [one.kind for one in listed.infos()[0].findings]
    assert kinds == [
        FindingKind.CALCIFICATION_GROUP,
        FindingKind.IGNORED_REGION,
        FindingKind.MASS,
    ]
    assert sorts(listed) == ["unknown class", "image that the table does not name"]


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"x1": 10}, "box of zero area"),
        ({"x0": 70, "x1": 80}, "box outside the image"),
        ({"x1": 90}, "box reaches beyond the image"),
    ],
)
def test_boxes_that_do_not_fit_are_told_and_the_image_stays(
    tmp_path: Path, wrong: dict[str, object], what: str
) -> None:
    listed = write(tmp_path, line("one_R_MLO.dcm", patient="b"), line("two_L_CC.png", **wrong))
    assert sorts(listed) == [what]
    assert len(listed.infos()) == 2


@pytest.mark.parametrize(
    "wrong", [{"x1": "wide"}, {"x1": ""}, {"x1": "inf"}, {"x1": 5}, {"split": "holdout"}]
)
def test_a_line_that_makes_no_sense_takes_its_image_out(
    tmp_path: Path, wrong: dict[str, object]
) -> None:
    listed = write(tmp_path, line("one_R_MLO.dcm", patient="b"), line("two_L_CC.png", **wrong))
    assert [info.name for info in listed.infos()] == ["images/one_R_MLO.dcm"]
    assert "line that can't be used" in sorts(listed)


def test_without_patients_each_image_is_its_own_and_that_is_told(tmp_path: Path) -> None:
    lines = [line("one_R_MLO.dcm"), line("two_L_CC.png")]
    listed = write(tmp_path, *({k: v for k, v in one.items() if k != "patient"} for one in lines))
    assert len({info.patient for info in listed.infos()}) == 2
    assert sorts(listed) == ["no column patient"]


def test_missing_and_damaged_images_are_told(tmp_path: Path) -> None:
    write(tmp_path, line("one_R_MLO.dcm"))
    (tmp_path / "two_L_CC.png").write_bytes(b"\x89PNG")
    make.table(tmp_path / "boxes.csv", [line("one_R_MLO.dcm"), line("two_L_CC.png"), line("gone")])
    listed = FolderSet(tmp_path, plain.LAYOUT)
    assert len(listed.infos()) == 1
    assert {"missing image", "file that can't be read"} <= set(sorts(listed))
