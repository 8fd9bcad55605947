"""The screens that the window is on: their size in mm, what is said of them, a second window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Signal
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QWidget

from app.gui import display_screens
from app.gui.display_screens import (
    Halves,
    calibrated,
    common_millimetres,
    first_guess,
    halves_of,
    key_of,
    millimetres,
    notice_of,
)
from app.gui.display_second import SecondWindow
from app.gui.hands import Hands
from app.gui.reading_page import ReadingPage
from app.gui.services import Services
from app.presenters.shown import Shown
from domain.geometry import ImageSize
from viewing.hanging.protocol import SizeMode
from viewing.state.resolve import PaneView
from widgets.actions import ActionSet
from widgets.banner import BannerFacts
from widgets.pane.picture import PanePicture

if TYPE_CHECKING:
    from widgets.full_screen import FullScreenPage

_SECOND = "layout.second_window"


class Displays(QObject):
    """changed(): there is another screen, another size of its pixels, or another window.

    noticed(text): what the reader should know of the screen, once in a start.
    """

    changed = Signal()
    noticed = Signal(str)

    def __init__(
        self,
        services: Services,
        hands: Hands,
        actions: ActionSet,
        page: ReadingPage,
        window: QWidget,
    ) -> None:
        """page: the window's room for panes."""
        super().__init__(window)
        self._services, self._hands, self._actions = services, hands, actions
        self._window, self._page = window, page
        self._told, self._leaving, self._seen = False, False, False
        self._parted: Halves | None = None
        self._banner = BannerFacts()
        self.second: SecondWindow | None = None
        self.page: FullScreenPage | None = None
        services.reading.changed.connect(self._show_case)
        window.installEventFilter(self)

    # What hanging needs to know.

    @property
    def screens(self) -> list[QScreen]:
        """Those that panes are on."""
        halves = self.halves
        if halves is not None:
            known = display_screens.all_screens()
            return [known[index] for index in halves.screens]
        second = [] if self.second is None else [self.second.screen()]
        return [self._window.screen(), *second]

    @property
    def mm(self) -> float | None:
        """Of a device-independent pixel; ``None`` where that is not known of each screen."""
        return common_millimetres(self.screens, self._services.settings)

    @property
    def halves(self) -> Halves | None:
        """What each of two screens shows of the window's panes; a second window has its own."""
        if self.second is not None or not self._seen:
            return None
        room = QRect(self._page.mapToGlobal(QPoint(0, 0)), self._page.size())
        return halves_of(room, [screen.geometry() for screen in display_screens.all_screens()])

    def part_panes(self) -> tuple[ImageSize, ImageSize | None]:
        """Part the panes where the bezel is; returns the room for them.

        Second: the room for the right half of them, beyond the bezel or in the second window.
        """
        halves = self._parted = self.halves
        self._page.set_halves(None if halves is None else (halves.left, halves.right))
        if halves is not None:
            return _size(halves.left.size()), _size(halves.right.size())
        second = None if self.second is None else _size(self.second.page.size())
        return _size(self._page.size()), second

    def show_panes(self, views: Sequence[PaneView], pictures: Sequence[PanePicture]) -> None:
        """Paint the second window's half."""
        if self.second is not None:
            self.second.page.show_panes(views, pictures)

    # Pages that cover a screen.

    def true_size(self) -> None:
        """Draw breasts as large as they are, or ask how large the screen's pixels are."""
        mm = self.mm
        if mm is not None:
            self._services.model.set_size(SizeMode.TRUE, mm)
            return
        mode = self._services.model.state.size_mode
        self._actions.check(f"size.{mode.value}", True)
        settings = self._services.settings
        unknown = [screen for screen in self.screens if millimetres(screen, settings) is None]
        if unknown:
            self.calibrate(unknown[0])
        else:
            self.noticed.emit(self.tr("True size needs two screens with pixels of one size"))

    def calibrate(self, screen: QScreen | None = None) -> None:
        """Open the page that asks how large a screen's pixels are; the active window's screen."""
        asked = screen or self._active_screen()
        known = millimetres(asked, self._services.settings)
        from widgets.calibration_page import CalibrationPage  # noqa: PLC0415 - when asked for

        page = CalibrationPage(key_of(asked), known or first_guess(asked), self._window)
        page.kept.connect(self._calibrated)
        self._open(page, asked)

    def show_patterns(self) -> None:
        """Open the display's test patterns."""
        from widgets.test_pattern import TestPatternPage  # noqa: PLC0415 - when asked for

        self._open(TestPatternPage(self._window), self._active_screen())

    def _open(self, page: FullScreenPage, screen: QScreen) -> None:
        if self.page is not None:
            self.page.close()
        self.page = page
        page.closed.connect(self._page_closed)
        page.open_on(screen)

    def _page_closed(self) -> None:
        self.page = None
        if not self._leaving:
            self._window.activateWindow()

    def _calibrated(self, mm: float) -> None:
        if self.page is not None:
            known = calibrated(self._services.settings, self.page.screen(), mm)
            self._services.settings = known
            self.changed.emit()

    def _active_screen(self) -> QScreen:
        second = self.second
        return second.screen() if second and second.isActiveWindow() else self._window.screen()

    # The second window.

    def set_second(self, on: bool) -> None:
        """Open or close the second window."""
        self._actions.check(_SECOND, on)
        if not on:
            if self.second is not None:
                self.second.close()
            return
        if self.second is None:
            self._open_second()

    def close(self) -> None:
        """Close all windows; whether there was a second one stays in the settings."""
        self._leaving = True
        self._keep_window("second_window", self.second is not None)
        for one in (self.page, self.second):
            if one is not None:
                one.close()

    def _open_second(self) -> None:
        second = SecondWindow(self._hands, self._actions)
        self.second = second
        second.closed.connect(self._second_closed)
        here = self._window.screen()
        others = [screen for screen in display_screens.all_screens() if screen is not here]
        geometry = self._services.settings.window.second_geometry
        second.open_on((*others, here)[0], alone=not others, geometry=geometry)
        second.page.resized.connect(lambda _rows, _columns: self.changed.emit())
        second.windowHandle().screenChanged.connect(lambda _screen: self.changed.emit())
        self.show_banner(self._banner)
        self.changed.emit()
        self._window.activateWindow()

    def _second_closed(self) -> None:
        if self.second is not None:
            self._keep_window("second_geometry", self.second.kept_geometry)
        self.second = None
        if not self._leaving:
            self._actions.check(_SECOND, False)
            self.changed.emit()

    def _keep_window(self, name: str, value: object) -> None:
        settings = self._services.settings
        window = settings.window.model_copy(update={name: value})
        self._services.settings = settings.model_copy(update={"window": window})

    # What the window and the presenters tell.

    def show_banner(self, told: BannerFacts) -> None:
        """Whose images these are and how far the AI reading is, in the second window too."""
        self._banner = told
        if self.second is not None:
            self.second.banner.show_facts(told)

    def _show_case(self, shown: Shown) -> None:
        if shown.exams is not None and not self._told and self._seen:
            self._told = True
            said = [notice_of(one, self._services.settings) for one in self.screens]
            if any(said):
                self.noticed.emit(next(filter(None, said)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Only once it is shown does a window know its screen; moved, it may reach another."""
        if watched is self._window and event.type() == QEvent.Type.Show and not self._seen:
            self._seen = True
            self._window.windowHandle().screenChanged.connect(lambda _screen: self.changed.emit())
            if self._services.settings.window.second_window:
                self.set_second(True)
        moved = watched is self._window and event.type() == QEvent.Type.Move and self._seen
        if moved and self.halves != self._parted:
            self.changed.emit()
        return False


def _size(size: QSize) -> ImageSize:
    return ImageSize(max(size.height(), 1), max(size.width(), 1))
