from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import BadInputError
from inference.errors import PackageError
from inference.packages.manifest import Stage
from inference.packages.registry import Registry, own_folder
from inference.systems.verify import try_out
from tests.support.small_networks import nan_scores, write_package, zip_package


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    write_package(tmp_path / "builtin" / "bright-cells", version="1.9")
    return Registry(tmp_path / "builtin", tmp_path / "own", try_out)


def test_the_newest_builtin_package_reads_until_another_is_chosen(
    registry: Registry, tmp_path: Path
) -> None:
    write_package(tmp_path / "builtin" / "newer", version="1.10")
    active = registry.active(Stage.DETECT)
    assert active is not None
    assert active.manifest.version == "1.10"
    assert registry.active(Stage.CONTOUR) is None
    assert [one.manifest.version for one in registry.reading()] == ["1.10"]


def test_folders_that_are_not_there_hold_no_packages(tmp_path: Path) -> None:
    empty = Registry(tmp_path / "no", tmp_path / "none")
    assert empty.packages() == ()
    assert empty.active(Stage.DETECT) is None
    assert empty.reading() == ()
    assert not (tmp_path / "none").exists(), "looking makes no folder"


def test_an_added_package_is_copied_whole_and_reads_once_activated(
    registry: Registry, tmp_path: Path
) -> None:
    given = write_package(tmp_path / "given", id="mine", version="2.0")
    (given / "stranger.py").write_text("raise SystemExit")
    added = registry.add(given)
    assert sorted(one.name for one in added.folder.iterdir()) == ["manifest.json", "network.onnx"]
    active = registry.active(Stage.DETECT)
    assert active is not None
    assert active.manifest.id == "bright-cells"
    registry.activate("mine")
    active = Registry(registry.builtin, registry.own).active(Stage.DETECT)
    assert active is not None
    assert active.digest == added.digest
    assert [one.active for one in registry.packages()] == [False, True]


def test_a_zip_can_be_added_and_one_that_is_dropped_in_is_found(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = write_package(tmp_path / "given", id="mine")
    monkeypatch.setenv("FOURVIEW_CACHE", str(tmp_path / "cache"))
    assert registry.add(zip_package(given, tmp_path / "mine.zip")).manifest.id == "mine"
    other = write_package(tmp_path / "other", id="dropped")
    zip_package(other, registry.own / "dropped.zip")
    assert registry.activate("dropped").read() == (other / "network.onnx").read_bytes()
    assert len(registry.packages()) == 3, "what zips are unpacked into is not listed"


def test_rolling_back_returns_step_by_step_and_says_when_nothing_is_left(
    registry: Registry, tmp_path: Path
) -> None:
    for version in ("2.0", "3.0"):
        registry.add(write_package(tmp_path / version, id="mine", version=version))
        registry.activate("mine", version)
    assert registry.rollback(Stage.DETECT).manifest.version == "2.0"
    assert registry.rollback(Stage.DETECT).manifest.id == "bright-cells"
    with pytest.raises(BadInputError, match="before"):
        registry.rollback(Stage.DETECT)


def test_activating_twice_leaves_one_step_to_roll_back(registry: Registry, tmp_path: Path) -> None:
    registry.add(write_package(tmp_path / "given", id="mine"))
    registry.activate("mine")
    registry.activate("mine")
    assert registry.rollback(Stage.DETECT).manifest.id == "bright-cells"


def test_a_broken_package_is_listed_with_the_reason_and_never_found(
    registry: Registry, tmp_path: Path
) -> None:
    folder = write_package(registry.own / "mine", id="mine")
    (folder / "network.onnx").write_bytes(b"something else")
    (registry.own / "empty").mkdir()
    broken = [one for one in registry.packages() if one.package is None]
    assert [one.path.name for one in broken] == ["empty", "mine"]
    assert "manifest.json" in broken[0].why
    assert "SHA-256" in broken[1].why
    with pytest.raises(PackageError, match="SHA-256"):
        registry.find("mine")


def test_no_other_package_reads_unsaid_in_place_of_a_broken_active_one(
    registry: Registry, tmp_path: Path
) -> None:
    added = registry.add(write_package(tmp_path / "given", id="mine"))
    registry.activate("mine")
    (added.folder / "network.onnx").write_bytes(b"something else")
    with pytest.raises(PackageError, match=r"mine 1\.0, is gone or broken.*rollback detect"):
        registry.active(Stage.DETECT)
    assert registry.rollback(Stage.DETECT).manifest.id == "bright-cells"
    assert registry.reading()[0].manifest.id == "bright-cells"


def test_a_package_whose_network_gives_nan_is_not_added(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="NaN"):
        registry.add(write_package(tmp_path / "given", nan_scores(), id="mine"))
    assert not any(path.is_dir() for path in registry.own.glob("*"))


def test_two_packages_of_one_name_are_told_apart_or_refused(
    registry: Registry, tmp_path: Path
) -> None:
    given = write_package(tmp_path / "given", id="mine")
    first = registry.add(given)
    assert registry.add(given).folder == first.folder, "the same one is there already"
    with pytest.raises(PackageError, match="another version"):
        registry.add(write_package(tmp_path / "other", id="mine", title="Another"))
    shadow = write_package(registry.own / "shadow", version="1.9", title="In its place")
    entry = next(one for one in registry.packages() if one.path == shadow)
    assert entry.package is None
    assert "already" in entry.why


def test_a_broken_folder_in_the_way_is_put_aside_when_the_package_is_added_again(
    registry: Registry, tmp_path: Path
) -> None:
    given = write_package(tmp_path / "given", id="mine")
    first = registry.add(given)
    (first.folder / "network.onnx").write_bytes(b"something else")
    assert registry.add(given).folder == first.folder
    assert registry.find("mine").read() == (given / "network.onnx").read_bytes()


def test_nothing_half_copied_stays_where_the_disk_is_full(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = write_package(tmp_path / "given", id="mine")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadInputError, match="No space left"):
        registry.add(given)
    with pytest.raises(BadInputError, match="No space left"):
        registry.activate("bright-cells")
    monkeypatch.undo()
    assert not [one.name for one in registry.own.iterdir() if one.name != ".lock"]
    assert registry.reading()[0].manifest.id == "bright-cells"


def test_a_damaged_file_of_choices_is_said_and_choosing_mends_it(registry: Registry) -> None:
    registry.own.mkdir()
    (registry.own / "active.toml").write_text("stages = [")
    with pytest.raises(BadInputError, match=r"active\.toml"):
        registry.active(Stage.DETECT)
    assert not any(entry.active for entry in registry.packages())
    registry.activate("bright-cells")
    assert registry.active(Stage.DETECT) is not None


def reader(folder: Path, version: str = "1.9") -> Path:
    """A reader package; it has a manifest and nothing else."""
    told = {
        "format": "fourview-model",
        "id": "whole",
        "version": "1.0",
        "title": "A whole reading",
        "system": "reader",
        "stage": "reader",
        "intended_use": "Tests",
        "members": [{"stage": "detect", "id": "bright-cells", "version": version}],
    }
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(told))
    return folder


def test_an_active_reader_package_decides_the_whole_reading(
    registry: Registry, tmp_path: Path
) -> None:
    write_package(tmp_path / "builtin" / "newer", version="2.0")
    registry.add(reader(tmp_path / "whole"))
    assert [one.manifest.version for one in registry.reading()] == ["2.0"]
    registry.activate("whole")
    assert [one.manifest.version for one in registry.reading()] == ["1.9"]


def test_a_builtin_reader_package_reads_until_another_package_is_chosen_for_a_stage(
    registry: Registry, tmp_path: Path
) -> None:
    write_package(tmp_path / "builtin" / "newer", version="2.0")
    write_package(tmp_path / "builtin" / "spare", id="spare")
    reader(tmp_path / "builtin" / "whole")
    assert [one.manifest.version for one in registry.reading()] == ["1.9"]
    active = [one.path.name for one in registry.packages() if one.active]
    assert active == ["bright-cells", "whole"], "those that read, and no other of their stage"
    registry.activate("spare")
    assert [one.manifest.id for one in registry.reading()] == ["spare"]
    assert [one.path.name for one in registry.packages() if one.active] == ["spare", "whole"]
    registry.activate("whole")
    assert [one.manifest.id for one in registry.reading()] == ["bright-cells"]


def test_a_reader_package_whose_member_is_missing_can_not_be_activated(
    registry: Registry, tmp_path: Path
) -> None:
    registry.add(reader(tmp_path / "whole", version="7"))
    with pytest.raises(PackageError, match="bright-cells 7"):
        registry.activate("whole")
    assert registry.reading()[0].manifest.id == "bright-cells"


def test_the_users_folder_follows_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path))
    assert own_folder() == tmp_path / "models"


_ACTIVATE = """
import sys
from pathlib import Path
from inference.packages.registry import Registry
registry = Registry(Path(sys.argv[1]), Path(sys.argv[2]))
for _ in range(20):
    registry.activate("bright-cells", sys.argv[3])
"""


def test_several_processes_that_activate_at_once_leave_a_whole_file(
    registry: Registry, tmp_path: Path
) -> None:
    write_package(tmp_path / "builtin" / "newer", version="2.0")
    arguments = [sys.executable, "-c", _ACTIVATE, str(registry.builtin), str(registry.own)]
    running = [subprocess.Popen([*arguments, version]) for version in ("1.9", "2.0")]
    assert [one.wait(60) for one in running] == [0, 0]
    active = registry.active(Stage.DETECT)
    assert active is not None
    assert active.manifest.version in ("1.9", "2.0")
    assert registry.rollback(Stage.DETECT).digest != active.digest
