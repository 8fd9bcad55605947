"""The main window: banner, tool rail, panes or study list, side panel, status line."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.actions import ACTIONS
from app.gui import facts
from app.gui.annotating_hand import tool_key
from app.gui.checking import check_actions
from app.gui.displays import Displays
from app.gui.findings_panel import FindingsPanel
from app.gui.hands import Hands
from app.gui.menus import Menus
from app.gui.pane_pictures import PanePictures
from app.gui.reading_page import ReadingPage
from app.gui.reading_state import ReadingStatePanel, banner_state
from app.gui.second_reading_panel import SecondReadingPanel
from app.gui.services import Services
from app.gui.worklist_hands import WorklistHands
from app.jobs.job import JobStatus
from app.presenters.shown import Shown
from app.presenters.study_list import ListState
from app.settings.declaration import Settings
from domain.errors import FourviewError
from domain.study import Study
from viewing.hanging.labels import lost_files
from widgets.actions import ActionSet
from widgets.banner import Banner
from widgets.guideline import Guideline
from widgets.palette import Palette
from widgets.rail import ToolRail
from widgets.side_panel import SidePanel
from widgets.status_line import JobLine, Notice, StatusLine
from widgets.study_page import StudyPage

_FIRST_SIZE = (1440, 900)
_FAREWELL_S = 2.0
"""Seconds that the archive is waited for when the window goes; the next start does the rest."""


class MainWindow(QMainWindow):
    """Shows what the presenters say, and hands on what the reader wants."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.setWindowTitle("Fourview")
        self.setAcceptDrops(True)
        self.actions_of = ActionSet(ACTIONS, self, services.settings.keys)
        self.hands = Hands(
            services.model,
            services.reading,
            services.measuring,
            services.following,
            services.annotating,
        )
        self.hands.setParent(self)
        self.hands.settings = services.settings.hands
        self.pictures = PanePictures(
            services.measuring, services.following, services.annotating, services.second_reading
        )
        self.banner, self.rail = Banner(), ToolRail(self.actions_of)
        self.study_page, self.reading_page = StudyPage(), ReadingPage(self.hands.attach)
        self.side_panel, self.status_line = SidePanel(), StatusLine()
        self.guideline = Guideline()
        self.guideline.hide()
        self.worklist = WorklistHands(services, self.study_page, self)
        self.displays = Displays(services, self.hands, self.actions_of, self.reading_page, self)
        self.pages = QStackedWidget()
        self._lay_out()
        menus = Menus(self, self.actions_of, lambda: self.services.settings.recent, self.open_paths)
        self.menus, self.recent_menu = menus.by_group, menus.recent
        self.hide_empty_menus = menus.hide_empty
        self.palette_list = Palette(self.actions_of, self)
        self.findings = FindingsPanel(self)
        self.second_reading = SecondReadingPanel(self)
        self.reading_state = ReadingStatePanel(self)
        self._connect()
        self._restore()
        self._show_case(services.reading.shown)
        self._turn_page()
        if services.messages:
            self.status_line.show_message(services.messages[0], Notice.ERROR)

    # How it is put together.

    def _lay_out(self) -> None:
        self.pages.addWidget(self.study_page)
        self.pages.addWidget(self.reading_page)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.setContentsMargins(0, 0, 0, 0)
        for widget in (self.rail, self.guideline, self.pages, self.side_panel):
            middle.addWidget(widget, 1 if widget is self.pages else 0)
        column = self._column = QVBoxLayout()
        column.setSpacing(0)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.banner)
        column.addLayout(middle, 1)
        column.addWidget(self.status_line)
        whole = QWidget()
        whole.setLayout(column)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        services = self.services
        services.studies.changed.connect(self._show_list)
        services.reading.changed.connect(self._show_case)
        services.measuring.changed.connect(self.repaint_panes)
        services.annotating.moved.connect(self.repaint_panes)
        services.annotating.changed.connect(self._annotated)
        services.annotating.told.connect(self.tell)
        services.following.changed.connect(self._show_cursor)
        services.jobs.changed.connect(self._show_jobs)
        self.displays.changed.connect(self._set_displays)
        self.displays.noticed.connect(self.status_line.show_message)
        self.hands.moving.connect(self._set_moving)
        self.reading_page.resized.connect(self._set_screen)
        self.study_page.opened.connect(self.worklist.open)
        self.pages.currentChanged.connect(self._turn_page)
        self.worklist.chosen.connect(lambda: self._check_actions(services.reading.shown))
        self.worklist.found.connect(self._read)
        self.worklist.stepped.connect(self.show_reading)
        self.worklist.failed.connect(partial(self.tell, error=True))
        self.worklist.relisted.connect(self.relist)
        self.study_page.open_requested.connect(self.actions_of["file.open"].trigger)
        self.status_line.step_requested.connect(services.reading.go_to_step)
        self.status_line.cancel_requested.connect(lambda job: services.jobs.cancel_job(int(job)))
        self.side_panel.folded.connect(
            lambda folded: self.actions_of.check("layout.side_panel", not folded)
        )

    def _restore(self) -> None:
        kept, reading = self.services.settings.window, self.services.settings.reading
        if not self.restoreGeometry(QByteArray.fromBase64(kept.geometry.encode())):
            self.resize(*_FIRST_SIZE)
        self.side_panel.fold(not kept.side_panel)
        self.actions_of.check("layout.side_panel", kept.side_panel)
        self.mask_names(reading.mask_names)
        for action_id in ("look.linked", "look.text", "tool.pan", "size.same"):
            self.actions_of.check(action_id, True)

    # What is asked of it.

    def open_paths(self, paths: list[Path]) -> None:
        """Scan paths and list what they hold; a single case is opened at once."""
        self._open_first = True
        self.status_line.show_message("")  # what was said of other paths is out of date
        self.services.studies.open(paths)
        self.services.settings = self.services.settings.with_recent(str(paths[0].absolute()))

    _open_first, _complained, _telling = False, False, False

    def open_study(self, name: str) -> None:
        """Read a listed study."""
        self.worklist.open(name)

    def _read(self, study: Study) -> None:
        self.relist()
        self.pages.setCurrentWidget(self.reading_page)
        self._column.activate()
        self._set_screen(self.reading_page.height(), self.reading_page.width())
        self.services.reading.open_study(study)
        self.worklist.look_ahead()
        self.reading_page.setFocus()

    def show_reading(self) -> None:
        """Go back from the list to the case that is open."""
        self.pages.setCurrentWidget(self.reading_page)
        self.reading_page.setFocus()

    def show_worklist(self) -> None:
        """Go to the list of studies; the case stays open behind it."""
        self.study_page.select(self.worklist.key)
        self.pages.setCurrentWidget(self.study_page)
        self.study_page.setFocus()

    def mask_names(self, masked: bool) -> None:
        """Show made-up names everywhere."""
        self.banner.mask_names(masked)
        self.study_page.mask_names(masked)
        self.services.worklist.mask_names(masked)
        self.actions_of.check("file.mask_names", masked)

    def set_settings(self, settings: Settings) -> None:
        """Take other settings; they are written when the window closes."""
        self.services.settings = settings
        self.hands.settings = settings.hands
        self.services.following.want(mirrored=settings.reading.mirrored_cursor)
        self._show_case(self.services.reading.shown)
        self.worklist.take_reader()

    @property
    def in_reading(self) -> bool:
        """Whether panes are shown, not the list."""
        return self.pages.currentWidget() is self.reading_page

    # What the presenters tell.

    def _show_list(self, state: ListState) -> None:
        self.study_page.show_problems(state.unread)
        self.relist()
        self._check_actions(self.services.reading.shown)
        self._count_lost(self.services.reading.shown)
        if state.nothing_found:
            self.status_line.show_message(state.nothing_found, Notice.ERROR)
        if self._open_first and not state.busy:
            self._open_first = False
            if len(state.cases) == 1:
                self.worklist.open_case(state.cases[0])
            elif state.cases:
                self.show_worklist()

    def _turn_page(self) -> None:
        """The list has the whole width; what the panel tells is of a case."""
        wanted = self.actions_of["layout.side_panel"].isChecked()
        self.side_panel.setVisible(self.in_reading and wanted)
        self.worklist.choose(seen=not self.in_reading)

    def relist(self) -> None:
        """Order the list anew, such as by what the AI has read since, before another case comes."""
        state = self.services.studies.state
        self.services.reading.set_list(self.worklist.cases(state), self.worklist.studies(state))

    def _count_lost(self, shown: Shown) -> None:
        """A view that is missing may be in a file that could not be read: its pane says so."""
        own = shown.exams.current.problems if shown.exams is not None else ()
        problems = {*own, *self.services.studies.state.problems}
        self.pictures.where_missing = lost_files(len(problems))

    def _show_case(self, shown: Shown) -> None:
        self._telling = True
        try:
            self._tell_case(shown)
        finally:
            self._telling = False
            self.repaint_panes()

    def _tell_case(self, shown: Shown) -> None:
        # The name first: what follows may already paint this patient's images.
        self._show_banner(shown)
        self.services.following.show(shown)
        self.findings.turn_to(shown.number)
        self.services.annotating.show(shown)
        self.services.second_reading.show(shown)
        self._count_lost(shown)
        titles = tuple(chosen.step.title for chosen in shown.steps)
        self.status_line.show_step(titles, shown.state.step if shown.state else 0)
        self.status_line.show_zoom(facts.zoom_text(shown.state))
        self.side_panel.show_why(facts.because_of(shown))
        self._check_actions(shown)
        if shown.exams is not None and (shown.message or self._complained):
            self.status_line.show_message(shown.message, Notice.ERROR)
            self._complained = bool(shown.message)

    def _annotated(self) -> None:
        """Findings, selection or tool have changed, or what is kept of them."""
        self.hands.show_tool()
        self.findings.refresh()
        self._check_actions(self.services.reading.shown)
        self.repaint_panes()

    def tell(self, words: str, error: bool) -> None:
        if words:
            self.status_line.show_message(words, Notice.ERROR if error else Notice.PLAIN)
        else:
            self.status_line.take_back()

    def _show_banner(self, shown: Shown) -> None:
        reader = self.services.settings.reading.reader
        told = facts.banner_of(shown, reader, self.second_reading.cad)
        told = replace(told, state=banner_state(self.services.annotating.readings))
        told = self.worklist.placed(told, shown)
        self.banner.show_facts(told)
        self.displays.show_banner(told)

    def show_standing(self) -> None:
        """How the reading stands in the archive has changed."""
        self._show_banner(self.services.reading.shown)

    def show_cad(self) -> None:
        """How far the AI reading is has changed."""
        shown = self.services.reading.shown
        self._show_banner(shown)
        self.findings.refresh()
        self._check_actions(shown)
        self.repaint_panes()

    def _check_actions(self, shown: Shown) -> None:
        check_actions(self.services, self.actions_of, shown)

    def repaint_panes(self) -> None:
        """Paint what has changed."""
        if self._telling:
            return  # whoever tells of the case paints when all has been told
        shown = self.services.reading.shown
        views = self.pictures.views(shown)
        pictures = [self.pictures.picture(index, view, shown) for index, view in enumerate(views)]
        self.reading_page.show_panes(views, pictures)
        self.displays.show_panes(views, pictures)

    def _show_cursor(self) -> None:
        self.status_line.show_cursor(facts.cursor_text(self.services.following.cursor))
        self.repaint_panes()

    def _show_jobs(self, statuses: tuple[JobStatus, ...]) -> None:
        self.status_line.show_jobs(
            tuple(
                JobLine(str(one.number), one.title, one.share, one.seconds_left)
                for one in statuses
                if not one.quiet
            )
        )

    def _set_moving(self, moving: bool) -> None:
        self.pictures.moving = moving
        self.services.second_reading.throttle(moving)
        self.repaint_panes()

    def _set_screen(self, rows: int, columns: int) -> None:
        if rows > 0 and columns > 0:
            size, second = self.displays.part_panes()
            self.services.reading.set_screen(size, self.displays.mm, second)

    def _set_displays(self) -> None:
        self._set_screen(self.reading_page.height(), self.reading_page.width())
        self.repaint_panes()  # as large as before, panes may lie elsewhere

    # Qt's events.

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Space with a left drag pans, whatever the tool; other keys may be the tool's own."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hands.space_down = True
        key = tool_key(event)
        if key is None or not self.services.annotating.key(key):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The tool is back."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hands.space_down = False
        super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """A key that goes up elsewhere is up here too."""
        if event.type() == QEvent.Type.ActivationChange:
            self.hands.space_down = False
        if event.type() == QEvent.Type.WindowStateChange and self.isMinimized():
            self.services.annotating.readings.clock.pause()
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Files may be dropped."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open_paths(paths)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Keep the layout, stop all work."""
        self.findings.finish()
        if not self.services.annotating.close():
            event.ignore()
            return
        self.displays.close()
        self.worklist.close()
        self._keep()
        self.hide()  # waiting for a drive or process that hangs keeps no dead window in sight
        self.services.annotating.readings.finish(_FAREWELL_S)
        self.services.outlining.close()
        self.services.second_reading.close()
        self.services.jobs.close()
        self.services.archive.close()
        super().closeEvent(event)

    def _keep(self) -> None:
        settings = self.services.settings
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        panel = self.actions_of["layout.side_panel"].isChecked()
        window = settings.window.model_copy(update={"geometry": geometry, "side_panel": panel})
        try:
            self.services.store.save(settings.model_copy(update={"window": window}))
        except FourviewError as error:
            self.status_line.show_message(str(error), Notice.ERROR)
