"""The window for tests, which leave nothing of it behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.compose import make_window
from app.gui.main_window import MainWindow
from app.gui.services import Services, make_services
from app.settings.store import SettingsStore
from tests.support.qt_leaks import Leaks, watched

_LOUD = {"WARNING", "CRITICAL", "FATAL"}
_OF_NO_SCREEN = "This plugin does not support"
"""Said by Qt's platform without a screen, whatever the window does."""


@pytest.fixture(autouse=True)
def leaks(request: pytest.FixtureRequest) -> Iterator[Leaks | None]:
    """Fails a test with ``qtbot`` that leaves a widget, thread or timer, or logs a warning.

    A test that provokes a warning adds a pattern to ``leaks.expected``.
    """
    if "qtbot" not in request.fixturenames:
        yield None
        return
    request.getfixturevalue("qapp")
    qt_log = request.getfixturevalue("qtlog")
    with watched() as leaks:
        leaks.expected.append(_OF_NO_SCREEN)
        yield leaks
        found = leaks.found()
    leaks.logged = [f"Qt: {one.message}" for one in qt_log.records if one.log_type_name in _LOUD]
    found += leaks.unexpected()
    if found:
        pytest.fail("left behind: " + "; ".join(found), pytrace=False)


@pytest.fixture
def services(qapp: QApplication, tmp_path: Path) -> Services:
    return make_services(SettingsStore(tmp_path / "settings.toml"))


@pytest.fixture
def window(qtbot: QtBot, services: Services) -> Iterator[MainWindow]:
    made = make_window(services)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    yield made
    made.close()
