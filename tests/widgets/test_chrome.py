"""Tool rail, status line and side panel."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QProgressBar, QTabBar, QToolButton, QWidget

from app.actions import ACTIONS
from domain.finding import FindingKind
from domain.study import Flag, Reason
from widgets.action_row import Condition
from widgets.actions import ActionSet
from widgets.finding_form.state import FindingFormState
from widgets.finding_list import ROW_HEIGHT, FindingList, FindingRow, Whose
from widgets.rail import ToolRail
from widgets.side_panel import HungBecause, PanelTab, SidePanel
from widgets.status_line import JOB_PATIENCE_MS, JobLine, Notice, StatusLine, StepMarks
from widgets.why_here import WhyHere

LEFT = Qt.MouseButton.LeftButton
STEPS = ("Four on one", "CC, right and left", "MLO, right and left")


@pytest.fixture
def rail(qtbot) -> Iterator[tuple[ToolRail, ActionSet]]:
    window = QWidget()
    qtbot.addWidget(window)
    actions = ActionSet(ACTIONS, window)
    actions.enable(set(Condition))
    rail = ToolRail(actions, window)
    window.resize(60, 686)
    rail.resize(rail.width(), 686)
    window.show()
    yield rail, actions
    window.close()


@pytest.fixture
def line(qtbot) -> StatusLine:
    line = StatusLine()
    qtbot.addWidget(line)
    line.resize(1366, line.height())
    line.show()
    return line


@pytest.fixture
def panel(qtbot) -> SidePanel:
    panel = SidePanel()
    qtbot.addWidget(panel)
    panel.resize(panel.width(), 600)
    panel.show()
    return panel


def test_a_click_on_the_rail_is_the_action(qtbot, rail) -> None:
    bar, actions = rail
    with qtbot.waitSignal(actions.triggered) as heard:
        qtbot.mouseClick(bar.button("tool.ruler"), LEFT)
    assert heard.args == ["tool.ruler"]
    assert bar.button("tool.ruler").isChecked()


def test_the_rail_follows_what_is_enabled(rail) -> None:
    bar, actions = rail
    actions.enable(set())
    assert not bar.button("tool.box").isEnabled()


def test_all_of_the_rail_is_there_on_a_low_screen(rail) -> None:
    bar, _ = rail
    bottoms = [bar.button(one).geometry().bottom() for one in bar.ids]
    assert bottoms == sorted(bottoms)
    assert bottoms[-1] < 686
    assert {row.rail for row in ACTIONS} >= {"look", "measure", "annotate", "ai"}


def test_a_mark_of_the_protocol_asks_for_its_step(qtbot, line) -> None:
    line.show_step(STEPS, 1)
    assert "2/3  CC, right and left" in line.said
    marks = line.findChild(StepMarks)
    with qtbot.waitSignal(line.step_requested) as heard:
        qtbot.mouseClick(marks, LEFT, pos=marks.place_of(2).toPoint())
    assert heard.args == [2]


def test_a_running_job_can_be_cancelled(qtbot, line) -> None:
    line.show_jobs((JobLine("a", "Decoding", 0.5, 4.4), JobLine("b", "Scanning")))
    qtbot.waitUntil(lambda: "Decoding, 4 s left, and 1 more" in line.said)
    cancel = next(one for one in line.findChildren(QToolButton) if one.toolTip() == "Cancel")
    with qtbot.waitSignal(line.cancel_requested) as heard:
        qtbot.mouseClick(cancel, LEFT)
    assert heard.args == ["a"]
    line.show_jobs(())
    assert "Decoding" not in line.said


def test_a_job_that_is_over_at_once_never_comes_up(qtbot, line) -> None:
    line.show_jobs((JobLine("a", "Decoding"),))
    line.show_jobs(())
    qtbot.wait(JOB_PATIENCE_MS + 100)
    assert "Decoding" not in line.said
    assert not [one for one in line.findChildren(QProgressBar) if not one.isHidden()]


def test_an_error_can_be_copied(qtbot, line) -> None:
    line.show_jobs((JobLine("a", "Decoding"),))
    line.show_message("RCC: cut short", Notice.ERROR)
    copy = next(one for one in line.findChildren(QToolButton) if "Copy" in one.toolTip())
    qtbot.mouseClick(copy, LEFT)
    assert QGuiApplication.clipboard().text() == "RCC: cut short"
    line.show_message("saved")
    assert copy.isHidden()
    assert "Decoding" not in line.said or "saved" in line.said


def test_a_job_is_named_again_once_the_error_is_gone(qtbot, line) -> None:
    line.show_message("RCC: cut short", Notice.ERROR)
    line.show_jobs((JobLine("a", "Decoding"),))
    bar = line.findChild(QProgressBar)
    qtbot.waitUntil(lambda: not bar.isHidden())
    assert "Decoding" not in line.said
    line.show_message("")
    assert "Decoding" in line.said


def test_a_finding_that_is_clicked_is_chosen(qtbot, panel) -> None:
    rows = (FindingRow("a", "Mass"), FindingRow("b", "Asymmetry", whose=Whose.AI))
    panel.show_findings(rows)
    view = panel.findChild(FindingList).view
    place = view.visualRect(view.model().index(1, 0)).center()
    with qtbot.waitSignal(panel.finding_chosen) as heard:
        qtbot.mouseClick(view.viewport(), LEFT, pos=place)
    assert heard.args == ["b"]


def test_the_list_shows_who_marked_by_colour(panel) -> None:
    panel.show_findings((FindingRow("a", "Mass", whose=Whose.AI),))
    image = panel.findChild(FindingList).view.viewport().grab().toImage()
    column = {image.pixelColor(12, y).name() for y in range(image.height())}
    assert Whose.AI.colour in column
    assert Whose.READER.colour not in column


def test_filling_the_list_chooses_nothing(qtbot, panel) -> None:
    with qtbot.assertNotEmitted(panel.finding_chosen):
        panel.show_findings((FindingRow("a", "Mass"),), selected="a")


def test_a_click_on_a_tab_brings_it_to_the_front(qtbot, panel) -> None:
    tabs = panel.findChild(QTabBar)
    qtbot.mouseClick(tabs, LEFT, pos=tabs.tabRect(PanelTab.WHY).center())
    assert panel.tab is PanelTab.WHY
    assert panel.findChild(WhyHere).isVisible()


def test_the_panel_folds_away_and_tells_so_once(qtbot, panel) -> None:
    calls: list[bool] = []
    panel.folded.connect(calls.append)
    panel.fold(True)
    panel.fold(True)
    assert panel.isHidden()
    panel.open_tab(PanelTab.WHY)
    assert panel.isVisible()
    assert calls == [True, False]


def test_why_here_tells_conclusion_tag_and_value_and_doubts(panel) -> None:
    reason = Reason("right breast", "Image Laterality (0020,0062)", "R <&>")
    ranked = Reason("hangs in RMLO", "", "the only RMLO")
    panel.show_why(
        HungBecause("RMLO", (reason, reason, ranked), (Flag("turned upside down", "Rows"),))
    )
    said = panel.findChild(WhyHere).said
    assert said.count("Right breast") == 1
    assert "Image Laterality (0020,0062) = R <&>" in said
    assert "Hangs in RMLO" in said
    assert " = the only RMLO" not in said, "no tag says so"
    assert said.index("Turned upside down") < said.index("Right breast")
    panel.show_why(None)
    assert "Right breast" not in panel.findChild(WhyHere).said


def test_the_panels_key_goes_to_the_form_of_the_tab_in_front(qtbot, panel) -> None:
    panel.activateWindow()
    panel.finding_form.show_finding(FindingFormState(UUID(int=1), FindingKind.MASS))
    panel.open_tab(PanelTab.WHY)
    panel.take_keys()
    assert panel.tab is PanelTab.FINDINGS
    qtbot.waitUntil(panel.finding_form.questions.hasFocus)
    panel.open_tab(PanelTab.REPORT)
    panel.take_keys()
    qtbot.waitUntil(panel.opinion_form.questions.hasFocus)


def test_showing_the_list_again_keeps_rows_and_selection(panel) -> None:
    rows = tuple(FindingRow(str(one), "Mass", number=one) for one in range(1, 40))
    panel.show_findings(rows, "30")
    view = panel.findChild(FindingList).view
    place = view.verticalScrollBar().value()
    assert place > 0
    panel.show_findings((*rows[:-1], FindingRow("39", "Asymmetry")), "30")
    assert view.verticalScrollBar().value() == place
    assert view.currentIndex().row() == 29
    panel.show_findings(rows[:3])
    assert view.model().rowCount() == 3
    assert not view.currentIndex().isValid()


def test_a_taller_panel_lists_more_findings_and_the_lowest_still_three(qtbot) -> None:
    panel = SidePanel()
    qtbot.addWidget(panel)
    rows = tuple(FindingRow(str(one), "Mass") for one in range(20))
    panel.show_findings(rows)
    heights = []
    for height in (640, 1380):
        panel.resize(320, height)
        panel.show()
        qtbot.wait(1)
        heights.append(panel.findChild(FindingList).height() // ROW_HEIGHT)
    assert heights[0] == 3
    assert heights[1] >= 5
