"""DDSM: .ics, chain codes, converted films."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import Box
from domain.lexicon import DescriptorAxis
from tests.training.data.sets import fabricating as make
from training.data.sets import ddsm
from training.data.sets.ddsm_files import read_overlay
from training.data.sets.listing import FolderSet

CASE = "cases/cancers/cancer_01/case0001"


def data(folder: Path) -> FolderSet:
    return FolderSet(folder, ddsm.LAYOUT)


def test_an_outline_follows_a_film_that_was_made_smaller(tmp_path: Path) -> None:
    listed = data(make.ddsm(tmp_path))
    info = listed.infos()[0]
    assert (info.name, info.patient, info.view) == ("A_0001_1.LEFT_CC", "ddsm-A_0001_1", "LCC")
    mass, calcium = info.findings
    assert (mass.kind, calcium.kind) == (FindingKind.MASS, FindingKind.CALCIFICATION_GROUP)
    assert mass.box.left == pytest.approx(9.5, abs=0.5)
    assert (mass.box.width, mass.box.height) == pytest.approx((20, 30), abs=1)
    assert mass.mask is not None
    assert mass.mask.area == mass.box.area
    assert mass.malignant
    assert mass.subtlety == 1
    assert dict(mass.descriptors.terms)[DescriptorAxis.MASS_SHAPE] == "lobular"
    sample = listed.open(info)
    assert sample.spacing.row_mm == pytest.approx(0.1)
    assert mass.size_mm == pytest.approx(mass.box.height * 0.1)
    np.testing.assert_array_equal(sample.pixels, make.breast())


def test_a_normal_film_has_no_findings_and_ljpeg_alone_is_told(tmp_path: Path) -> None:
    listed = data(make.ddsm(tmp_path))
    assert [(info.name, len(info.findings)) for info in listed.infos()][1:] == [
        ("A_0001_1.RIGHT_CC", 0)
    ]
    (odd,) = listed.listing.oddities
    assert odd.what == "image as LJPEG alone"
    assert "convert it to 16-bit PNG" in odd.detail


def test_a_film_whose_overlay_is_missing_is_not_taken_for_normal(tmp_path: Path) -> None:
    folder = make.ddsm(tmp_path)
    (folder / CASE / "A_0001_1.LEFT_CC.OVERLAY").unlink()
    listed = data(folder)
    assert [info.name for info in listed.infos()] == ["A_0001_1.RIGHT_CC"]
    assert "missing overlay" in [one.what for one in listed.listing.oddities]


def test_a_film_of_another_shape_is_refused(tmp_path: Path) -> None:
    folder = make.ddsm(tmp_path)
    make.picture(folder / CASE / "A_0001_1.LEFT_CC.png", make.breast(96, 96))
    listed = data(folder)
    assert "image of another shape" in [one.what for one in listed.listing.oddities]
    assert len(listed.infos()) == 1


@pytest.mark.parametrize("codes", ["9 9 #", "x y #", "5 #", "20 20 8 #", ""])
def test_a_broken_chain_names_the_file(tmp_path: Path, codes: str) -> None:
    path = tmp_path / "A.OVERLAY"
    path.write_text(f"ABNORMALITY 1\nBOUNDARY\n\t{codes}\n")
    if codes == "9 9 #":
        assert read_overlay(path)[0].outline is not None  # a single point
        return
    with pytest.raises(BadInputError, match=r"A\.OVERLAY"):
        read_overlay(path)


@given(
    left=st.integers(0, 5000),
    top=st.integers(0, 5000),
    width=st.integers(1, 60),
    height=st.integers(1, 60),
)
def test_a_chain_comes_back_to_its_start_and_spans_its_box(
    tmp_path_factory: pytest.TempPathFactory, left: int, top: int, width: int, height: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "chain.OVERLAY"
    codes = make.chain(left, top, width, height)
    path.write_text(f"ABNORMALITY 1\nBOUNDARY\n\t{codes} #\n")
    outline = read_overlay(path)[0].outline
    assert outline is not None
    assert outline[0].tolist() == outline[-1].tolist() == [left, top]
    found = Box(*outline.min(axis=0), *outline.max(axis=0))
    assert found == Box(left, top, left + width, top + height)
