"""The filters as small buttons: state, date, findings, marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import QDate, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDateEdit,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QWidget,
    QWidgetAction,
)

from widgets.worklist.line import FilterChoice
from widgets.worklist.words import STATES, state_title

_COUNTS = (0, 1, 3, 5)
_SPANS = (0, 7, 30, 365)


class Chips(QWidget):
    """changed(FilterChoice): the reader wants another choice. save_requested(): keep it by name."""

    changed = Signal(object)
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = FilterChoice()
        self.state, self.date, self.findings = (self._opening() for _ in range(3))
        self.discuss, self.conflict = self._switch("discuss"), self._switch("conflict")
        self.clear, self.save = QPushButton(self.tr("Clear")), QPushButton(self.tr("Save filter"))
        self._states: dict[str, QAction] = {}
        self._since, self._until = QDateEdit(), QDateEdit()
        self._fill_menus()
        self.discuss.setText(self.tr("Discuss"))
        self.conflict.setText(self.tr("Conflict"))
        self.clear.clicked.connect(lambda: self._choose(FilterChoice()))
        self.save.clicked.connect(self.save_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for button in (self.state, self.date, self.findings, self.discuss, self.conflict):
            row.addWidget(button)
        row.addSpacing(10)
        for button in (self.clear, self.save):
            button.setProperty("small", True)
            row.addWidget(button)
        row.addStretch(1)
        self.show_choice(self._choice)

    @property
    def choice(self) -> FilterChoice:
        """What is chosen now."""
        return self._choice

    def show_choice(self, choice: FilterChoice, *, saveable: bool = False) -> None:
        """Show a choice without telling. saveable: there is more to save, such as a text."""
        self._choice = choice
        titles = ", ".join(state_title(one) for one in choice.states)
        self.state.setText(titles or self.tr("Any state"))
        self.date.setText(_span(choice) or self.tr("Any date"))
        many = self.tr("{count} findings or more").format(count=choice.least_findings)
        one = self.tr("With findings")
        self.findings.setText({0: self.tr("Any findings"), 1: one}.get(choice.least_findings, many))
        for state, action in self._states.items():
            action.setChecked(state in choice.states)
        self.discuss.setChecked(choice.discuss)
        self.conflict.setChecked(choice.conflict)
        for button, on in (
            (self.state, bool(choice.states)),
            (self.date, bool(choice.since or choice.until)),
            (self.findings, bool(choice.least_findings)),
        ):
            button.setChecked(on)
        self.clear.setVisible(choice.any)
        self.save.setVisible(choice.any or saveable)

    def _opening(self) -> QPushButton:
        """A button that opens a menu and stays down while it filters."""
        button = QPushButton()
        button.setProperty("small", True)
        button.setProperty("opening", True)
        button.setCheckable(True)
        button.setMenu(QMenu(button))
        return button

    def _switch(self, name: str) -> QPushButton:
        button = QPushButton()
        button.setProperty("small", True)
        button.setCheckable(True)
        button.clicked.connect(lambda on: self._choose(replace(self._choice, **{name: on})))
        return button

    def _fill_menus(self) -> None:
        for state in STATES:
            action = self.state.menu().addAction(state_title(state))
            action.setCheckable(True)
            action.triggered.connect(self._choose_states)
            self._states[state] = action
        for least in _COUNTS:
            title = self.tr("{count} or more").format(count=least) if least else self.tr("Any")
            self._offer(self.findings.menu(), title, partial(self._with_findings, least))
        titles = (
            self.tr("Any"),
            self.tr("Last 7 days"),
            self.tr("Last 30 days"),
            self.tr("Last 12 months"),
        )
        for days, title in zip(_SPANS, titles, strict=True):
            self._offer(self.date.menu(), title, partial(self._lately, days))
        self.date.menu().addSeparator()
        self.date.menu().addAction(self._from_to())

    def _offer(self, menu: QMenu, title: str, choice: Callable[[], FilterChoice]) -> None:
        menu.addAction(title).triggered.connect(lambda: self._choose(choice()))

    def _with_findings(self, least: int) -> FilterChoice:
        return replace(self._choice, least_findings=least)

    def _lately(self, days: int) -> FilterChoice:
        today = date.today()  # noqa: DTZ011 - the day of who sits before the screen
        since = today - timedelta(days=days) if days else None
        return replace(self._choice, since=since, until=None)

    def _from_to(self) -> QWidgetAction:
        whole, row = QWidget(self.date), QHBoxLayout()
        whole.setLayout(row)
        row.setContentsMargins(8, 4, 8, 4)
        today = QDate.currentDate()
        for edit, day in ((self._since, today.addYears(-1)), (self._until, today)):
            edit.setDisplayFormat("yyyy-MM-dd")
            edit.setDate(day)
        button = QPushButton(self.tr("Show"))
        button.clicked.connect(self._choose_span)
        for widget in (self._since, QLabel(self.tr("to")), self._until, button):
            row.addWidget(widget)
        action = QWidgetAction(self.date)
        action.setDefaultWidget(whole)
        return action

    def _choose_span(self) -> None:
        days = (self._since.date().toPython(), self._until.date().toPython())
        since, until = (day if isinstance(day, date) else None for day in days)
        if since is not None and until is not None and since > until:
            since, until = until, since
        self.date.menu().close()
        self._choose(replace(self._choice, since=since, until=until))

    def _choose_states(self) -> None:
        states = tuple(state for state, action in self._states.items() if action.isChecked())
        self._choose(replace(self._choice, states=states))

    def _choose(self, choice: FilterChoice) -> None:
        changed = choice != self._choice
        self.show_choice(choice)
        if changed:
            self.changed.emit(choice)


def _span(choice: FilterChoice) -> str:
    if choice.since and choice.until:
        return f"{choice.since} – {choice.until}"  # noqa: RUF001 - a range's own dash
    if choice.since:
        return f"≥ {choice.since}"
    return f"≤ {choice.until}" if choice.until else ""
