from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import cv2
import pytest

from app.cli import analyze as command
from app.cli.analysis_readers import InProcess
from app.cli.analyzing import choose_packages
from app.cli.findings_json import PUBLISHED, findings_schema, read_findings_file
from app.cli.main import exit_code
from domain.errors import BadInputError, FourviewError
from domain.finding import FindingKind
from domain.geometry import ImageSize
from inference.packages.manifest import Stage as PackageStage
from inference.pipeline.results import ScoreKind, StudyResult
from inference.worker.jobs import StudyJob
from phantom.recipe import Content, StudyRecipe
from phantom.studies.options import DemoOptions
from phantom.studies.writing import write_study
from tests.support.fake_stages import FAKES, use_fakes
from tests.support.plain_views import use_plain_views
from tests.support.small_networks import write_package


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURVIEW_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write_package(tmp_path / "package", default_threshold=0.4)


def demo(folder: Path, seed: int = 0) -> Path:
    recipe = StudyRecipe(seed=seed, content=Content.DEMO, size=ImageSize(320, 260))
    with pytest.MonkeyPatch.context() as patch:
        use_plain_views(patch)
        write_study(folder, recipe, DemoOptions())
    return folder


def analyze(path: Path, out: Path, package: Path, *more: str) -> int:
    told = ["analyze", str(path), "--out", str(out), "--package", str(package)]
    return exit_code([*told, "--device", "cpu", *more])


def summary(out: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((out / "analysis.json").read_text())["studies"]
    return found


def test_the_published_schema_is_that_of_the_program() -> None:
    assert json.loads(PUBLISHED.read_text()) == json.loads(findings_schema())


@pytest.mark.parametrize("way", [["--in-process"], []], ids=["here", "in the worker"])
def test_a_study_becomes_findings_and_a_picture_a_view(
    tmp_path: Path, package: Path, way: list[str]
) -> None:
    study, out = demo(tmp_path / "study"), tmp_path / "out"
    assert analyze(study, out, package, *way) == 0
    (row,) = summary(out)
    assert row["outcome"] == "done"
    file = read_findings_file(out / row["folder"] / "findings.json")
    assert len(file.views) == 4
    assert file.findings
    assert len(file.findings) == row["findings"]
    images = {one.image for one in file.views}
    for finding in file.findings:
        assert finding.image in images
        assert finding.score >= finding.provenance.threshold == 0.4
        assert finding.provenance.package_id == "bright-cells"
    assert file.case_score == max(one.score or 0 for one in file.views)
    for view in file.views:
        assert view.overlay is not None
        drawn = cv2.imread(str(out / row["folder"] / view.overlay))
        assert drawn is not None
        assert (drawn.max(axis=2).astype(int) - drawn.min(axis=2) > 60).any(), "marks in colour"


def test_both_ways_find_the_same(tmp_path: Path, package: Path) -> None:
    study = demo(tmp_path / "study")
    files = []
    for name, way in (("here", ["--in-process"]), ("there", [])):
        for kept in (tmp_path / "cache" / "results").glob("*"):
            kept.unlink()
        assert analyze(study, tmp_path / name, package, *way) == 0
        folder = summary(tmp_path / name)[0]["folder"]
        files.append((tmp_path / name / folder / "findings.json").read_bytes())
    assert files[0] == files[1]


def test_what_is_done_is_not_done_again_until_something_changes(
    tmp_path: Path, package: Path
) -> None:
    study, out = demo(tmp_path / "study"), tmp_path / "out"
    assert analyze(study, out, package, "--in-process") == 0
    folder = out / summary(out)[0]["folder"]
    written = (folder / "findings.json").stat().st_mtime_ns
    assert analyze(study, out, package, "--in-process") == 0
    assert summary(out)[0]["outcome"] == "done before"
    assert (folder / "findings.json").stat().st_mtime_ns == written
    assert analyze(study, out, package, "--in-process", "--threshold", "0.6") == 0
    assert summary(out)[0]["outcome"] == "done"
    next(folder.glob("*.png")).unlink()
    assert analyze(study, out, package, "--in-process", "--threshold", "0.6") == 0
    assert summary(out)[0]["outcome"] == "done"
    os.utime(study / "RCC.dcm", (1, 1))
    assert analyze(study, out, package, "--in-process", "--threshold", "0.6") == 0
    assert summary(out)[0]["outcome"] == "done"


def test_a_half_written_file_is_made_anew(tmp_path: Path, package: Path) -> None:
    study, out = demo(tmp_path / "study"), tmp_path / "out"
    assert analyze(study, out, package, "--in-process") == 0
    path = out / summary(out)[0]["folder"] / "findings.json"
    path.write_bytes(path.read_bytes()[:100])
    assert analyze(study, out, package, "--in-process") == 0
    assert read_findings_file(path).views


def test_a_failing_study_is_reported_and_the_rest_goes_on(
    tmp_path: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in (0, 1):
        demo(tmp_path / "studies" / str(seed), seed)
    real, seen = InProcess.read, []

    def read(self: InProcess, job: StudyJob, report: Any) -> StudyResult:
        seen.append(job.uid)
        if len(seen) == 1:
            raise FourviewError("the worker gave up")
        return real(self, job, report)

    monkeypatch.setattr(InProcess, "read", read)
    out = tmp_path / "out"
    assert analyze(tmp_path / "studies", out, package, "--in-process") == 1
    first, second = summary(out)
    assert (first["outcome"], first["reason"]) == ("failed", "the worker gave up")
    assert second["outcome"] == "done"
    assert analyze(tmp_path / "studies", out, package, "--in-process") == 0
    assert [one["outcome"] for one in summary(out)] == ["done", "done before"]


def test_an_unreadable_view_is_told_of_and_the_others_are_read(
    tmp_path: Path, package: Path
) -> None:
    study, out = demo(tmp_path / "study"), tmp_path / "out"
    path = study / "LMLO.dcm"
    path.write_bytes(path.read_bytes()[:-50_000])
    assert analyze(study, out, package, "--in-process") == 0
    file = read_findings_file(out / summary(out)[0]["folder"] / "findings.json")
    assert len(file.views) == 3
    assert "No LMLO was read" in file.notes


def test_json_says_what_came_of_each_study(
    tmp_path: Path, package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study, out = demo(tmp_path / "study"), tmp_path / "out"
    assert analyze(study, out, package, "--in-process", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["studies"] == summary(out)
    assert "not a medical device" in told["notice"]


def test_output_inside_the_input_is_refused(
    tmp_path: Path, package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = demo(tmp_path / "study")
    assert analyze(study, study / "out", package, "--in-process") == 2
    assert not (study / "out").exists()
    assert "read as mammograms" in capsys.readouterr().err


def test_without_a_package_one_line_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = demo(tmp_path / "study")
    told = ["analyze", str(study), "--out", str(tmp_path / "out"), "--package", "nowhere"]
    assert exit_code(told) == 2
    said = capsys.readouterr().err
    assert "nowhere" in said
    assert said.count("\n") == 1


def test_the_active_package_reads_where_none_is_named(tmp_path: Path, package: Path) -> None:
    study, out = demo(tmp_path / "study"), tmp_path / "out"
    assert exit_code(["models", "add", str(package)]) == 0
    assert exit_code(["models", "activate", "bright-cells"]) == 0
    plain = ["analyze", str(study), "--out", str(out), "--in-process"]
    assert exit_code(plain) == 0
    assert summary(out)[0]["outcome"] == "done"
    written = json.loads(next(out.glob("*/findings.json")).read_text(encoding="utf-8"))
    read_with = {one["id"] for one in written["packages"]}
    # It takes the place of the shipped reader's own detector, and the other stages read on.
    assert read_with >= {"bright-cells", "contour-unet-fine"}
    assert "deeplima-mass-small" not in read_with
    assert exit_code(plain) == 0
    assert summary(out)[0]["outcome"] == "done before"
    assert exit_code([*plain, "--package", "bright-cells@1.0"]) == 0
    assert summary(out)[0]["outcome"] == "done"
    assert exit_code([*plain, "--package", "bright-cells@2.0"]) == 2


def test_a_threshold_moves_all_packages_that_look_for_findings() -> None:
    usual = choose_packages(None, None)
    threshold = usual.threshold(usual.lead)
    assert choose_packages(None, threshold).uses == usual.uses
    stricter = choose_packages(None, threshold + 0.1)
    assert stricter.threshold(stricter.lead) == threshold + 0.1
    assert len(usual.finders) == 2
    for one in usual.finders:
        assert stricter.threshold(one) > usual.threshold(one)


def reader_package(models: Path) -> Path:
    """Bright cells and the fakes of all later stages, and the package that names them all."""
    cells = write_package(models / "bright-cells", default_threshold=0.4)
    stages = {"detect": "bright-cells"} | {one: f"fake-{one}" for one in FAKES}
    for stage in FAKES:
        write_package(models / stage, id=f"fake-{stage}", stage=stage, system="fake", kinds=None)
    members = [{"stage": one, "id": name, "version": "1.0"} for one, name in stages.items()]
    told = json.loads((cells / "manifest.json").read_text())
    kept = {name: told[name] for name in ("format", "version_of_format", "version", "intended_use")}
    whole = kept | {"id": "whole", "title": "All", "system": "reader", "stage": "reader"}
    (models / "whole").mkdir()
    (models / "whole" / "manifest.json").write_text(json.dumps(whole | {"members": members}))
    return models


def test_a_reader_package_reads_with_all_its_members(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fakes(monkeypatch)
    study, out = demo(tmp_path / "study"), tmp_path / "out"
    reader_package(tmp_path / "data" / "models")
    assert exit_code(["models", "activate", "whole"]) == 0
    assert exit_code(["analyze", str(study), "--out", str(out), "--in-process"]) == 0
    file = read_findings_file(out / summary(out)[0]["folder"] / "findings.json")
    stages = [PackageStage.DETECT, *(PackageStage(one) for one in FAKES)]
    assert [one.stage for one in file.packages] == stages
    assert all(list(one.done) == stages for one in file.views)
    assert file.score_is is ScoreKind.MALIGNANCY
    assert file.case_score == max(one.malignancy or 0 for one in file.findings)
    assert file.composition["c"] == 0.75
    masses = [one for one in file.findings if one.kind is FindingKind.MASS]
    groups = [one for one in file.findings if one.kind is FindingKind.CALCIFICATION_GROUP]
    assert any(one.contour for one in masses)
    assert len(groups) == 4
    assert all(one.mask and one.assessment for one in groups)
    named = ["analyze", str(study), "--out", str(out), "--in-process", "--package", "whole"]
    assert exit_code(named) == 0
    assert summary(out)[0]["outcome"] == "done before"
    assert exit_code(["models", "activate", "bright-cells"]) == 0
    assert exit_code([*named[:-1], "bright-cells"]) == 0
    assert summary(out)[0]["outcome"] == "done", "results are kept under all packages"


def test_a_package_that_does_not_read_for_the_reader_package_s_sake_is_not_said_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reader_package(tmp_path / "data" / "models")
    write_package(tmp_path / "data" / "models" / "other", id="other")
    assert exit_code(["models", "activate", "whole"]) == 0
    assert exit_code(["models", "activate", "other"]) == 0
    assert "rollback reader" in capsys.readouterr().out


def test_a_file_of_another_kind_is_no_findings_file(tmp_path: Path) -> None:
    path = tmp_path / "findings.json"
    path.write_text("[]")
    with pytest.raises(BadInputError):
        read_findings_file(path)
    assert command.SUMMARY == "analysis.json"
