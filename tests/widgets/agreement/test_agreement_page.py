"""The page of agreement and the dialog of a project's rules, by real clicks."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from annotations.agreement.spread import Grid
from annotations.agreement.table import Line
from domain.study import Patient
from widgets.agreement.page import AgreementPage
from widgets.agreement.rules import RulesDialog
from widgets.agreement.state import AgreementState, CaseLine

LEFT = Qt.MouseButton.LeftButton
NOBODY = AgreementState()
STATE = AgreementState(
    readers=(("anna", 5), ("berta", 4), ("clara", 1)),
    projects=("main",),
    pair=("anna", "berta"),
    lines=(
        Line("kappa", "recall", 4, 0.61803),
        Line("mean Dice", "mass", 0, math.nan),
        Line("mean IoU", "mass", 0, math.nan),
    ),
    grid=Grid(("1", "4B"), ((3, 0), (1, 2))),
    dice=(0, 0, 0, 0, 0, 0, 1, 4, 2, 0),
    cases=(
        CaseLine("1.2", Patient(name="Doe^Jane"), date(2025, 6, 1), ("anna recalls",)),
        CaseLine("1.3", Patient(name="Roe^Ann"), None, ()),
    ),
    message="4 studies read by both",
    ready=True,
)


@pytest.fixture
def page(qtbot: QtBot) -> AgreementPage:
    made = AgreementPage()
    qtbot.addWidget(made)
    made.resize(1300, 700)
    made.show_agreement(STATE)
    made.show()
    return made


def test_figures_are_told_and_what_can_not_be_had_is_a_dash(page: AgreementPage) -> None:
    assert page.figures.said == (
        ("Recall", "kappa", "4", "0.62"),
        ("Mass", "mean Dice", "0", "\u2013"),
        ("", "mean IoU", "0", "\u2013"),
    )
    assert page.said == "4 studies read by both"
    assert page.grid.said == "1: 3 0\n4B: 1 2"
    assert page.bars.said == "0 0 0 0 0 0 1 4 2 0"


def test_without_two_readers_it_says_what_would_be_here(page: AgreementPage) -> None:
    page.show_agreement(NOBODY)
    assert "No two readers yet" in page.said
    assert not page.save.isEnabled()
    page.show_agreement(replace(NOBODY, message="The archive can't be used"))
    assert "The archive can't be used" in page.said


def test_a_double_click_or_enter_opens_a_case(qtbot: QtBot, page: AgreementPage) -> None:
    cases = page.cases
    at = cases.visualRect(cases.model().index(1, 0)).center()
    qtbot.mouseClick(cases.viewport(), LEFT, pos=at)
    with qtbot.waitSignal(page.opened) as opened:
        qtbot.mouseDClick(cases.viewport(), LEFT, pos=at)
    assert opened.args == ["1.3"]
    qtbot.keyClick(cases, Qt.Key.Key_Up)
    with qtbot.waitSignal(page.opened) as opened:
        qtbot.keyClick(cases, Qt.Key.Key_Return)
    assert opened.args == ["1.2"]


def test_names_are_masked_and_come_back(page: AgreementPage) -> None:
    assert page.cases.said[0][0] == "Doe, Jane"
    page.cases.mask_names(True)
    page.show_agreement(STATE)
    assert "Doe" not in str(page.cases.said)
    page.cases.mask_names(False)
    assert page.cases.said[0][0] == "Doe, Jane"


def choose(qtbot: QtBot, page: AgreementPage, which: int, row: int) -> list[object]:
    box = page.readers[which]
    box.setCurrentIndex(row)
    with qtbot.waitSignal(page.pair_chosen) as chosen:
        box.activated.emit(row)
    return list(chosen.args or ())


def test_another_pair_can_be_chosen(qtbot: QtBot, page: AgreementPage) -> None:
    assert choose(qtbot, page, 1, 2) == ["anna", "clara"]


def test_nobody_is_compared_with_themselves(qtbot: QtBot, page: AgreementPage) -> None:
    assert choose(qtbot, page, 0, 1) == ["berta", "anna"]
    page.show_agreement(STATE)
    assert choose(qtbot, page, 1, 0) == ["berta", "anna"]


def test_projects_can_be_chosen_where_there_are_several(qtbot: QtBot, page: AgreementPage) -> None:
    assert not page.projects.isVisible()
    page.show_agreement(replace(STATE, projects=("main", "second trial")))
    assert page.projects.isVisible()
    with qtbot.waitSignal(page.project_chosen) as chosen:
        page.projects.setCurrentIndex(2)
        page.projects.activated.emit(2)
    assert chosen.args == ["second trial"]


@pytest.fixture
def rules(qtbot: QtBot) -> RulesDialog:
    made = RulesDialog()
    qtbot.addWidget(made)
    made.show_projects(("main",))
    made.show()
    return made


def test_rules_can_not_be_changed_before_they_are_known(rules: RulesDialog) -> None:
    assert not rules.wanted.isEnabled()
    assert not rules.save.isEnabled()
    rules.show_rules(2, True)
    assert rules.wanted.isEnabled()
    assert rules.blind.isChecked()
    assert rules.save.isEnabled()


def test_changed_rules_are_asked_for(qtbot: QtBot, rules: RulesDialog) -> None:
    rules.show_rules(1, False)
    assert "read once" in rules.said
    qtbot.keyClick(rules.wanted, Qt.Key.Key_Up)
    qtbot.mouseClick(rules.blind, LEFT)
    assert "by themselves" in rules.said
    with qtbot.waitSignal(rules.set_asked) as asked:
        qtbot.mouseClick(rules.save, LEFT)
    assert asked.args == ["main", 2, True]
    assert not rules.save.isEnabled()


def test_a_single_reading_is_never_blind(qtbot: QtBot, rules: RulesDialog) -> None:
    rules.show_rules(2, True)
    qtbot.keyClick(rules.wanted, Qt.Key.Key_Down)
    assert not rules.blind.isEnabled()
    with qtbot.waitSignal(rules.set_asked) as asked:
        qtbot.mouseClick(rules.save, LEFT)
    assert asked.args == ["main", 1, False]


def test_what_the_archive_refused_is_told_beside_the_rules(
    qtbot: QtBot, rules: RulesDialog
) -> None:
    rules.show_rules(2, False)
    qtbot.mouseClick(rules.save, LEFT)
    rules.show_problem("the archive is locked")
    assert "the archive is locked" in rules.said
    assert rules.save.isEnabled()
