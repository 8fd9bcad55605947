"""What the window's start does without: loaded when it is asked for, after the first paint."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.commands import program
from app.cli.main import COMMANDS
from app.starting import without_collecting

NOT_YET = (
    *("sqlalchemy", "alembic", "onnxruntime", "torch", "openvino", "highdicom", "pydicom"),
    *("imagecodecs", "pyqtgraph", "PIL", "ssl", "http", "multiprocessing", "sqlite3", "typer"),
    *("rich", "app.cli.commands", "phantom", "training", "annotations.exchange"),
    *("imaging.loader", "imaging.header", "imaging.frame", "imaging.scanning", "imaging.anatomy"),
    *("viewing.snapshots", "viewing.first_look", "viewing.second_look", "app.gui.report_pdf"),
    *("app.presenters.exchanging", "app.presenters.double", "widgets.comparison"),
    *("widgets.settings_dialog", "widgets.shortcut_sheet", "widgets.models_page"),
    *("widgets.calibration_page", "widgets.test_pattern"),
)
"""Modules, with all that is in them."""

_PAINTED = """
import sys
import app.cli.main
from PySide6.QtWidgets import QApplication
from app.gui.compose import make_window
from app.gui.services import make_services
from widgets.theme import apply_theme
program = QApplication([])
apply_theme(program)
window = make_window(make_services())
window.show()
program.processEvents()
print(*sys.modules)
window.close()
"""

_AT_ONCE = """
import sys
from importlib import import_module
from PySide6.QtWidgets import QApplication
from app.gui.services import make_services
sys.setswitchinterval(1e-5)
program = QApplication([])
services = make_services()
ended = []
names = ("pydicom", "pydicom.dataset", "pydicom.filereader", "imaging.scanning.scan")
for name in names:
    services.jobs.start(
        name,
        name,
        lambda _job, name=name: import_module(name),
        done=lambda module: ended.append(module.__name__),
        failed=lambda error: ended.append(str(error)),
    )
while len(ended) < len(names):
    program.processEvents()
services.jobs.close()
print(*sorted(ended), sep="\\n")
"""


@pytest.fixture(scope="module")
def loaded() -> frozenset[str]:
    """All modules when the window was first painted."""
    return frozenset(_said_by(_PAINTED).split())


def _said_by(code: str) -> str:
    """By a program of its own."""
    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return told.stdout


def test_the_window_is_painted_in_this_test_at_all(loaded: frozenset[str]) -> None:
    assert {"app.gui.main_window", "PySide6.QtWidgets", "widgets.rail"} <= loaded


@pytest.mark.parametrize("module", NOT_YET)
def test_the_first_paint_needs_none_of(module: str, loaded: frozenset[str]) -> None:
    assert not [name for name in loaded if name == module or name.startswith(f"{module}.")]


def test_jobs_that_begin_at_once_load_what_they_need_without_harm() -> None:
    said = _said_by(_AT_ONCE).splitlines()
    assert said == ["imaging.scanning.scan", "pydicom", "pydicom.dataset", "pydicom.filereader"]


def test_the_commands_known_by_name_are_those_that_there_are() -> None:
    named = {
        one.name or one.callback.__name__ for one in program.registered_commands if one.callback
    }
    assert named | {group.name for group in program.registered_groups} == COMMANDS


def test_garbage_is_looked_for_again_once_the_window_stands() -> None:
    try:
        with without_collecting():
            assert not gc.isenabled()
            made = [[number] for number in range(1000)]
        assert gc.isenabled()
        assert gc.get_freeze_count() >= len(made)
    finally:
        gc.unfreeze()
