"""What the actions on the printed report and on the label guideline do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from app.gui.main_window import MainWindow
from app.guidelines import find_guideline
from app.writing import replace_file
from domain.errors import FourviewError
from widgets.status_line import Notice


class PdfHandler:
    """Saves the report as PDF."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._folder = ""

    def save(self) -> None:
        """Ask where, then write; a file that can't be written stays as it was."""
        from app.gui.report_pdf import report_pdf  # noqa: PLC0415 - after the first paint
        from app.gui.report_sheet import sheet_of  # noqa: PLC0415

        window = self._window
        sheet = sheet_of(window, datetime.now().astimezone())
        if sheet is None:
            return
        offered = str(Path(self._folder) / sheet.file_name)
        chosen, _ = QFileDialog.getSaveFileName(
            window, window.tr("Save report as PDF"), offered, "PDF (*.pdf)"
        )
        if not chosen:
            return
        path = Path(chosen)
        path = path if path.suffix else path.with_suffix(".pdf")
        try:
            replace_file(path, report_pdf(sheet))
        except FourviewError as error:
            window.status_line.show_message(str(error), Notice.ERROR)
            return
        self._folder = str(path.parent)
        window.status_line.show_message(f"{window.tr('Saved')}: {path}")


class GuidelineHandler:
    """Shows the label guideline."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        window.guideline.closed.connect(self._close)

    def show(self, on: bool) -> None:
        """Show the project's label guideline beside the tools, or put it away."""
        window = self._window
        if on:
            self._read()
        elif window.guideline.isAncestorOf(window.focusWidget() or window):
            window.reading_page.setFocus()
        window.guideline.setVisible(on)

    def _read(self) -> None:
        window = self._window
        try:
            read = find_guideline(window.services.settings.reading.guideline)
        except FourviewError as error:
            window.status_line.show_message(str(error), Notice.ERROR)
            read = find_guideline()
        window.guideline.show_guideline(read.title, read.markdown)

    def _close(self) -> None:
        if self._window.guideline.isVisible():
            self._window.actions_of["report.guideline"].trigger()


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Handlers of plain actions, by id."""
    return {"report.pdf": PdfHandler(window).save}


def switches(window: MainWindow) -> dict[str, Callable[[bool], object]]:
    """Handlers of actions that are on or off, by id."""
    return {"report.guideline": GuidelineHandler(window).show}
