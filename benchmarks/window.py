"""The window as a reader waits for it: open to painted, the next case, memory, start.

Runs offscreen, on synthetic four-view studies of 3062x2394 in JPEG Lossless.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.gui.compose import make_window
from app.gui.main_window import MainWindow
from app.gui.services import make_services
from app.gui.warming import warm_up
from app.settings.store import SettingsStore
from benchmarks.row import Row
from domain.study import study_names
from imaging.loader import load_study
from widgets.theme import apply_theme

_STUDIES, _TURNS, _STARTS = 3, 50, 5
_WAKE_MS = 5
_OPEN_TARGET, _NEXT_MS, _START_S, _MEMORY_MB, _GROWTH = 1.25, 120.0, 1.0, 700.0, 1.2
_START = """
import time; began = time.perf_counter()
import app.cli.main
from app.starting import without_collecting
with without_collecting():
    from PySide6.QtWidgets import QApplication
    from app.gui.compose import make_window
    from app.gui.services import make_services
    from widgets.theme import apply_theme
    program = QApplication([]); apply_theme(program)
    window = make_window(make_services()); window.show()
program.processEvents()
print(time.perf_counter() - began)
"""


def rows() -> list[Row]:
    """Six rows; megabytes and milliseconds are set against what the issue allows."""
    program = QApplication.instance() or QApplication([])
    if isinstance(program, QApplication):
        apply_theme(program)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        os.environ["FOURVIEW_CACHE"] = str(root / "cache")
        os.environ["FOURVIEW_CONFIG"] = str(root / "config")
        studies = [_write(root, seed) for seed in range(_STUDIES)]
        return [*_opening(studies[0], root), *_reading(root / "studies", root), _start()]


def _write(root: Path, seed: int) -> Path:
    """In a process of its own: making a study takes memory that is not the window's."""
    folder = root / "studies" / str(seed)
    folder.parent.mkdir(exist_ok=True)
    asked = ["--seed", str(seed), "--normal", "--options", "jpeg-lossless"]
    command = [sys.executable, "-m", "app.cli.main", "demo", str(folder), *asked]
    subprocess.run(command, capture_output=True, check=True)
    return folder


def _opening(study: Path, root: Path) -> list[Row]:
    runs = [_open_once(study, root) for _ in range(5)]
    opening = Row(
        "open a listed case of four 3062x2394 views to all four painted",
        1000 * statistics.median(taken for taken, _, _ in runs),
        1000 * statistics.median(decoded for _, decoded, _ in runs),
        "imaging.loader.load_study of the four",
        "ms",
        _OPEN_TARGET,
    )
    _, _, resident = runs[0]
    return [opening, _allowed("resident memory with one study open", resident, _MEMORY_MB, "MB")]


def _open_once(study: Path, root: Path) -> tuple[float, float, float]:
    """Seconds to painted, seconds to decode alone, and megabytes resident then."""
    window = _window(root)
    services = window.services
    services.studies.open([study])
    _wait(lambda: bool(services.studies.state.cases))
    start = time.perf_counter()
    for _ in load_study([view.ref for view in services.studies.state.cases[0].views]):
        pass
    decoded = time.perf_counter() - start
    start = time.perf_counter()
    _open_first(window)
    taken = time.perf_counter() - start
    _settle(window)
    resident = _resident_mb()
    window.close()
    return taken, decoded, resident


def _reading(folder: Path, root: Path) -> list[Row]:
    window = _window(root)
    studies = window.services.studies
    studies.open([folder])
    _wait(lambda: len(studies.state.cases) == _STUDIES)
    _open_first(window)
    _settle(window)
    resident, waits = [_resident_mb()], []
    for _ in range(_TURNS):
        waits.append(1000 * _next_case(window))
        _settle(window)
        resident.append(_resident_mb())
    window.close()
    more = f"resident memory after {_TURNS} more studies"
    return [
        _allowed("next case, decoded ahead, to painted", statistics.median(waits), _NEXT_MS, "ms"),
        Row(more, resident[-1], resident[3], "after the third", "MB", _GROWTH),
    ]


def _open_first(window: MainWindow) -> None:
    studies = window.services.studies.state
    window.open_study(study_names(studies.studies)[studies.studies.index(studies.cases[0])])
    _wait(lambda: _painted(window) == 4)


def _next_case(window: MainWindow) -> float:
    """Seconds until the next case is painted; from the last one the first is opened again."""
    reading = window.services.reading
    number = reading.shown.number
    start = time.perf_counter()
    if not reading.next_case():
        _open_first(window)
    _wait(lambda: reading.shown.number != number and _painted(window) == 4)
    return time.perf_counter() - start


def _allowed(name: str, ours: float, most: float, unit: str) -> Row:
    return Row(name, ours, most, "allowed", unit, 1.0)


def _start() -> Row:
    with tempfile.TemporaryDirectory() as compiled:
        runs = [_started(compiled) for _ in range(_STARTS + 1)][1:]
    return _allowed("start to first paint", statistics.median(runs), _START_S, "s")


def _started(compiled: str) -> float:
    """Seconds of one start. compiled: keeps Python's byte code, as an installed program has it."""
    environment = os.environ | {"PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, "-c", _START]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return float(run.stdout.split()[-1])


def _window(root: Path) -> MainWindow:
    window = make_window(make_services(SettingsStore(root / "settings.toml")))
    window.resize(1920, 1080)
    window.show()
    warm_up(window)
    return window


def _painted(window: MainWindow) -> int:
    panes = window.reading_page.panes
    return sum(pane.isVisible() and pane.picture.image is not None for pane in panes)


def _settle(window: MainWindow) -> None:
    _wait(lambda: not window.services.jobs.statuses, most=10.0)


def _wait(until: Callable[[], bool], most: float = 60.0) -> None:
    """Sleep between events as the program does; asking without a pause would take a core."""
    waking = QTimer()
    waking.start(_WAKE_MS)
    last = time.perf_counter() + most
    while not until() and time.perf_counter() < last:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    QCoreApplication.processEvents()


def _resident_mb() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")
