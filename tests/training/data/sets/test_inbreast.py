"""INbreast: outlines as property lists, a table of views."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import Box
from domain.lexicon import Assessment
from tests.training.data.sets import fabricating as make
from training.data.sets import inbreast
from training.data.sets.listing import FolderSet

ROOT = "INbreast Release 1.0"


def data(folder: Path) -> FolderSet:
    return FolderSet(folder, inbreast.LAYOUT)


def test_outlines_become_masks_and_boxes_by_their_names(tmp_path: Path) -> None:
    info = data(make.inbreast(tmp_path)).infos()[0]
    assert (info.patient, info.composition, info.view) == ("inbreast-6c613a14b80a8591", "b", "RCC")
    mass, dot, spiculated, unknown = info.findings
    assert (mass.kind, mass.box) == (FindingKind.MASS, Box(9.5, 19.5, 30.5, 40.5))
    assert mass.size_mm == pytest.approx(2.1)
    assert mass.assessment is Assessment.LOW_SUSPICION
    assert (dot.kind, dot.box) == (FindingKind.CALCIFICATION, Box(14.5, 69.5, 15.5, 70.5))
    assert spiculated.kind is unknown.kind is FindingKind.IGNORED_REGION


def test_an_unknown_class_is_told_and_a_muscle_is_no_finding(tmp_path: Path) -> None:
    listed = data(make.inbreast(tmp_path))
    assert [len(info.findings) for info in listed.infos()] == [4, 0, 0]
    (odd,) = listed.listing.oddities
    assert (odd.what, odd.where) == ("unknown class", f"{ROOT}/AllXML/20586908.xml ROI 4")


def test_the_table_says_mlo_where_file_names_say_ml(tmp_path: Path) -> None:
    folder = make.inbreast(tmp_path)
    assert [info.view for info in data(folder).infos()] == ["RCC", "LMLO", "RMLO"]
    (folder / ROOT / "INbreast.csv").unlink()
    listed = data(folder)
    assert [info.view for info in listed.infos()] == ["RCC", "LMLO", "RMLO"]
    assert listed.listing.oddities[0].what == "missing table"


def test_the_table_may_be_a_workbook(tmp_path: Path) -> None:
    folder = make.inbreast(tmp_path)
    lines = (folder / ROOT / "INbreast.csv").read_text().splitlines()
    (folder / ROOT / "INbreast.csv").unlink()
    make.workbook(folder / ROOT / "INbreast.xlsx", [line.split(";") for line in lines])
    info = data(folder).infos()[0]
    assert (info.composition, info.findings[0].assessment) == ("b", Assessment.LOW_SUSPICION)


def test_an_old_workbook_is_asked_for_as_csv(tmp_path: Path) -> None:
    folder = make.inbreast(tmp_path)
    (folder / ROOT / "INbreast.csv").rename(folder / ROOT / "INbreast.xls")
    with pytest.raises(BadInputError, match=r"save it beside as INbreast\.csv"):
        data(folder).infos()


@pytest.mark.parametrize("content", [b"", b"<plist>", b"<plist><dict/></plist>", b"\0\1"])
def test_damaged_outlines_take_their_image_out(tmp_path: Path, content: bytes) -> None:
    folder = make.inbreast(tmp_path)
    (folder / ROOT / "AllXML" / "20586908.xml").write_bytes(content)
    listed = data(folder)
    assert len(listed.infos()) == 2
    assert listed.listing.oddities[0].what == "file that can't be read"


def test_images_that_the_table_names_and_that_are_missing_are_told(tmp_path: Path) -> None:
    folder = make.inbreast(tmp_path)
    next((folder / ROOT / "AllDICOMs").glob("20587054*")).unlink()
    listed = data(folder)
    assert ("missing image", "20587054") in [(o.what, o.where) for o in listed.listing.oddities]
