from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli.main import exit_code
from tests.support.small_networks import nan_scores, write_package, zip_package


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FOURVIEW_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def given(tmp_path: Path) -> Path:
    return write_package(tmp_path / "given", id="mine", version="2.0")


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    assert exit_code(["models", *arguments]) == code
    told = capsys.readouterr()
    if code:
        assert told.out == ""
        assert told.err.count("\n") == 1
    return told.err if code else told.out


def own(listed: str) -> list[dict[str, object]]:
    return [one for one in json.loads(listed)["packages"] if not one["builtin"]]


def test_a_package_is_added_activated_and_rolled_back_from_the_command_line(
    given: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "models activate mine --version 2.0" in said(capsys, "add", str(given))
    (row,) = own(said(capsys, "list", "--json"))
    assert (row["usable"], row["active"]) == (True, False)
    newer = write_package(tmp_path / "newer", id="mine", version="10.0")
    zipped = zip_package(newer, tmp_path / "newer.zip")
    told = json.loads(said(capsys, "add", str(zipped), "--json"))
    assert told["manifest"]["version"] == "10.0"
    said(capsys, "activate", "mine", "--version", "2.0")
    assert "mine 10.0 reads" in said(capsys, "activate", "mine")
    assert [one["active"] for one in own(said(capsys, "list", "--json"))] == [True, False]
    assert "mine 2.0 reads" in said(capsys, "rollback", "detect")
    assert "active" in said(capsys, "list")


def test_verifying_tells_what_the_package_is(
    given: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(capsys, "verify", str(given))
    assert "Research use only" in told
    assert "on nothing at all" in told
    said(capsys, "add", str(given))
    assert json.loads(said(capsys, "verify", "mine", "--json"))["manifest"]["id"] == "mine"


def test_a_bad_package_is_one_line_that_names_file_and_reason(
    given: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = write_package(tmp_path / "nan", nan_scores())
    for verb in ("verify", "add"):
        told = said(capsys, verb, str(bad), code=2)
        assert "network.onnx" in told
        assert "NaN" in told
    (given / "network.onnx").write_bytes(b"changed")
    assert "SHA-256" in said(capsys, "verify", str(given), code=2)
    assert "no model package" in said(capsys, "verify", str(tmp_path / "nowhere"), code=2)
    assert "other" in said(capsys, "activate", "other", code=2)
    said(capsys, "rollback", "contour", code=2)
    said(capsys, "rollback", "guess", code=2)


def test_a_broken_package_is_listed_with_the_reason(
    given: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "add", str(given))
    (tmp_path / "data" / "models" / "mine-2.0" / "network.onnx").write_bytes(b"changed")
    assert "SHA-256" in said(capsys, "list")
    (row,) = own(said(capsys, "list", "--json"))
    assert row["usable"] is False
    assert "SHA-256" in str(row["why"])


def test_what_a_package_says_of_itself_can_not_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_package(tmp_path / "sly", id="sly", title="\x1b[2Jclean [red]now[/]")
    said(capsys, "add", str(folder))
    listed = said(capsys, "list")
    assert "\x1b" not in listed
    assert "[red]now[/]" in listed


def test_the_doctor_tells_what_runs_networks_and_which_packages_there_are(
    given: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "add", str(given))
    said(capsys, "activate", "mine")
    (tmp_path / "data" / "models" / "empty").mkdir()
    capsys.readouterr()
    exit_code(["doctor", "--json"])
    checks = json.loads(capsys.readouterr().out)["checks"]
    rows = {one["name"]: one for one in checks if one["area"] == "reader's AI"}
    assert "threads: " in rows["networks run on"]["detail"]
    assert "active" in rows["mine"]["detail"]
    assert rows["empty"]["health"] == "lacking"
    assert "reading" not in rows, "there is something to read with"
