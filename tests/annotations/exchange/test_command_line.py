"""``fourview export`` and ``import`` as typed, on demo images of nobody."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import cv2
import numpy as np
import pytest

from annotations.document.document import Document
from annotations.exchange.formats import FORMATS
from annotations.keeping.folders import reading_place
from annotations.keeping.reading_file import load_document, save_document
from app.cli.main import exit_code
from domain.finding import Contour, Finding, FindingKind, Geometry, ReaderProvenance
from domain.geometry import Box, ImagePoint, ImageSize
from domain.mask import RleMask
from domain.study import Study
from tests.support.small_studies import SHAPE, write_patients


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (one,) = write_patients(tmp_path / "images", 1)
    uid = one.views[0].ref.uid
    mask = RleMask.of(np.tril(np.ones((9, 9))), ImageSize(*SHAPE), 40, 60)
    triangle = Contour((ImagePoint(40, 60), ImagePoint(60, 62), ImagePoint(50, 80)))
    places = (
        Geometry(uid, mask=mask),
        Geometry(uid, contour=triangle),
        Geometry(uid, box=Box(40, 60, 60, 80)),
    )
    findings = tuple(
        Finding(UUID(int=at + 1), FindingKind.MASS, (place,), ReaderProvenance("ann"))
        for at, place in enumerate(places)
    )
    place = reading_place(tmp_path / "data" / "readings", one.uid, "ann")
    save_document(place.document, Document(one.uid, findings), reader="ann", sequence=3)
    return one


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_goes_out_and_comes_into_an_empty_folder(
    study: Study, tmp_path: Path, name: str
) -> None:
    out, fresh, images = tmp_path / "out", tmp_path / "fresh", str(tmp_path / "images")
    typed = ["export", "--format", name, "--out", str(out), "--images", images]
    assert exit_code(typed) == 0
    losses = json.loads((out / "losses.json").read_text())
    assert all(one["count"] > 0 for one in losses)
    typed = ["import", str(out), "--format", name, "--images", images, "--into", str(fresh)]
    assert exit_code([*typed, "--reader", "bob"]) == 0
    (file,) = fresh.rglob("*.json")
    back = load_document(file)
    assert back.reader == "bob"
    assert back.document.study_uid == study.uid
    assert {one.kind for one in back.document.findings} == {FindingKind.MASS}
    drawn_alone = {"png", "seg", "nnunet", "yolo-polygon"}
    expected = 1 if name == "nnunet" else 2 if name in drawn_alone else 3
    assert len(back.document.findings) == expected


def test_a_second_import_changes_nothing_and_says_so(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert exit_code(["export", "--out", str(out)]) == 0
    file = next((tmp_path / "data" / "readings").rglob("*.json"))
    before = file.read_bytes()
    assert exit_code(["import", str(out)]) == 2
    assert "already has a reading" in capsys.readouterr().err
    assert file.read_bytes() == before


def test_images_leave_without_the_letters_beside_the_breast(study: Study, tmp_path: Path) -> None:
    out, images = tmp_path / "out", str(tmp_path / "images")
    typed = ["export", "--format", "coco", "--out", str(out), "--images", images]
    assert exit_code([*typed, "--with-images", "--anonymize"]) == 0
    pictures = sorted((out / "images").glob("*.png"))
    assert len(pictures) == 4
    assert all(view.ref.uid not in str(out.rglob("*")) for view in study.views)
    for picture in pictures:
        pixels = cv2.imread(str(picture), cv2.IMREAD_UNCHANGED)
        assert pixels[:, 0].max() == 0 or pixels[:, -1].max() == 0


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["export", "--format", "tiff", "--out", "x"], "no format is called 'tiff'"),
        (["export", "--format", "seg", "--out", "x"], "--images"),
        (["export"], "--out is missing"),
        (["import", "nowhere"], "is not there"),
    ],
)
def test_a_wrong_command_says_what_to_do(
    study: Study, typed: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(typed) == 2
    assert told in capsys.readouterr().err


def test_a_faulty_file_imports_nothing(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, fresh = tmp_path / "out", tmp_path / "fresh"
    exit_code(["export", "--format", "coco", "--out", str(out)])
    file = out / "annotations.json"
    content = json.loads(file.read_text())
    content["annotations"][-1]["bbox"] = [5000, 1, 5, 5]
    file.write_text(json.dumps(content))
    assert exit_code(["import", str(file), "--format", "coco", "--into", str(fresh)]) == 2
    assert "reaches outside the image" in capsys.readouterr().err
    assert not fresh.exists()
