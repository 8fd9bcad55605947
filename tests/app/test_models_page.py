"""The page of model packages, by real clicks, on packages in folders of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.models_handlers import run_models
from domain.errors import BadInputError
from tests.support.small_networks import write_package
from widgets.models_page import ModelsPage, PackageRow

LEFT = Qt.MouseButton.LeftButton
ROWS = (
    PackageRow("/a", "Masses 1.0", "detect, reads", "## Masses", "", True, "detect", "masses", "1"),
    PackageRow("/b", "Masses 2.0", "detect", "## Newer", "", False, "detect", "masses", "2"),
    PackageRow("/c", "broken", "can't be used", "", why="model.onnx was changed"),
)


@pytest.fixture
def page(qtbot: QtBot) -> ModelsPage:
    made = ModelsPage()
    qtbot.addWidget(made)
    made.show_packages(ROWS)
    made.show()
    return made


def choose(page: ModelsPage, row: int) -> None:
    page._list.setCurrentRow(row)


def test_the_package_that_reads_is_shown_first(page: ModelsPage) -> None:
    assert page.chosen == "/a"
    assert "Masses" in page.said
    assert not page.buttons["activate"].isEnabled()
    assert page.buttons["rollback"].isEnabled()


def test_another_one_can_be_chosen_to_read(qtbot: QtBot, page: ModelsPage) -> None:
    choose(page, 1)
    with qtbot.waitSignal(page.activate_asked) as asked:
        qtbot.mouseClick(page.buttons["activate"], LEFT)
    assert asked.args == ["masses", "2"]


def test_a_broken_one_says_why_and_can_only_be_checked(qtbot: QtBot, page: ModelsPage) -> None:
    choose(page, 2)
    assert "model.onnx was changed" in page.said
    assert not page.buttons["activate"].isEnabled()
    with qtbot.waitSignal(page.verify_asked) as asked:
        qtbot.mouseClick(page.buttons["verify"], LEFT)
    assert asked.args == ["/c"]


def test_what_is_chosen_stays_chosen_when_the_list_is_made_anew(page: ModelsPage) -> None:
    choose(page, 1)
    page.show_packages(ROWS)
    assert page.chosen == "/b"


def test_packages_are_added_and_activated_by_a_process_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))
    package = write_package(tmp_path / "package")
    assert run_models("add", str(package))
    assert "reads" in run_models("activate", "bright-cells")


def test_a_folder_that_is_no_package_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"manifest\.json"):
        run_models("verify", str(tmp_path))
