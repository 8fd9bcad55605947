from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import cv2
import numpy as np
import pytest
from pydantic import TypeAdapter

from app.cli.main import exit_code
from domain.finding import Finding, FindingKind, Geometry, ReaderProvenance
from domain.geometry import Box, ImageSize
from phantom.recipe import Content, StudyRecipe
from phantom.studies.options import DemoOptions
from phantom.studies.writing import write_study
from tests.support.dicom_factory import TOMOSYNTHESIS, mammogram, save
from tests.support.plain_views import use_plain_views
from tests.support.real_data import GE_RMLO, HOLOGIC_TRUNCATED, REAL_DATA, needs_real_data


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURVIEW_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    recipe = StudyRecipe(seed=0, content=Content.DEMO, size=ImageSize(320, 260))
    with pytest.MonkeyPatch.context() as patch:
        use_plain_views(patch)
        write_study(folder, recipe, DemoOptions())
    return folder


def picture(path: Path) -> np.ndarray:
    read = cv2.imread(str(path))
    assert read is not None
    return read


def test_render_hangs_the_four_views_back_to_back(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "study.png"
    assert exit_code(["render", str(study), "--out", str(out), "--size", "800x600"]) == 0
    drawn = picture(out)
    assert drawn.shape == (600, 800, 3)
    grey = drawn.max(axis=2).astype(float)
    for rows in (slice(100, 200), slice(350, 550)):
        assert grey[rows, 390:410].mean() > 80, "breasts meet in the middle"
        assert grey[rows, 0:20].mean() < 5
        assert grey[rows, -20:].mean() < 5


def test_a_missing_view_leaves_its_pane_black(study: Path, tmp_path: Path) -> None:
    (study / "LMLO.dcm").unlink()
    out = tmp_path / "study.png"
    assert exit_code(["render", str(study), "--out", str(out), "--size", "800x600"]) == 0
    assert picture(out)[340:, 410:].max() == 0
    assert picture(out)[340:, 300:390].mean() > 40


def test_a_broken_file_is_named_and_the_rest_still_hangs(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = study / "RCC.dcm"
    broken.write_bytes(broken.read_bytes()[:-5000])
    out = tmp_path / "study.png"
    assert exit_code(["render", str(study), "--out", str(out)]) == 0
    assert exit_code(["info", str(study)]) == 0
    printed = capsys.readouterr().out
    assert "RCC.dcm: Pixel Data (7FE0,0010)" in printed
    assert "fills LCC" in printed


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["info", "{folder}/nowhere"], "nowhere"),
        (["info", "{folder}/empty"], "empty"),
        (["render", "{study}"], "--out"),
        (["render", "{study}", "--out", "{folder}/x/y.png"], "y.png"),
        (["render", "{study}", "--out", "{folder}/y.png", "--size", "3x"], "--size"),
        (["render", "{study}", "--out", "{folder}/y.png", "--protocol", "mine"], "screening"),
        (["render", "{study}", "--out", "{folder}/y.png", "--step", "mine"], "four-on-one"),
        (["render", "{study}", "--out", "{folder}/y.png", "--study", "9"], "There are"),
        (["render", "{study}", "--out", "{folder}/y.png", "--findings", "{study}/RCC.dcm"], "RCC"),
        (["render", "{study}", "--out", "{folder}/y.jpg"], ".png"),
        (["render", "{study}", "--out", "{folder}/empty"], "empty"),
        (["nothing"], "nothing"),
    ],
)
def test_bad_input_is_one_line_on_stderr_and_exit_code_two(
    arguments: list[str],
    named: str,
    study: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "empty").mkdir()
    filled = [argument.format(folder=tmp_path, study=study) for argument in arguments]
    assert exit_code(filled) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert named in printed.err


def test_a_failed_render_leaves_the_old_picture_alone(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "study.png"
    out.write_bytes(b"old")
    assert exit_code(["render", str(study), "--out", str(out), "--step", "mine"]) == 2
    assert out.read_bytes() == b"old"


def test_info_never_prints_the_patient_unasked(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(["info", str(study)]) == 0
    assert exit_code(["info", str(study), "--json"]) == 0
    assert "Synthetic^Demo" not in capsys.readouterr().out
    assert exit_code(["info", str(study), "--patient"]) == 0
    assert "Synthetic^Demo" in capsys.readouterr().out


def test_info_as_json_tells_slot_spacing_and_source(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(["info", str(study), "--json"]) == 0
    views = json.loads(capsys.readouterr().out)["studies"][0]["views"]
    assert sorted(view["slot"] for view in views) == ["LCC", "LMLO", "RCC", "RMLO"]
    assert {view["spacing_source"] for view in views} == {"ImagerPixelSpacing / ERMF"}
    assert views[0]["windows"][:3] == ["NORMAL", "HARDER", "SOFTER"]


def test_two_patients_in_one_folder_are_not_guessed_between(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    save(mammogram("R", "CC", patient_id="1", study_uid="1.2.3"), folder / "a.dcm")
    save(mammogram("L", "CC", patient_id="2", study_uid="1.2.4"), folder / "b.dcm")
    assert exit_code(["render", str(folder), "--out", str(tmp_path / "x.png")]) == 2
    assert "several patients" in capsys.readouterr().err


def test_a_prior_hangs_below_the_current_exam(tmp_path: Path) -> None:
    for seed, year in ((0, "2020"), (1, "2026")):
        folder = tmp_path / "both" / year
        folder.mkdir(parents=True)
        for side in "RL":
            ds = mammogram(side, "CC", study_uid=f"1.2.{seed}", StudyDate=f"{year}0101")
            save(ds, folder / f"{side}.dcm")
    out = tmp_path / "x.png"
    arguments = ["render", str(tmp_path / "both"), "--out", str(out), "--step", "prior-cc"]
    assert exit_code([*arguments, "--size", "400x400"]) == 0
    assert picture(out)[210:, 190:210].max() > 50


def test_findings_are_drawn_over_the_image_they_belong_to(study: Path, tmp_path: Path) -> None:
    uid = json.loads((study / "truth.json").read_bytes())["images"][0]["sop_uid"]
    mark = Finding(
        UUID(int=1),
        FindingKind.MASS,
        (Geometry(uid, box=Box(150, 100, 190, 140)),),
        ReaderProvenance("reader"),
    )
    file = tmp_path / "findings.json"
    file.write_bytes(TypeAdapter(tuple[Finding, ...]).dump_json((mark,)))
    out = tmp_path / "study.png"
    arguments = ["render", str(study), "--out", str(out), "--size", "800x600"]
    assert exit_code([*arguments, "--findings", str(file)]) == 0
    colourful = np.ptp(picture(out).astype(int), axis=2) > 60
    assert colourful[:300, :400].sum() > 50
    assert colourful[:, 400:].sum() == 0


def test_help_explains_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["--help"]) == 0
    assert "not a medical" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("arguments", [[], ["{tmp}"]])
def test_without_a_display_the_window_is_refused_in_one_line(
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert exit_code([argument.format(tmp=tmp_path) for argument in arguments]) == 1
    assert "no display" in capsys.readouterr().err


def test_a_path_that_is_not_there_opens_no_window(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["/nowhere/at/all"]) == 2
    assert "/nowhere/at/all" in capsys.readouterr().err


def test_doctor_tells_codecs_and_tests_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["doctor", "--json", "--self-test"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["usable"]
    rows = {check["name"]: check for check in report["checks"]}
    assert rows["RLE Lossless"]["health"] == "ok"
    assert rows["demo study"]["health"] == "ok"


@needs_real_data
def test_the_real_images_are_described_as_what_they_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert exit_code(["info", str(REAL_DATA / "dicom"), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    views = {Path(v["file"]).stem: v for study in record["studies"] for v in study["views"]}
    ge = views["ge-senographe-rmlo-jpegll"]
    assert (ge["view"], ge["slot"]) == ("RMLO", "RMLO")
    assert ge["windows"][:3] == ["NORMAL", "HARDER", "SOFTER"]
    assert ge["spacing_mm"] == pytest.approx([0.0940909, 0.0940909], abs=1e-6)
    siemens = views["siemens-mammomat-lcc"]
    assert (siemens["slot"], siemens["kind"]) == (None, "stereotactic")
    problems = [p for study in record["studies"] for p in study["problems"]] + record["problems"]
    assert [Path(p["file"]).name for p in problems] == [HOLOGIC_TRUNCATED.name]
    assert "Pixel Data (7FE0,0010)" in problems[0]["reason"]


@needs_real_data
def test_the_real_right_mlo_hangs_in_its_own_slot(tmp_path: Path) -> None:
    out = tmp_path / "ge.png"
    assert exit_code(["render", str(GE_RMLO), "--out", str(out), "--size", "1000x800"]) == 0
    drawn = picture(out).max(axis=2).astype(float)
    assert drawn[420:700, 450:500].mean() > 60, "tissue at the chest wall, in the lower left pane"
    assert drawn[420:, :300].mean() < 12, "air is black"
    assert drawn[30:400].mean() < 2, "no CC"


def test_info_says_how_many_files_were_passed_over_and_why_pictures_were_left_out(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (study / "notes.txt").write_text("no image")
    cv2.imwrite(str(study / "thumbnail.png"), np.zeros((8, 8), np.uint8))
    assert exit_code(["info", str(study)]) == 0
    printed = capsys.readouterr().out
    assert "other files passed over: 4" in printed  # these two, truth.json and findings.json
    assert "1 pictures were left out" in printed


def test_a_picture_never_takes_the_place_of_a_mammogram(study: Path, tmp_path: Path) -> None:
    mammogram_file = study / "RCC.dcm"
    before = mammogram_file.read_bytes()
    link = tmp_path / "link.png"
    link.symlink_to(mammogram_file)
    for out in (mammogram_file, link):
        assert exit_code(["render", str(study), "--out", str(out)]) == 2
    assert mammogram_file.read_bytes() == before


def test_render_tells_of_files_that_could_not_be_opened(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = study / "LMLO.dcm"
    broken.write_bytes(broken.read_bytes()[:-5000])
    out = tmp_path / "x.png"
    assert exit_code(["render", str(study), "--out", str(out), "--size", "800x600"]) == 0
    assert "LMLO.dcm: Pixel Data (7FE0,0010)" in capsys.readouterr().out
    warning = np.ptp(picture(out)[300:, 400:].astype(int), axis=2)
    assert (warning > 60).any(), "the empty pane says so too, in colour"


def test_render_tells_what_is_odd_about_the_grey_scale(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = save(mammogram("R", "CC", PresentationLUTShape="INVERSE"), tmp_path / "a.dcm")
    assert exit_code(["render", str(file), "--out", str(tmp_path / "x.png")]) == 0
    assert "Presentation LUT Shape (2050,0020)" in capsys.readouterr().out


def test_render_counts_the_images_that_a_step_leaves_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("CC", "XCCL"):
        save(mammogram("R", name), tmp_path / f"{name}.dcm")
    assert exit_code(["render", str(tmp_path), "--out", str(tmp_path / "x.png")]) == 0
    assert "does not show: 1" in capsys.readouterr().out


def test_of_a_stack_the_middle_slice_is_shown_and_named(tmp_path: Path) -> None:
    slices = np.zeros((5, 96, 64), np.uint16)
    slices[2, 10:-10, 30:] = 3000
    stack = mammogram("R", "MLO", slices, SOPClassUID=TOMOSYNTHESIS)
    save(stack, tmp_path / "stack.dcm")
    out = tmp_path / "x.png"
    assert exit_code(["render", str(tmp_path), "--out", str(out), "--size", "400x400"]) == 0
    assert picture(out)[150:250, 330:390].mean() > 100


def test_what_files_say_cannot_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(mammogram(StudyDescription="x\x1b[31m [red]y[/]"), tmp_path / "a.dcm")
    assert exit_code(["info", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "\x1b[31m" not in printed
    assert "[red]y[/]" in printed
