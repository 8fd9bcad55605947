from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPushButton

from domain.study import FileProblem, Patient, Study
from tests.support.views import a_view
from widgets.study_page import StudyPage
from widgets.study_table import Column, StudyModel, StudyOrder

LEFT = Qt.MouseButton.LeftButton


def a_study(number: int, slots: tuple[str, ...] = ("RCC", "LCC", "RMLO", "LMLO")) -> Study:
    patient = Patient(f"PID-{number}", "", f"DOE{number}^JANE", date(1950, 1, 1), "F")
    views = tuple(a_view(slot) for slot in slots)
    return Study(f"uid-{number}", patient, views, date(2020, 1, 1 + number))


@pytest.fixture
def page(qtbot) -> StudyPage:
    page = StudyPage()
    qtbot.addWidget(page)
    page.resize(1100, 500)
    page.show()
    return page


def cell(page: StudyPage, row: int, column: Column) -> str:
    return str(page.order.index(row, column).data())


def test_the_models_keep_qts_rules(qtbot) -> None:
    model, order = StudyModel(), StudyOrder()
    order.setSourceModel(model)
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [QAbstractItemModelTester(one, mode) for one in (model, order)]
    model.show_studies([a_study(1), a_study(2)])
    model.add_studies([a_study(3), a_study(1)])
    order.search("doe3")
    model.set_state("uid-3", "read")
    assert model.rowCount() == 3
    assert order.rowCount() == 1
    assert testers


def test_a_row_tells_the_study(page) -> None:
    page.show_studies([a_study(4, ("RCC", "LCC", "RMLO"))])
    shown = [cell(page, 0, column) for column in Column]
    assert shown[:5] == ["DOE4, JANE", "PID-4", "2020-01-05", "RCC LCC RMLO", "F, 70"]


def test_views_beyond_the_four_are_counted(page) -> None:
    page.show_studies([a_study(1, ("RCC", "RCC", "LCC", "RMLO", "LMLO"))])
    assert cell(page, 0, Column.VIEWS) == "RCC LCC RMLO LMLO +1"


def test_the_newest_study_stands_first(page) -> None:
    page.show_studies([a_study(1), a_study(9), a_study(5)])
    assert page.names == ("uid-9", "uid-5", "uid-1")


def test_a_click_on_a_title_sorts(qtbot, page) -> None:
    page.show_studies([a_study(1), a_study(9), a_study(5)])
    header = page.table.horizontalHeader()
    x = header.sectionViewportPosition(Column.PATIENT) + 20
    orders = []
    for _ in range(2):
        qtbot.mouseClick(header.viewport(), LEFT, pos=_at(x))
        orders.append(page.names)
    assert sorted(orders) == [("uid-1", "uid-5", "uid-9"), ("uid-9", "uid-5", "uid-1")]


def test_a_double_click_opens_the_study_that_was_meant(qtbot, page) -> None:
    page.show_studies([a_study(1), a_study(9)])
    place = page.table.visualRect(page.order.index(1, 0)).center()
    qtbot.mouseClick(page.table.viewport(), LEFT, pos=place)
    with qtbot.waitSignal(page.opened) as heard:
        qtbot.mouseDClick(page.table.viewport(), LEFT, pos=place)
    assert heard.args == ["uid-1"]


def test_typing_finds_and_enter_opens(qtbot, page) -> None:
    page.show_studies([a_study(1), a_study(9), a_study(5)])
    qtbot.keyClicks(page.field, "doe5 2020")
    assert page.names == ("uid-5",)
    assert "1 of 3" in page.said
    with qtbot.waitSignal(page.opened) as heard:
        qtbot.keyClick(page.field, Qt.Key.Key_Return)
    assert heard.args == ["uid-5"]


def test_studies_that_a_scan_finds_keep_the_chosen_row(page) -> None:
    page.show_studies([a_study(1)])
    page.select("uid-1")
    page.add_studies([a_study(7), a_study(8)])
    assert page.table.currentIndex().data() == "DOE1, JANE"
    assert page.names == ("uid-8", "uid-7", "uid-1")


def test_an_empty_page_offers_the_one_action(qtbot, page) -> None:
    assert "No studies yet" in page.said
    button = next(one for one in page.findChildren(QPushButton) if one.isVisible())
    with qtbot.waitSignal(page.open_requested):
        qtbot.mouseClick(button, LEFT)


def test_masked_rows_hold_no_name_and_can_not_be_searched_by_it(page) -> None:
    page.show_studies([a_study(1)])
    page.mask_names(True)
    assert "DOE" not in cell(page, 0, Column.PATIENT)
    assert "PID" not in cell(page, 0, Column.NUMBER)
    page.order.search("doe1")
    assert page.names == ()


def test_unreadable_files_are_counted_and_told(page) -> None:
    page.show_studies([a_study(1)])
    page.show_problems([FileProblem("/x/a.dcm", "cut short")])
    assert "1 file could not be read" in page.said
    page.show_problems([])
    assert "could not" not in page.said


def test_the_state_of_a_reading_is_shown(page) -> None:
    page.show_studies([a_study(1)])
    page.model.set_state("uid-1", "read")
    assert cell(page, 0, Column.STATE) == "read"


def test_a_row_is_written_only_when_it_is_shown(qtbot) -> None:
    written: list[str] = []

    class Watched(StudyModel):
        def _written(self, study):
            written.append(study.uid)
            return super()._written(study)

    model = Watched()
    model.show_studies([a_study(number) for number in range(20)] * 1000)
    assert model.rowCount(QModelIndex()) == 20_000
    assert written == []
    model.index(5, 0).data()
    assert written == ["uid-5"]


def _at(x: int):
    return QPoint(x, 10)
