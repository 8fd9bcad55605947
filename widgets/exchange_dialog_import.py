"""The dialog of an import: what is looked through, what will come in, what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from widgets.exchange_dialog_parts import Foot, caption, title_of

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MOST = 1000
"""Rows that are listed; the headline counts them all."""


@dataclass(frozen=True)
class ImportWish:
    """What is chosen; paths as they were typed. form: empty to find out. reader: empty for whom
    the file names.
    """

    path: str
    form: str
    images: str
    reader: str


@dataclass(frozen=True)
class ComingRow:
    """A reading that would come in. study: how the study is called here. fate: what becomes of
    it. taken: whether it is kept.
    """

    study: str
    studied: str
    reader: str
    findings: int
    fate: str
    taken: bool = True


class ImportDialog(QDialog):
    """look_asked(ImportWish): what is chosen has changed. import_asked(). stop_asked().

    file_asked(), folder_asked(), images_asked(): choose one.
    """

    look_asked = Signal(object)
    import_asked = Signal()
    stop_asked = Signal()
    file_asked = Signal()
    folder_asked = Signal()
    images_asked = Signal()

    def __init__(
        self, formats: Sequence[tuple[str, str]], own: str, parent: QWidget | None = None
    ) -> None:
        """formats: key and title of each. own: the reader's name."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import findings"))
        self.resize(860, 600)
        self.path, self.images, self.reader = QLineEdit(), QLineEdit(), QLineEdit()
        self.form = QComboBox()
        self.form.addItem(self.tr("Found by itself"), "")
        for key, title in formats:
            self.form.addItem(title, key)
        self.path.setPlaceholderText(
            self.tr("A file or folder of another program, or of an export")
        )
        self.images.setPlaceholderText(self.tr("Those that are open, or that the archive knows"))
        self.reader.setPlaceholderText(
            self.tr("Whom the file names, else {reader}").format(reader=own)
        )
        self._headline, self._problems = title_of(""), QPlainTextEdit()
        self._headline.setWordWrap(True)
        self._problems.setReadOnly(True)
        self.rows = _table((self.tr("Study"), self.tr("Date"), self.tr("Reader")))
        self._pages, self.foot = QStackedWidget(), Foot(self.tr("Import"))
        self._asked: ImportWish | None = None
        self._lay_out()
        self._connect()
        self.show_nothing()

    @property
    def wish(self) -> ImportWish:
        """As it stands now."""
        return ImportWish(
            self.path.text().strip(),
            str(self.form.currentData() or ""),
            self.images.text().strip(),
            self.reader.text().strip(),
        )

    def look(self) -> None:
        """Have what is chosen looked through, unless it was."""
        if self.wish != self._asked:
            self._asked = self.wish
            self.look_asked.emit(self.wish)

    def show_nothing(self) -> None:
        """Nothing is looked through yet."""
        self._asked = None
        self._headline.setText("")
        self._pages.setCurrentIndex(0)
        self.foot.rest()
        self.foot.go.setEnabled(False)
        self.foot.show_copy(False)

    def show_working(self, stage: str, done: int, of: int | None) -> None:
        """It is being looked through, or kept."""
        self.foot.work(stage, done, of)

    def show_coming(self, headline: str, rows: Sequence[ComingRow]) -> None:
        """What would come in."""
        self.foot.rest()
        self._show_rows(headline, rows)
        self.foot.go.setEnabled(any(one.taken for one in rows))

    def show_problems(self, headline: str, problems: Sequence[str]) -> None:
        """Why it can't be taken."""
        self.foot.rest()
        self._headline.setText(headline)
        self._problems.setPlainText("\n".join(problems))
        self._pages.setCurrentIndex(2)
        self.foot.go.setEnabled(False)
        self.foot.show_copy(True)

    def show_failure(self, words: str) -> None:
        """It could not be kept; nothing was."""
        self.foot.rest()
        self.foot.say(words, error=True)

    def show_stopped(self) -> None:
        """The reader stopped it."""
        self.show_nothing()
        self.foot.say(self.tr("Stopped. Nothing was imported."))

    def show_done(self, headline: str, rows: Sequence[ComingRow]) -> None:
        """What came in."""
        self.foot.rest()
        self._show_rows(headline, rows)
        self.foot.go.setEnabled(False)
        self.foot.leave.setFocus()

    @property
    def said(self) -> str:
        """What can be read of what was found."""
        problems = self._problems.toPlainText() if self._pages.currentIndex() == 2 else ""
        parts = (self._headline.text(), problems, self.foot.said)
        return "\n".join(part for part in parts if part)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """What is under way is stopped."""
        self.stop_asked.emit()
        super().closeEvent(event)

    def reject(self) -> None:
        """Esc stops first, and closes then."""
        if self.foot.working:
            self.stop_asked.emit()
        else:
            super().reject()

    def _show_rows(self, headline: str, rows: Sequence[ComingRow]) -> None:
        self._headline.setText(headline)
        shown = rows[:_MOST]
        self.rows.setRowCount(len(shown))
        for at, row in enumerate(shown):
            cells = (row.study, row.studied, row.reader, str(row.findings), row.fate)
            for column, words in enumerate(cells):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                if column == 3:
                    item.setTextAlignment(_RIGHT)
                if not row.taken:
                    item.setForeground(self.palette().placeholderText())
                self.rows.setItem(at, column, item)
        self._pages.setCurrentIndex(1)
        self.foot.show_copy(False)

    def _connect(self) -> None:
        for line in (self.path, self.images, self.reader):
            line.editingFinished.connect(self.look)
        self.form.currentIndexChanged.connect(lambda _now: self.look())
        self.foot.go.clicked.connect(self.import_asked)
        self.foot.stop.clicked.connect(self.stop_asked)
        self.foot.leave.clicked.connect(self.close)
        self.foot.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.said))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget, tuple[tuple[str, SignalInstance], ...]], ...] = (
            (
                self.tr("From"),
                self.path,
                ((self.tr("File…"), self.file_asked), (self.tr("Folder…"), self.folder_asked)),
            ),
            (self.tr("Format"), self.form, ()),
            (self.tr("Images"), self.images, ((self.tr("Folder…"), self.images_asked),)),
            (self.tr("Reader"), self.reader, ()),
        )
        for at, (title, editor, buttons) in enumerate(rows):
            grid.addWidget(caption(title), at, 0)
            grid.addLayout(_beside(editor, buttons), at, 1)
        empty = QLabel(self.tr("What will come in is listed here before anything is kept."))
        empty.setProperty("dim", True)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for page in (empty, self.rows, self._problems):
            self._pages.addWidget(page)
        inside = QVBoxLayout()
        inside.setContentsMargins(20, 18, 20, 4)
        inside.setSpacing(12)
        inside.addLayout(grid)
        inside.addWidget(self._headline)
        inside.addWidget(self._pages, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(inside, 1)
        column.addWidget(self.foot)


def _beside(editor: QWidget, buttons: Sequence[tuple[str, SignalInstance]]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(editor, 1)
    for title, asked in buttons:
        button = QPushButton(title)
        button.setAutoDefault(False)
        button.clicked.connect(asked)
        row.addWidget(button)
    return row


def _table(titles: Sequence[str]) -> QTableWidget:
    table = QTableWidget(0, 5)
    table.setHorizontalHeaderLabels([*titles, table.tr("Findings"), table.tr("What happens")])
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setAlternatingRowColors(False)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    header.setStretchLastSection(True)
    for column, width in enumerate((190, 110, 120, 90)):
        table.setColumnWidth(column, width)
    heading = table.horizontalHeaderItem(3)
    if heading is not None:
        heading.setTextAlignment(_RIGHT)
    return table
