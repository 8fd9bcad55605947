"""``fourview demo``: what it writes, says and refuses, and the study that is kept."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.cli import demo
from app.cli.main import exit_code
from phantom.recipe import Content
from phantom.studies.options import parse_options
from phantom.studies.writing import write_study
from tests.support.plain_views import use_plain_views
from tests.support.validator import complaints, needs_validator

SMALL = "320x260"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOURVIEW_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    use_plain_views(monkeypatch)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Makes the study that is kept a small one; holds the folders that were written."""
    folders: list[Path] = []

    def write(folder: Path, recipe: object, options: object, **rest: object) -> object:
        folders.append(folder)
        return write_study(folder, recipe, parse_options(SMALL), **rest)

    monkeypatch.setattr(demo, "write_study", write)
    return folders


def test_demo_writes_a_study_and_says_what_is_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "study"
    assert exit_code(["demo", str(folder), "--options", SMALL, "--density", "c"]) == 0
    printed = capsys.readouterr().out
    assert "composition c" in printed
    for name in ("RCC.dcm", "LCC.dcm", "RMLO.dcm", "LMLO.dcm", "truth.json", "findings.json"):
        assert (folder / name).exists()
        assert name in printed
    record = json.loads((folder / "truth.json").read_bytes())
    assert record["composition"] == "c"
    assert printed.count("lesion 1: ") == 1
    assert len(record["lesions"]) == printed.count("BI-RADS")


def test_findings_of_a_demo_are_drawn_over_it(tmp_path: Path) -> None:
    folder, out = tmp_path / "study", tmp_path / "x.png"
    assert exit_code(["demo", str(folder), "--options", SMALL]) == 0
    render = ["render", str(folder), "--out", str(out), "--size", "600x800"]
    assert exit_code(render) == 0
    plain = cv2.imread(str(out))
    assert exit_code([*render, "--findings", str(folder / "findings.json")]) == 0
    marked = cv2.imread(str(out))
    assert plain is not None
    assert marked is not None
    assert np.ptp(plain.astype(int), axis=2).max() < 60, "grey"
    assert (np.ptp(marked.astype(int), axis=2) > 60).sum() > 50, "marks in colour"


def test_a_normal_demo_has_no_lesion(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["demo", str(tmp_path / "x"), "--normal", "--seed", "3"]
    assert exit_code([*arguments, "--options", f"missing-side,{SMALL}"]) == 0
    assert "no lesions" in capsys.readouterr().out
    record = json.loads((tmp_path / "x" / "truth.json").read_bytes())
    assert record["content"] == Content.NORMAL.value
    assert (record["seed"], record["lesions"]) == (3, [])


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["{folder}/x", "--options", "foo"], "foo"),
        (["{folder}/x", "--seed", "-1"], "--seed"),
        (["{folder}/x", "--seed", str(2**31)], "--seed"),
        (["{folder}/x", "--density", "e"], "--density"),
        (["{folder}/file"], "file"),
        (["{folder}/file/x"], "file"),
        ([], "--cached"),
        (["{folder}/x", "--cached"], "--cached"),
        (["--cached", "--normal"], "--cached"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(
    arguments: list[str], named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine")
    assert exit_code(["demo", *(one.format(folder=tmp_path) for one in arguments)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert named in printed.err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_kept_study_is_made_once(
    small: list[Path], cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert exit_code(["demo", "--cached"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert Path(first).is_relative_to(cache)
    assert small == [Path(first)]


@pytest.mark.parametrize("lost", ["RCC.dcm", "truth.json"])
def test_a_kept_study_that_lost_a_file_is_made_again(lost: str, small: list[Path]) -> None:
    folder = demo.cached_study()
    (folder / lost).unlink()
    assert demo.cached_study() == folder
    assert (folder / lost).exists()
    assert len(small) == 2


def test_the_kept_study_can_be_rendered(small: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "x.png"
    assert exit_code(["render", str(demo.cached_study()), "--out", str(out)]) == 0
    assert out.exists()
    assert small


@needs_validator
def test_drawn_breasts_are_written_with_lesions_on_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # no stand-ins
    arguments = ["demo", str(tmp_path), "--options", f"hologic,missing-side,prior,{SMALL}"]
    assert exit_code(arguments) == 0
    record = json.loads((tmp_path / "truth.json").read_bytes())
    assert record["lesions"]
    for image in record["images"]:
        assert complaints(tmp_path / image["file"]) == []
