"""The window for tests, which leave nothing of it behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.compose import make_window
from app.gui.main_window import MainWindow
from app.gui.services import Services, make_services
from app.settings.store import SettingsStore
from domain.geometry import ImageSize
from phantom.recipe import Content, StudyRecipe
from phantom.studies.options import DemoOptions
from phantom.studies.writing import write_study
from tests.support.annotator import Annotator, Lesion, lesions_in
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


@pytest.fixture(scope="session")
def small_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic study with a mass a breast and a group of calcifications; nobody changes it."""
    folder = tmp_path_factory.mktemp("demo") / "study"
    recipe = StudyRecipe(7, Content.DEMO, size=ImageSize(1024, 800))
    write_study(folder, recipe, DemoOptions())
    return folder


@pytest.fixture
def services(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))
    return make_services(SettingsStore(tmp_path / "settings.toml"))


@pytest.fixture
def window(qtbot: QtBot, services: Services) -> Iterator[MainWindow]:
    made = make_window(services)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    yield made
    made.close()


Start = Callable[..., Annotator]


@pytest.fixture
def start(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_demo: Path
) -> Iterator[Start]:
    """Starts the program on a study, the demo study if none is named; on the same readings."""
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))
    windows: list[MainWindow] = []

    def started(study: Path = small_demo) -> Annotator:
        for one in windows:
            one.close()
        window = make_window(make_services(SettingsStore(tmp_path / "settings.toml")))
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        windows.append(window)
        annotator = Annotator(window)
        window.open_paths([study])
        qtbot.waitUntil(lambda: annotator.ready, timeout=20_000)
        qtbot.waitUntil(lambda: not window.services.jobs.statuses, timeout=20_000)
        return annotator

    yield started
    for one in windows:
        one.close()


@pytest.fixture
def lesions(small_demo: Path) -> dict[tuple[str, int], Lesion]:
    return lesions_in(small_demo)
