"""The panel at the window's right: findings, report, and why the image hung here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from domain.study import Flag, Reason
from widgets.ai_strip.strip import AiStrip
from widgets.finding_form.form import FindingForm
from widgets.finding_list import ROW_HEIGHT, FindingList, FindingRow
from widgets.history_list import HistoryList
from widgets.opinion_form.form import OpinionForm
from widgets.reading_bar import ReadingBar
from widgets.why_here import WhyHere

WIDTH = 320
_LIST_HEIGHT = 3 * ROW_HEIGHT


class PanelTab(IntEnum):
    """The panel's tabs, from the left."""

    FINDINGS = 0
    REPORT = 1
    WHY = 2
    HISTORY = 3


@dataclass(frozen=True)
class HungBecause:
    """The active pane's title, and why its image hung there."""

    title: str
    reasons: tuple[Reason, ...] = ()
    flags: tuple[Flag, ...] = ()


class SidePanel(QWidget):
    """320 px wide; folds away. The two forms are told and heard directly.

    finding_chosen(id): a row of the list was chosen. finding_hovered(id): the pointer is over a
    row, or over none any more: an empty id. folded(bool): the panel was opened or
    folded away, for the window to keep. tab_changed(index of PanelTab).
    """

    finding_chosen = Signal(str)
    finding_hovered = Signal(str)
    folded = Signal(bool)
    tab_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("SidePanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for title in (
            self.tr("Findings"),
            self.tr("Report"),
            self.tr("Why here"),
            self.tr("History"),
        ):
            self._tabs.addTab(title)
        self._findings = FindingList()
        self._findings.chosen.connect(self.finding_chosen)
        self._findings.hovered.connect(self.finding_hovered)
        self.ai_strip = AiStrip()
        self.finding_form, self.opinion_form = FindingForm(), OpinionForm()
        self._why = WhyHere()
        self.reading_bar, self.history = ReadingBar(), HistoryList()
        self._pages = QStackedWidget()
        for page in (self._findings_page(), self.opinion_form, self._why, self.history):
            self._pages.addWidget(page)
        self._tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self._tabs.currentChanged.connect(self.tab_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.reading_bar)
        column.addWidget(self._tabs)
        column.addWidget(self._pages, 1)

    def _findings_page(self) -> QWidget:
        """The AI reading over the list over the form; the reader moves what parts the latter."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.ai_strip)
        column.addWidget(self._list_and_form(), 1)
        return page

    def _list_and_form(self) -> QSplitter:
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(1)
        parts.addWidget(self._findings)
        parts.addWidget(self.finding_form)
        self._findings.setMinimumHeight(_LIST_HEIGHT)
        parts.setStretchFactor(0, 1)  # a tall screen has room for more lines and questions
        parts.setStretchFactor(1, 2)
        parts.setSizes([_LIST_HEIGHT, 3 * _LIST_HEIGHT])
        return parts

    def show_findings(self, rows: tuple[FindingRow, ...], selected: str = "") -> None:
        """List the findings of the study; selected: an id, empty for none."""
        self._findings.show_findings(rows, selected)
        count = f" {len(rows)}" if rows else ""
        self._tabs.setTabText(PanelTab.FINDINGS, self.tr("Findings") + count)

    def show_why(self, because: HungBecause | None) -> None:
        """Tell why the active pane's image hung there; ``None`` where no image hangs."""
        if because is None:
            self._why.show_nothing()
        else:
            self._why.show_reasons(because.title, because.reasons, because.flags)

    def take_keys(self) -> None:
        """Give the keys to the report's form if its tab is in front, else to the finding's."""
        report = self.tab is PanelTab.REPORT
        self.open_tab(PanelTab.REPORT if report else PanelTab.FINDINGS)
        form = self.opinion_form if report else self.finding_form
        form.take_keys()

    def flush(self) -> None:
        """Have both forms say what was typed and not yet said; before a case is left."""
        self.finding_form.flush()
        self.opinion_form.flush()

    def open_tab(self, tab: PanelTab) -> None:
        """Unfold the panel and bring a tab to the front."""
        self._tabs.setCurrentIndex(tab)
        self.fold(False)

    def fold(self, away: bool) -> None:
        """Fold the panel away, or show it."""
        if self.isHidden() != away:
            self.setVisible(not away)
            self.folded.emit(away)

    @property
    def tab(self) -> PanelTab:
        """The tab in front."""
        return PanelTab(self._tabs.currentIndex())
