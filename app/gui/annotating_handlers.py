"""What the actions on tools, findings and the report do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from annotations.shapes.smoothing import smoothed
from app.gui.main_window import MainWindow
from app.presenters.annotating.copying import mirrored_finding
from app.presenters.measuring import Tool
from domain.errors import FourviewError
from domain.finding import Contour, Finding, FindingKind, FindingStatus, RejectionReason
from viewing.tools.tool import ToolId, ToolKey
from widgets.status_line import Notice

_BRUSH_STEP = 1.25
_LEAST_BRUSH, _MOST_BRUSH = 0.1, 30.0
_SMOOTH_MM = 0.6
_KINDS: dict[str, FindingKind | None] = {
    "kind.auto": None,
    **{f"kind.{kind.name.lower()}": kind for kind in FindingKind},
}


class AnnotatingHandlers:
    """One method an action that needs more than a line."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._annotating = window.services.annotating
        self._intents = window.findings.intents

    def take(self, tool: ToolId) -> None:
        """Take an annotation tool."""
        self._window.services.measuring.take(Tool.PAN)
        self._annotating.take(tool)
        self._window.actions_of.check(tool.value, True)

    def take_if(self, tool: ToolId, on: bool) -> None:
        """The same, from a switch."""
        if on:
            self.take(tool)

    def on_leading(self, intent: Callable[[Finding], object]) -> None:
        """Do something with the selected finding."""
        leading = self._annotating.leading
        if leading is not None:
            intent(leading)

    def finish_or_accept(self) -> None:
        """Enter finishes a shape that is begun; else it accepts the selected proposal."""
        if self._annotating.hand.unfinished and self._annotating.key(ToolKey.FINISH):
            return
        leading = self._annotating.leading
        if leading is not None and leading.status in (
            FindingStatus.PROPOSED,
            FindingStatus.REJECTED,
        ):
            self._intents.accept(leading.id)

    def back_or_reject(self) -> None:
        """Backspace takes the last point back; else it asks why the finding is thrown out."""
        if self._annotating.tool is not None and self._annotating.key(ToolKey.BACK):
            return
        self.on_leading(self._ask_why)

    def _ask_why(self, finding: Finding) -> None:
        menu = QMenu(self._window)
        for number, reason in enumerate(RejectionReason, 1):
            action = menu.addAction(f"&{number}  {reason.value.capitalize()}")
            action.triggered.connect(partial(self._intents.reject, finding.id, reason))
        panel = self._window.side_panel
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(panel.mapToGlobal(panel.rect().topLeft()))

    def mirror(self, finding: Finding) -> None:
        """Copy it to the other breast, to the mirrored place."""
        services = self._window.services
        try:
            copy = mirrored_finding(
                finding, services.reading.shown, services.following.breasts, self._reader
            )
        except FourviewError as error:
            self._window.status_line.show_message(str(error), Notice.ERROR)
            return
        self._intents.add(copy, "copy to the other breast")

    def smooth(self, finding: Finding) -> None:
        """Even the outline out, spicules kept."""
        spacing = None
        for image in self._annotating.images_of(finding):
            spacing = image.view.spacing.column_mm
        width = _SMOOTH_MM / spacing if spacing else 4.0

        def evened(contour: Contour) -> Contour:
            return Contour(tuple(smoothed(contour.points, width)))

        self._intents.smooth(finding.id, evened)

    def resize_brush(self, factor: float) -> None:
        """A larger or smaller brush."""
        wanted = self._annotating.wishes.brush_mm * factor
        self._annotating.wish(brush_mm=min(max(wanted, _LEAST_BRUSH), _MOST_BRUSH))
        said = f"Brush {2 * self._annotating.wishes.brush_mm:.1f} mm across"
        self._window.status_line.show_message(said)

    def link(self) -> None:
        """Link two selected findings, or the selected with the next that is pressed."""
        self._intents.link()
        if self._intents.linking is not None:
            said = "Press the same finding in the other view, or draw it there; Esc lets it go"
            self._window.status_line.show_message(said)

    def normal_next(self) -> None:
        """Say that nothing was found, and go on, unless the AI marked something."""
        before = self._annotating.document.opinion
        if not self._intents.call_normal():
            return
        again = self._annotating.document.opinion == before
        said = self._window.second_reading.before_going_on(again=again)
        if said:
            self._window.status_line.show_message(said)
        else:
            self._window.actions_of["case.next"].trigger()

    def copy_report(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self._window.findings.report_text())
        self._window.status_line.show_message("The report is on the clipboard")

    @property
    def _reader(self) -> str:
        return self._annotating.readings.reader


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Handlers of plain actions, by id."""
    hands, annotating = AnnotatingHandlers(window), window.services.annotating
    findings = window.findings
    intents = findings.intents
    return {
        **{tool.value: partial(hands.take, tool) for tool in ToolId},
        **{name: partial(findings.next_kind, kind) for name, kind in _KINDS.items()},
        "brush.larger": partial(hands.resize_brush, _BRUSH_STEP),
        "brush.smaller": partial(hands.resize_brush, 1 / _BRUSH_STEP),
        "finding.next": partial(findings.step, 1),
        "finding.previous": partial(findings.step, -1),
        "finding.describe": findings.describe,
        "finding.accept": hands.finish_or_accept,
        "finding.reject": hands.back_or_reject,
        "finding.take": lambda: hands.on_leading(lambda one: intents.take(one.id)),
        "finding.link": hands.link,
        "finding.unlink": lambda: hands.on_leading(lambda one: intents.unlink(one.id)),
        "finding.duplicate": lambda: hands.on_leading(lambda one: intents.duplicate(one.id)),
        "finding.mirror": lambda: hands.on_leading(hands.mirror),
        "finding.smooth": lambda: hands.on_leading(hands.smooth),
        "finding.group": intents.group,
        "finding.remove": lambda: hands.on_leading(lambda one: intents.remove(one.id)),
        "finding.fits": annotating.fits,
        "edit.undo": annotating.undo,
        "edit.redo": annotating.redo,
        "case.normal_next": hands.normal_next,
        "report.open": findings.open_report,
        "report.copy": hands.copy_report,
    }


def switches(window: MainWindow) -> dict[str, Callable[[bool], object]]:
    """Handlers of actions that are on or off, by id."""
    hands = AnnotatingHandlers(window)
    return {tool.value: partial(hands.take_if, tool) for tool in ToolId}


def held(window: MainWindow) -> dict[str, Callable[[bool], object]]:
    """Handlers of actions that act while their key is down, by id."""

    def fill(down: bool) -> None:
        window.pictures.filled = down
        window.repaint_panes()

    return {"look.fill": fill}
