"""Readings made in Fourview as truths."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from annotations.document.document import Document
from annotations.document.opinion import Opinion
from annotations.keeping.reading_file import save_document
from domain.finding import (
    Contour,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
    Pathology,
    PathologyOutcome,
    ReaderProvenance,
    RejectionReason,
)
from domain.geometry import Box, ImagePoint, ImageSize
from domain.mask import RleMask
from domain.study import Study
from imaging.scanning.scan import scan
from tests.support.small_studies import write_patient
from training.data.sets import readings
from training.data.sets.listing import FolderSet

BOX = Box(30, 60, 50, 90)
READER, MODEL = ReaderProvenance("Dr R"), ModelProvenance("pack", "1", 0.5, "default")


def finding(number: int, geometry: Geometry, **more: object) -> Finding:
    made = Finding(UUID(int=number), FindingKind.MASS, (geometry,), READER, FindingStatus.ACCEPTED)
    return replace(made, **more)


def uid_of(study: Study, name: str) -> str:
    return next(view.ref.uid for view in study.views if view.name == name)


def read(folder: Path, *findings: Finding, sequence: int = 1, name: str = "r") -> FolderSet:
    (study,) = scan(folder / "study", workers=0).studies
    document = Document(study.uid, findings, Opinion(composition="c"))
    save_document(folder / "readings" / f"{name}.json", document, reader="R", sequence=sequence)
    return FolderSet(folder, readings.LAYOUT)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    write_patient(tmp_path / "study", 1)
    return scan(tmp_path / "study", workers=0).studies[0]


def test_what_a_reader_drew_is_a_truth_and_the_other_views_have_none(
    tmp_path: Path, study: Study
) -> None:
    uid = uid_of(study, "RCC")
    corners = tuple(ImagePoint(x, y) for x, y in ((30, 60), (50, 60), (50, 90), (30, 90)))
    listed = read(
        tmp_path,
        finding(1, Geometry(uid, box=BOX), pathology=Pathology(PathologyOutcome.MALIGNANT)),
        finding(2, Geometry(uid, contour=Contour(corners)), kind=FindingKind.ASYMMETRY),
    )
    infos = {info.view: info for info in listed.infos()}
    assert set(infos) == {"RCC", "LCC", "RMLO", "LMLO"}
    assert [len(infos[view].findings) for view in ("LCC", "RMLO", "LMLO")] == [0, 0, 0]
    mass, asymmetry = infos["RCC"].findings
    assert (mass.kind, mass.box, mass.malignant) == (FindingKind.MASS, BOX, True)
    assert asymmetry.mask is not None
    assert asymmetry.mask.area == 21 * 31
    assert infos["RCC"].composition == "c"
    assert "P1" not in infos["RCC"].patient
    assert listed.open(infos["RCC"]).spacing.row_mm == pytest.approx(0.1)


def test_a_rejected_mark_is_a_hard_negative_and_an_open_one_is_ignored(
    tmp_path: Path, study: Study
) -> None:
    place = Geometry(uid_of(study, "LMLO"), box=BOX)
    thrown = {"status": FindingStatus.REJECTED, "rejection": RejectionReason.VESSEL}
    listed = read(
        tmp_path,
        finding(1, place, provenance=MODEL, **thrown),
        finding(2, place, provenance=MODEL, status=FindingStatus.PROPOSED),
    )
    info = next(one for one in listed.infos() if one.view == "LMLO")
    assert [one.kind for one in info.findings] == [FindingKind.IGNORED_REGION]
    assert [one.box for one in listed.rejected(info)] == [BOX]


def test_of_an_edited_mark_the_reader_s_shape_counts(tmp_path: Path, study: Study) -> None:
    place = Geometry(uid_of(study, "RCC"), box=BOX)
    better = replace(place, box=Box(30, 60, 55, 95))
    listed = read(
        tmp_path,
        finding(1, place, provenance=MODEL, status=FindingStatus.PROPOSED),
        finding(2, better, status=FindingStatus.EDITED, parent_id=UUID(int=1)),
    )
    info = next(one for one in listed.infos() if one.view == "RCC")
    assert [one.box for one in info.findings] == [better.box]


def test_odd_readings_are_told(tmp_path: Path, study: Study) -> None:
    uid = uid_of(study, "RCC")
    mask = RleMask(ImageSize(9, 9), 2, ((1, 4),))
    read(tmp_path, name="earlier")
    listed = read(
        tmp_path,
        finding(1, Geometry(uid, mask=mask)),
        finding(2, Geometry(uid, point=ImagePoint(3, 4))),
        finding(3, Geometry("1.2.3", box=BOX)),
        name="later",
    )
    (tmp_path / "readings" / "broken.json").write_text('{"format": "fourview-reading"')
    (tmp_path / "readings" / "later.journal").write_bytes(b"")
    write_patient(tmp_path / "unread", 2)
    assert [info.findings for info in listed.infos()] == [()] * 4
    assert {one.what for one in listed.listing.oddities} == {
        "several readings of a study",
        "mask of another size",
        "finding without an extent",
        "finding on an image that is not there",
        "reading that can't be read",
        "reading that was not closed",
        "study that nobody read",
    }
