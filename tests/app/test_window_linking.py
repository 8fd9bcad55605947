"""Nipple, arc and mirrored cursor as a reader handles them: real mouse and key events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.compose import make_window
from app.gui.main_window import MainWindow
from app.gui.services import make_services
from app.settings.store import SettingsStore
from domain.geometry import ImagePoint, ImageSize
from domain.side import Side
from phantom.recipe import Content, StudyRecipe
from phantom.studies.options import DemoOptions
from phantom.studies.writing import write_study
from viewing.linking.breast_frame import NippleSource
from widgets.pane.overlays import Cross, Line, Ring, Ruler
from widgets.pane.pane_widget import PaneWidget

SMALL = ImageSize(320, 260)
RCC, LCC, RMLO, LMLO = range(4)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("linking") / "study"
    write_study(folder, StudyRecipe(7, Content.DEMO, size=SMALL), DemoOptions())
    return folder


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, study: Path) -> Iterator[MainWindow]:
    made = make_window(make_services(SettingsStore(tmp_path / "settings.toml")))
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    made.open_paths([study])
    qtbot.waitUntil(lambda: len(framed(made)) == 4, timeout=20_000)
    yield made
    made.close()


def framed(window: MainWindow) -> list[int]:
    """The panes whose breast is known."""
    shown, breasts = window.services.reading.shown, window.services.following.breasts
    panes = shown.state.panes if shown.state is not None else ()
    images = [shown.image_of(pane) for pane in panes]
    return [at for at, one in enumerate(images) if one is not None and breasts.of(one) is not None]


def pane_of(window: MainWindow, index: int) -> PaneWidget:
    return window.reading_page.panes[index]


def drawn(window: MainWindow, index: int, kind: type) -> list:
    return [one for one in pane_of(window, index).picture.overlays if isinstance(one, kind)]


def over_the_breast(window: MainWindow, qtbot: QtBot, index: int) -> None:
    """Put the pointer between nipple and chest wall."""
    at = nipple_on(window, index)
    inwards = 40 if index in (RCC, RMLO) else -40
    qtbot.mouseMove(pane_of(window, index).viewport(), at + QPoint(inwards, 0))
    QApplication.processEvents()


def nipple_on(window: MainWindow, index: int) -> QPoint:
    shown = window.services.reading.shown
    pane = shown.state.panes[index]
    frame = window.services.following.breasts.of(shown.image_of(pane))
    at = pane.placement.to_pane(frame.nipple.at)
    return QPoint(round(at.x), round(at.y))


def drag(pane: PaneWidget, start: QPoint, end: QPoint) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    middle = (start + end) / 2
    for kind, at, button, down in (
        (QMouseEvent.Type.MouseButtonPress, start, left, left),
        (QMouseEvent.Type.MouseMove, middle, none, left),
        (QMouseEvent.Type.MouseMove, end, none, left),
        (QMouseEvent.Type.MouseButtonRelease, end, left, none),
    ):
        where = QPointF(at)
        everywhere = QPointF(pane.viewport().mapToGlobal(at))
        event = QMouseEvent(kind, where, everywhere, button, down, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(pane.viewport(), event)
    QApplication.processEvents()


def hold_arc_key(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyPress(window, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    QApplication.processEvents()


def test_the_mirrored_cursor_shows_while_panes_are_linked_and_not_otherwise(
    window: MainWindow, qtbot: QtBot
) -> None:
    over_the_breast(window, qtbot, RCC)
    qtbot.waitUntil(lambda: bool(drawn(window, LCC, Cross)))
    assert not drawn(window, RMLO, Line)
    qtbot.keyClick(window, Qt.Key.Key_K)
    over_the_breast(window, qtbot, RMLO)
    over_the_breast(window, qtbot, RCC)
    qtbot.waitUntil(lambda: window.services.following.cursor is not None)
    qtbot.wait(40)
    assert not drawn(window, LCC, Cross)


def test_the_mirrored_cursor_can_be_switched_off(window: MainWindow, qtbot: QtBot) -> None:
    over_the_breast(window, qtbot, RCC)
    qtbot.waitUntil(lambda: bool(drawn(window, LCC, Cross)))
    settings = window.services.settings
    reading = settings.reading.model_copy(update={"mirrored_cursor": False})
    window.set_settings(settings.model_copy(update={"reading": reading}))
    assert not drawn(window, LCC, Cross)


def test_the_arc_shows_with_its_band_while_its_key_is_down(
    window: MainWindow, qtbot: QtBot
) -> None:
    over_the_breast(window, qtbot, RCC)
    qtbot.waitUntil(lambda: window.services.following.cursor is not None)
    assert not drawn(window, RMLO, Line)
    hold_arc_key(window, qtbot)
    assert [line.stroke.dashed for line in drawn(window, RMLO, Line)].count(False) >= 1
    assert [line.stroke.dashed for line in drawn(window, RMLO, Line)].count(True) >= 1
    assert not drawn(window, LMLO, Line)
    assert all(drawn(window, index, Ring) for index in range(4))
    qtbot.keyRelease(window, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    QApplication.processEvents()
    assert not drawn(window, RMLO, Line)
    assert not drawn(window, RCC, Ring)


def test_the_arc_shows_as_long_as_distances_from_the_nipple_are_measured(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.actions_of["tool.nipple"].trigger()
    over_the_breast(window, qtbot, LMLO)
    qtbot.waitUntil(lambda: bool(drawn(window, LCC, Line)))
    window.actions_of["tool.pan"].trigger()
    assert not drawn(window, LCC, Line)


def test_a_dragged_nipple_moves_the_distances_measured_from_it_and_the_mirrored_cursor(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.actions_of["tool.nipple"].trigger()
    nipple, inwards = nipple_on(window, RCC), QPoint(60, 10)
    drag(pane_of(window, RCC), nipple + QPoint(40, 30), nipple + inwards)
    (before,) = drawn(window, RCC, Ruler)
    mirrored = window.services.following.places[LCC]
    drag(pane_of(window, RCC), nipple, nipple + QPoint(0, -20))
    (after,) = drawn(window, RCC, Ruler)
    assert after.end == before.end
    assert after.start != before.start
    assert after.text != before.text
    assert "estimated" not in after.text
    (ring,) = drawn(window, RCC, Ring)
    assert ring.at == after.start
    over_the_breast(window, qtbot, RCC)
    qtbot.waitUntil(lambda: window.services.following.places.get(LCC) not in (None, mirrored))


def test_a_dragged_nipple_holds_until_the_case_closes(window: MainWindow, qtbot: QtBot) -> None:
    services = window.services
    window.actions_of["tool.nipple"].trigger()
    nipple = nipple_on(window, RCC)
    drag(pane_of(window, RCC), nipple, nipple + QPoint(0, -20))
    image = services.reading.shown.image_of(services.model.state.panes[RCC])
    assert services.following.breasts.of(image).nipple.source is NippleSource.DRAGGED
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    qtbot.keyClick(window, Qt.Key.Key_PageUp)
    assert services.following.breasts.of(image).nipple.source is NippleSource.DRAGGED
    services.reading.open_study(services.reading.shown.exams.current)
    assert services.following.breasts.of(image) is None
    qtbot.waitUntil(lambda: len(framed(window)) == 4, timeout=20_000)
    again = services.reading.shown.image_of(services.model.state.panes[RCC])
    assert services.following.breasts.of(again).nipple.source is NippleSource.ESTIMATED


def test_with_the_pan_tool_a_drag_on_the_nipple_pans(window: MainWindow) -> None:
    nipple = nipple_on(window, RCC)
    before = pane_of(window, RCC).picture.placement
    drag(pane_of(window, RCC), nipple, nipple + QPoint(0, -20))
    assert pane_of(window, RCC).picture.placement != before


def test_many_moves_within_a_frame_are_followed_once_and_the_last_one_counts(
    window: MainWindow, qtbot: QtBot
) -> None:
    told: list[object] = []
    hands, following = window.hands, window.services.following
    qtbot.waitUntil(lambda: not hands._frame.isActive())
    following.changed.connect(lambda: told.append(following.cursor))
    nipple = nipple_on(window, RCC)
    for step in range(20):
        at = ImagePoint(nipple.x() + 30.0 + step, float(nipple.y()))
        pane_of(window, RCC).hovered.emit(at)
    assert len(told) == 1
    qtbot.waitUntil(lambda: len(told) == 2)
    placement = window.services.model.state.panes[RCC].placement
    assert following.cursor.at == placement.to_stored(at)


def test_the_active_panes_frame_is_open_where_chest_walls_meet(window: MainWindow) -> None:
    window.services.model.set_active(RCC)
    pane = pane_of(window, RCC)
    picture = pane.grab().toImage()
    middle = picture.height() // 2
    frame = picture.pixelColor(0, middle)
    assert pane.picture.wall is Side.RIGHT
    assert picture.pixelColor(picture.width() // 2, 0) == frame
    assert picture.pixelColor(picture.width() // 2, picture.height() - 1) == frame
    column = [picture.pixelColor(picture.width() - 1, y) for y in range(4, picture.height() - 4)]
    assert sum(one == frame for one in column) < len(column) / 4
