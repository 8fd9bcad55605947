"""Another language: one translator changes menus, actions, steps and presets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.action_rows import CASE
from app.gui.compose import make_window
from app.gui.services import make_services
from app.gui.translating import PROTOCOL_TITLES, install_translation
from app.gui.window_handlers import title_of
from app.protocols import find_protocol, offered_protocols, save_layout
from app.settings.store import SettingsStore
from imaging.grey.preset_names import SKIN_LINE
from viewing.hanging.protocol import PaneSelector, SizeMode

GERMAN = {
    ("Action", "Case"): "Fall",
    ("Action", "Next step"): "Nächster Schritt",
    ("Protocol", "Screening"): "Früherkennung",
    ("Protocol", "CC, right and left"): "CC, rechts und links",
    ("Window", "Skin line"): "Hautlinie",
}


class German(QTranslator):
    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        return False

    def translate(
        self, context: str, text: str, _disambiguation: str | None = None, _n: int = -1
    ) -> str | None:
        return GERMAN.get((context, text))


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    translator = German()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def test_every_title_of_a_shipped_protocol_is_offered_for_translation() -> None:
    shipped = [find_protocol(one.name) for one in offered_protocols(Path("nowhere"))]
    titles = {one.title for one in shipped} | {step.title for one in shipped for step in one.steps}
    assert titles == set(PROTOCOL_TITLES)


@pytest.mark.usefixtures("german")
def test_menus_actions_steps_and_presets_speak_another_language(
    qtbot: QtBot, tmp_path: Path
) -> None:
    window = make_window(make_services(SettingsStore(tmp_path / "settings.toml")))
    qtbot.addWidget(window)
    assert window.menus[CASE].title() == "Fall"
    assert window.actions_of["step.next"].text() == "Nächster Schritt"
    assert window.actions_of["layout.2"].text() == "CC, rechts und links"
    assert window.actions_of["layout.1"].text() == "Four on one"
    assert window.services.reading.protocol.title == "Früherkennung"
    assert title_of(SKIN_LINE) == "Hautlinie"
    window.close()


@pytest.mark.usefixtures("german")
def test_a_protocol_of_the_readers_own_stays_as_written(qtbot: QtBot, tmp_path: Path) -> None:
    own = tmp_path / "protocols"
    name = save_layout("Case", ((PaneSelector("RCC"),),), SizeMode.FIT, own)
    store = SettingsStore(tmp_path / "settings.toml")
    settings = store.load().settings
    reading = settings.reading.model_copy(update={"protocol": name})
    store.save(settings.model_copy(update={"reading": reading}))
    window = make_window(make_services(store))
    qtbot.addWidget(window)
    assert window.services.reading.protocol.title == "Case"
    window.close()


def test_without_a_file_for_the_language_nothing_is_installed(
    qapp: QCoreApplication, tmp_path: Path
) -> None:
    assert not install_translation(qapp, tmp_path)
