"""What ``fourview analyze`` leaves for other programs: findings.json by its schema, SR and SEG."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from annotations.exchange.formats import FORMATS
from app.cli.findings_file import read_findings
from app.cli.findings_json import PUBLISHED
from app.cli.main import exit_code
from app.presenters.exchanging.importing import known_images
from imaging.scanning.scan import scan
from tests.app.test_analyze import analyze, demo, summary
from tests.support.json_schema import faults
from tests.support.small_networks import write_package

SCHEMA: dict[str, Any] = json.loads(PUBLISHED.read_text())


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURVIEW_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write_package(tmp_path / "package", default_threshold=0.4)


def folder_of(out: Path) -> Path:
    return out / str(summary(out)[0]["folder"])


def test_what_is_written_is_as_the_published_schema_says(tmp_path: Path, package: Path) -> None:
    out = tmp_path / "out"
    assert analyze(demo(tmp_path / "study"), out, package, "--in-process") == 0
    file = json.loads((folder_of(out) / "findings.json").read_text())
    assert file["findings"]
    assert faults(SCHEMA, file) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda file: file.pop("key"), "$.key: is missing"),
        (lambda file: file.update(new=1), "$.new: nobody knows it"),
        (lambda file: file["findings"][0].update(kind="wart"), "$.findings[0].kind"),
        (lambda file: file["findings"][0].update(frame="0"), "$.findings[0].frame: is no integer"),
        (lambda file: file.update(version=2), "$.version: is not 1"),
    ],
)
def test_the_schema_refuses_what_is_not_so(
    tmp_path: Path, package: Path, change: Any, told: str
) -> None:
    out = tmp_path / "out"
    analyze(demo(tmp_path / "study"), out, package, "--in-process")
    file = json.loads((folder_of(out) / "findings.json").read_text())
    changed = copy.deepcopy(file)
    change(changed)
    assert any(one.startswith(told) for one in faults(SCHEMA, changed))


def test_the_same_findings_come_back_from_each_format_beside(tmp_path: Path, package: Path) -> None:
    study, out = demo(tmp_path / "study"), tmp_path / "out"
    asked = ["--format", "cad-sr", "--format", "coco", "--format", "cad-sr"]
    assert analyze(study, out, package, "--in-process", *asked) == 0
    folder = folder_of(out)
    found = read_findings(folder / "findings.json")
    known = known_images(scan(study, workers=1).studies)
    for form in ("cad-sr", "coco"):
        (reading,) = FORMATS[form].read(folder / form, known).readings
        assert {one.id for one in reading.document.findings} == {one.id for one in found}
        assert {one.provenance for one in reading.document.findings} == {
            one.provenance for one in found
        }
        assert (folder / form / "losses.json").is_file()


def test_a_format_that_is_asked_for_later_is_written_then(tmp_path: Path, package: Path) -> None:
    study, out = demo(tmp_path / "study"), tmp_path / "out"
    assert analyze(study, out, package, "--in-process") == 0
    assert not (folder_of(out) / "cad-sr").exists()
    assert analyze(study, out, package, "--in-process", "--format", "cad-sr") == 0
    assert summary(out)[0]["outcome"] == "done before"
    assert list((folder_of(out) / "cad-sr").glob("*.dcm"))


def test_an_unknown_format_is_refused_before_anything_is_read(
    tmp_path: Path, package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert analyze(demo(tmp_path / "study"), out, package, "--format", "tiff") == 2
    assert "no format is called 'tiff'" in capsys.readouterr().err
    assert not out.exists()


def test_what_an_earlier_run_wrote_is_exported_by_hand_as_well(
    tmp_path: Path, package: Path
) -> None:
    study, out = demo(tmp_path / "study"), tmp_path / "out"
    analyze(study, out, package, "--in-process")
    typed = ["export", str(folder_of(out) / "findings.json"), "--format", "cad-sr"]
    goal = tmp_path / "sr"
    assert exit_code([*typed, "--images", str(study), "--out", str(goal)]) == 0
    assert list(goal.glob("*.dcm"))
