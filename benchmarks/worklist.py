"""The worklist in the window: from a key in the find field to painted lines of 100,000 studies.

Runs offscreen. The keys of the first word only warm up.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.gui.compose import make_window
from app.gui.main_window import MainWindow
from app.gui.services import make_services
from app.settings.store import SettingsStore
from archive.archive import Archive
from benchmarks.archive import studies_listed
from benchmarks.row import Row
from widgets.theme import apply_theme

_STUDIES = 100_000
_TYPED = ("weber", "meier", "2017 rmlo", "smith^12 rcc", "zzz", "rossi^4999", "a", "novak 2019")
_PAUSE_MS = 150
_ALLOWED_MS = 50.0


def rows() -> list[Row]:
    """The middle key, the slowest of twenty, and the slowest of all, in milliseconds."""
    program = QApplication.instance() or QApplication([])
    if isinstance(program, QApplication):
        apply_theme(program)
    with tempfile.TemporaryDirectory() as folder:
        for place in ("DATA", "CACHE", "CONFIG"):
            os.environ[f"FOURVIEW_{place}"] = str(Path(folder) / place.lower())
        with Archive.open() as archive:
            archive.sources.index(studies_listed(_STUDIES), "anna")
            archive.database.settle()
        taken = sorted(_typing(Path(folder)))
    name = f"a key to painted lines, {_STUDIES} studies, {len(taken)} keys"
    told = (
        ("median", statistics.median(taken)),
        ("95 of 100 within", taken[int(0.95 * len(taken))]),
        ("slowest", taken[-1]),
    )
    return [
        Row(f"{name}, {which}", value, _ALLOWED_MS, "allowed", "ms", 1.0) for which, value in told
    ]


def _typing(folder: Path) -> list[float]:
    window = make_window(make_services(SettingsStore(folder / "settings.toml")))
    window.resize(1440, 900)
    window.show()
    window.services.archive.open()
    page = window.study_page
    _turn_until(lambda: bool(page.names))
    page.take_keys()
    _pause(1000)
    taken: list[float] = []
    for words in _TYPED:
        keys: list[str | None] = [*words, *[None] * len(words)]
        times = [_key_ms(window, key) for key in keys]
        taken += times if words != _TYPED[0] else []
    window.close()
    return taken


def _key_ms(window: MainWindow, key: str | None) -> float:
    """One key, ``None`` for the one that deletes, to its lines painted."""
    page, loop = window.study_page, QEventLoop()
    signal = window.services.worklist.shown
    end = signal.connect(lambda _state: loop.quit())
    start = time.perf_counter()
    if key is None:
        QTest.keyClick(page.field, Qt.Key.Key_Backspace)
    else:
        QTest.keyClicks(page.field, key)
    loop.exec()
    page.table.viewport().repaint()
    painted = time.perf_counter()
    signal.disconnect(end)
    _pause(_PAUSE_MS)
    return 1000 * (painted - start)


def _pause(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _turn_until(there: Callable[[], bool]) -> None:
    until = time.monotonic() + 60.0
    while not there() and time.monotonic() < until:
        _pause(20)
