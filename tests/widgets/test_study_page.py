from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QMainWindow, QPushButton

from domain.study import FileProblem, Patient, Study
from tests.support.views import a_view
from widgets.study_page import StudyPage
from widgets.worklist.line import Column, FilterChoice, Scope, StudyLine
from widgets.worklist.lines_model import LinesModel
from widgets.worklist.words import duration, in_slot_order, views_in_words

LEFT = Qt.MouseButton.LeftButton


def a_line(number: int, **more: object) -> StudyLine:
    patient = Patient(f"PID-{number}", "", f"DOE{number}^JANE", date(1950, 1, 1), "F")
    line = StudyLine(f"uid-{number}", patient, date(2020, 1, 1 + number), "RCC LCC")
    return replace(line, **more)


def lines(*numbers: int) -> list[StudyLine]:
    return [a_line(number) for number in numbers]


@pytest.fixture
def page(qtbot) -> StudyPage:
    page = StudyPage()
    qtbot.addWidget(page)
    page.resize(1100, 500)
    page.show_empty(False)
    page.show()
    return page


def shown(page: StudyPage, *numbers: int) -> None:
    page.show_lines(lines(*numbers), len(numbers), len(numbers))


def cell(page: StudyPage, row: int, column: Column) -> str:
    return str(page.model.index(row, column).data())


def changes(model: LinesModel) -> list[str]:
    """What the model tells of itself from now on."""
    told: list[str] = []
    model.rowsInserted.connect(lambda _p, first, last: told.append(f"in {first}-{last}"))
    model.rowsRemoved.connect(lambda _p, first, last: told.append(f"out {first}-{last}"))
    model.dataChanged.connect(lambda one, other: told.append(f"new {one.row()}-{other.row()}"))
    model.modelReset.connect(lambda: told.append("reset"))
    return told


def test_the_model_keeps_qts_rules(qtbot) -> None:
    model = LinesModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for numbers in ((1, 2, 3), (1, 3), (1, 5, 6, 3), (9,), (), (4, 5)):
        model.show(lines(*numbers), len(numbers))
        assert model.keys == tuple(f"uid-{number}" for number in numbers)
    model.extend(lines(7, 8))
    assert model.rowCount() == 4
    assert tester


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((1, 2, 3), (1, 2, 3), []),
        ((1, 2, 3), (1, 3), ["out 1-1"]),
        ((1, 3), (1, 2, 3), ["in 1-1"]),
        ((1, 2, 3), (1, 4, 3), ["out 1-1", "in 1-1"]),
        ((1, 2), (3, 4), ["reset"]),
    ],
)
def test_what_stays_in_the_list_is_not_touched(before, after, told) -> None:
    model = LinesModel()
    model.show(lines(*before), len(before))
    heard = changes(model)
    model.show(lines(*after), len(after))
    assert heard == told


def test_a_changed_line_alone_is_written_anew() -> None:
    model = LinesModel()
    model.show(lines(1, 2, 3), 3)
    assert model.index(1, Column.STATE).data() == ""
    heard = changes(model)
    model.show([a_line(1), a_line(2, state="draft"), a_line(3)], 3)
    assert heard == ["new 1-1"]
    assert model.index(1, Column.STATE).data() == "Draft"


def test_a_row_tells_the_study(page) -> None:
    line = a_line(
        4, state="submitted", reader="anna", findings=2, priority=1, discuss=True, conflict=True
    )
    page.show_lines([line], 1, 1)
    assert [cell(page, 0, column) for column in Column] == [
        *("DOE4, JANE", "PID-4", "2020-01-05", "RCC LCC", "Submitted", "anna", "2", "+1"),
        "discuss, conflict",
    ]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"reader": "anna", "holders": ("anna",)}, "anna, in hand"),
        ({"holders": ("anna",), "put_aside": ("anna",)}, "anna, put aside"),
        ({"reader": "anna, berta", "holders": ("berta",)}, "berta, in hand; anna"),
        ({"assigned": ("carla",)}, "for carla"),
        ({"assigned": ("carla",), "holders": ("carla",)}, "carla, in hand"),
    ],
)
def test_who_has_a_study_is_told(page, said, words) -> None:
    page.show_lines([a_line(1, **said)], 1, 1)
    assert cell(page, 0, Column.READER) == words


def test_files_that_cannot_be_read_are_told_beside_the_state(page) -> None:
    problems = (FileProblem("/x/a.dcm", "cut short"), FileProblem("/x/b.dcm", "cut short"))
    page.show_lines([a_line(1, state="new", problems=problems)], 1, 1)
    assert cell(page, 0, Column.STATE) == "2 files unreadable, New"
    tip = page.model.index(0, Column.STATE).data(Qt.ItemDataRole.ToolTipRole)
    assert "/x/a.dcm: cut short" in tip


def test_a_click_on_a_title_asks_for_the_order(qtbot, page) -> None:
    shown(page, 1, 2)
    header = page.table.horizontalHeader()
    x = header.sectionViewportPosition(Column.STATE) + 20
    for descending in (False, True):
        with qtbot.waitSignal(page.model.order_wanted) as heard:
            qtbot.mouseClick(header.viewport(), LEFT, pos=QPoint(x, 10))
        assert heard.args == [Column.STATE, descending]


def test_showing_an_order_asks_for_nothing(qtbot, page) -> None:
    shown(page, 1, 2)
    with qtbot.assertNotEmitted(page.model.order_wanted):
        page.show_order(Column.READER, descending=False)
    assert page.table.horizontalHeader().sortIndicatorSection() == Column.READER


def test_a_double_click_opens_the_study_that_was_meant(qtbot, page) -> None:
    shown(page, 9, 1)
    place = page.table.visualRect(page.model.index(1, 0)).center()
    qtbot.mouseClick(page.table.viewport(), LEFT, pos=place)
    with qtbot.waitSignal(page.opened) as heard:
        qtbot.mouseDClick(page.table.viewport(), LEFT, pos=place)
    assert heard.args == ["uid-1"]


def test_enter_in_the_field_opens_the_first_line(qtbot, page) -> None:
    shown(page, 5, 9)
    with qtbot.waitSignal(page.opened) as heard:
        qtbot.keyClick(page.field, Qt.Key.Key_Return)
    assert heard.args == ["uid-5"]


def test_arrows_move_in_the_table_from_the_field_too(qtbot, page) -> None:
    shown(page, 5, 9, 1)
    qtbot.keyClick(page.field, Qt.Key.Key_Down)
    assert page.key == "uid-9"
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    assert page.key == "uid-1"
    with qtbot.waitSignal(page.opened) as heard:
        qtbot.keyClick(page.table, Qt.Key.Key_Enter)
    assert heard.args == ["uid-1"]


def test_a_slash_goes_to_the_field(qtbot, page) -> None:
    shown(page, 5)
    page.table.setFocus()
    qtbot.waitUntil(page.table.hasFocus)
    qtbot.keyClick(page.table, Qt.Key.Key_Slash)
    assert page.field.hasFocus()
    assert page.field.text() == ""


def test_keys_that_move_in_the_table_are_no_shortcuts_of_the_window_there(qtbot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    page = StudyPage()
    window.setCentralWidget(page)
    fired: list[str] = []
    for key in ("Down", "Return", "N"):
        action = QAction(key, window)
        action.setShortcut(key)
        action.triggered.connect(lambda _on=False, key=key: fired.append(key))
        window.addAction(action)
    page.show_empty(False)
    shown(page, 1, 2)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page.table.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_N):
        qtbot.keyClick(page.table, key)
    assert fired == ["N"]
    assert page.key == "uid-2"
    page.field.setFocus()
    with qtbot.waitSignal(page.opened):
        qtbot.keyClick(page.field, Qt.Key.Key_Return)
    qtbot.keyClick(page.field, Qt.Key.Key_N)
    assert fired == ["N"]
    assert page.field.text() == "n"


def test_lines_that_come_and_go_keep_the_chosen_one(page) -> None:
    shown(page, 1, 2, 3)
    page.select("uid-2")
    shown(page, 7, 8, 2, 3)
    assert page.key == "uid-2"
    assert page.table.currentIndex().data() == "DOE2, JANE"
    assert page.table.selectionModel().selectedRows()[0].row() == 2
    shown(page, 7, 8)
    assert page.key == "uid-7"


def test_more_lines_are_asked_for_before_the_end_is_reached(qtbot, page) -> None:
    page.show_lines(lines(*range(28)) + [a_line(0, key=f"k{n}") for n in range(400)], 900, 900)
    asked: list[int] = []
    page.model.more_wanted.connect(lambda: asked.append(1))
    page.table.scrollToBottom()
    qtbot.waitUntil(lambda: asked == [1])
    page.table.scrollTo(page.model.index(300, 0))
    assert asked == [1]  # once, until they are here
    page.model.extend([a_line(0, key=f"m{n}") for n in range(472)])
    page.table.scrollToBottom()
    assert asked == [1]
    assert page.model.rowCount() == 900


def test_an_empty_page_offers_the_one_action(qtbot, page) -> None:
    page.show_empty(True)
    assert "No studies yet" in page.said
    button = next(one for one in page.findChildren(QPushButton) if one.isVisible())
    with qtbot.waitSignal(page.open_requested):
        qtbot.mouseClick(button, LEFT)


def test_a_scope_without_lines_says_why(page) -> None:
    page.say_nothing("Nothing in hand", "Studies that you claim stand here.")
    page.show_lines([], 0, 0)
    assert "Nothing in hand" in page.said
    shown(page, 1)
    assert "Nothing in hand" not in page.said


def test_masked_rows_hold_no_name(page) -> None:
    shown(page, 1)
    page.mask_names(True)
    assert "DOE" not in cell(page, 0, Column.PATIENT)
    assert "PID" not in cell(page, 0, Column.NUMBER)


def test_counts_and_unreadable_files_are_told_below(page) -> None:
    page.show_lines(lines(1), 1, 3000)
    assert "1 of 3,000" in page.said
    page.show_problems([FileProblem("/x/a.dcm", "cut short")])
    assert "1 file could not be read" in page.said
    page.show_problems([])
    assert "could not" not in page.said
    page.foot.show_day(14, 3_150)
    assert "Today: 14 read, 0:52 h" in page.said


def test_a_row_is_written_only_when_it_is_shown(qtbot) -> None:
    written: list[str] = []

    class Watched(LinesModel):
        def _write(self, line):
            written.append(line.key)
            return super()._write(line)

    model = Watched()
    model.show([a_line(1, key=f"k{n}") for n in range(20_000)], 20_000)
    assert written == []
    model.index(5, 0).data()
    assert written == ["k5"]


def test_scopes_and_filters_are_asked_for_by_clicks(qtbot, page) -> None:
    shown(page, 1)
    with qtbot.waitSignal(page.bar.scope_wanted) as heard:
        qtbot.mouseClick(page.bar.scopes[Scope.MINE], LEFT)
    assert heard.args == [Scope.MINE]
    chips = page.bar.chips
    with qtbot.waitSignal(chips.changed) as heard:
        qtbot.mouseClick(chips.discuss, LEFT)
    assert heard.args == [FilterChoice(discuss=True)]
    with qtbot.waitSignal(chips.changed) as heard:
        chips.state.menu().actions()[1].trigger()
    assert heard.args == [FilterChoice(discuss=True, states=("draft",))]
    with qtbot.waitSignal(chips.changed) as heard:
        chips.findings.menu().actions()[1].trigger()
    assert heard.args[0].least_findings == 1
    with qtbot.waitSignal(chips.changed) as heard:
        chips.date.menu().actions()[1].trigger()
    assert heard.args[0].since is not None
    with qtbot.waitSignal(chips.changed) as heard:
        qtbot.mouseClick(chips.clear, LEFT)
    assert heard.args == [FilterChoice()]
    assert chips.clear.isHidden()


def test_saved_filters_are_offered_by_name(qtbot, page) -> None:
    page.bar.show_filters(["dense", "mine, new"])
    menu = page.bar.saved.menu()
    with qtbot.waitSignal(page.bar.filter_wanted) as heard:
        menu.actions()[1].trigger()
    assert heard.args == ["mine, new"]
    forget = menu.actions()[-1].menu()
    with qtbot.waitSignal(page.bar.forget_wanted) as heard:
        forget.actions()[0].trigger()
    assert heard.args == ["dense"]


def test_views_beyond_the_four_are_counted() -> None:
    views = tuple(a_view(slot) for slot in ("RCC", "RCC", "LCC", "RMLO", "LMLO"))
    study = Study("uid", Patient("1"), views)
    assert views_in_words(study) == "RCC LCC RMLO LMLO +1"
    assert in_slot_order("LMLO RCC RXCCL LCC") == "RCC LCC LMLO RXCCL"


def test_a_span_of_time_is_written_in_hours_and_minutes() -> None:
    assert [duration(seconds) for seconds in (0, 59, 3_150, 36_000)] == [
        *("0:00 h", "0:00 h", "0:52 h", "10:00 h"),
    ]
