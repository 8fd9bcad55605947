"""The import contracts of pyproject.toml must bite: each forbidden import is tried on a copy."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

MAY_IMPORT = {
    "app": "widgets training archive viewing inference annotations phantom imaging domain",
    "widgets": "viewing annotations imaging domain",
    "training": "archive inference annotations phantom imaging domain",
    "archive": "annotations imaging domain",
    "viewing": "annotations imaging domain",
    "inference": "imaging domain",
    "annotations": "imaging domain",
    "phantom": "imaging domain",
    "imaging": "domain",
    "domain": "",
}
BELOW_WIDGETS = tuple(floor for floor in MAY_IMPORT if floor not in {"app", "widgets"})
CORE = ("annotations", "domain", "imaging", "inference", "phantom", "viewing")

FLOORS = {(floor, other) for floor in MAY_IMPORT for other in MAY_IMPORT if floor != other}
ALLOWED = {(floor, other) for floor, others in MAY_IMPORT.items() for other in others.split()}
FORBIDDEN = (
    (FLOORS - ALLOWED)
    | {(floor, qt) for floor in BELOW_WIDGETS for qt in ("PySide6", "shiboken6", "pyqtgraph")}
    | {(floor, "torch") for floor in (*CORE, "archive", "widgets")}
    | {(floor, "socket") for floor in (*CORE, "training", "widgets")}
    | {(floor, "urllib.request") for floor in (*CORE, "training", "widgets")}
    | {("annotations", sql) for sql in ("sqlalchemy", "alembic", "sqlite3")}
    | {("widgets", files) for files in ("os", "pathlib", "pydicom", "tempfile")}
    | {("domain", library) for library in ("cv2", "pydantic", "pydicom")}
    | {("app.cli", "PySide6"), ("app", "pytest"), ("imaging", "benchmarks"), ("domain", "tests")}
)
THIRD_PARTY_ALLOWED = {
    ("app", "PySide6"),
    ("app", "torch"),
    ("widgets", "PySide6"),
    ("widgets", "pyqtgraph"),
    ("training", "torch"),
    ("archive", "sqlalchemy"),
    ("archive", "socket"),
    ("imaging", "cv2"),
    ("imaging", "pydicom"),
    ("imaging", "pathlib"),
    ("domain", "numpy"),
}


def probe(floor: str, other: str) -> str:
    return f"{floor}.imports_{other.replace('.', '_')}"


def lint(tree: Path, files: Iterable[tuple[str, str]]) -> subprocess.CompletedProcess[str]:
    """Lay empty floors out with some modules in them, and run the contracts of ours on them."""
    for package in PROJECT["tool"]["setuptools"]["packages"]:
        folder = tree / package.replace(".", "/")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
    modules = ("annotations.errors", "imaging.loader", "phantom.recipe")
    for module, source in [*((name, "") for name in modules), *files]:
        (tree / (module.replace(".", "/") + ".py")).write_text(source)
    (tree / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tree,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> str:
    files = [(probe(floor, other), f"import {other}\n") for floor, other in FORBIDDEN]
    run = lint(tmp_path_factory.mktemp("broken"), files)
    assert run.returncode == 1, run.stdout + run.stderr
    return run.stdout


@pytest.mark.parametrize(("floor", "other"), sorted(FORBIDDEN))
def test_a_forbidden_import_is_reported(reported: str, floor: str, other: str) -> None:
    package = other.partition(".")[0]
    assert f"{probe(floor, other)} -> {package} " in reported


def test_every_import_that_the_floors_allow_passes(tmp_path: Path) -> None:
    allowed = ALLOWED | THIRD_PARTY_ALLOWED
    files = [(probe(floor, other), f"import {other}\n") for floor, other in allowed]
    run = lint(tmp_path, files)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    "source",
    [
        "def show():\n    from PySide6 import QtWidgets\n",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from PySide6 import QtCore\n",
        "try:\n    import PySide6.QtGui\nexcept ImportError:\n    pass\n",
    ],
    ids=["lazy", "for types only", "tried"],
)
def test_a_hidden_import_counts_too(tmp_path: Path, source: str) -> None:
    run = lint(tmp_path, [("imaging.hidden", source)])
    assert run.returncode == 1, run.stdout + run.stderr
    assert "imaging.hidden -> PySide6 " in run.stdout


def test_a_detour_over_another_floor_counts_too(tmp_path: Path) -> None:
    files = [
        ("viewing.panes", "import imaging.screen\n"),
        ("imaging.screen", "import PySide6\n"),
    ]
    run = lint(tmp_path, files)
    assert "viewing is not allowed to import PySide6" in run.stdout, run.stdout + run.stderr


ROOMS = [
    ("app.settings", "app.jobs"),
    ("app.jobs", "app.presenters"),
    ("app.presenters", "app.gui"),
    ("app.presenters", "app.cli"),
    ("imaging.source", "imaging.attributes"),
    ("imaging.codec", "imaging.source"),
    ("imaging.attributes", "imaging.anatomy"),
    ("imaging.anatomy", "imaging.grey"),
    ("imaging.grey", "imaging.header"),
    ("imaging.header", "imaging.frame"),
    ("imaging.frame", "imaging.picture"),
    ("imaging.picture", "imaging.loader"),
    ("imaging.writing", "imaging.scanning"),
]


@pytest.mark.parametrize(("lower", "upper"), ROOMS)
def test_inside_a_floor_imports_run_down_too(tmp_path: Path, lower: str, upper: str) -> None:
    rooms = PROJECT["tool"]["setuptools"]["packages"]
    files = [(name, "") for name in (lower, upper) if name not in rooms]
    where = f"{lower}.climbing" if lower in rooms else lower
    run = lint(tmp_path, [*files, (where, f"import {upper}\n")])
    assert f"{lower} is not allowed to import {upper}" in run.stdout, run.stdout
