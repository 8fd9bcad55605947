"""The window under attack: bad files and slow drives."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from app.protocols import find_protocol
from domain.errors import CancelledError
from tests.support.dicom_factory import mammogram, save
from tests.support.identity_watch import delay_loading, in_panes
from tests.support.small_studies import write_patient
from tests.support.window_at_work import hung, messages, opened


def write_odd(folder: Path, **attributes: Any) -> Path:
    """A whole study; the attributes are those of its right CC."""
    write_patient(folder, 1)
    (folder / "RCC.dcm").unlink()
    pixels = attributes.pop("pixels", None)
    odd = mammogram("R", "CC", pixels, study_uid="1.2.3.1.2026", patient_name="Nobody^1")
    for name, content in attributes.items():
        setattr(odd, name, content)
    save(odd, folder / "RCC.dcm")
    return folder


# Bad files.


def test_a_file_that_disappears_after_the_scan_is_told_in_its_pane_and_the_rest_opens(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_patient(tmp_path / "study", 1)
    read = window._read

    def gone_by_then(study: Any) -> None:
        (folder / "LCC.dcm").unlink()
        read(study)

    monkeypatch.setattr(window, "_read", gone_by_then)
    opened(window, qtbot, folder)
    assert hung(window) == 3
    (told,) = messages(window)
    assert "LCC.dcm" in told
    assert in_panes(window)[1].failed


def test_a_file_replaced_by_another_patients_is_not_shown_under_the_old_name(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_patient(tmp_path / "study", 1)
    other = write_patient(tmp_path / "other", 2)
    read = window._read

    def replaced(study: Any) -> None:
        (other / "LCC.dcm").replace(folder / "LCC.dcm")
        read(study)

    monkeypatch.setattr(window, "_read", replaced)
    opened(window, qtbot, folder)
    assert hung(window) == 3
    assert "another image" in messages(window)[0]


@pytest.mark.parametrize(
    "attributes",
    [
        {"WindowWidth": "0"},
        {"WindowWidth": "-5", "WindowCenter": "1e30"},
        {"ImagerPixelSpacing": [0.0, -1.0]},
        {"ImagerPixelSpacing": None},
        {"pixels": np.zeros((1, 1), np.uint16)},
        {"pixels": np.full((1, 1), 4095, np.uint16)},
        {"pixels": np.full((3, 4000), 100, np.uint16)},
        {"pixels": np.zeros((160, 128), np.uint16)},
        {"pixels": np.full((160, 128), 65535, np.uint16), "BitsStored": 16, "HighBit": 15},
        {"Rows": 20_000, "Columns": 20_000},
        {"Rows": 65_535, "Columns": 65_535},
        {"Rows": 0},
        {"NumberOfFrames": 0},
        {"NumberOfFrames": 100_000},
        {"BitsStored": 3, "HighBit": 15},
        {"PixelData": b""},
    ],
    ids=str,
)
def test_an_odd_image_costs_at_most_its_own_pane(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, attributes: dict[str, Any]
) -> None:
    folder = write_odd(tmp_path / "study", **attributes)
    opened(window, qtbot, folder)
    assert window.in_reading
    assert hung(window) >= 3
    assert hung(window) + len(messages(window)) + absent(window) == 4
    for key in (Qt.Key.Key_A, Qt.Key.Key_T, Qt.Key.Key_F, Qt.Key.Key_I, Qt.Key.Key_G):
        qtbot.keyClick(window, key)
    for _ in range(12):
        qtbot.keyClick(window, Qt.Key.Key_PageDown)
        window.grab()
    assert hung(window)


def absent(window: MainWindow) -> int:
    """Panes that say that their view is missing."""
    return sum("no " in " ".join(one.headline).lower() for one in in_panes(window))


def test_a_rescale_that_is_no_number_is_told_or_shown_without(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = write_odd(tmp_path / "study")
    path = folder / "RCC.dcm"
    content = path.read_bytes()
    slope = content.index(b"\x28\x00\x53\x10DS")
    assert content[slope + 6 : slope + 10] == b"\x02\x00\x31\x20"
    path.write_bytes(content[: slope + 6] + b"\x04\x00NaN " + content[slope + 10 :])
    opened(window, qtbot, folder)
    assert hung(window) >= 3
    assert hung(window) + len(messages(window)) == 4


def test_a_study_of_one_view_says_what_is_missing(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    opened(window, qtbot, write_patient(tmp_path / "one", 1, views=(("L", "MLO"),)))
    assert window.in_reading
    assert hung(window) == 1
    for _ in range(12):
        qtbot.keyClick(window, Qt.Key.Key_PageDown)
        window.grab()


def write_bare(folder: Path) -> Path:
    """A study of one image that says neither breast nor view."""
    folder.mkdir()
    ds = mammogram("R", "CC", np.zeros((160, 128), np.uint16), ImageLaterality=None)
    ds.ViewPosition, ds.PatientOrientation = "", []
    ds.ViewCodeSequence = []
    save(ds, folder / "a.dcm")
    return folder


def test_an_image_of_no_known_view_is_shown_apart(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    opened(window, qtbot, write_bare(tmp_path / "bare"))
    assert [one.headline for one in in_panes(window)] == [("??",)]
    assert hung(window) == 1


def test_a_study_of_which_the_protocol_shows_nothing_says_so(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    screening = find_protocol("screening")
    window.services.reading.set_protocol(replace(screening, steps=screening.steps[:1]))
    opened(window, qtbot, write_bare(tmp_path / "bare"))
    assert "No step of the protocol has an image to show" in window.status_line.said
    assert "Patient" in window.banner.said


# Slow drives.


def test_a_folder_with_a_named_pipe_opens_at_once(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = write_patient(tmp_path / "study", 1)
    os.mkfifo(folder / "pipe.dcm")
    os.mkfifo(folder / "DICOMDIR")
    opened(window, qtbot, folder)
    assert hung(window) == 4
    opened(window, qtbot, folder / "pipe.dcm")
    assert "no plain file" in window.status_line.said


def test_a_scan_that_hangs_leaves_the_window_free_and_another_folder_opens(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    scan = window.services.studies._scan

    def hangs(path: Path, **given: Any) -> Any:
        if path.name == "hangs":
            gate.wait(30)
            raise CancelledError("at last")
        return scan(path, **given)

    monkeypatch.setattr(window.services.studies, "_scan", hangs)
    try:
        window.open_paths([tmp_path / "hangs"])
        qtbot.wait(50)
        window.open_paths([write_patient(tmp_path / "study", 1)])
        qtbot.waitUntil(lambda: hung(window) == 4, timeout=10_000)
        assert "Nobody" in window.banner.said
    finally:
        gate.set()


def test_a_scan_stopped_by_hand_is_over_for_the_list_as_well(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def hangs(_path: Path, **_given: Any) -> Any:
        gate.wait(30)
        raise CancelledError("at last")

    monkeypatch.setattr(window.services.studies, "_scan", hangs)
    try:
        window.open_paths([tmp_path])
        (job,) = window.services.jobs.statuses
        window.status_line.cancel_requested.emit(str(job.number))
        assert not window.services.studies.state.busy
    finally:
        gate.set()


def test_closing_while_a_drive_hangs_takes_the_window_away_at_once(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    seen: list[bool] = []

    def hangs(_path: Path, **_given: Any) -> Any:
        gate.wait(30)
        raise CancelledError("at last")

    close = window.services.jobs.close
    monkeypatch.setattr(window.services.studies, "_scan", hangs)
    monkeypatch.setattr(
        window.services.jobs,
        "close",
        lambda: (seen.append(window.isVisible()), gate.set(), close())[-1],
    )
    window.open_paths([tmp_path])
    qtbot.wait(50)
    window.close()
    assert seen == [False]


def test_loading_stopped_by_hand_is_told_in_the_panes(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    delay_loading(monkeypatch, 1, most=2.0)
    window.open_paths([write_patient(tmp_path / "study", 1)])
    qtbot.waitUntil(lambda: window.in_reading, timeout=5_000)
    job = next(one for one in window.services.jobs.statuses if one.title == "Opening images")
    window.status_line.cancel_requested.emit(str(job.number))
    qtbot.wait(50)
    assert not window.services.reading.shown.loading
    assert all("topped" in told for told in messages(window))
