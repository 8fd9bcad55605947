from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt

from widgets.worklist.line import SourceRow
from widgets.worklist.sources_page import SourcesPage

ROWS = (
    SourceRow("/data/a", True, datetime(2026, 1, 2, 12, tzinfo=UTC)),
    SourceRow("/data/b", False, None, problem="/data/b: can't be reached"),
    SourceRow("/data/c", True, None, busy=True),
)


@pytest.fixture
def page(qtbot) -> SourcesPage:
    page = SourcesPage()
    qtbot.addWidget(page)
    page.show_rows(ROWS)
    page.show()
    return page


def texts(page: SourcesPage, column: int) -> list[str]:
    return [page.table.item(row, column).text() for row in range(page.table.rowCount())]


def test_each_source_says_when_it_was_looked_through(page) -> None:
    assert texts(page, 1) == ["/data/a", "/data/b", "/data/c"]
    assert texts(page, 2)[0].startswith("2026-01-02")
    assert texts(page, 2)[1:] == ["could not be read", "looking through"]


def test_the_chosen_source_tells_what_is_wrong_with_it(page) -> None:
    assert not page.buttons["remove"].isEnabled()
    assert not page.message.isVisible()
    page.table.selectRow(1)
    assert page.message.text() == "/data/b: can't be reached"
    page.table.selectRow(0)
    assert not page.message.isVisible()


def test_a_tick_says_whether_a_source_is_watched(qtbot, page) -> None:
    with qtbot.waitSignal(page.watch_asked) as heard:
        page.table.item(1, 0).setCheckState(Qt.CheckState.Checked)
    assert heard.args == ["/data/b", True]


def test_showing_sources_asks_for_nothing_and_keeps_the_chosen_one(qtbot, page) -> None:
    page.table.selectRow(1)
    with qtbot.assertNotEmitted(page.watch_asked):
        page.show_rows((ROWS[2], ROWS[1]))
    assert page.chosen == "/data/b"
    with qtbot.waitSignal(page.remove_asked) as heard:
        qtbot.mouseClick(page.buttons["remove"], Qt.MouseButton.LeftButton)
    assert heard.args == ["/data/b"]


def test_without_sources_the_page_says_what_would_be_here(page) -> None:
    page.show_rows(())
    assert not page.table.isVisible()
    assert not page.buttons["remove"].isEnabled()
