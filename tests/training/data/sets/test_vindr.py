"""VinDr-Mammo: boxes in a table, images that end in .dicom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import Box
from domain.lexicon import Assessment
from tests.training.data.sets import fabricating as make
from training.data.sets import vindr
from training.data.sets.listing import FolderSet


def data(folder: Path) -> FolderSet:
    return FolderSet(folder, vindr.LAYOUT)


def test_each_category_of_a_box_is_a_finding_of_its_kind(tmp_path: Path) -> None:
    listed = data(make.vindr(tmp_path))
    info = listed.infos()[0]
    assert (info.patient, info.view, info.composition, info.split) == (
        "vindr-s1",
        "LCC",
        "c",
        "train",
    )
    group, mass, skin, unknown = info.findings
    assert {group.kind, mass.kind} == {FindingKind.CALCIFICATION_GROUP, FindingKind.MASS}
    assert mass.box == Box(10, 20, 40, 50)
    assert mass.assessment is Assessment.SUSPICIOUS
    assert skin.kind is FindingKind.OTHER
    assert skin.box.right == make.COLUMNS - 0.5
    assert unknown.kind is FindingKind.IGNORED_REGION


def test_what_is_missing_or_odd_is_told(tmp_path: Path) -> None:
    found = data(make.vindr(tmp_path)).listing.oddities
    assert {one.what for one in found} == {
        "missing image",
        "box reaches beyond the image",
        "unknown class",
        "box of zero area",
    }
    assert next(one.where for one in found if one.what == "missing image") == "images/s1/i3.dicom"


def test_an_image_of_the_other_table_is_one_without_findings(tmp_path: Path) -> None:
    listed = data(make.vindr(tmp_path))
    normal = listed.infos()[1]
    assert (normal.name, normal.findings) == ("s1/i2", ())
    np.testing.assert_array_equal(listed.open(normal).pixels, make.breast())


def test_an_image_of_another_size_than_told_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    folder = make.vindr(tmp_path)
    make.dicom(folder / "images" / "s1" / "i1.dicom", make.breast(90, 60))
    listed = data(folder)
    with pytest.raises(BadInputError, match="is 90x60, but 96x64 was told"):
        listed.open(listed.infos()[0])


def test_a_table_without_a_column_that_is_needed_names_it(tmp_path: Path) -> None:
    make.table(tmp_path / "finding_annotations.csv", [{"study_id": "s1", "image_id": "i1"}])
    with pytest.raises(BadInputError, match="has no column laterality"):
        data(tmp_path).infos()
