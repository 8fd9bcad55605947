"""CBIS-DDSM as it is downloaded, quirks and all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import Box
from domain.laterality import Laterality
from domain.lexicon import Assessment, DescriptorAxis
from domain.view_position import ViewPosition
from tests.training.data.sets import fabricating as make
from training.data.sets import cbis
from training.data.sets.listing import FolderSet

ROI = "CBIS-DDSM/Mass-Training_P_00001_LEFT_CC_1/07-21-2016-DDSM-NA-1/1.000000-ROI mask images-1"


def data(folder: Path) -> FolderSet:
    return FolderSet(folder, cbis.LAYOUT)


def sorts(listed: FolderSet) -> list[str]:
    return [one.what for one in listed.listing.oddities]


def test_a_mask_is_told_from_the_cut_out_by_its_size_and_not_by_the_table(tmp_path: Path) -> None:
    infos = data(make.cbis(tmp_path)).infos()
    first = infos[0]
    assert first.name == "P_00001_LEFT_CC"
    assert (first.laterality, first.position) == (Laterality.LEFT, ViewPosition.CC)
    assert (first.composition, first.split) == ("c", "train")
    (mass,) = first.findings
    assert mass.kind is FindingKind.MASS
    assert mass.box == Box(9.5, 19.5, 39.5, 49.5)
    assert mass.mask is not None
    assert mass.mask.area == 900
    assert mass.malignant
    assert mass.assessment is Assessment.SUSPICIOUS
    assert mass.subtlety == 0.25
    assert dict(mass.descriptors.terms)[DescriptorAxis.MASS_MARGIN] == "spiculated"


def test_a_film_listed_under_masses_and_calcifications_is_one_image(tmp_path: Path) -> None:
    infos = data(make.cbis(tmp_path)).infos()
    assert len(infos) == 2
    kinds = {one.kind for one in infos[1].findings}
    assert kinds == {FindingKind.MASS, FindingKind.CALCIFICATION_GROUP}


def test_a_patient_in_train_and_test_counts_as_test_and_is_told(tmp_path: Path) -> None:
    listed = data(make.cbis(tmp_path))
    assert {info.split for info in listed.infos() if info.patient == "cbis-P_00002"} == {"test"}
    assert "patient in train and test" in sorts(listed)


def test_an_image_opens_with_its_own_pixels(tmp_path: Path) -> None:
    listed = data(make.cbis(tmp_path))
    sample = listed.open(listed.infos()[0])
    np.testing.assert_array_equal(sample.pixels, make.breast())


def test_a_mask_of_another_size_but_one_shape_is_resized(tmp_path: Path) -> None:
    folder = make.cbis(tmp_path)
    small = make.rectangle((10, 20, 40, 50))[::2, ::2]
    make.dicom(folder / ROI / "1-1.dcm", np.ascontiguousarray(small))
    listed = data(folder)
    box = listed.infos()[0].findings[0].box
    assert box == Box(9.5, 19.5, 39.5, 49.5)
    odd = next(one for one in listed.listing.oddities if one.what == "mask of another size")
    assert odd.detail == "48x32 for 96x64, resized"


def test_a_mask_of_another_shape_takes_its_image_out_with_clear_words(tmp_path: Path) -> None:
    folder = make.cbis(tmp_path)
    make.dicom(folder / ROI / "1-1.dcm", make.rectangle((1, 2, 30, 30), 80, 80))
    listed = data(folder)
    assert [info.name for info in listed.infos()] == ["P_00002_RIGHT_MLO"]
    odd = next(one for one in listed.listing.oddities if one.what == "mask of another size")
    assert odd.detail == "80x80 for 96x64, of another shape: the image is left out"


def test_an_image_whose_lesion_has_no_mask_is_left_out(tmp_path: Path) -> None:
    folder = make.cbis(tmp_path)
    (folder / ROI / "1-1.dcm").unlink()
    listed = data(folder)
    assert len(listed.infos()) == 1
    assert "missing mask" in sorts(listed)


def test_a_set_without_any_image_says_what_is_missing(tmp_path: Path) -> None:
    line = make.cbis_line("mass", "train", "P_00001", "LEFT", "CC", 1)
    make.table(tmp_path / "mass_case_description_train_set.csv", [line])
    with pytest.raises(BadInputError, match="missing image"):
        data(tmp_path).infos()


def test_a_damaged_mask_costs_its_image_alone(tmp_path: Path) -> None:
    folder = make.cbis(tmp_path)
    (folder / ROI / "1-1.dcm").write_bytes(b"no dicom")
    listed = data(folder)
    assert len(listed.infos()) == 1
    assert "file that can't be read" in sorts(listed)
